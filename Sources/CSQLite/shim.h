// SQLite as Swift sees it; the casts below are macros that Swift cannot import.
#pragma once
#include <sqlite3.h>

/// SQLITE_TRANSIENT: SQLite makes its own copy of a bound value before the call returns.
static inline sqlite3_destructor_type kazasu_sqlite_transient(void) { return SQLITE_TRANSIENT; }
