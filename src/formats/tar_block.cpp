#include "formats/tar_block.h"

#include <fmt/format.h>

#include <bit>
#include <cstring>

#include "base/text.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kChecksumOffset = 148, kChecksumSize = 8;

std::uint64_t word_at(const std::uint8_t* p) {
  std::uint64_t word;
  std::memcpy(&word, p, sizeof word);
  return word;
}

// Octal digits between spaces; NUL ends the field.
std::optional<std::uint64_t> octal_number(std::string_view field) {
  field = field.substr(0, field.find('\0'));
  while (field.starts_with(' ')) field.remove_prefix(1);
  std::uint64_t value = 0;
  for (; !field.empty() && field.front() >= '0' && field.front() <= '7'; field.remove_prefix(1))
    value = value * 8 + static_cast<std::uint64_t>(field.front() - '0');  // twelve digits fit
  if (!field.empty() && field.front() != ' ') return std::nullopt;
  return value;
}

// Base 256, big-endian, marked by the top bit; negative numbers make no sense for a size or a mode.
std::optional<std::uint64_t> binary_number(std::string_view field) {
  if (static_cast<std::uint8_t>(field.front()) != 0x80) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : field.substr(1)) {
    if (value >> 55 != 0) return std::nullopt;
    value = value << 8 | static_cast<std::uint8_t>(c);
  }
  return value;
}

struct PaxRecord {
  std::string_view key, value;
};

// "<length> <key>=<value>\n" at the front of `payload`, the length counting the whole record.
std::optional<PaxRecord> take_pax_record(std::string_view& payload) {
  const std::size_t space = payload.substr(0, 20).find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint64_t> length = parse_decimal(payload.substr(0, space));
  if (!length || *length > payload.size() || *length < space + 3) return std::nullopt;
  const std::string_view body = payload.substr(space + 1, *length - space - 1);
  const std::size_t equals = body.find('=');
  if (body.back() != '\n' || equals == 0 || equals == std::string_view::npos) return std::nullopt;
  payload.remove_prefix(*length);
  return PaxRecord{body.substr(0, equals), body.substr(equals + 1, body.size() - equals - 2)};
}

}  // namespace

bool TarBlock::is_zero() const {
  for (std::size_t i = 0; i < kTarBlock; i += 8)
    if (word_at(block_ + i) != 0) return false;
  return true;
}

bool TarBlock::checksum_holds() const {
  const std::optional<std::uint64_t> stored = number(kChecksumOffset, kChecksumSize);
  if (!stored) return false;
  // Eight bytes at a time: four 16-bit lanes hold the sum of 64 words without overflow.
  constexpr std::uint64_t kEvenBytes = 0x00FF00FF00FF00FF, kTopBits = 0x8080808080808080;
  std::uint64_t lanes = 0;
  std::uint64_t negative_bytes = 0;
  for (std::size_t i = 0; i < kTarBlock; i += 8) {
    const std::uint64_t word = word_at(block_ + i);
    lanes += (word & kEvenBytes) + (word >> 8 & kEvenBytes);
    negative_bytes += static_cast<std::uint64_t>(std::popcount(word & kTopBits));
  }
  std::uint64_t sum =
      (lanes & 0xFFFF) + (lanes >> 16 & 0xFFFF) + (lanes >> 32 & 0xFFFF) + (lanes >> 48);
  for (std::size_t i = kChecksumOffset; i < kChecksumOffset + kChecksumSize; ++i) {
    sum = sum - block_[i] + ' ';
    negative_bytes -= block_[i] >> 7;
  }
  return *stored == sum || *stored + 256 * negative_bytes == sum;
}

std::string_view TarBlock::prefix() const {
  constexpr std::string_view kPosixMagic(
      "ustar\0"
      "00",
      8);
  const std::string_view magic(reinterpret_cast<const char*>(block_) + 257, kPosixMagic.size());
  return magic == kPosixMagic ? text(345, 155) : std::string_view();
}

std::string_view TarBlock::text(std::size_t offset, std::size_t size) const {
  const auto* start = reinterpret_cast<const char*>(block_ + offset);
  return {start, strnlen(start, size)};
}

std::optional<std::uint64_t> TarBlock::number(std::size_t offset, std::size_t size) const {
  const std::string_view field(reinterpret_cast<const char*>(block_ + offset), size);
  return (block_[offset] & 0x80) != 0 ? binary_number(field) : octal_number(field);
}

Result<PaxRecords> read_pax_records(std::string_view payload) {
  PaxRecords records;
  while (!payload.empty()) {
    const std::optional<PaxRecord> record = take_pax_record(payload);
    if (!record) return damaged_tar("a PAX record is malformed");
    if (record->key == "path") {
      records.path = record->value;
    } else if (record->key == "size") {
      records.size = parse_decimal(record->value);
      if (!records.size) return damaged_tar("a PAX size is not a number");
    }
  }
  return records;
}

Error damaged_tar(std::string_view reason) {
  return Error(ErrorCode::BAD_TARBALL, fmt::format("the tarball is damaged: {}", reason));
}

}  // namespace lpm::formats
