// libpcsclite as Swift sees it. DWORD and LONG are eight bytes on 64-bit Linux.
#pragma once
#include <stdlib.h>
#include <winscard.h>

/// The socket of another service that libpcsclite is told to use instead of the usual one; NULL where it is told none.
static inline const char *kazasu_pcsc_other_socket(void) { return getenv("PCSCLITE_CSOCK_NAME"); }
