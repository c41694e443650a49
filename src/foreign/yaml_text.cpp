#include "foreign/yaml_text.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::foreign {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// What a reader could take for a number or a date: it begins like one and holds nothing else.
bool looks_like_number(std::string_view text) {
  const bool begins = is_digit(text[0]) ||
                      ((text[0] == '.' || text[0] == '+' || text[0] == '-') && text.size() > 1);
  if (!begins) return false;
  if (text.find_first_not_of("0123456789abcdefABCDEFxoXO._+-:TZ ") != std::string_view::npos)
    return false;
  return std::count(text.begin(), text.end(), '.') < 2;  // two dots make a version
}

bool is_word_of_yaml(std::string_view text) {
  constexpr auto kWords = std::to_array<std::string_view>(
      {"~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".nan", ".inf"});
  std::string small(text);
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return std::find(kWords.begin(), kWords.end(), small) != kWords.end();
}

bool is_plain(std::string_view text) {
  constexpr std::string_view kNotFirst = "-?:,[]{}#&*!|=>'\"%@` ";
  if (text.empty() || kNotFirst.find(text.front()) != std::string_view::npos) return false;
  if (text.back() == ' ' || text.back() == ':') return false;
  if (text.find_first_of(",[]{}") != std::string_view::npos) return false;
  if (text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos)
    return false;
  return !looks_like_number(text) && !is_word_of_yaml(text);
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string double_quoted(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\')
      quoted.append("\\").push_back(c);
    else if (byte < 0x20 || byte == 0x7F)
      quoted.append("\\x").append({kHex[byte >> 4], kHex[byte & 15]});
    else
      quoted.push_back(c);
  }
  return quoted + "\"";
}

}  // namespace

std::string yaml_scalar(std::string_view text) {
  if (has_control(text)) return double_quoted(text);
  if (is_plain(text)) return std::string(text);
  return "'" + replace_all(std::string(text), "'", "''") + "'";
}

}  // namespace lpm::foreign
