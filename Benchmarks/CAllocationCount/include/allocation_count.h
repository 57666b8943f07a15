#ifndef KAZASU_ALLOCATION_COUNT_H
#define KAZASU_ALLOCATION_COUNT_H

#include <stdint.h>

/// How often this thread has asked for memory since it began.
uint64_t allocation_count(void);

#endif
