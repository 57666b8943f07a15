#include "scripted_bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_mutex_t devices_mutex = PTHREAD_MUTEX_INITIALIZER;
static struct device *devices;

/* ---------------------------------------------------------------- Time */

int64_t monotonic_now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int64_t deadline_after(int64_t timeout_ns) {
    int64_t now = monotonic_now();
    return timeout_ns > INT64_MAX - now ? INT64_MAX : now + timeout_ns;
}

bool wait_for_change(struct device *device, int64_t deadline) {
    struct timespec time;
    if (monotonic_now() >= deadline) return false;
    time.tv_sec = (time_t)(deadline / 1000000000);
    time.tv_nsec = (long)(deadline % 1000000000);
    pthread_cond_timedwait(&device->changed, &device->mutex, &time);
    return true;
}

/* ---------------------------------------------------------------- Devices */

static int perform(struct device *device, const char *verb, const char *rest);

static struct device *new_device(const char *name) {
    struct device *device = calloc(1, sizeof *device);
    pthread_condattr_t attributes;
    if (device == NULL) abort();
    snprintf(device->name, sizeof device->name, "%s", name);
    pthread_mutex_init(&device->mutex, NULL);
    pthread_condattr_init(&attributes);
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    pthread_cond_init(&device->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    strcpy(device->view, "own-face");
    device->screen_timeout = (int64_t)60 * 1000000000;
    device->camera_timeout = (int64_t)20 * 1000000000;
    /* For whoever tries it by hand: a card lies there from the beginning. */
    if (getenv("SCRIPTED_CARD") != NULL) perform(device, "place", "card");
    return device;
}

struct device *device_named(const char *name) {
    struct device *device;
    pthread_mutex_lock(&devices_mutex);
    for (device = devices; device != NULL; device = device->next) {
        if (strcmp(device->name, name) == 0) break;
    }
    if (device == NULL) {
        device = new_device(name);
        device->next = devices;
        devices = device;
    }
    pthread_mutex_unlock(&devices_mutex);
    return device;
}

void note(struct device *device, const char *format, ...) {
    va_list arguments;
    size_t room = sizeof device->log - device->log_count;
    va_start(arguments, format);
    int count = vsnprintf(device->log + device->log_count, room, format, arguments);
    va_end(arguments);
    if (count < 0 || (size_t)count + 1 >= room) return;
    device->log_count += (size_t)count;
    device->log[device->log_count++] = '\n';
}

size_t scripted_reader_log(const char *name, char *text, size_t capacity) {
    struct device *device = device_named(name);
    pthread_mutex_lock(&device->mutex);
    size_t count = device->log_count < capacity ? device->log_count : capacity;
    memcpy(text, device->log, count);
    device->log_count = 0;
    pthread_mutex_unlock(&device->mutex);
    return count;
}

long scripted_reader_handles(const char *name) {
    struct device *device = device_named(name);
    pthread_mutex_lock(&device->mutex);
    long handles = device->handles;
    pthread_mutex_unlock(&device->mutex);
    return handles;
}

/* ---------------------------------------------------------------- What a reader tells */

void leave(struct kazasu_reader *reader, kazasu_event event, const char *bytes) {
    if (reader->posting_count == MOST_POSTINGS) return;
    struct posting *posting = &reader->postings[reader->posting_count++];
    posting->event = event;
    posting->event.struct_size = sizeof event;
    if (bytes != NULL) {
        posting->event.byte_count = strlen(bytes);
        memcpy(posting->bytes, bytes, posting->event.byte_count);
    }
    pthread_cond_broadcast(&reader->device->changed);
}

void answer(struct kazasu_reader *reader, struct prompt *prompt, uint32_t answer, uint32_t detail, const char *bytes) {
    kazasu_event event = {.kind = KAZASU_EVENT_ANSWER, .prompt = prompt->number, .answer = answer, .detail = detail};
    if (prompt->number == 0) return;
    prompt->number = 0;
    leave(reader, event, bytes);
}

void fail(struct kazasu_reader *reader, struct prompt *prompt, int32_t status) {
    kazasu_event event = {.kind = KAZASU_EVENT_ANSWER, .prompt = prompt->number, .status = status};
    prompt->number = 0;
    leave(reader, event, NULL);
}

void look(struct kazasu_reader *reader) {
    bool is_seen = strcmp(reader->device->view, "nobody") != 0;
    reader->looked = is_seen || reader->camera.kind == CAMERA_CARD_FACE ? deadline_after(reader->device->look_time) : INT64_MAX;
    pthread_cond_broadcast(&reader->device->changed);
}

static uint32_t rejection(const struct kazasu_reader *reader) {
    const char *view = reader->device->view;
    if (!reader->has_good_photograph) return KAZASU_FACE_BAD_REFERENCE;
    if (strcmp(view, "other-face") == 0) return KAZASU_FACE_OTHER_PERSON;
    if (strcmp(view, "mask") == 0) return KAZASU_FACE_COVERED;
    return strcmp(view, "photograph") == 0 ? KAZASU_FACE_NOT_ALIVE : 0;
}

void judge(struct kazasu_reader *reader) {
    const char *surface = reader->device->surface;
    struct prompt *camera = &reader->camera;
    if (camera->kind == CAMERA_MATCH) {
        uint32_t why = rejection(reader);
        answer(reader, camera, why == 0 ? KAZASU_ANSWER_FACE_ACCEPTED : KAZASU_ANSWER_FACE_REJECTED, why, NULL);
    } else if (surface[0] != 0) {
        answer(reader, camera, KAZASU_ANSWER_CARD_FACE, 0, surface);
    } else {
        answer(reader, camera, KAZASU_ANSWER_CARD_FACE_UNREADABLE, 0, NULL);
    }
}

/* Nobody stands there any more: the camera's screen is over too. */
void end_camera(struct kazasu_reader *reader, uint32_t why) {
    answer(reader, &reader->camera, why, 0, NULL);
    if (reader->shown.kind == KAZASU_SCREEN_LOOK_INTO_CAMERA) reader->shown.number = 0;
}

/* ---------------------------------------------------------------- What people do */

static void tell_card(struct device *device) {
    kazasu_event event = {.kind = device->has_card ? KAZASU_EVENT_CARD_IN : KAZASU_EVENT_CARD_OUT};
    if (device->reader != NULL && !device->reader->is_gone) leave(device->reader, event, NULL);
    pthread_cond_broadcast(&device->changed);
}

static void take_away(struct device *device) {
    if (!device->has_card) return;
    device->has_card = false;
    device->surface[0] = 0;
    tell_card(device);
    if (device->reader != NULL && device->reader->shown.number != 0 && device->reader->shown.kind == SHOWN_PIN_PAD) {
        fail(device->reader, &device->reader->shown, KAZASU_CARD_REMOVED);
    }
}

/* "card", or what is wrong with it. A card without a chip lies there for the camera only. */
static void place(struct device *device, const char *kind) {
    enum scripted_flaw flaw = strcmp(kind, "dead") == 0   ? CARD_DEAD
                              : strcmp(kind, "mute") == 0 ? CARD_MUTE
                              : strcmp(kind, "slow") == 0 ? CARD_SLOW
                                                          : CARD_WELL;
    take_away(device);
    if (strcmp(kind, "without-chip") == 0) return;
    device->has_card = true;
    device->placed++;
    scripted_card_place(&device->card, flaw, device->camera_timeout / 1000000);
    tell_card(device);
}

static void touch(struct kazasu_reader *reader) {
    kazasu_event event = {.kind = KAZASU_EVENT_TOUCHED};
    if (reader->shown.number != 0) reader->shown.deadline = deadline_after(reader->device->screen_timeout);
    leave(reader, event, NULL);
}

static void choose(struct kazasu_reader *reader, const char *button) {
    static const struct {
        uint32_t kind;
        const char *button;
        uint32_t answer, method;
    } buttons[] = {
        {KAZASU_SCREEN_CHOOSE_METHOD, "face", KAZASU_ANSWER_METHOD_FACE, KAZASU_METHOD_FACE},
        {KAZASU_SCREEN_CHOOSE_METHOD, "pin", KAZASU_ANSWER_METHOD_PIN, KAZASU_METHOD_PIN},
        {KAZASU_SCREEN_CHOOSE_METHOD, "end", KAZASU_ANSWER_ENDED, 0},
        {KAZASU_SCREEN_LOOK_INTO_CAMERA, "end", KAZASU_ANSWER_ENDED, 0},
        {KAZASU_SCREEN_ENTER_PIN, "end", KAZASU_ANSWER_ENDED, 0},
        {KAZASU_SCREEN_CHOOSE_CONSENT, "consent-to-all", KAZASU_ANSWER_CONSENT_ALL, 0},
        {KAZASU_SCREEN_CHOOSE_CONSENT, "consent-individually", KAZASU_ANSWER_CONSENT_INDIVIDUALLY, 0},
        {KAZASU_SCREEN_CHOOSE_CONSENT, "end", KAZASU_ANSWER_ENDED, 0},
        {KAZASU_SCREEN_CONSENT, "agree", KAZASU_ANSWER_CONSENT_YES, 0},
        {KAZASU_SCREEN_CONSENT, "disagree", KAZASU_ANSWER_CONSENT_NO, 0},
        {KAZASU_SCREEN_CONSENT, "end", KAZASU_ANSWER_ENDED, 0},
        {KAZASU_SCREEN_MESSAGE, "end", KAZASU_ANSWER_ENDED, 0},
        {SHOWN_PASSCODE, "end", KAZASU_ANSWER_ENDED, 0},
        {SHOWN_VISUAL_CHECK, "end", KAZASU_ANSWER_ENDED, 0},
        {SHOWN_PIN_PAD, "end", KAZASU_ANSWER_ENDED, 0},
    };
    struct prompt *shown = &reader->shown;
    for (size_t index = 0; index < sizeof buttons / sizeof buttons[0]; index++) {
        if (shown->number == 0 || shown->kind != buttons[index].kind || strcmp(button, buttons[index].button) != 0) continue;
        if ((buttons[index].method & ~shown->methods) != 0) continue;
        /* While somebody is looked at, the button ends that, and the screen with it. */
        if (shown->kind == KAZASU_SCREEN_LOOK_INTO_CAMERA && reader->camera.number != 0) {
            end_camera(reader, KAZASU_ANSWER_ENDED);
            return;
        }
        answer(reader, shown, buttons[index].answer, 0, NULL);
        return;
    }
    touch(reader);
}

static void press_staff_button(struct kazasu_reader *reader) {
    struct device *device = reader->device;
    bool is_there = device->is_announced && device->is_restarted;
    if (reader->shown.kind == KAZASU_SCREEN_PLACE_CARD && is_there) answer(reader, &reader->shown, KAZASU_ANSWER_STAFF_BUTTON, 0, NULL);
}

/* The digits of a PIN go to the card, those of a passcode to the host. */
static void type(struct kazasu_reader *reader, uint32_t keypad, const char *digits) {
    struct prompt *shown = &reader->shown;
    struct device *device = reader->device;
    if (shown->number == 0 || shown->kind != keypad) return;
    for (; *digits != 0 && reader->typed_count < reader->digits; digits++) {
        reader->typed[reader->typed_count++] = (uint8_t)*digits;
        touch(reader);
    }
    if (reader->typed_count < reader->digits) return;
    if (keypad == SHOWN_PASSCODE) {
        char bytes[5] = {0};
        memcpy(bytes, reader->typed, 4);
        answer(reader, shown, KAZASU_ANSWER_PASSCODE, 0, bytes);
        memset(bytes, 0, sizeof bytes);
    } else if (device->has_card && reader->connected != NULL && reader->connected->placed == device->placed) {
        answer(reader, shown, KAZASU_ANSWER_PIN_VERIFIED, scripted_card_verify(&device->card, reader->typed, reader->digits), NULL);
    } else {
        fail(reader, shown, KAZASU_CARD_REMOVED);
    }
    memset(reader->typed, 0, sizeof reader->typed);
    reader->typed_count = 0;
}

/* What takes the screen's or the camera's whole patience happens now. */
static void time_out(struct kazasu_reader *reader) {
    if (reader->camera.number != 0) end_camera(reader, KAZASU_ANSWER_TIMED_OUT);
    else answer(reader, &reader->shown, KAZASU_ANSWER_TIMED_OUT, 0, NULL);
}

static void unplug(struct device *device) {
    struct kazasu_reader *reader = device->reader;
    kazasu_event event = {.kind = KAZASU_EVENT_GONE};
    device->is_unplugged = true;
    device->is_restarted = device->is_announced;
    if (reader != NULL && !reader->is_gone) {
        reader->is_gone = true;
        reader->shown.number = 0;
        reader->camera.number = 0;
        leave(reader, event, NULL);
    }
    pthread_cond_broadcast(&device->changed);
}

/* Waits until the card computes: what is done next happens in the middle of a command. */
static void await_computing(struct kazasu_reader *reader) {
    int64_t deadline = deadline_after((int64_t)60 * 1000000000);
    while (!reader->is_computing && wait_for_change(reader->device, deadline)) {
    }
}

/* What needs a reader that somebody has open. */
static int act(struct kazasu_reader *reader, const char *verb, const char *rest) {
    if (strcmp(verb, "time-out") == 0) {
        time_out(reader);
    } else if (strcmp(verb, "await-computing") == 0) {
        await_computing(reader);
    } else if (reader->device->is_nobody_there) {
        return 0;
    } else if (strcmp(verb, "choose") == 0) {
        choose(reader, rest);
    } else if (strcmp(verb, "type") == 0) {
        type(reader, SHOWN_PIN_PAD, rest);
    } else if (strcmp(verb, "passcode") == 0) {
        type(reader, SHOWN_PASSCODE, rest);
    } else if (strcmp(verb, "staff-button") == 0) {
        press_staff_button(reader);
    } else if (strcmp(verb, "touch") == 0) {
        touch(reader);
    } else {
        return -1;
    }
    return 0;
}

/* Who stands before the camera: a word of the tests', or "nobody". */
static void stand(struct device *device, const char *view, bool is_nobody_there) {
    snprintf(device->view, sizeof device->view, "%s", view);
    device->is_nobody_there = is_nobody_there;
    if (device->reader != NULL) look(device->reader);
}

/* The times of the device, in milliseconds; false for anything else. */
static bool set_time(struct device *device, const char *verb, const char *rest) {
    int64_t time = atoll(rest) * 1000000;
    if (strcmp(verb, "patience") == 0) {
        device->screen_timeout = time;
    } else if (strcmp(verb, "camera-patience") == 0) {
        device->camera_timeout = time;
    } else if (strcmp(verb, "look-time") == 0) {
        device->look_time = time;
    } else {
        return false;
    }
    return true;
}

static int perform(struct device *device, const char *verb, const char *rest) {
    if (set_time(device, verb, rest)) return 0;
    if (strcmp(verb, "place") == 0 || strcmp(verb, "swap") == 0) {
        place(device, rest);
    } else if (strcmp(verb, "remove") == 0) {
        take_away(device);
    } else if (strcmp(verb, "surface") == 0) {
        snprintf(device->surface, sizeof device->surface, "%s", rest);
    } else if (strcmp(verb, "stand") == 0) {
        stand(device, rest, false);
    } else if (strcmp(verb, "walk-away") == 0) {
        stand(device, "nobody", true);
    } else if (strcmp(verb, "unplug") == 0) {
        unplug(device);
    } else if (strcmp(verb, "plug") == 0) {
        device->is_unplugged = false;
    } else {
        return device->reader == NULL || device->reader->is_gone ? -1 : act(device->reader, verb, rest);
    }
    return 0;
}

/* Does something at a device, in words such as "place card" or "choose face"; what comes of it has been posted when it returns. */
int scripted_reader_do(const char *name, const char *words) {
    struct device *device = device_named(name);
    char verb[24];
    size_t count = strcspn(words, " ");
    if (count >= sizeof verb) return -1;
    memcpy(verb, words, count);
    verb[count] = 0;
    pthread_mutex_lock(&device->mutex);
    int status = perform(device, verb, words[count] == ' ' ? words + count + 1 : "");
    while (device->reader != NULL && (device->reader->posting_count > 0 || device->reader->is_posting)) {
        pthread_cond_wait(&device->changed, &device->mutex);
    }
    pthread_mutex_unlock(&device->mutex);
    return status;
}
