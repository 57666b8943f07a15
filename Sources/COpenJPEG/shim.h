// OpenJPEG (libopenjp2), which decodes JPEG 2000, as Swift sees it.
#pragma once
#include <openjpeg.h>
