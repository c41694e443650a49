#include "manifest/url.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace lpm::manifest {

namespace {

constexpr auto npos = std::string_view::npos;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_control_or_wide(char c) {
  return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) > 0x7e;
}

bool is_special(std::string_view scheme) {
  constexpr std::string_view kSpecial[] = {"http", "https", "ws", "wss", "ftp", "file"};
  return std::find(std::begin(kSpecial), std::end(kSpecial), scheme) != std::end(kSpecial);
}

std::string_view default_port(std::string_view scheme) {
  if (scheme == "http" || scheme == "ws") return "80";
  if (scheme == "https" || scheme == "wss") return "443";
  return scheme == "ftp" ? "21" : "";
}

// What each part of a URL escapes, besides control characters and everything beyond ASCII.
constexpr std::string_view kFragmentEscapes = " \"<>`";
constexpr std::string_view kQueryEscapes = " \"#<>";
constexpr std::string_view kSpecialQueryEscapes = " \"#<>'";
constexpr std::string_view kPathEscapes = " \"#<>?`{}";
constexpr std::string_view kUserEscapes = " \"#<>?`{}/:;=@[\\]^|";

std::string escape(std::string_view text, std::string_view escapes) {
  constexpr char kHex[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    if (!is_control_or_wide(c) && escapes.find(c) == npos) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += kHex[byte >> 4];
    result += kHex[byte & 15];
  }
  return result;
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_escape(std::string_view text) {
  return text.size() >= 3 && text[0] == '%' && hex_value(text[1]) >= 0 && hex_value(text[2]) >= 0;
}

char escaped_byte(std::string_view text) {
  return static_cast<char>(hex_value(text[1]) * 16 + hex_value(text[2]));
}

std::string unescape(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const bool escaped = is_escape(text);
    result += escaped ? escaped_byte(text) : text.front();
    text.remove_prefix(escaped ? 3 : 1);
  }
  return result;
}

// Without blanks and control characters at the ends, and without tabs and line ends anywhere.
std::string clean(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  std::string result(text);
  std::erase_if(result, [](char c) { return c == '\t' || c == '\n' || c == '\r'; });
  return result;
}

std::string_view take_scheme(std::string_view& text) {
  if (text.empty() || !is_letter(text.front())) return {};
  std::size_t end = 1;
  while (end < text.size() && (is_letter(text[end]) || is_digit(text[end]) || text[end] == '+' ||
                               text[end] == '-' || text[end] == '.')) {
    ++end;
  }
  if (end == text.size() || text[end] != ':') return {};
  const std::string_view scheme = text.substr(0, end);
  text.remove_prefix(end + 1);
  return scheme;
}

std::optional<std::uint64_t> parse_ipv4_part(std::string_view part) {
  if (part.empty()) return std::nullopt;
  std::uint64_t base = 10;
  if (part.starts_with("0x") || part.starts_with("0X")) {
    base = 16;
    part.remove_prefix(2);
  } else if (part.size() > 1 && part.front() == '0') {
    base = 8;
  }
  std::uint64_t value = 0;
  for (const char c : part) {
    const int digit = hex_value(c);
    if (digit < 0 || static_cast<std::uint64_t>(digit) >= base) return std::nullopt;
    value = std::min<std::uint64_t>(value * base + static_cast<std::uint64_t>(digit),
                                    std::uint64_t{1} << 33);
  }
  return value;
}

// The last label makes a host an IPv4 address or a mistake.
bool is_bad_ipv4(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  const std::vector<std::string_view> parts = split(host, '.');
  const std::string_view last = parts.back();
  const bool all_digits = !last.empty() && std::all_of(last.begin(), last.end(), is_digit);
  if (!all_digits && !((last.starts_with("0x") || last.starts_with("0X")) && parse_ipv4_part(last)))
    return false;
  if (parts.size() > 4) return true;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto value = parse_ipv4_part(parts[i]);
    const std::uint64_t limit =
        i + 1 < parts.size() ? 255 : (std::uint64_t{1} << (8 * (5 - parts.size()))) - 1;
    if (!value || *value > limit) return true;
  }
  return false;
}

// Groups of an IPv6 address between colons; an IPv4 tail counts as two. Nothing: not well formed.
std::optional<std::size_t> count_groups(std::string_view text, bool may_end_in_ipv4) {
  if (text.empty()) return 0;
  std::size_t count = 0;
  const std::vector<std::string_view> groups = split(text, ':');
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const std::string_view group = groups[i];
    if (may_end_in_ipv4 && i + 1 == groups.size() &&
        std::count(group.begin(), group.end(), '.') == 3) {
      if (is_bad_ipv4(group)) return std::nullopt;
      count += 2;
      continue;
    }
    const bool is_hex =
        std::all_of(group.begin(), group.end(), [](char c) { return hex_value(c) >= 0; });
    if (group.empty() || group.size() > 4 || !is_hex) return std::nullopt;
    ++count;
  }
  return count;
}

bool is_ipv6(std::string_view host) {
  if (!host.starts_with('[') || !host.ends_with(']')) return false;
  host = host.substr(1, host.size() - 2);
  const std::size_t gap = host.find("::");
  if (gap == npos) return count_groups(host, true) == 8;
  const auto before = count_groups(host.substr(0, gap), false);
  const auto after = count_groups(host.substr(gap + 2), true);
  return before && after && *before + *after < 8;
}

bool read_host(std::string_view text, bool special, std::string& host) {
  if (text.starts_with('[')) {
    host = to_lower_ascii(text);
    return is_ipv6(text);
  }
  host = special ? to_lower_ascii(unescape(text)) : escape(text, "");
  const std::string_view checked = special ? std::string_view(host) : text;
  constexpr std::string_view kForbidden = " #/:<>?@[\\]^|";
  for (const char c : checked) {
    if (c == '\0' || c == '\t' || c == '\n' || c == '\r' || kForbidden.find(c) != npos)
      return false;
    if (special && (static_cast<unsigned char>(c) <= 0x1f || c == 0x7f || c == '%')) return false;
  }
  return !special || (!host.empty() && !is_bad_ipv4(host));
}

bool read_port(std::string_view text, Url& url) {
  if (!std::all_of(text.begin(), text.end(), is_digit)) return false;
  while (text.size() > 1 && text.front() == '0') text.remove_prefix(1);
  if (text.size() > 5 || (text.size() == 5 && text > "65535")) return false;
  if (text != default_port(url.scheme)) url.port = text;
  return true;
}

void read_user(std::string_view text, Url& url) {
  const std::size_t colon = text.find(':');
  url.username = escape(text.substr(0, colon), kUserEscapes);
  if (colon != npos) url.password = escape(text.substr(colon + 1), kUserEscapes);
}

bool read_authority(std::string_view text, bool special, Url& url) {
  url.has_authority = true;
  const std::size_t at = text.rfind('@');
  if (at != npos) {
    read_user(text.substr(0, at), url);
    text.remove_prefix(at + 1);
    if (text.empty()) return false;
  }
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', text.starts_with('[') && bracket != npos ? bracket : 0);
  if (colon == 0 || (special && text.empty() && url.scheme != "file")) return false;
  if (colon != npos && !read_port(text.substr(colon + 1), url)) return false;
  if (text.empty()) return true;
  return read_host(text.substr(0, colon), special, url.host);
}

// `.` and `..`, also escaped.
bool is_dot_segment(std::string_view segment, std::size_t dots) {
  std::size_t count = 0;
  while (!segment.empty()) {
    const bool escaped = segment.size() >= 3 && equals_ignoring_case(segment.substr(0, 3), "%2e");
    if (!escaped && segment.front() != '.') return false;
    segment.remove_prefix(escaped ? 3 : 1);
    ++count;
  }
  return count == dots;
}

std::string resolve_path(std::string_view text, bool special) {
  const std::string_view separators = special ? "/\\" : "/";
  std::vector<std::string_view> segments;
  for (bool last = false; !last;) {
    const std::size_t slash = text.find_first_of(separators);
    last = slash == npos;
    const std::string_view segment = text.substr(0, slash);
    if (is_dot_segment(segment, 2)) {
      if (!segments.empty()) segments.pop_back();
      if (last) segments.push_back("");
    } else if (!is_dot_segment(segment, 1)) {
      segments.push_back(segment);
    } else if (last) {
      segments.push_back("");
    }
    if (!last) text.remove_prefix(slash + 1);
  }
  std::string path;
  for (const std::string_view segment : segments)
    path.append("/").append(escape(segment, kPathEscapes));
  return path;
}

}  // namespace

std::optional<Url> parse_url(std::string_view input) {
  const std::string cleaned = clean(input);
  std::string_view text = cleaned;
  Url url;
  url.scheme = to_lower_ascii(take_scheme(text));
  if (url.scheme.empty()) return std::nullopt;
  const bool special = is_special(url.scheme);
  if (const std::size_t hash = text.find('#'); hash != npos) {
    url.fragment = escape(text.substr(hash + 1), kFragmentEscapes);
    text = text.substr(0, hash);
  }
  if (const std::size_t mark = text.find('?'); mark != npos) {
    url.query = "?" + escape(text.substr(mark + 1), special ? kSpecialQueryEscapes : kQueryEscapes);
    text = text.substr(0, mark);
  }
  if (special || text.starts_with("//")) {
    const std::string_view separators = special ? "/\\" : "/";
    text.remove_prefix(special ? std::min(text.find_first_not_of(separators), text.size()) : 2);
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (!read_authority(text.substr(0, end), special, url)) return std::nullopt;
    text.remove_prefix(end);
    if (!text.empty()) {
      url.path = resolve_path(text.substr(1), special);
    } else if (special) {
      url.path = "/";
    }
  } else if (text.starts_with('/')) {
    url.path = resolve_path(text.substr(1), false);
  } else {
    url.path = escape(text, "");
  }
  return url;
}

std::string Url::text_without_fragment() const {
  std::string text = scheme + ":";
  if (has_authority) {
    text += "//";
    if (!username.empty() || !password.empty()) {
      text += username;
      if (!password.empty()) text.append(":").append(password);
      text += '@';
    }
    text += host;
    if (!port.empty()) text.append(":").append(port);
  } else if (path.starts_with("//")) {
    text += "/.";
  }
  text += path;
  // Blanks that stood between such a path and the fragment end the text now, where they mean
  // nothing.
  const bool is_opaque = !has_authority && !path.starts_with('/');
  while (is_opaque && query.empty() && text.ends_with(' ')) text.pop_back();
  return text + query;
}

bool has_url_scheme(std::string_view text) {
  if (equals_ignoring_case(text.substr(0, 4), "git+")) text.remove_prefix(4);
  std::size_t end = 0;
  while (end < text.size() && is_letter(text[end])) ++end;
  return end > 0 && end < text.size() && text[end] == ':';
}

std::optional<std::string> decode_component(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    if (text.front() != '%') {
      result += text.front();
      text.remove_prefix(1);
      continue;
    }
    std::size_t following = 0;  // bytes after the first of one character
    for (std::size_t i = 0; i <= following; ++i) {
      if (!is_escape(text)) return std::nullopt;
      const auto byte = static_cast<unsigned char>(escaped_byte(text));
      if (i > 0 && (byte & 0xc0) != 0x80) return std::nullopt;
      if (i == 0 && byte >= 0x80) {
        if (byte < 0xc2 || byte > 0xf4) return std::nullopt;
        following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
      }
      // Overlong forms, surrogates, and beyond U+10FFFF.
      if (i == 1) {
        const auto first = static_cast<unsigned char>(result.back());
        if ((first == 0xe0 && byte < 0xa0) || (first == 0xed && byte > 0x9f) ||
            (first == 0xf0 && byte < 0x90) || (first == 0xf4 && byte > 0x8f)) {
          return std::nullopt;
        }
      }
      result += static_cast<char>(byte);
      text.remove_prefix(3);
    }
  }
  return result;
}

bool is_plain_component(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("-_.!~*'()").find(c) != npos;
  });
}

}  // namespace lpm::manifest
