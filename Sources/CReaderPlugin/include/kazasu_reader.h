/*
 * kazasu_reader.h: a card reader with face authentication behind a C interface, version 1.
 *
 * A vendor wraps a reader's SDK into a shared library, a plugin, that exports one function, kazasu_reader_plugin. Kazasu, the host, loads
 * the library and calls what the tables of functions below name. Nothing else of the host is used, so a plugin outlives many hosts, and a
 * host many plugins. C99 or later, or C++; 64-bit Linux. An example with all parts is Tests/Plugin/scripted_reader.c.
 *
 *     cc -std=c99 -shared -fPIC -pthread -I Sources/CReaderPlugin/include -o my_reader.so my_reader.c
 *     kazasu visit --reader plugin:./my_reader.so
 *
 * SIZES. Every struct begins with struct_size: sizeof of the struct where whoever fills it was compiled. Later versions of this header
 * only add members at the end, so each side looks at no more than the other has filled, and what is missing counts as zero or NULL. A
 * NULL function, or a NULL table, is something that the reader does not have. Unused members and reserved ones are zero.
 *
 * THREADS. The host calls the functions of one reader from one thread, one after the other: the thread that has called open. Only cancel
 * comes from any thread, at any time until close begins, also during another call. Two readers may be used by two threads at once, so a
 * plugin keeps what belongs to a reader in its kazasu_reader. A plugin has threads of its own as it pleases; they block all signals
 * (pthread_sigmask) and call nothing of the host but post.
 *
 * WAITING. open, connect, transmit, warm_reset, announce_passcode, restart and escape may take time, but no more than timeout_ns, counted
 * in nanoseconds from the call; INT64_MAX is no limit. They return KAZASU_TIMED_OUT then. Everything else returns at once. No function
 * waits for a person: a screen is shown at once, and what the patient does is posted later.
 *
 * STATUS AND OUTCOME. A function returns a status: KAZASU_OK, or why it could not be done. What a person did, or the camera found, is no
 * status but an answer, also when somebody gives up or nobody comes.
 *
 * MEMORY. What either side passes by pointer is lent for the length of the call; who wants to keep it copies it. Tables of functions and
 * their strings stay as they are for as long as the program runs: the library is never unloaded. Handles (kazasu_reader, kazasu_card) are
 * the plugin's own; the host only hands them back, never after close or disconnect.
 *
 * SECRETS. PINs, passcodes and what is read from the face of a card (照合番号B) are posted in bytes, and nowhere else: never in a failure
 * text, a log or a file. Both sides wipe their copies (explicit_bzero). The 12-digit My Number (個人番号) is never read.
 */
#ifndef KAZASU_READER_H
#define KAZASU_READER_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this header. Another version is another contract, and the host refuses it. */
#define KAZASU_READER_VERSION 1

/* ---------------------------------------------------------------- Status */

#define KAZASU_OK 0
#define KAZASU_FAILED 1            /* anything that is not below */
#define KAZASU_NOT_SUPPORTED 2     /* the reader does not have that */
#define KAZASU_TIMED_OUT 3         /* not done within timeout_ns */
#define KAZASU_CANCELLED 4         /* cancel was called */
#define KAZASU_READER_NOT_FOUND 5  /* open: there is no such device */
#define KAZASU_READER_AMBIGUOUS 6  /* open: several devices, and none was named */
#define KAZASU_READER_HELD 7       /* another program uses it */
#define KAZASU_READER_BUSY 8       /* it has not finished what was given up before */
#define KAZASU_READER_GONE 9       /* unplugged */
#define KAZASU_SERVICE_SILENT 10   /* the vendor's service in front of it does not answer */
#define KAZASU_NO_CARD 11          /* connect: there is no card in the slot */
#define KAZASU_CARD_REMOVED 12     /* the card left while it was used, or another one lies there now */
#define KAZASU_CARD_RESET 13       /* another program has reset the card */
#define KAZASU_CARD_MUTE 14        /* the card does not answer, or not as a card must */
#define KAZASU_ANSWER_MALFORMED 15 /* the card's answer is no response APDU, or longer than the host's buffer */
#define KAZASU_COMMAND_TOO_LONG 16 /* reader or card cannot carry a command of that length */

/* ---------------------------------------------------------------- Events: what the plugin tells the host */

#define KAZASU_EVENT_CARD_IN 1  /* a card lies in slot */
#define KAZASU_EVENT_CARD_OUT 2 /* no card lies in slot */
#define KAZASU_EVENT_ANSWER 3   /* prompt has ended */
#define KAZASU_EVENT_TOUCHED 4  /* somebody touches the reader: time-outs begin anew. At most once a second. */
#define KAZASU_EVENT_GONE 5     /* the reader was unplugged, or starts anew. All prompts have ended; close is still called. */

/* How a prompt ended, where its status is KAZASU_OK. */
#define KAZASU_ANSWER_METHOD_FACE 1          /* 顔認証を行う */
#define KAZASU_ANSWER_METHOD_PIN 2           /* 暗証番号を入力 */
#define KAZASU_ANSWER_CONSENT_ALL 3          /* 全て同意する */
#define KAZASU_ANSWER_CONSENT_INDIVIDUALLY 4 /* 個別に同意する */
#define KAZASU_ANSWER_CONSENT_YES 5          /* 同意する */
#define KAZASU_ANSWER_CONSENT_NO 6           /* 同意しない */
#define KAZASU_ANSWER_ENDED 7                /* 終了する or 中止; of every prompt but the idle screen's */
#define KAZASU_ANSWER_STAFF_BUTTON 8         /* 職員用ボタン, on the idle screen */
#define KAZASU_ANSWER_TIMED_OUT 9            /* nobody touched it, or stood there, for as long as the reader waits */
#define KAZASU_ANSWER_CARD_FACE 10           /* bytes: 14 digits in ASCII. A secret. */
#define KAZASU_ANSWER_CARD_FACE_UNREADABLE 11
#define KAZASU_ANSWER_FACE_ACCEPTED 12
#define KAZASU_ANSWER_FACE_REJECTED 13 /* detail: one of KAZASU_FACE_ */
#define KAZASU_ANSWER_PASSCODE 14      /* bytes: 4 digits in ASCII. A secret. */
#define KAZASU_ANSWER_PIN_VERIFIED 15  /* detail: SW1 SW2 of the card's answer to VERIFY, whatever it is, such as 0x63C2 */

/* Why a face was rejected. */
#define KAZASU_FACE_OTHER_PERSON 1
#define KAZASU_FACE_COVERED 2       /* by a mask, for example */
#define KAZASU_FACE_NOT_ALIVE 3     /* a photograph of one */
#define KAZASU_FACE_UNCLEAR 4       /* too dark, too far, not looking */
#define KAZASU_FACE_BAD_REFERENCE 5 /* the photograph of the card cannot be used */

typedef struct kazasu_event {
    uint32_t struct_size;
    uint32_t kind;        /* KAZASU_EVENT_ */
    uint32_t slot;        /* CARD_IN, CARD_OUT: from 0 */
    uint32_t prompt;      /* ANSWER: the number that came with the question */
    int32_t status;       /* ANSWER: KAZASU_OK, or why there is no answer, such as KAZASU_CARD_REMOVED */
    uint32_t answer;      /* ANSWER: KAZASU_ANSWER_ */
    uint32_t detail;      /* ANSWER: what the kind of answer says */
    uint32_t reserved;    /* 0 */
    const uint8_t *bytes; /* ANSWER: what the kind of answer says, else NULL; the host copies it */
    size_t byte_count;
} kazasu_event;

typedef struct kazasu_host {
    uint32_t struct_size;
    uint32_t version;
    /*
     * Tells the host something about the reader that was opened with this session. From any thread, also while open has not returned and
     * during any other call, close included; it only queues, never waits and never calls back. Ignored after close: the number of a
     * session is never given again. Events of one thread arrive in their order.
     *
     * Every card that comes and goes is told, one by one: a card in place of another is OUT, then IN. What lies in each slot when the
     * reader is opened is told too, OUT included, during open or soon after. A prompt ends once; later answers are ignored, and so are
     * those to a prompt that was withdrawn meanwhile.
     */
    void (*post)(uint64_t session, const kazasu_event *event);
} kazasu_host;

/* ---------------------------------------------------------------- The reader */

typedef struct kazasu_reader kazasu_reader; /* the plugin defines it */
typedef struct kazasu_card kazasu_card;     /* the plugin defines it */

typedef struct kazasu_patient_screen kazasu_patient_screen;
typedef struct kazasu_face_camera kazasu_face_camera;
typedef struct kazasu_pin_pad kazasu_pin_pad;
typedef struct kazasu_staff_panel kazasu_staff_panel;
typedef struct kazasu_escape kazasu_escape;

typedef struct kazasu_reader_functions {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */

    /*
     * Ends the use of the reader: withdraws its screens, takes the power from its cards, ends its threads and frees the handle. The host
     * has disconnected all cards and calls nothing of this reader any more.
     */
    void (*close)(kazasu_reader *reader);

    /*
     * From any thread: the call that is running, and every later one that may take time, returns KAZASU_CANCELLED as soon as it can.
     * disconnect, withdraw and close still do their work. It must not wait. NULL: calls run until they are done or their time is over.
     */
    void (*cancel)(kazasu_reader *reader);

    /*
     * What an engineer should know of the call that has just failed, in UTF-8: return codes, no secrets. NULL where there is nothing to
     * say. The text stays until the next call. May be a NULL function.
     */
    const char *(*failure)(kazasu_reader *reader);

    /*
     * Gives the card in slot power, after taking it where it had some, for this program alone, and sets *card. Writes the answer to reset
     * (ISO/IEC 7816-3 clause 8), or that of PC/SC part 3 for a card without contacts, into the 33 bytes at answer, and its length to
     * *count. Sets nothing where it fails.
     */
    int32_t (*connect)(
        kazasu_reader *reader, uint32_t slot, int64_t timeout_ns, kazasu_card **card, uint8_t *answer, size_t *count);

    /*
     * Sends one command APDU (ISO/IEC 7816-4 clause 5), short or extended, and writes the response APDU into the `capacity` bytes at
     * response and its length, two at least, to *count. Nothing is ever sent twice, no 61xx fetched and no 6Cxx corrected: the host does
     * that.
     */
    int32_t (*transmit)(
        kazasu_card *card, const uint8_t *command, size_t command_count, uint8_t *response, size_t capacity, size_t *count,
        int64_t timeout_ns);

    /* Resets the card without loss of power; answer and count are as for connect. May be a NULL function. */
    int32_t (*warm_reset)(kazasu_card *card, int64_t timeout_ns, uint8_t *answer, size_t *count);

    /* Takes the power away, so that no PIN stays verified, also after cancel or when the card has left, and frees the handle. */
    void (*disconnect)(kazasu_card *card);

    /*
     * Takes a prompt of any kind back, also one that has lasted much longer than it should: what was shown disappears, what was going on
     * stops, nothing more is posted about it. A prompt that has ended already is left alone. NULL only where there is no screen, camera,
     * PIN pad and staff panel.
     */
    void (*withdraw)(kazasu_reader *reader, uint32_t prompt);

    /* What the reader has beside the cards; NULL where it does not have it. */
    const kazasu_patient_screen *patient_screen;
    const kazasu_face_camera *face_camera;
    const kazasu_pin_pad *pin_pad;
    const kazasu_staff_panel *staff_panel;
    const kazasu_escape *escape;
} kazasu_reader_functions;

/* ---------------------------------------------------------------- The screen that the patient sees (患者用画面) */

/* The screens; the words are those that certified readers show. */
#define KAZASU_SCREEN_PLACE_CARD 1       /* the idle screen: マイナンバーカードを置いてください */
#define KAZASU_SCREEN_CHOOSE_METHOD 2    /* 本人確認の方法を選んでください; methods */
#define KAZASU_SCREEN_LOOK_INTO_CAMERA 3 /* what the camera sees is told by its own prompt */
#define KAZASU_SCREEN_ENTER_PIN 4        /* 暗証番号; tries_left. What is typed is told by the PIN pad's own prompt. */
#define KAZASU_SCREEN_CHOOSE_CONSENT 5   /* 同意方法の確認: all or individually, and no third */
#define KAZASU_SCREEN_CONSENT 6          /* one group of medical data; consent_group. No default. */
#define KAZASU_SCREEN_DONE 7             /* 確認が完了しました; name, where it is shown */
#define KAZASU_SCREEN_REMOVE_CARD 8      /* the card was left behind; with a sound where the reader has one */
#define KAZASU_SCREEN_MESSAGE 9          /* japanese and english */

#define KAZASU_METHOD_FACE 1 /* bits of methods */
#define KAZASU_METHOD_PIN 2

#define KAZASU_CONSENT_SURGERY 1   /* 手術・傷病名・感染症 */
#define KAZASU_CONSENT_TREATMENT 2 /* 診療・お薬 */
#define KAZASU_CONSENT_CHECKUP 3   /* 健診 */
/*
 * Two questions beside the groups, answered in the same way. They are younger than version 1: a plugin that does not know them refuses the
 * screen with KAZASU_NOT_SUPPORTED.
 */
#define KAZASU_CONSENT_LIMIT 4          /* 限度額情報を提供する／しない: before 2024-10-07 */
#define KAZASU_CONSENT_INSURANCE_CARD 5 /* 健康保険証利用登録: whether the card is to become an insurance card */

/* UTF-8: count bytes and a zero byte, which is not counted. utf8 is NULL where there is no text. */
typedef struct kazasu_text {
    const char *utf8;
    size_t count;
} kazasu_text;

typedef struct kazasu_screen {
    uint32_t struct_size;
    uint32_t kind;          /* KAZASU_SCREEN_ */
    uint32_t methods;       /* CHOOSE_METHOD: bits KAZASU_METHOD_ */
    int32_t tries_left;     /* ENTER_PIN: -1 where nobody knows */
    uint32_t consent_group; /* CONSENT: KAZASU_CONSENT_ */
    uint32_t reserved;      /* 0 */
    kazasu_text name;       /* DONE */
    kazasu_text japanese;   /* MESSAGE */
    kazasu_text english;    /* MESSAGE */
} kazasu_screen;

struct kazasu_patient_screen {
    uint32_t struct_size;
    uint32_t offered; /* the screens that there are: bit 1 << KAZASU_SCREEN_ for each */
    /*
     * Shows a screen at once. What was shown before, the keypad and the staff's screens included, is withdrawn by that. Answers: METHOD_
     * (one of those offered), CONSENT_ (only what was asked), ENDED, TIMED_OUT, on the idle screen STAFF_BUTTON and TIMED_OUT only.
     */
    int32_t (*show)(kazasu_reader *reader, uint32_t prompt, const kazasu_screen *screen);
};

/* ---------------------------------------------------------------- The camera */

struct kazasu_face_camera {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    /* Begins to read 照合番号B off the face of the card that lies in the reader. Answers: CARD_FACE, CARD_FACE_UNREADABLE, TIMED_OUT. */
    int32_t (*read_card_face)(kazasu_reader *reader, uint32_t prompt);
    /*
     * Begins to compare the person before the camera with a photograph, JPEG 2000 as it is on the card; it is the holder's, so it is
     * wiped when it is no longer needed. The verdict is the device's. Answers: FACE_ACCEPTED, FACE_REJECTED, ENDED, TIMED_OUT. With the
     * last two the screen LOOK_INTO_CAMERA is over too, without an answer of its own. A screen may be shown meanwhile, and the comparison
     * goes on.
     */
    int32_t (*match)(kazasu_reader *reader, uint32_t prompt, const uint8_t *photograph, size_t count);
};

/* ---------------------------------------------------------------- The keypad that has the card verify a PIN (PC/SC part 10) */

struct kazasu_pin_pad {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    /*
     * Asks for a PIN of exactly `digits` digits and sends it, in ASCII, as the data of a VERIFY whose CLA INS P1 P2 are the 4 bytes at
     * header, to the connected card in slot, once, and not at all where the person gives up. The PIN never reaches the host. The keypad
     * takes the place of what was shown and is off the screen once this has ended. Answers: PIN_VERIFIED, ENDED, TIMED_OUT; status
     * KAZASU_NO_CARD where there was none, KAZASU_CARD_REMOVED where it left meanwhile, KAZASU_CARD_MUTE where it was asked and did not
     * answer.
     */
    int32_t (*verify)(kazasu_reader *reader, uint32_t prompt, uint32_t slot, const uint8_t *header, uint32_t digits);
};

/* ---------------------------------------------------------------- The staff */

struct kazasu_staff_panel {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    /* Whether 職員用ボタン is on the idle screen now: 1 or 0. It is once a passcode was issued and the reader has been restarted since. */
    int32_t (*shows_staff_button)(kazasu_reader *reader);
    /* Tells the reader that a passcode for visual checks (目視確認用パスコード) has been issued. */
    int32_t (*announce_passcode)(kazasu_reader *reader, int64_t timeout_ns);
    /* Shows the keypad for the passcode, with 中止. Answers: PASSCODE, ENDED, TIMED_OUT. */
    int32_t (*ask_passcode)(kazasu_reader *reader, uint32_t prompt);
    /* Shows 目視で本人確認を行いマイナンバーカードを置いてください, with 中止, until a card lies there. Answers: ENDED, TIMED_OUT. */
    int32_t (*wait_for_visual_check)(kazasu_reader *reader, uint32_t prompt);
    /* Starts the reader anew: KAZASU_EVENT_GONE is posted, and it can be opened again when it has come back. */
    int32_t (*restart)(kazasu_reader *reader, int64_t timeout_ns);
};

/* ---------------------------------------------------------------- The vendor's own commands (PC_to_RDR_Escape, SCardControl) */

struct kazasu_escape {
    uint32_t struct_size;
    uint32_t reserved; /* 0 */
    /* Sends a command and writes what came back into the `capacity` bytes at answer, its length to *count. */
    int32_t (*escape)(
        kazasu_reader *reader, const uint8_t *command, size_t command_count, uint8_t *answer, size_t capacity, size_t *count,
        int64_t timeout_ns);
};

/* ---------------------------------------------------------------- The plugin */

#define KAZASU_LENGTH_UNKNOWN 0
#define KAZASU_LENGTH_SHORT 1    /* short APDUs only */
#define KAZASU_LENGTH_EXTENDED 2 /* extended APDUs too */

/* What open fills. The host has set everything to zero but struct_size; only members within struct_size are written. */
typedef struct kazasu_opening {
    uint32_t struct_size;
    uint32_t slot_count; /* 1 to 255 */
    kazasu_reader *reader;
    const kazasu_reader_functions *functions;
    int64_t screen_timeout_ns; /* when a screen or keypad ends that nobody touches: KAZASU_ANSWER_TIMED_OUT is posted then. 0: 60 s */
    int64_t camera_timeout_ns; /* how long the camera looks: KAZASU_ANSWER_TIMED_OUT is posted then. 0: 20 s */
    uint32_t apdu_length;      /* KAZASU_LENGTH_ */
    uint32_t reserved;         /* 0 */
    const char *failure;       /* where open fails: what an engineer should know, in UTF-8, kept until this thread opens again */
} kazasu_opening;

typedef struct kazasu_plugin {
    uint32_t struct_size;
    uint32_t version; /* KAZASU_READER_VERSION */
    const char *name; /* UTF-8: what it is for, and its own version, such as "Example Face-1, 2.0.3" */
    /*
     * Opens one device. `device` is what the person has written behind # in plugin:/path/my_reader.so#device, such as a serial number; it
     * is empty where there was none, and means the only device then. host stays valid for ever; session is for its post.
     */
    int32_t (*open)(
        const kazasu_host *host, uint64_t session, const char *device, int64_t timeout_ns, kazasu_opening *opening);
} kazasu_plugin;

#define KAZASU_EXPORT __attribute__((visibility("default")))

/* The one symbol that a plugin exports. Called once for each opening; it returns the same table each time. */
KAZASU_EXPORT const kazasu_plugin *kazasu_reader_plugin(void);

#ifdef __cplusplus
}
#endif

#endif
