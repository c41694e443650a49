// URLs as JavaScript's `new URL()` reads them (the WHATWG rules), as far as specifiers need it:
// which texts are URLs at all, their parts, and the normalised text of git URLs. Not a client's URL
// type (net has its own).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace lpm::manifest {

struct Url {
  std::string scheme;  // lower case, without the colon
  bool has_authority = false;
  std::string username, password;  // percent-encoded
  std::string host;                // lower case for http and its like, as written for others
  std::string port;
  std::string path;      // percent-encoded, dot segments resolved
  std::string query;     // with its `?`
  std::string fragment;  // without its `#`, percent-encoded

  std::string text_without_fragment() const;
};

std::optional<Url> parse_url(std::string_view text);

// The text begins with `letters:` or `git+letters:`, which is what npm takes for a URL.
bool has_url_scheme(std::string_view text);

// decodeURIComponent: nothing when an escape is cut short or the result is not UTF-8.
std::optional<std::string> decode_component(std::string_view text);
// encodeURIComponent would leave the text as it is.
bool is_plain_component(std::string_view text);

}  // namespace lpm::manifest
