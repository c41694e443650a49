// npm_package_*: the part of package.json that scripts see in their environment.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "manifest/manifest.h"

namespace lpm::tasks {

using Variables = std::map<std::string, std::string, std::less<>>;

// Adds name, version, config.*, engines.* and bin.*, flattened with `_` as npm does.
void add_package_variables(const manifest::Manifest& manifest, Variables& variables);

// A relative path without `.`, `..` and leading slashes: what npm makes of a bin's target.
std::string clean_relative_path(std::string_view path);

// A number as JavaScript prints it.
std::string javascript_number(double number);

}  // namespace lpm::tasks
