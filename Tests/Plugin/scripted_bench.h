/* The bench of the scripted reader: devices, what lies and stands there, and what people do, in words. */
#ifndef SCRIPTED_BENCH_H
#define SCRIPTED_BENCH_H

#include <pthread.h>

#include "kazasu_reader.h"
#include "scripted_card.h"

/* What is shown that is no screen of the patient's. */
#define SHOWN_PASSCODE 100
#define SHOWN_VISUAL_CHECK 101
#define SHOWN_PIN_PAD 102
/* What the camera does. */
#define CAMERA_CARD_FACE 200
#define CAMERA_MATCH 201

struct prompt {
    uint32_t number; /* 0: none */
    uint32_t kind;
    uint32_t methods;
    int64_t deadline;
};

struct posting {
    kazasu_event event;
    uint8_t bytes[16];
};

#define MOST_POSTINGS 64

/* A device that may be opened. Everything in it, and in its reader, is read and written under its mutex. */
struct device {
    struct device *next;
    char name[128];
    pthread_mutex_t mutex;
    pthread_cond_t changed;

    bool is_unplugged;
    bool has_card;
    uint32_t placed; /* how many cards have been placed: another number is another card */
    struct scripted_card card;
    char surface[15]; /* 照合番号B of the card that lies there, of the test's own making; empty where it cannot be read */
    char view[16];
    bool is_nobody_there; /* the patient has walked away, and touches nothing */
    int64_t look_time;    /* how long the camera looks at somebody, ns */
    bool is_announced, is_restarted;
    int64_t screen_timeout, camera_timeout; /* ns */

    long handles; /* that the host has, of readers and cards */
    struct kazasu_reader *reader; /* NULL while nobody has it open */
    char log[8192];               /* what the host has called, one line each */
    size_t log_count;
};

struct kazasu_reader {
    const kazasu_host *host;
    uint64_t session;
    struct device *device;
    pthread_t thread;
    bool is_stopping, is_cancelled, is_gone, is_posting, is_computing;
    struct posting postings[MOST_POSTINGS];
    size_t posting_count;
    struct prompt shown, camera;
    bool has_good_photograph;
    int64_t looked; /* when the camera has seen enough; INT64_MAX while nobody stands there */
    uint32_t digits;
    uint8_t typed[16];
    uint32_t typed_count;
    struct kazasu_card *connected;
    char failure[64];
};

struct kazasu_card {
    struct kazasu_reader *reader;
    uint32_t placed;
};

int64_t monotonic_now(void);
/* The end of a time of so many nanoseconds that begins now. */
int64_t deadline_after(int64_t timeout_ns);
/* Waits for a change of the device, at most until the deadline; false where that has come. Under the mutex. */
bool wait_for_change(struct device *device, int64_t deadline);

/* The device of that name, made at first use. It stays. */
struct device *device_named(const char *name);
/* Adds a line to the device's log. Under the mutex. */
void note(struct device *device, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Leaves an event for the reader's thread to post. Under the mutex. */
void leave(struct kazasu_reader *reader, kazasu_event event, const char *bytes);
/* Ends a prompt with an answer. Under the mutex. */
void answer(struct kazasu_reader *reader, struct prompt *prompt, uint32_t answer, uint32_t detail, const char *bytes);
/* Ends a prompt without an answer. Under the mutex. */
void fail(struct kazasu_reader *reader, struct prompt *prompt, int32_t status);
/* Somebody steps before the camera, or away. Under the mutex. */
void look(struct kazasu_reader *reader);
/* The camera has seen enough. Under the mutex. */
void judge(struct kazasu_reader *reader);
/* The camera gives up. Under the mutex. */
void end_camera(struct kazasu_reader *reader, uint32_t answer);


/* For tests, beside the one symbol of the header. */
KAZASU_EXPORT int scripted_reader_do(const char *device, const char *words);
KAZASU_EXPORT size_t scripted_reader_log(const char *device, char *text, size_t capacity);
KAZASU_EXPORT long scripted_reader_handles(const char *device);

#endif
