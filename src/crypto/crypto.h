// crypto: digests and integrity strings. Knows nothing of where bytes came from. Pure and
// thread-safe.
#pragma once

#include "crypto/digest.h"
#include "crypto/integrity.h"
