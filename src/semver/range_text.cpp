#include "semver/range_text.h"

#include "semver/cursor.h"
#include "semver/partial.h"

namespace lpm::semver {

namespace {

bool is_collapsed(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == ' ' ? i + 1 < text.size() && text[i + 1] == ' '
                 : c < ' ' || static_cast<unsigned char>(c) >= 0x80) {
      return false;
    }
  }
  return true;
}

// A whole version in the loose form, else a partial one in the strict form.
void skip_version(Cursor& cursor) {
  const std::size_t start = cursor.position();
  const auto whole = take_partial_inside(cursor, Mode::Loose);
  if (whole && !whole->any_missing()) return;
  cursor.move_to(start);
  take_partial_inside(cursor, Mode::Strict);
}

bool starts_partial(char c) {
  return is_digit(c) || c == 'x' || c == 'X' || c == '*';
}

// Removes the blank between `<`, `>`, `<=`, `>=`, `=` and a version.
std::string close_comparator_gaps(std::string_view text) {
  std::string result;
  Cursor cursor(text);
  while (!cursor.at_end()) {
    const std::size_t start = cursor.position();
    cursor.take(' ');
    if (!cursor.take('<')) cursor.take('>');
    cursor.take('=');
    const std::size_t gap = cursor.position();
    const bool has_gap = cursor.take(' ');
    cursor.skip_prefix();
    if (starts_partial(cursor.peek())) {
      result += text.substr(start, gap - start);
      skip_version(cursor);
      result += cursor.since(gap + (has_gap ? 1 : 0));
    } else {
      // No version begins here, nor after any later `v`, `=` or blank that was passed.
      if (cursor.position() == start) cursor.move_to(start + 1);
      result += cursor.since(start);
    }
  }
  return result;
}

std::string close_tilde_gaps(std::string_view text) {
  std::string result;
  Cursor cursor(text);
  while (!cursor.at_end()) {
    const std::size_t start = cursor.position();
    if (cursor.take('~')) {
      cursor.take('>');
      if (cursor.take(' ')) {
        result += '~';
        continue;
      }
    }
    cursor.move_to(start + 1);
    result += text[start];
  }
  return result;
}

std::string close_caret_gaps(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    result += text[i];
    if (text[i] == '^' && text.substr(i + 1).starts_with(' ')) ++i;
  }
  return result;
}

}  // namespace

std::string_view collapse_spaces(std::string_view text, std::string& buffer) {
  text = trim_spaces(text);
  if (is_collapsed(text)) return text;
  buffer.clear();
  while (!text.empty()) {
    std::size_t size = space_at_front(text);
    if (size == 0) {
      buffer += text.front();
      size = 1;
    } else if (buffer.back() != ' ') {
      buffer += ' ';
    }
    text.remove_prefix(size);
  }
  return buffer;
}

std::string remove_builds(std::string_view text) {
  std::string result;
  Cursor cursor(text);
  while (!cursor.at_end()) {
    if (!cursor.take_build().empty()) continue;
    result += cursor.peek();
    cursor.move_to(cursor.position() + 1);
  }
  return result;
}

std::string close_gaps(std::string_view text) {
  std::string result = close_comparator_gaps(text);
  if (result.find('~') != std::string::npos) result = close_tilde_gaps(result);
  if (result.find('^') != std::string::npos) result = close_caret_gaps(result);
  return result;
}

}  // namespace lpm::semver
