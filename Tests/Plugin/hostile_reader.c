/*
 * A plugin that breaks what kazasu_reader.h asks for, in every way that is not a wrong pointer. The name of the device says how it
 * opens, the instruction byte of a command how it answers, the first byte of an escape command what it posts.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kazasu_reader.h"

#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION KAZASU_READER_VERSION
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(kazasu_plugin)
#endif

struct kazasu_card {
    struct kazasu_reader *reader;
};

struct kazasu_reader {
    struct kazasu_card card;
    uint8_t cards; /* how many have power */
    const kazasu_host *host;
    uint64_t session;
    uint32_t prompt;
    uint8_t withdrawn; /* how many prompts were */
};

static long bad_disconnects, posting_threads;

/* How often the host handed a card back that it was never given. */
KAZASU_EXPORT long hostile_bad_disconnects(void);
long hostile_bad_disconnects(void) { return __atomic_load_n(&bad_disconnects, __ATOMIC_SEQ_CST); }

/* How many threads still post, for readers that may be closed. */
KAZASU_EXPORT long hostile_posting_threads(void);
long hostile_posting_threads(void) { return __atomic_load_n(&posting_threads, __ATOMIC_SEQ_CST); }

/* ---------------------------------------------------------------- Cards */

static void overstay(int64_t timeout_ns) {
    int64_t nanoseconds = timeout_ns + 20 * 1000000;
    struct timespec time = {(time_t)(nanoseconds / 1000000000), (long)(nanoseconds % 1000000000)};
    nanosleep(&time, NULL);
}

static int32_t connect_card(
    kazasu_reader *reader, uint32_t slot, int64_t timeout_ns, kazasu_card **card, uint8_t *answer, size_t *count) {
    answer[0] = 0x3B;
    answer[1] = 0x00;
    *count = slot == 2 ? 1 : slot == 3 ? 40 : slot == 4 ? SIZE_MAX : 2;
    *card = slot == 1 ? NULL : &reader->card;
    if (slot == 5) { /* fails, and leaves something that is no card */
        *card = (kazasu_card *)(uintptr_t)8;
        return KAZASU_CARD_MUTE;
    }
    if (slot != 1) reader->cards++;
    if (slot == 6) overstay(timeout_ns);
    return KAZASU_OK;
}

static int32_t transmit(
    kazasu_card *card, const uint8_t *command, size_t command_count, uint8_t *response, size_t capacity, size_t *count,
    int64_t timeout_ns) {
    (void)card;
    if (command_count < 2) return KAZASU_FAILED;
    response[0] = 0x90;
    response[1] = 0x00;
    switch (command[1]) {
    case 0x01: return KAZASU_OK; /* and says nothing of the length */
    case 0x02: *count = 1; return KAZASU_OK;
    case 0x03: *count = capacity + 1; return KAZASU_OK;
    case 0x04: *count = SIZE_MAX; return KAZASU_OK;
    case 0x05: return 99;
    case 0x06: return INT32_MIN;
    case 0x07: overstay(timeout_ns); break;
    default: break;
    }
    *count = 2;
    return KAZASU_OK;
}

static void disconnect(kazasu_card *card) {
    if (card == NULL || card == (kazasu_card *)(uintptr_t)8) __atomic_add_fetch(&bad_disconnects, 1, __ATOMIC_SEQ_CST);
    else card->reader->cards--;
}

/* ---------------------------------------------------------------- Posts */

static void post(const struct kazasu_reader *reader, kazasu_event event) {
    event.struct_size = sizeof event;
    reader->host->post(reader->session, &event);
}

static void *post_again_and_again(void *argument) {
    struct kazasu_reader *reader = argument;
    kazasu_event touched = {.kind = KAZASU_EVENT_TOUCHED};
    kazasu_event in = {.kind = KAZASU_EVENT_CARD_IN};
    for (int count = 0; count < 200; count++) post(reader, count % 2 == 0 ? touched : in);
    free(reader);
    __atomic_add_fetch(&posting_threads, -1, __ATOMIC_SEQ_CST);
    return NULL;
}

/* Threads that go on when the reader is closed long since. */
static void start_posting(const struct kazasu_reader *reader, int threads) {
    for (; threads > 0; threads--) {
        pthread_t thread;
        struct kazasu_reader *copy = malloc(sizeof *copy);
        if (copy == NULL) return;
        *copy = *reader;
        __atomic_add_fetch(&posting_threads, 1, __ATOMIC_SEQ_CST);
        if (pthread_create(&thread, NULL, post_again_and_again, copy) == 0) pthread_detach(thread);
    }
}

/* 01 status answer detail(2) bytes...: an answer to the last prompt. */
static void post_answer(const struct kazasu_reader *reader, const uint8_t *command, size_t count, size_t claimed) {
    kazasu_event event = {.kind = KAZASU_EVENT_ANSWER, .prompt = reader->prompt};
    event.status = command[1];
    event.answer = command[2];
    event.detail = (uint32_t)command[3] << 8 | command[4];
    event.bytes = count > 5 ? command + 5 : NULL;
    event.byte_count = claimed;
    post(reader, event);
}

static int32_t escape(
    kazasu_reader *reader, const uint8_t *command, size_t count, uint8_t *answer, size_t capacity, size_t *answer_count,
    int64_t timeout_ns) {
    kazasu_event event = {.kind = KAZASU_EVENT_ANSWER, .prompt = reader->prompt, .answer = KAZASU_ANSWER_ENDED};
    (void)timeout_ns;
    switch (count == 0 ? 0 : command[0]) {
    case 0x01: post_answer(reader, command, count, count - 5); break;
    case 0x02: reader->host->post(reader->session, NULL); break;
    case 0x03: /* too small */
        event.struct_size = 16;
        reader->host->post(reader->session, &event);
        break;
    case 0x04: event.kind = 77; post(reader, event); break;
    case 0x05: event.kind = KAZASU_EVENT_CARD_IN; event.slot = 9; post(reader, event); break;
    case 0x06: for (int number = 0; number < 100000; number++) post(reader, event); break;
    case 0x07: event.prompt += 1000; post(reader, event); break;
    case 0x08: post(reader, event); post(reader, event); break;
    case 0x09: start_posting(reader, 4); break;
    case 0x0A: post_answer(reader, command, count, SIZE_MAX); break;
    case 0x0B: reader->host->post(reader->session + 1000000, &event); break;
    case 0x0C: event.answer = 99; post(reader, event); break;
    case 0x0D: event.answer = KAZASU_ANSWER_PIN_VERIFIED; event.detail = 0x19000; post(reader, event); break;
    case 0x0F:
        answer[0] = reader->withdrawn;
        answer[1] = reader->cards;
        *answer_count = 2;
        return KAZASU_OK;
    case 0x0E: *answer_count = capacity + 1; return KAZASU_OK;
    default: break;
    }
    *answer_count = 0;
    return KAZASU_OK;
}

/* ---------------------------------------------------------------- Prompts */

static int32_t ask(kazasu_reader *reader, uint32_t prompt) {
    reader->prompt = prompt;
    return KAZASU_OK;
}

static int32_t show(kazasu_reader *reader, uint32_t prompt, const kazasu_screen *screen) {
    if (screen->kind == KAZASU_SCREEN_REMOVE_CARD) return 99;
    return ask(reader, prompt);
}

static int32_t match(kazasu_reader *reader, uint32_t prompt, const uint8_t *photograph, size_t count) {
    (void)photograph;
    (void)count;
    return ask(reader, prompt);
}

static int32_t verify(kazasu_reader *reader, uint32_t prompt, uint32_t slot, const uint8_t *header, uint32_t digits) {
    (void)slot;
    (void)header;
    (void)digits;
    return ask(reader, prompt);
}

static void withdraw(kazasu_reader *reader, uint32_t prompt) {
    kazasu_event event = {.kind = KAZASU_EVENT_ANSWER, .prompt = prompt, .answer = KAZASU_ANSWER_ENDED};
    reader->withdrawn++;
    post(reader, event);
}

static int32_t shows_staff_button(kazasu_reader *reader) {
    (void)reader;
    return -7;
}

static int32_t take_time(kazasu_reader *reader, int64_t timeout_ns) {
    (void)reader;
    (void)timeout_ns;
    return KAZASU_SERVICE_SILENT;
}

static void close_reader(kazasu_reader *reader) {
    kazasu_event event = {.kind = KAZASU_EVENT_GONE};
    post(reader, event);
    free(reader);
}

/* ---------------------------------------------------------------- Opening */

static const kazasu_patient_screen screen_table = {sizeof(kazasu_patient_screen), 0xFFFFFFFF, show};
static const kazasu_face_camera camera_table = {sizeof(kazasu_face_camera), 0, ask, match};
static const kazasu_pin_pad pin_pad_table = {sizeof(kazasu_pin_pad), 0, verify};
static const kazasu_staff_panel staff_table = {sizeof(kazasu_staff_panel), 0, shows_staff_button, take_time, ask, ask, take_time};
static const kazasu_escape escape_table = {sizeof(kazasu_escape), 0, escape};
/* Of a version to come, and from the past. */
static const kazasu_face_camera half_camera_table = {16, 0, ask, match};

static const kazasu_reader_functions whole_table = {
    sizeof(kazasu_reader_functions), 0, close_reader, NULL, NULL, connect_card, transmit, NULL, disconnect, withdraw,
    &screen_table, &camera_table, &pin_pad_table, &staff_table, &escape_table};

/* Larger than this version's, by members that it does not know. */
static struct {
    kazasu_reader_functions known;
    void *unknown[64];
} new_table;

static kazasu_reader_functions table;

static const kazasu_reader_functions *table_for(const char *device) {
    if (strcmp(device, "new") == 0) {
        new_table.known = whole_table;
        new_table.known.struct_size = sizeof new_table;
        memset(new_table.unknown, 0xFF, sizeof new_table.unknown);
        return &new_table.known;
    }
    if (strcmp(device, "no-functions") == 0) return NULL;
    table = whole_table;
    if (strcmp(device, "old") == 0) table.struct_size = 64;
    else if (strcmp(device, "small-table") == 0) table.struct_size = 63;
    else if (strcmp(device, "empty-table") == 0) table.struct_size = 0;
    else if (strcmp(device, "huge-table") == 0) table.struct_size = UINT32_MAX;
    else if (strcmp(device, "no-transmit") == 0) table.transmit = NULL;
    else if (strcmp(device, "no-close") == 0) table.close = NULL;
    else if (strcmp(device, "no-withdraw") == 0) table.withdraw = NULL;
    else if (strcmp(device, "half-camera") == 0) table.face_camera = &half_camera_table;
    else return &whole_table;
    return &table;
}

static int32_t open_reader(
    const kazasu_host *host, uint64_t session, const char *device, int64_t timeout_ns, kazasu_opening *opening) {
    (void)timeout_ns;
    opening->failure = "the SDK says \x1B[2J -17 \xFF";
    if (strcmp(device, "refuses") == 0) return KAZASU_READER_BUSY;
    if (strcmp(device, "refuses-oddly") == 0) return -1;
    opening->functions = table_for(device);
    opening->slot_count = strcmp(device, "slots-0") == 0 ? 0 : strcmp(device, "slots-300") == 0 ? 300 : 7;
    opening->screen_timeout_ns = strcmp(device, "timeout-negative") == 0 ? -1 : strcmp(device, "timeout-never") == 0 ? INT64_MAX : 1000000;
    opening->camera_timeout_ns = 1000000;
    if (strcmp(device, "no-reader") == 0) return KAZASU_OK;
    opening->reader = calloc(1, sizeof *opening->reader);
    if (opening->reader == NULL) return KAZASU_FAILED;
    opening->reader->host = host;
    opening->reader->session = session;
    opening->reader->card.reader = opening->reader;
    return KAZASU_OK;
}

const kazasu_plugin *kazasu_reader_plugin(void) {
    static const kazasu_plugin plugin = {(uint32_t)PLUGIN_SIZE, PLUGIN_VERSION, NULL, open_reader};
#ifdef RETURNS_NULL
    return NULL;
#endif
    return &plugin;
}
