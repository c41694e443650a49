// What a written key means: spelling variants, retired names, secrets.
#pragma once

#include <string>
#include <string_view>

namespace lpm::config {

// True for keys whose values never print.
bool is_secret_key(std::string_view key);

// True for a URL with a user or password before its host.
bool holds_user(std::string_view url);

// True for keys that say where other settings are, or name a program of the user's: nothing that
// comes with a project may set them.
bool is_location_key(std::string_view key);

// npm's older ways to say omit and include, for example production=true.
bool is_retired_omit_key(std::string_view key);

// "minimumReleaseAge" in package.json is "minimum-release-age".
std::string from_camel_case(std::string_view name);

}  // namespace lpm::config
