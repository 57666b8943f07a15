// The D-Bus client of systemd as Swift sees it.
#pragma once
#include <systemd/sd-bus.h>
