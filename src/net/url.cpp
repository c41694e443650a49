#include "net/url.h"

#include <curl/curl.h>

#include <memory>

#include "base/text.h"
#include "net/net.h"

namespace lpm::net {
namespace {

using UrlHandle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

UrlHandle make_handle() {
  return {curl_url(), &curl_url_cleanup};
}

std::string part(CURLU* handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle, which, &text, flags) != CURLUE_OK) return "";
  std::string copy = text;
  curl_free(text);
  return copy;
}

bool is_loopback_host(std::string_view host) {
  if (host == "localhost" || host == "[::1]") return true;
  if (!host.starts_with("127.")) return false;
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

}  // namespace

std::optional<Target> parse_target(const std::string& url) {
  const UrlHandle handle = make_handle();
  if (curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return std::nullopt;
  Target target;
  target.scheme = to_lower_ascii(part(handle.get(), CURLUPART_SCHEME));
  if (target.scheme != "http" && target.scheme != "https") return std::nullopt;
  const std::string host = to_lower_ascii(part(handle.get(), CURLUPART_HOST));
  target.origin =
      target.scheme + "://" + host + ":" + part(handle.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT);
  target.is_loopback = is_loopback_host(host);
  return target;
}

std::optional<std::string> resolve_location(const std::string& base, const std::string& location) {
  const UrlHandle handle = make_handle();
  if (curl_url_set(handle.get(), CURLUPART_URL, base.c_str(), 0) != CURLUE_OK) return std::nullopt;
  // A relative location must not carry the base's user and password along in a printable URL.
  curl_url_set(handle.get(), CURLUPART_FRAGMENT, nullptr, 0);
  if (curl_url_set(handle.get(), CURLUPART_URL, location.c_str(),
                   CURLU_NON_SUPPORT_SCHEME | CURLU_URLENCODE) != CURLUE_OK) {
    return std::nullopt;
  }
  return part(handle.get(), CURLUPART_URL);
}

std::string without_credentials(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  const std::size_t authority = scheme_end == std::string_view::npos ? 0 : scheme_end + 3;
  std::string_view rest = url.substr(authority);
  const std::string_view host = rest.substr(0, rest.find('/'));
  std::size_t at = host.rfind('@');
  // A password with a raw `/` reads as `user:start-of-password` where host and port should stand.
  const bool odd_port = !host.ends_with(']') && host.find(':') != std::string_view::npos &&
                        !parse_decimal(host.substr(host.rfind(':') + 1));
  if (at == std::string_view::npos && odd_port) at = rest.rfind('@');
  if (at != std::string_view::npos) rest = rest.substr(at + 1);
  return std::string(url.substr(0, authority)) +
         std::string(rest.substr(0, rest.find_first_of("?#")));
}

}  // namespace lpm::net
