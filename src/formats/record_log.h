// Records in a file that only grows, so framed that damage is found and what stands behind it is
// not lost (docs/formats/global.md). Payloads are texts without line ends. Pure, thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lpm::formats {

inline constexpr std::size_t kMaxRecord = std::size_t{1} << 20;

std::uint32_t crc32c(Bytes bytes);

// The line that holds `payload`, which must have no line end and at most kMaxRecord bytes.
std::string frame_record(std::string_view payload);

// What a log holds; the views point into its text.
struct RecordLog {
  struct Record {
    std::string_view payload;
    std::string_view line;  // the whole record but for its line end
  };
  std::vector<Record> records;            // in order
  std::vector<std::string_view> damaged;  // what is no record, up to a line end and with it
  std::string_view torn;  // what follows the last line end: a write that was cut off
};
RecordLog read_records(std::string_view text);

}  // namespace lpm::formats
