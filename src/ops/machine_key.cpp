#include "ops/machine_key.h"

#include <array>
#include <cstdint>
#include <random>

#include "base/text.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

constexpr std::size_t kDigits = 64;

std::string new_key() {
  std::random_device source;  // the kernel's generator
  std::array<std::uint8_t, kDigits / 2> bytes;
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(source());
  return to_hex(bytes);
}

}  // namespace

std::string machine_key(const std::string& lpm_home) {
  const std::string path = lpm_home + "/machine-key";
  if (const Result<std::string> key = os::read_file(path); key && key->size() == kDigits)
    return *key;
  const std::string key = new_key();
  if (!os::make_directories(lpm_home)) return "";
  if (!os::write_file_atomic(path, key, os::Durability::None, 0600)) return "";
  return key;
}

}  // namespace lpm::ops
