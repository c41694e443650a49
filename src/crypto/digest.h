// Digests over bytes. No provider fetch or configuration file is touched: safe for fast start-up.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace lpm::crypto {

// Weakest first: the order is the strength order of integrity strings.
enum class Algorithm : std::uint8_t { Sha1, Sha256, Sha384, Sha512 };

std::string_view name_of(Algorithm algorithm);  // "sha512"
std::size_t size_of(Algorithm algorithm);       // bytes

using Sha512 = std::array<std::uint8_t, 64>;
using Sha256 = std::array<std::uint8_t, 32>;

Sha512 sha512(Bytes bytes);
Sha256 sha256(Bytes bytes);

// Incremental digest of any algorithm.
class Digester {
 public:
  explicit Digester(Algorithm algorithm);
  Digester(Digester&&) noexcept;
  Digester& operator=(Digester&&) noexcept;
  ~Digester();
  void update(Bytes bytes);
  std::vector<std::uint8_t> finish();  // once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string to_base64(Bytes bytes);
// Standard alphabet, padding required; nothing on any other byte.
std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace lpm::crypto
