// One 512-byte header block of a tar archive, and the extended records that may precede it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace lpm::formats {

constexpr std::size_t kTarBlock = 512;

// A view of a header block; the bytes must outlive it.
class TarBlock {
 public:
  explicit TarBlock(const std::uint8_t* block) : block_(block) {}

  bool is_zero() const;
  // Sum of all bytes with the checksum field as spaces; some old writers summed signed bytes.
  bool checksum_holds() const;
  char type() const { return static_cast<char>(block_[156]); }
  std::string_view name() const { return text(0, 100); }
  // Goes before the name with a `/`; only in the POSIX format, GNU's has times at this place.
  std::string_view prefix() const;
  // Nothing when the field is not a number that fits.
  std::optional<std::uint64_t> size() const { return number(124, 12); }
  std::optional<std::uint64_t> mode() const { return number(100, 8); }

 private:
  std::string_view text(std::size_t offset, std::size_t size) const;
  std::optional<std::uint64_t> number(std::size_t offset, std::size_t size) const;

  const std::uint8_t* block_;
};

// What a PAX header says about the next entry, as far as it matters for files.
struct PaxRecords {
  std::optional<std::string_view> path;  // into the payload
  std::optional<std::uint64_t> size;
};

// BAD_TARBALL when a record is malformed. Of records with the same key the last one counts.
Result<PaxRecords> read_pax_records(std::string_view payload);

Error damaged_tar(std::string_view reason);

// Bytes that fill up a body of `size` to whole blocks.
constexpr std::uint64_t tar_padding(std::uint64_t size) {
  return (kTarBlock - size % kTarBlock) % kTarBlock;
}

}  // namespace lpm::formats
