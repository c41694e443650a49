// config: settings from every layer, the registries and credentials that they name. Owns precedence
// and the settings table; must not know commands. Values are immutable after loading and may be
// shared by threads.
#pragma once

#include "config/registries.h"
#include "config/settings.h"
