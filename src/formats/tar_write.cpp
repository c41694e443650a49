#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "formats/tar.h"
#include "formats/tar_block.h"

namespace lpm::formats {
namespace {

// npm's own fixed time, 1985-10-26T08:15:00Z: archives of equal content are equal.
constexpr std::uint64_t kFixedTime = 499162500;
constexpr std::size_t kNameSize = 100, kPrefixSize = 155;
constexpr std::uint64_t kLargestOctalSize = 077777777777;

void append_padded(PaddedBuffer& out, const void* data, std::size_t size) {
  static constexpr std::uint8_t kZeros[kTarBlock] = {};
  out.append(data, size);
  out.append(kZeros, tar_padding(size));
}

struct SplitPath {
  std::string_view prefix, name;
  bool fits = false;
};

// A ustar header has room for a name of 100 bytes behind a prefix of 155, cut at a `/`.
SplitPath split_path(std::string_view path) {
  if (path.size() <= kNameSize) return {"", path, true};
  const std::size_t slash = path.find('/', path.size() - kNameSize - 1);
  if (slash == std::string_view::npos || slash == 0 || slash > kPrefixSize)
    return {"", path.substr(0, kNameSize)};
  return {path.substr(0, slash), path.substr(slash + 1), true};
}

struct Header {
  SplitPath path;
  std::uint64_t size;
  unsigned mode;
  char type;
};

void append_header(PaddedBuffer& out, const Header& header) {
  char block[kTarBlock] = {};
  const auto put = [&block](std::size_t offset, std::string_view text) {
    std::memcpy(block + offset, text.data(), text.size());
  };
  put(0, header.path.name);
  put(100, fmt::format("{:07o}", header.mode));
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", header.size <= kLargestOctalSize ? header.size : 0));
  put(136, fmt::format("{:011o}", kFixedTime));
  put(148, "        ");
  block[156] = header.type;
  put(257, std::string_view("ustar\0"
                            "00",
                            8));
  put(345, header.path.prefix);
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string("\0 ", 2));
  out.append(block, kTarBlock);
}

// "<length> <key>=<value>\n"; the length counts its own digits.
std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

}  // namespace

void TarWriter::add_file(std::string_view path, Bytes content, bool executable) {
  const SplitPath split = split_path(path);
  std::string records;
  if (!split.fits) records += pax_record("path", path);
  if (content.size() > kLargestOctalSize)
    records += pax_record("size", std::to_string(content.size()));
  if (!records.empty()) {
    append_header(out_, {{"", "PaxHeader", true}, records.size(), 0644, 'x'});
    append_padded(out_, records.data(), records.size());
  }
  append_header(out_, {split, content.size(), executable ? 0755U : 0644U, '0'});
  append_padded(out_, content.data(), content.size());
}

PaddedBuffer TarWriter::take() {
  constexpr std::uint8_t kEnd[2 * kTarBlock] = {};
  out_.append(kEnd, sizeof kEnd);
  return std::move(out_);
}

}  // namespace lpm::formats
