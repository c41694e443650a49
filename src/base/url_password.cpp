#include "base/url_password.h"

#include <algorithm>

namespace lpm {

std::string without_password(std::string_view text) {
  constexpr auto npos = std::string_view::npos;
  std::string clean;
  for (;;) {
    const std::size_t scheme = text.find("://");
    if (scheme == npos) return clean.append(text);
    const std::size_t begin = scheme + 3;
    const std::size_t end = std::min(text.find_first_of("/ \t\r\n'\"?#", begin), text.size());
    const std::string_view authority = text.substr(begin, end - begin);
    const std::size_t at = authority.rfind('@');
    const std::string_view user = authority.substr(0, at == npos ? 0 : at);
    const bool is_address = user.find(':') == npos && text.substr(0, scheme).ends_with("ssh");
    clean.append(text.substr(0, begin));
    clean.append(authority.substr(at == npos || is_address ? 0 : at + 1));
    text.remove_prefix(end);
  }
}

}  // namespace lpm
