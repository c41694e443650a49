// Small text helpers that the standard library lacks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lpm {

std::string_view trim(std::string_view text);  // ASCII white space at both ends
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(std::span<const std::string> parts, std::string_view separator);
std::string to_lower_ascii(std::string_view text);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII only
std::optional<std::uint64_t> parse_decimal(
    std::string_view digits);  // whole text, no sign, no overflow
std::string to_hex(std::span<const std::uint8_t> bytes);
std::string replace_all(std::string text, std::string_view from, std::string_view to);

// "1 package", "3 packages".
std::string count_of(std::uint64_t count, std::string_view singular);
// "83.1 MB", "512 B"; decimal units.
std::string human_bytes(std::uint64_t bytes);
// "7 ms", "1.24 s".
std::string human_duration(std::int64_t nanoseconds);

// The candidate nearest to `word` by edit distance, if it is near enough to suggest.
std::optional<std::string> nearest_name(std::string_view word,
                                        std::span<const std::string> candidates);

// Lets unordered containers with std::string keys be asked with a string_view.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

}  // namespace lpm
