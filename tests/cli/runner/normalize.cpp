#include "runner/normalize.h"

#include <array>
#include <cctype>

#include "support/fault.h"

namespace lpm::cases {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}
bool is_base64(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '/' || c == '=';
}

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; !from.empty() && (at = text.find(from, at)) != std::string::npos;
       at += to.size())
    text.replace(at, from.size(), to);
  return text;
}

template <class Predicate>
std::size_t run_length(std::string_view text, Predicate predicate) {
  std::size_t size = 0;
  while (size < text.size() && predicate(text[size])) ++size;
  return size;
}

// Length of "12", "1.5", with an optional space and one of `units` behind it; 0 when `text` begins
// otherwise.
template <std::size_t N>
std::size_t quantity(std::string_view text, const std::array<std::string_view, N>& units) {
  std::size_t size = run_length(text, is_digit);
  if (size == 0) return 0;
  if (size + 1 < text.size() && text[size] == '.' && is_digit(text[size + 1]))
    size += 1 + run_length(text.substr(size + 1), is_digit);
  if (size < text.size() && text[size] == ' ') ++size;
  for (std::string_view unit : units) {
    std::size_t end = size + unit.size();
    if (text.substr(size).starts_with(unit) && (end == text.size() || !is_word(text[end])))
      return end;
  }
  return 0;
}

constexpr std::array<std::string_view, 4> kTimes = {"ms", "s", "µs", "min"};
constexpr std::array<std::string_view, 8> kSizes = {"B",  "kB",  "KB",  "MB",
                                                    "GB", "KiB", "MiB", "GiB"};

struct Shape {
  std::size_t size = 0;  // of the matched text; 0: none
  std::string placeholder;
};

Shape shape_at(std::string_view text) {
  for (std::string_view algorithm : {"sha512-", "sha1-", "sha256-", "sha384-"}) {
    if (!text.starts_with(algorithm)) continue;
    std::size_t size = run_length(text.substr(algorithm.size()), is_base64);
    if (size >= 28) return {algorithm.size() + size, std::string(algorithm) + "[HASH]"};
  }
  for (std::string_view prefix : {"lpm ", "lpm/", "lpm v", "node = \""}) {
    if (!text.starts_with(prefix) || prefix.size() == text.size() || !is_digit(text[prefix.size()]))
      continue;
    std::size_t size = run_length(text.substr(prefix.size()), [](char c) {
      return is_word(c) || c == '.' || c == '-' || c == '+';
    });
    if (text.substr(prefix.size(), size).find('.') != std::string_view::npos)
      return {prefix.size() + size, std::string(prefix) + "[VERSION]"};
  }
  if (std::size_t size = run_length(text, is_hex); size >= 16) return {size, "[HASH]"};
  if (std::size_t size = quantity(text, kTimes)) return {size, "[TIME]"};
  if (std::size_t size = quantity(text, kSizes)) return {size, "[SIZE]"};
  return {};
}

std::string as_pattern(std::string_view line) {
  return replace_all(std::string(line), "[ANY]", "*");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  return lines;
}

bool line_matches(std::string_view expected, std::string_view actual) {
  if (expected.find("[ANY]") == std::string_view::npos) return expected == actual;
  return support::matches_pattern(as_pattern(expected), actual);
}

bool lines_match(const std::vector<std::string_view>& expected, std::size_t e,
                 const std::vector<std::string_view>& actual, std::size_t a) {
  for (; e < expected.size(); ++e, ++a) {
    if (expected[e] == "...") {
      for (std::size_t skip = a; skip <= actual.size(); ++skip)
        if (lines_match(expected, e + 1, actual, skip)) return true;
      return false;
    }
    if (a >= actual.size() || !line_matches(expected[e], actual[a])) return false;
  }
  return a == actual.size();
}

}  // namespace

std::string normalize(std::string_view text, const Replacements& named) {
  std::string known(text);
  for (const auto& [from, to] : named) known = replace_all(std::move(known), from, to);
  std::string out;
  for (std::size_t at = 0; at < known.size();) {
    bool word_begins = at == 0 || !is_word(known[at - 1]);
    Shape shape = word_begins ? shape_at(std::string_view(known).substr(at)) : Shape{};
    out += shape.size > 0 ? shape.placeholder : known.substr(at, 1);
    at += shape.size > 0 ? shape.size : 1;
  }
  return out;
}

std::string expand(std::string_view text, const Replacements& named) {
  std::string out(text);
  for (const auto& [value, placeholder] : named)
    out = replace_all(std::move(out), placeholder, value);
  return out;
}

bool matches(std::string_view expected, std::string_view actual) {
  bool ends_differ =
      expected.ends_with("\n") != actual.ends_with("\n") && !expected.ends_with("...\n");
  return !ends_differ && lines_match(lines_of(expected), 0, lines_of(actual), 0);
}

}  // namespace lpm::cases
