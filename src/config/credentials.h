// Credentials of .npmrc: `//host/path/:_authToken` and its relatives, gathered by the place they
// belong to.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/registries.h"

namespace lpm::config {

// The settings of one place, by name.
using PlaceSettings = std::map<std::string, const SettingValue*>;

// "//host[:port]/path/" of a registry URL: what its credentials are tied to.
std::string place_of(const Url& url);

struct PlaceKey {
  std::string place;  // "//host/path/"
  std::string name;   // "_authToken"
};
// Splits `//host/path/:name`; also `//host/path:name`, as npm reads it. Nothing for other keys.
std::optional<PlaceKey> split_place_key(std::string_view key);

// The header value that these settings make, in npm's order: _authToken, _auth, username with
// _password. Nothing when they make none. BAD_CONFIG when a header cannot carry it; the error never
// shows it.
Result<std::optional<Credential>> make_credential(const PlaceSettings& settings);

// As Node decodes: skips bytes of no alphabet, takes both alphabets, needs no padding.
std::string decode_base64_leniently(std::string_view text);

}  // namespace lpm::config
