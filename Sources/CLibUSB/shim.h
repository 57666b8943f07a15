// libusb as Swift sees it.
#pragma once
#include <libusb.h>
