// libpcsclite as Swift sees it. DWORD and LONG are eight bytes on 64-bit Linux.
#pragma once
#include <winscard.h>
