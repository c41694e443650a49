// Fast fingerprints (XXH3) and sealed text files: they find damage and change, not an adversary.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lpm::ops {

std::string fingerprint64(std::string_view bytes);   // 16 hex digits
std::string fingerprint128(std::string_view bytes);  // 32 hex digits

// Appends the line `end <fingerprint of what stands before>`.
std::string seal(std::string body);
// The body of a sealed text, or nothing when it is cut or changed.
std::optional<std::string_view> sealed_body(std::string_view text);

}  // namespace lpm::ops
