// Where a path in a command points, as far as its text says.
#pragma once

#include <string_view>

namespace lpm::security {

bool leaves_package(std::string_view path);       // absolute, in a home, or up with `..`
bool is_home_or_absolute(std::string_view path);  // `~`, `$HOME`, `/`, `C:\`
// Start-up files of shells, keys, settings of the system, hidden files of a home.
bool is_sensitive(std::string_view path);
// A plain relative path without `..`, variables and odd characters.
bool is_plain_inner_path(std::string_view path);

std::string_view base_name(std::string_view path);

}  // namespace lpm::security
