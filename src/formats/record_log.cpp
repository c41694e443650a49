#include "formats/record_log.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

namespace lpm::formats {
namespace {

constexpr std::uint32_t kCastagnoli = 0x82f63b78;  // reflected polynomial of CRC-32C
constexpr std::size_t kNumber = 8;                 // hex digits
constexpr std::size_t kHeader = 2 * (kNumber + 1);

constexpr auto kTable = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kCastagnoli : 0);
    table[i] = value;
  }
  return table;
}();

// Only the spelling that frame_record() writes: one text, one line.
std::optional<std::uint32_t> parse_number(std::string_view digits) {
  for (const char c : digits)
    if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) return std::nullopt;
  std::uint32_t value = 0;
  const auto [end, problem] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (problem != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

// The payload of the record that `text`, up to a line end, begins with.
std::optional<std::string_view> first_payload(std::string_view text) {
  if (text.size() < kHeader || text[kNumber] != ' ' || text[kHeader - 1] != ' ')
    return std::nullopt;
  const auto length = parse_number(text.substr(0, kNumber));
  const auto checksum = parse_number(text.substr(kNumber + 1, kNumber));
  text.remove_prefix(kHeader);
  if (!length || !checksum || *length > text.size() || *length > kMaxRecord) return std::nullopt;
  const std::string_view payload = text.substr(0, *length);
  if (crc32c(as_bytes(payload)) != *checksum) return std::nullopt;
  return payload;
}

}  // namespace

std::uint32_t crc32c(Bytes bytes) {
  std::uint32_t value = ~std::uint32_t{0};
  for (const std::uint8_t byte : bytes) value = (value >> 8) ^ kTable[(value ^ byte) & 0xff];
  return ~value;
}

std::string frame_record(std::string_view payload) {
  return fmt::format("{:08x} {:08x} {}\n", payload.size(), crc32c(as_bytes(payload)), payload);
}

// A record ends where its length says, so that one whose line end is damaged does not take the next
// one with it; after damage the next record begins behind the next line end.
RecordLog read_records(std::string_view text) {
  RecordLog log;
  std::size_t at = 0;
  for (std::size_t end = text.find('\n'); end != std::string_view::npos;) {
    if (const auto payload = first_payload(text.substr(at, end - at))) {
      const std::size_t size = kHeader + payload->size();
      log.records.push_back({*payload, text.substr(at, size)});
      at += size;
      if (at != end) log.damaged.push_back(text.substr(at, 1));
      ++at;
    } else {
      log.damaged.push_back(text.substr(at, end + 1 - at));
      at = end + 1;
    }
    if (at > end) end = text.find('\n', at);
  }
  log.torn = text.substr(at);
  return log;
}

}  // namespace lpm::formats
