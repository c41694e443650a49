// Characters of JSON texts. Decoded strings are UTF-8, except that a surrogate without its partner,
// which JavaScript allows in strings, stands there in its three-byte form.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace lpm::formats::json {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::string_view kReplacementCharacter = "\xEF\xBF\xBD";

void append_utf8(std::string& out, std::uint32_t code_point);
// Bytes of the UTF-8 character at `at`; 0 when there is none that is valid.
std::size_t utf8_size_at(std::string_view text, std::size_t at);
bool is_lone_surrogate_at(std::string_view text, std::size_t at);
// A line of a source text for a message, with a caret under the byte at `offset`; long lines are
// cut.
std::string line_with_caret(std::string_view text, std::size_t offset);

}  // namespace lpm::formats::json
