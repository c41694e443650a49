// Archives for tests: tar with any entry that can be written down, gzip, digests. Deterministic,
// and independent of src/formats and src/crypto.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lpm::support {

// One archive entry, written exactly as given: names may climb out, types may be devices, sizes may
// lie.
struct TarEntry {
  std::string name;
  std::string content;
  unsigned mode = 0644;
  char type = '0';  // ustar: '0' file, '1' hard link, '2' symlink, '3' device, '5' folder, '6' FIFO
  std::string link = {};
  std::string long_name = {};                                 // GNU 'L' entry before this one
  std::vector<std::pair<std::string, std::string>> pax = {};  // PAX 'x' entry before this one
  long long declared_size = -1;                               // -1: the content's
  bool bad_checksum = false;
};

std::string write_tar(const std::vector<TarEntry>& entries);
std::string gzip(std::string_view bytes);
std::string gunzip(std::string_view bytes);  // empty when damaged

std::string sha1_hex(std::string_view bytes);
std::string sha512_integrity(std::string_view bytes);  // "sha512-<base64>"
std::string base64_encode(std::string_view bytes);
std::string base64_decode(std::string_view text);

}  // namespace lpm::support
