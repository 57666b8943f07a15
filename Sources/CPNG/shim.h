// libpng as Swift sees it; its simplified interface only.
#pragma once
#include <png.h>
