#include "scripted_card.h"

#include <string.h>

static const uint8_t pin[4] = {'1', '2', '3', '4'};
/* The name of the JPKI application. */
static const uint8_t application[10] = {0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01};
static const uint8_t answer_to_reset[] = {0x3B, 0x80, 0x80, 0x01, 0x01};

void scripted_card_place(struct scripted_card *card, enum scripted_flaw flaw, int64_t computing_ms) {
    memset(card, 0, sizeof *card);
    card->flaw = flaw;
    card->computing_ms = computing_ms;
    card->tries = 3;
}

size_t scripted_card_reset(struct scripted_card *card, uint8_t *answer) {
    card->is_verified = false;
    card->has_application = false;
    card->file = 0;
    if (card->flaw == CARD_DEAD) return 0;
    memcpy(answer, answer_to_reset, sizeof answer_to_reset);
    return sizeof answer_to_reset;
}

unsigned scripted_card_verify(struct scripted_card *card, const uint8_t *digits, size_t count) {
    if (card->tries == 0) return 0x6984;
    if (count == 0) return card->is_verified ? 0x9000 : 0x63C0u + (unsigned)card->tries;
    card->is_verified = count == sizeof pin && memcmp(digits, pin, count) == 0;
    card->tries = card->is_verified ? 3 : card->tries - 1;
    if (card->is_verified) return 0x9000;
    return card->tries == 0 ? 0x6984 : 0x63C0u + (unsigned)card->tries;
}

/* Data and Ne of a command APDU, short or extended (ISO/IEC 7816-4 clause 5.2); false for what is none. */
static bool read_lengths(const uint8_t *command, size_t count, const uint8_t **data, size_t *data_count, size_t *expected) {
    const uint8_t *body = command + 4;
    size_t rest = count - 4;
    *data = NULL;
    *data_count = 0;
    *expected = 0;
    if (rest == 0) return true;
    if (body[0] != 0 || rest == 1) { /* short */
        if (rest == 1) {
            *expected = body[0] == 0 ? 256 : body[0];
            return true;
        }
        *data_count = body[0];
        *data = body + 1;
        if (rest == 1 + *data_count) return true;
        *expected = body[rest - 1] == 0 ? 256 : body[rest - 1];
        return rest == 2 + *data_count;
    }
    if (rest < 3) return false;
    size_t first = (size_t)body[1] << 8 | body[2];
    if (rest == 3) {
        *expected = first == 0 ? 65536 : first;
        return true;
    }
    *data_count = first;
    *data = body + 3;
    if (first == 0) return false;
    if (rest == 3 + first) return true;
    if (rest != 5 + first) return false;
    *expected = (size_t)body[rest - 2] << 8 | body[rest - 1];
    if (*expected == 0) *expected = 65536;
    return true;
}

/* SELECT of the application by its name, or of the files 0018 (a PIN) and 000A (bytes to read) in it. */
static unsigned select_file(struct scripted_card *card, const uint8_t *command, const uint8_t *data, size_t count) {
    if (command[2] == 0x04 && count == sizeof application && memcmp(data, application, count) == 0) {
        card->has_application = true;
        card->file = 0;
        return 0x9000;
    }
    if (command[2] == 0x02 && card->has_application && count == 2 && data[0] == 0x00 && (data[1] == 0x18 || data[1] == 0x0A)) {
        card->file = data[1];
        return 0x9000;
    }
    return 0x6A82;
}

size_t scripted_card_answer(
    struct scripted_card *card, const uint8_t *command, size_t count, uint8_t *response, size_t capacity, int64_t *delay_ms) {
    const uint8_t *data;
    size_t data_count, expected, length = 0;
    unsigned status = 0x6D00;
    *delay_ms = card->flaw == CARD_MUTE ? -1 : card->flaw == CARD_SLOW ? card->computing_ms : 0;
    if (card->flaw == CARD_SLOW) {
        /* READ BINARY tells itself from anything else. */
        status = count > 1 && command[1] == 0xB0 ? 0x9001 : 0x9000;
    } else if (count < 4 || !read_lengths(command, count, &data, &data_count, &expected)) {
        status = 0x6700;
    } else if (command[0] == 0x00 && command[1] == 0xA4) { /* SELECT */
        status = select_file(card, command, data, data_count);
    } else if (command[0] == 0x00 && command[1] == 0xB0) { /* READ BINARY of a long file */
        status = card->file == 0x0A ? 0x9000 : 0x6986;
        if (expected + 2 > capacity) return 0;
        length = status == 0x9000 ? expected : 0;
        memset(response, 0x30, length);
    } else if (command[0] == 0x00 && command[1] == 0x20) { /* VERIFY */
        status = scripted_card_verify(card, data, data_count);
    } else if (command[0] == 0x00 && command[1] == 0x84) { /* GET CHALLENGE: no two alike in a row */
        if (expected + 2 > capacity) return 0;
        for (length = 0; length < expected; length++) response[length] = (uint8_t)(card->challenge + length);
        card->challenge++;
        status = 0x9000;
    } else if (command[0] == 0x80 && command[1] == 0x10) { /* echo, of the test's own */
        if (data_count + 2 > capacity) return 0;
        if (data_count > 0) memcpy(response, data, data_count);
        length = data_count;
        status = 0x9000;
    } else if (command[0] == 0x80 && command[1] == 0x12) { /* computes for P1 P2 milliseconds, of the test's own */
        *delay_ms = (int64_t)command[2] << 8 | command[3];
        status = 0x9000;
    }
    response[length] = (uint8_t)(status >> 8);
    response[length + 1] = (uint8_t)status;
    return length + 2;
}
