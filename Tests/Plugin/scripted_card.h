/* The card of the scripted reader: a few commands, enough to see that they arrive. */
#ifndef SCRIPTED_CARD_H
#define SCRIPTED_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is wrong with a card, if anything. */
enum scripted_flaw {
    CARD_WELL,
    CARD_DEAD, /* no answer to reset */
    CARD_MUTE, /* no answer to a command */
    CARD_SLOW, /* the same computing before every answer */
};

struct scripted_card {
    enum scripted_flaw flaw;
    int64_t computing_ms; /* of a slow one */
    bool is_verified;
    bool has_application;
    uint8_t file;
    int tries;
    uint8_t challenge;
};

/* A card as it lies there: PIN 1234, three tries. */
void scripted_card_place(struct scripted_card *card, enum scripted_flaw flaw, int64_t computing_ms);

/* Power comes: what was selected or verified is no more. The answer to reset, of at most 33 bytes; 0 where the card is dead. */
size_t scripted_card_reset(struct scripted_card *card, uint8_t *answer);

/* What it makes of a PIN (ISO/IEC 7816-4 clause 11.6.6): the status word. */
unsigned scripted_card_verify(struct scripted_card *card, const uint8_t *pin, size_t count);

/* Carries out a command and writes the response; its length, 0 where it does not fit. *delay_ms is how long the card computes, -1 for
   ever. */
size_t scripted_card_answer(
    struct scripted_card *card, const uint8_t *command, size_t count, uint8_t *response, size_t capacity, int64_t *delay_ms);

#endif
