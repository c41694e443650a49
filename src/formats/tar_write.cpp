#include <fmt/format.h>

#include <cstring>

#include "formats/tar.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kBlock = 512;
// npm's own fixed time, 1985-10-26T08:15:00Z: archives of equal content are equal.
constexpr std::uint64_t kFixedTime = 499162500;

void append_padded(PaddedBuffer& out, const void* data, std::size_t size) {
  static constexpr std::uint8_t kZeros[kBlock] = {};
  out.append(data, size);
  if (size % kBlock != 0) out.append(kZeros, kBlock - size % kBlock);
}

void append_header(PaddedBuffer& out, std::string_view path, std::uint64_t size, unsigned mode, char type) {
  char block[kBlock] = {};
  const auto put = [&block](std::size_t offset, const std::string& text) { std::memcpy(block + offset, text.data(), text.size()); };
  std::memcpy(block, path.data(), std::min<std::size_t>(path.size(), 100));
  put(100, fmt::format("{:07o}", mode));
  put(108, "0000000");
  put(116, "0000000");
  put(124, fmt::format("{:011o}", size));
  put(136, fmt::format("{:011o}", kFixedTime));
  std::memset(block + 148, ' ', 8);
  block[156] = type;
  std::memcpy(block + 257, "ustar\00000", 8);
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + std::string(1, '\0') + " ");
  out.append(block, kBlock);
}

std::string pax_record(std::string_view key, std::string_view value) {
  const std::size_t rest = key.size() + value.size() + 3;
  std::size_t length = rest + std::to_string(rest).size();
  if (rest + std::to_string(length).size() != length) length = rest + std::to_string(length).size();
  return fmt::format("{} {}={}\n", length, key, value);
}

}  // namespace

void TarWriter::add_file(std::string_view path, Bytes content, bool executable) {
  if (path.size() > 100) {
    const std::string record = pax_record("path", path);
    append_header(out_, "PaxHeader", record.size(), 0644, 'x');
    append_padded(out_, record.data(), record.size());
  }
  append_header(out_, path, content.size(), executable ? 0755 : 0644, '0');
  append_padded(out_, content.data(), content.size());
}

PaddedBuffer TarWriter::take() {
  constexpr std::uint8_t kEnd[2 * kBlock] = {};
  out_.append(kEnd, sizeof kEnd);
  return std::move(out_);
}

}  // namespace lpm::formats
