// What a written key means: spelling variants, retired names, secrets.
#pragma once

#include <string>
#include <string_view>

namespace lpm::config {

// The table's spelling of a key that is written otherwise ("https_proxy", "node-linker",
// "init.author.name"); keys that the table does not have come back as they are.
std::string canonical_key(std::string_view written);

// True for keys whose values never print.
bool is_secret_key(std::string_view key);

// True for a URL with a user or password before its host.
bool holds_user(std::string_view url);

// True for keys that say where other settings are: nothing that comes with a project may set them.
bool is_location_key(std::string_view key);

// npm's older ways to say omit and include, for example production=true.
bool is_retired_omit_key(std::string_view key);

// "minimumReleaseAge" in package.json is "minimum-release-age".
std::string from_camel_case(std::string_view name);

}  // namespace lpm::config
