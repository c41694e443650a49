#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "config/registries.h"

namespace lpm::config {
namespace {

// Everything that URL readers are known to disagree about is refused: backslashes, blanks, control
// bytes.
bool has_ambiguous_bytes(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7f || c == '\\';
  });
}

bool is_host_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_plain_host(std::string_view host) {
  return !host.empty() && host.front() != '.' &&
         std::all_of(host.begin(), host.end(), is_host_byte);
}

bool is_ipv6(const std::string& host) {
  in6_addr address;
  return inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::uint16_t default_port(std::string_view scheme) {
  if (scheme == "https") return 443;
  if (scheme == "http") return 80;
  return 0;
}

// Splits "host", "host:port", "[::1]:port". False when it is none of these.
bool read_authority(std::string_view authority, Url& url) {
  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return false;
    url.host = to_lower_ascii(authority.substr(1, close - 1));
    if (!is_ipv6(url.host)) return false;
    port = authority.substr(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    url.host = to_lower_ascii(authority.substr(0, colon));
    if (!is_plain_host(url.host)) return false;
    port = authority.substr(colon);
  }
  url.port = default_port(url.scheme);
  if (port.empty() || port == ":") return url.port != 0;
  const auto number = port.front() == ':' ? parse_decimal(port.substr(1)) : std::nullopt;
  if (!number || *number == 0 || *number > 65535) return false;
  url.port = static_cast<std::uint16_t>(*number);
  return true;
}

std::string decode_dots(std::string_view segment) {
  return replace_all(to_lower_ascii(segment), "%2e", ".");
}

// Resolves `.` and `..`, also written as %2e, so that a path prefix says what the server will see.
std::string normalise_path(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_in_folder = false;
  for (std::string_view segment : split(path.substr(1), '/')) {
    const std::string plain = decode_dots(segment);
    ends_in_folder = plain == "." || plain == "..";
    if (plain == ".." && !kept.empty()) kept.pop_back();
    if (!ends_in_folder) kept.push_back(segment);
  }
  std::string result;
  for (std::string_view segment : kept) result.append("/").append(segment);
  if (ends_in_folder || result.empty()) result += '/';
  return result;
}

}  // namespace

std::optional<Url> Url::parse(std::string_view text) {
  if (has_ambiguous_bytes(text)) return std::nullopt;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return std::nullopt;
  Url url;
  url.scheme = to_lower_ascii(text.substr(0, colon));
  if (url.scheme != "http" && url.scheme != "https") return std::nullopt;
  std::string_view rest = text.substr(colon + 3);
  rest = rest.substr(0, rest.find('#'));
  const std::size_t authority_end = std::min(rest.find_first_of("/?"), rest.size());
  const std::string_view authority = rest.substr(0, authority_end);
  if (authority.find('@') != std::string_view::npos) return std::nullopt;
  if (!read_authority(authority, url)) return std::nullopt;
  rest.remove_prefix(authority_end);
  const std::size_t query = rest.find('?');
  if (query != std::string_view::npos) url.query = rest.substr(query + 1);
  const std::string_view path = rest.substr(0, query);
  url.path = path.empty() ? "/" : normalise_path(path);
  return url;
}

std::string Url::origin() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  std::string text = scheme + "://" + (is_v6 ? "[" + host + "]" : host);
  if (port != default_port(scheme)) text += fmt::format(":{}", port);
  return text;
}

bool Url::is_loopback() const {
  if (host == "localhost") return true;
  in_addr v4;
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6;
  return inet_pton(AF_INET6, host.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

}  // namespace lpm::config
