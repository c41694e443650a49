// How a document is laid out, so that what is added to it looks like what is there.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "formats/json.h"

namespace lpm::formats::json {

struct Layout {
  bool is_one_line = false;
  std::string unit;  // one level of indentation
  std::string line_end;
  std::string colon;  // with the white space around it
};

// Taken from the members of the root; two spaces when it has none.
Layout layout_of(std::string_view text, const Value& root);

// The same on one line.
Layout on_one_line(Layout layout);

// White space at the start of the line that holds `offset`.
std::string_view margin_at(std::string_view text, std::size_t offset);

// Where the name of a member begins: its opening quote.
std::size_t name_begin(std::string_view text, const Value& object, std::size_t member);

// White space that goes between a comma and the name of a member of `object`, which is not empty.
std::string separator_in(std::string_view text, const Value& object, const Layout& layout);

// A value of `source` as text; lines behind the first begin with `margin`.
std::string laid_out(const Value& value, std::string_view source, const Layout& layout,
                     std::string_view margin);

// The same members in the same order, numbers as written.
bool is_equal(const Value& a, const Value& b);

}  // namespace lpm::formats::json
