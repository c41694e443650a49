// A log of records over any bytes. Promises: records, damage and the torn end make the whole text,
// in order; damage is made of whole lines; records that are framed anew are the bytes that were
// read; and records between damage are found. Inputs: up to 8 KiB.
#include <string>

#include "formats/record_log.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 8U << 10;

std::size_t offset_in(std::string_view text, std::string_view part) {
  require(part.data() >= text.data() && part.data() + part.size() <= text.data() + text.size(),
          "views lie in the text");
  return static_cast<std::size_t>(part.data() - text.data());
}

void check_parts(std::string_view text, const RecordLog& log) {
  std::size_t bytes = log.torn.size(), at = 0;
  for (const auto& [payload, line] : log.records) {
    require(offset_in(text, line) >= at, "records are in order");
    at = offset_in(text, line) + line.size();
    require(frame_record(payload) == std::string(line) + "\n", "a record has one spelling");
    require(at < text.size(), "a record has an end");
    bytes += line.size() + (text[at] == '\n' ? 1 : 0);  // other ends count as damage
  }
  at = 0;
  for (const std::string_view damaged : log.damaged) {
    require(!damaged.empty() && offset_in(text, damaged) >= at, "damage is in order");
    at = offset_in(text, damaged) + damaged.size();
    bytes += damaged.size();
  }
  require(bytes == text.size(), "every byte is accounted for");
  require(text.ends_with(log.torn) && log.torn.find('\n') == std::string_view::npos,
          "what is torn has no line end");
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  check_parts(text, read_records(text));

  // The same bytes as the payload of a record between lines of damage.
  const std::string framed = "damage\n" + frame_record(text) + "damage\n" + frame_record("end");
  const RecordLog log = read_records(framed);
  require(!log.records.empty() && log.records.back().payload == "end" && log.torn.empty(),
          "the record behind damage is found");
  if (text.find('\n') == std::string_view::npos)
    require(log.records.size() == 2 && log.records[0].payload == text && log.damaged.size() == 2,
            "what is framed is read");
  return 0;
}
