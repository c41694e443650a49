// formats: JSON, INI, TOML, YAML, tar, gzip. Syntax only, with limits beside each parser; knows
// nothing of packages. Everything read here is hostile. Each format has its own public header.
// Objects are used by one thread at a time.
#pragma once

#include "formats/gzip.h"
#include "formats/ini.h"
#include "formats/json.h"
#include "formats/tar.h"
#include "formats/toml.h"
#include "formats/yaml.h"
