// URLs as curl reads them: one parser decides where a request goes and who may see its credential.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lpm::net {

struct Target {
  std::string scheme;  // "http" or "https"
  std::string origin;  // "https://host:443", lower case
  bool is_loopback = false;
};

// Nothing for what curl refuses, and for schemes other than http and https.
std::optional<Target> parse_target(const std::string& url);
// The absolute form of a Location header; nothing when it is not a URL.
std::optional<std::string> resolve_location(const std::string& base, const std::string& location);

}  // namespace lpm::net
