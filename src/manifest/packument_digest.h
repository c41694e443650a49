// dist.integrity and dist.shasum as bytes, and dates of registry documents.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "manifest/packument_layout.h"

namespace lpm::manifest::image {

struct DecodedDigest {
  DigestKind kind = DigestKind::None;
  std::array<char, 64> binary;  // Sha512: all, Sha1: the first 20
  std::string text;             // Text

  std::string_view bytes() const;
};
// The integrity text when it is usable, else the shasum, else the text that is not, or nothing when
// nothing is promised.
DecodedDigest decode_digest(std::string_view integrity, std::string_view shasum);

// "2024-02-29T12:00:00.123Z" in Unix nanoseconds; kNoTime when it is not of that form.
std::int64_t parse_time(std::string_view text);

}  // namespace lpm::manifest::image
