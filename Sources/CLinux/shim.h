// Linux calls that C declares with a variable number of arguments, which Swift cannot call.
#pragma once
#include <sys/eventfd.h>
#include <sys/prctl.h>

/// Forbids core dumps and reading the memory of this process by others of the same user (prctl(2), PR_SET_DUMPABLE).
static inline int kazasu_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L); }
/// Whether the process may still be dumped: 1 where it may.
static inline int kazasu_may_be_dumped(void) { return prctl(PR_GET_DUMPABLE, 0L, 0L, 0L, 0L); }
