#include "lockfile/toml_text.h"

#include <algorithm>

#include "base/text.h"

namespace lpm::lockfile {
namespace {

constexpr char kHex[] = "0123456789ABCDEF";

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}
bool is_bare(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return is_bare(c); });
}
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    if (is_control(c)) {
      out += "\\u00";
      out += kHex[static_cast<unsigned char>(c) >> 4];
      out += kHex[c & 15];
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void append_segment(std::string& out, std::string_view text) {
  if (is_bare(text))
    out += text;
  else
    append_string(out, text);
}

void append_array(std::string& out, const std::vector<std::string>& items) {
  out += '[';
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ", ";
    append_string(out, items[i]);
  }
  out += ']';
}

bool LineCursor::skip(std::string_view literal) {
  if (!rest_.starts_with(literal)) return false;
  rest_.remove_prefix(literal.size());
  return true;
}

std::string_view LineCursor::bare() {
  std::size_t length = 0;
  while (length < rest_.size() && is_bare(rest_[length])) ++length;
  const std::string_view word = rest_.substr(0, length);
  rest_.remove_prefix(length);
  return word;
}

std::optional<std::string> LineCursor::segment() {
  if (!rest_.starts_with('"')) {
    const std::string_view word = bare();
    if (word.empty()) return std::nullopt;
    return std::string(word);
  }
  std::optional<std::string> text = string();
  if (text && is_bare(*text)) return std::nullopt;  // has a shorter spelling
  return text;
}

std::optional<std::string> LineCursor::string() {
  if (!skip("\"")) return std::nullopt;
  std::string text;
  while (!rest_.empty()) {
    const std::size_t plain = static_cast<std::size_t>(
        std::find_if(rest_.begin(), rest_.end(),
                     [](char c) { return c == '"' || c == '\\' || is_control(c); }) -
        rest_.begin());
    text += rest_.substr(0, plain);
    rest_.remove_prefix(plain);
    if (skip("\"")) return text;
    if (!take_escape(text)) return std::nullopt;
  }
  return std::nullopt;
}

bool LineCursor::take_escape(std::string& out) {
  if (!skip("\\")) return false;
  if (rest_.starts_with('"') || rest_.starts_with('\\')) {
    out += rest_[0];
    rest_.remove_prefix(1);
    return true;
  }
  if (rest_.size() < 5 || !skip("u00")) return false;
  const std::size_t high = std::string_view(kHex).find(rest_[0]);
  const std::size_t low = std::string_view(kHex).find(rest_[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return false;
  const char c = static_cast<char>(high << 4 | low);
  if (!is_control(c)) return false;
  out += c;
  rest_.remove_prefix(2);
  return true;
}

std::optional<std::vector<std::string>> LineCursor::array() {
  std::vector<std::string> items;
  if (!skip("[")) return std::nullopt;
  do {
    std::optional<std::string> item = string();
    if (!item) return std::nullopt;
    items.push_back(std::move(*item));
  } while (skip(", "));
  if (!skip("]")) return std::nullopt;
  return items;
}

std::optional<std::uint64_t> LineCursor::number() {
  std::size_t length = 0;
  while (length < rest_.size() && rest_[length] >= '0' && rest_[length] <= '9') ++length;
  const std::optional<std::uint64_t> value = parse_decimal(rest_.substr(0, length));
  if (!value || (length > 1 && rest_[0] == '0')) return std::nullopt;
  rest_.remove_prefix(length);
  return value;
}

}  // namespace lpm::lockfile
