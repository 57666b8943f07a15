/*
 * A plugin for kazasu_reader.h with everything that the header has: a reader of a script, with a thread of its own that posts. There is no
 * SDK behind it; where a vendor's plugin calls the SDK, this one looks at what lies on its bench (scripted_bench.c).
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scripted_bench.h"

/* ---------------------------------------------------------------- The thread */

/* Posts the oldest event, without the mutex. */
static void post_one(struct kazasu_reader *reader) {
    struct posting posting = reader->postings[0];
    reader->posting_count--;
    memmove(reader->postings, reader->postings + 1, reader->posting_count * sizeof posting);
    if (posting.event.byte_count > 0) posting.event.bytes = posting.bytes;
    reader->is_posting = true;
    pthread_mutex_unlock(&reader->device->mutex);
    reader->host->post(reader->session, &posting.event);
    pthread_mutex_lock(&reader->device->mutex);
    reader->is_posting = false;
    memset(&posting, 0, sizeof posting);
    memset(&reader->postings[reader->posting_count], 0, sizeof posting);
    pthread_cond_broadcast(&reader->device->changed);
}

static int64_t camera_deadline(const struct kazasu_reader *reader) {
    if (reader->camera.number == 0) return INT64_MAX;
    return reader->looked < reader->camera.deadline ? reader->looked : reader->camera.deadline;
}

/* While somebody is looked at, it is the camera that gives up. */
static int64_t shown_deadline(const struct kazasu_reader *reader) {
    bool is_looking = reader->shown.kind == KAZASU_SCREEN_LOOK_INTO_CAMERA && reader->camera.number != 0;
    return reader->shown.number == 0 || is_looking ? INT64_MAX : reader->shown.deadline;
}

static int64_t next_deadline(const struct kazasu_reader *reader) {
    int64_t shown = shown_deadline(reader), camera = camera_deadline(reader);
    return shown < camera ? shown : camera;
}

static void end_what_is_over(struct kazasu_reader *reader) {
    int64_t now = monotonic_now();
    bool is_over = shown_deadline(reader) <= now;
    if (camera_deadline(reader) <= now) {
        if (reader->looked <= now) judge(reader);
        else end_camera(reader, KAZASU_ANSWER_TIMED_OUT);
    }
    if (is_over) answer(reader, &reader->shown, KAZASU_ANSWER_TIMED_OUT, 0, NULL);
}

static void *run(void *argument) {
    struct kazasu_reader *reader = argument;
    pthread_mutex_lock(&reader->device->mutex);
    while (!reader->is_stopping) {
        if (reader->posting_count > 0) post_one(reader);
        else if (!wait_for_change(reader->device, next_deadline(reader))) end_what_is_over(reader);
    }
    pthread_mutex_unlock(&reader->device->mutex);
    return NULL;
}

/* Signals are for the program's own threads. */
static int start_thread(struct kazasu_reader *reader) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&reader->thread, NULL, run, reader);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return code;
}

/* ---------------------------------------------------------------- Cards */

static bool is_there(const struct kazasu_card *card) {
    return card->reader->device->has_card && card->reader->device->placed == card->placed;
}

/* Why nothing can be done with a card; KAZASU_OK where it can. */
static int32_t obstacle(const struct kazasu_reader *reader, const struct kazasu_card *card) {
    if (reader->is_gone) return KAZASU_READER_GONE;
    if (reader->is_cancelled) return KAZASU_CANCELLED;
    if (card != NULL && !is_there(card)) return KAZASU_CARD_REMOVED;
    return KAZASU_OK;
}

static int32_t reset(struct kazasu_reader *reader, uint8_t *answer, size_t *count) {
    *count = scripted_card_reset(&reader->device->card, answer);
    if (*count > 0) return KAZASU_OK;
    snprintf(reader->failure, sizeof reader->failure, "no answer to reset");
    return KAZASU_CARD_MUTE;
}

static int32_t connect_card(
    kazasu_reader *reader, uint32_t slot, int64_t timeout_ns, kazasu_card **card, uint8_t *answer, size_t *count) {
    struct device *device = reader->device;
    (void)timeout_ns;
    pthread_mutex_lock(&device->mutex);
    int32_t status = slot != 0 ? KAZASU_NOT_SUPPORTED : obstacle(reader, NULL);
    if (status == KAZASU_OK && !device->has_card) status = KAZASU_NO_CARD;
    if (status == KAZASU_OK) status = reset(reader, answer, count);
    if (status == KAZASU_OK) {
        *card = calloc(1, sizeof **card);
        (*card)->reader = reader;
        (*card)->placed = device->placed;
        reader->connected = *card;
        device->handles++;
    }
    pthread_mutex_unlock(&device->mutex);
    return status;
}

static int32_t warm_reset(kazasu_card *card, int64_t timeout_ns, uint8_t *answer, size_t *count) {
    struct device *device = card->reader->device;
    (void)timeout_ns;
    pthread_mutex_lock(&device->mutex);
    int32_t status = obstacle(card->reader, card);
    if (status == KAZASU_OK) status = reset(card->reader, answer, count);
    pthread_mutex_unlock(&device->mutex);
    return status;
}

static int32_t transmit(
    kazasu_card *card, const uint8_t *command, size_t command_count, uint8_t *response, size_t capacity, size_t *count,
    int64_t timeout_ns) {
    struct kazasu_reader *reader = card->reader;
    struct device *device = reader->device;
    int64_t deadline = deadline_after(timeout_ns);
    int64_t delay_ms = 0;
    pthread_mutex_lock(&device->mutex);
    int32_t status = obstacle(reader, card);
    if (status == KAZASU_OK) {
        *count = scripted_card_answer(&device->card, command, command_count, response, capacity, &delay_ms);
        if (*count == 0) status = KAZASU_ANSWER_MALFORMED;
    }
    int64_t done = delay_ms < 0 ? INT64_MAX : deadline_after(delay_ms * 1000000);
    reader->is_computing = status == KAZASU_OK && monotonic_now() < done;
    if (reader->is_computing) pthread_cond_broadcast(&device->changed);
    while (status == KAZASU_OK && monotonic_now() < done) {
        if (!wait_for_change(device, done < deadline ? done : deadline) && deadline < done) {
            status = KAZASU_TIMED_OUT;
            snprintf(reader->failure, sizeof reader->failure, "the card still computes");
        } else {
            status = obstacle(reader, card);
        }
    }
    reader->is_computing = false;
    pthread_mutex_unlock(&device->mutex);
    return status;
}

static void disconnect(kazasu_card *card) {
    struct device *device = card->reader->device;
    pthread_mutex_lock(&device->mutex);
    if (is_there(card)) device->card.is_verified = false;
    if (card->reader->connected == card) card->reader->connected = NULL;
    note(device, "disconnect");
    device->handles--;
    pthread_mutex_unlock(&device->mutex);
    free(card);
}

/* ---------------------------------------------------------------- Prompts */

/* Shows something in place of what was shown. Under the mutex. */
static int32_t show(kazasu_reader *reader, uint32_t prompt, uint32_t kind, uint32_t digits) {
    struct prompt shown = {prompt, kind, 0, deadline_after(reader->device->screen_timeout)};
    if (reader->is_gone) return KAZASU_READER_GONE;
    reader->shown = shown;
    reader->digits = digits;
    reader->typed_count = 0;
    memset(reader->typed, 0, sizeof reader->typed);
    pthread_cond_broadcast(&reader->device->changed);
    return KAZASU_OK;
}

static int32_t show_screen(kazasu_reader *reader, uint32_t prompt, const kazasu_screen *screen) {
    struct device *device = reader->device;
    pthread_mutex_lock(&device->mutex);
    int32_t status = show(reader, prompt, screen->kind, 0);
    reader->shown.methods = screen->methods;
    note(
        device, "show %u methods=%u tries=%d group=%u name=%s ja=%s en=%s", screen->kind, screen->methods, screen->tries_left,
        screen->consent_group, screen->name.utf8 == NULL ? "-" : screen->name.utf8,
        screen->japanese.utf8 == NULL ? "-" : screen->japanese.utf8, screen->english.utf8 == NULL ? "-" : screen->english.utf8);
    pthread_mutex_unlock(&device->mutex);
    return status;
}

static int32_t look_for(kazasu_reader *reader, uint32_t prompt, uint32_t kind, bool has_good_photograph) {
    struct prompt camera = {prompt, kind, 0, deadline_after(reader->device->camera_timeout)};
    if (reader->is_gone) return KAZASU_READER_GONE;
    reader->camera = camera;
    reader->has_good_photograph = has_good_photograph;
    look(reader);
    return KAZASU_OK;
}

static int32_t read_card_face(kazasu_reader *reader, uint32_t prompt) {
    pthread_mutex_lock(&reader->device->mutex);
    int32_t status = look_for(reader, prompt, CAMERA_CARD_FACE, true);
    pthread_mutex_unlock(&reader->device->mutex);
    return status;
}

static int32_t match(kazasu_reader *reader, uint32_t prompt, const uint8_t *photograph, size_t count) {
    /* The signature box of a JP2 file (ISO/IEC 15444-1 annex I). */
    static const uint8_t jp2[12] = {0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A, 0x87, 0x0A};
    pthread_mutex_lock(&reader->device->mutex);
    note(reader->device, "match %zu", count);
    int32_t status = look_for(reader, prompt, CAMERA_MATCH, count >= sizeof jp2 && memcmp(photograph, jp2, sizeof jp2) == 0);
    pthread_mutex_unlock(&reader->device->mutex);
    return status;
}

static int32_t verify(kazasu_reader *reader, uint32_t prompt, uint32_t slot, const uint8_t *header, uint32_t digits) {
    if (slot != 0 || digits == 0 || digits > sizeof reader->typed) return KAZASU_NOT_SUPPORTED;
    pthread_mutex_lock(&reader->device->mutex);
    int32_t status = show(reader, prompt, SHOWN_PIN_PAD, digits);
    if (reader->connected == NULL || !is_there(reader->connected)) fail(reader, &reader->shown, KAZASU_NO_CARD);
    note(reader->device, "verify %02X%02X%02X%02X digits=%u", header[0], header[1], header[2], header[3], digits);
    pthread_mutex_unlock(&reader->device->mutex);
    return status;
}

static void withdraw(kazasu_reader *reader, uint32_t prompt) {
    pthread_mutex_lock(&reader->device->mutex);
    if (reader->shown.number == prompt) reader->shown.number = 0;
    if (reader->camera.number == prompt) reader->camera.number = 0;
    note(reader->device, "withdraw");
    pthread_mutex_unlock(&reader->device->mutex);
}

/* ---------------------------------------------------------------- The staff */

static int32_t shows_staff_button(kazasu_reader *reader) {
    struct device *device = reader->device;
    pthread_mutex_lock(&device->mutex);
    int32_t shows = device->is_announced && device->is_restarted;
    pthread_mutex_unlock(&device->mutex);
    return shows;
}

static int32_t announce_passcode(kazasu_reader *reader, int64_t timeout_ns) {
    (void)timeout_ns;
    pthread_mutex_lock(&reader->device->mutex);
    reader->device->is_announced = true;
    pthread_mutex_unlock(&reader->device->mutex);
    return KAZASU_OK;
}

static int32_t ask_passcode(kazasu_reader *reader, uint32_t prompt) {
    pthread_mutex_lock(&reader->device->mutex);
    int32_t status = show(reader, prompt, SHOWN_PASSCODE, 4);
    pthread_mutex_unlock(&reader->device->mutex);
    return status;
}

static int32_t wait_for_visual_check(kazasu_reader *reader, uint32_t prompt) {
    pthread_mutex_lock(&reader->device->mutex);
    int32_t status = show(reader, prompt, SHOWN_VISUAL_CHECK, 0);
    pthread_mutex_unlock(&reader->device->mutex);
    return status;
}

static int32_t restart(kazasu_reader *reader, int64_t timeout_ns) {
    kazasu_event event = {.kind = KAZASU_EVENT_GONE};
    (void)timeout_ns;
    pthread_mutex_lock(&reader->device->mutex);
    reader->device->is_restarted = reader->device->is_announced;
    reader->is_gone = true;
    leave(reader, event, NULL);
    pthread_mutex_unlock(&reader->device->mutex);
    return KAZASU_OK;
}

/* The vendor's own command of this one: the answer is what was sent, backwards. */
static int32_t escape_back(
    kazasu_reader *reader, const uint8_t *command, size_t command_count, uint8_t *answer, size_t capacity, size_t *count,
    int64_t timeout_ns) {
    (void)reader;
    (void)timeout_ns;
    if (command_count > capacity) return KAZASU_COMMAND_TOO_LONG;
    for (size_t index = 0; index < command_count; index++) answer[index] = command[command_count - 1 - index];
    *count = command_count;
    return KAZASU_OK;
}

/* ---------------------------------------------------------------- Opening and closing */

static void cancel(kazasu_reader *reader) {
    pthread_mutex_lock(&reader->device->mutex);
    reader->is_cancelled = true;
    pthread_cond_broadcast(&reader->device->changed);
    pthread_mutex_unlock(&reader->device->mutex);
}

static const char *failure(kazasu_reader *reader) { return reader->failure[0] == 0 ? NULL : reader->failure; }

static void close_reader(kazasu_reader *reader) {
    struct device *device = reader->device;
    pthread_mutex_lock(&device->mutex);
    reader->is_stopping = true;
    note(device, "close");
    pthread_cond_broadcast(&device->changed);
    pthread_mutex_unlock(&device->mutex);
    pthread_join(reader->thread, NULL);
    pthread_mutex_lock(&device->mutex);
    device->reader = NULL;
    device->handles--;
    pthread_cond_broadcast(&device->changed);
    pthread_mutex_unlock(&device->mutex);
    memset(reader, 0, sizeof *reader);
    free(reader);
}

static const kazasu_patient_screen patient_screen = {
    .struct_size = sizeof(kazasu_patient_screen),
    .offered = 1u << KAZASU_SCREEN_PLACE_CARD | 1u << KAZASU_SCREEN_CHOOSE_METHOD | 1u << KAZASU_SCREEN_LOOK_INTO_CAMERA
               | 1u << KAZASU_SCREEN_ENTER_PIN | 1u << KAZASU_SCREEN_CHOOSE_CONSENT | 1u << KAZASU_SCREEN_CONSENT
               | 1u << KAZASU_SCREEN_DONE | 1u << KAZASU_SCREEN_REMOVE_CARD | 1u << KAZASU_SCREEN_MESSAGE,
    .show = show_screen,
};
static const kazasu_face_camera face_camera = {
    .struct_size = sizeof(kazasu_face_camera), .read_card_face = read_card_face, .match = match};
static const kazasu_pin_pad pin_pad = {.struct_size = sizeof(kazasu_pin_pad), .verify = verify};
static const kazasu_staff_panel staff_panel = {
    .struct_size = sizeof(kazasu_staff_panel),
    .shows_staff_button = shows_staff_button,
    .announce_passcode = announce_passcode,
    .ask_passcode = ask_passcode,
    .wait_for_visual_check = wait_for_visual_check,
    .restart = restart,
};
static const kazasu_escape escape_lane = {.struct_size = sizeof(kazasu_escape), .escape = escape_back};

static const kazasu_reader_functions functions = {
    .struct_size = sizeof(kazasu_reader_functions),
    .close = close_reader,
    .cancel = cancel,
    .failure = failure,
    .connect = connect_card,
    .transmit = transmit,
    .warm_reset = warm_reset,
    .disconnect = disconnect,
    .withdraw = withdraw,
    .patient_screen = &patient_screen,
    .face_camera = &face_camera,
    .pin_pad = &pin_pad,
    .staff_panel = &staff_panel,
    .escape = &escape_lane,
};

/* Opens a device that is plugged in and not open. Under the mutex. */
static int32_t open_device(struct device *device, const kazasu_host *host, uint64_t session, kazasu_opening *opening) {
    kazasu_event event = {.kind = device->has_card ? KAZASU_EVENT_CARD_IN : KAZASU_EVENT_CARD_OUT};
    if (device->is_unplugged) {
        opening->failure = "it is not plugged in";
        return KAZASU_READER_NOT_FOUND;
    }
    if (device->reader != NULL) return KAZASU_READER_HELD;
    struct kazasu_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL) return KAZASU_FAILED;
    reader->host = host;
    reader->session = session;
    reader->device = device;
    if (start_thread(reader) != 0) {
        free(reader);
        return KAZASU_FAILED;
    }
    device->reader = reader;
    leave(reader, event, NULL);
    device->handles++;
    opening->reader = reader;
    opening->functions = &functions;
    opening->slot_count = 1;
    opening->screen_timeout_ns = device->screen_timeout;
    opening->camera_timeout_ns = device->camera_timeout;
    opening->apdu_length = KAZASU_LENGTH_EXTENDED;
    return KAZASU_OK;
}

static int32_t open_reader(
    const kazasu_host *host, uint64_t session, const char *name, int64_t timeout_ns, kazasu_opening *opening) {
    struct device *device = device_named(name);
    (void)timeout_ns;
    pthread_mutex_lock(&device->mutex);
    int32_t status = open_device(device, host, session, opening);
    pthread_mutex_unlock(&device->mutex);
    return status;
}

const kazasu_plugin *kazasu_reader_plugin(void) {
    static const kazasu_plugin plugin = {
        .struct_size = sizeof(kazasu_plugin),
        .version = KAZASU_READER_VERSION,
        .name = "Scripted reader, 1.0",
        .open = open_reader,
    };
    return &plugin;
}
