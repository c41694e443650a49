// OpenSSL's low-level digests are deprecated in favour of EVP, which fetches providers and reads a
// configuration file at first use (about 1 ms of start-up); the low-level ones cost nothing extra
// and run equally fast.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/digest.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace lpm::crypto {

std::string_view name_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::Sha1:
      return "sha1";
    case Algorithm::Sha256:
      return "sha256";
    case Algorithm::Sha384:
      return "sha384";
    case Algorithm::Sha512:
      return "sha512";
  }
  return "";
}

std::size_t size_of(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::Sha1:
      return SHA_DIGEST_LENGTH;
    case Algorithm::Sha256:
      return SHA256_DIGEST_LENGTH;
    case Algorithm::Sha384:
      return SHA384_DIGEST_LENGTH;
    case Algorithm::Sha512:
      return SHA512_DIGEST_LENGTH;
  }
  return 0;
}

Sha512 sha512(Bytes bytes) {
  Sha512 digest;
  SHA512(bytes.data(), bytes.size(), digest.data());
  return digest;
}

Sha256 sha256(Bytes bytes) {
  Sha256 digest;
  SHA256(bytes.data(), bytes.size(), digest.data());
  return digest;
}

struct Digester::State {
  Algorithm algorithm;
  union {
    SHA_CTX sha1;
    SHA256_CTX sha256;
    SHA512_CTX sha512;  // also sha384
  };
};

Digester::Digester(Algorithm algorithm) : state_(std::make_unique<State>()) {
  state_->algorithm = algorithm;
  switch (algorithm) {
    case Algorithm::Sha1:
      SHA1_Init(&state_->sha1);
      break;
    case Algorithm::Sha256:
      SHA256_Init(&state_->sha256);
      break;
    case Algorithm::Sha384:
      SHA384_Init(&state_->sha512);
      break;
    case Algorithm::Sha512:
      SHA512_Init(&state_->sha512);
      break;
  }
}

Digester::Digester(Digester&&) noexcept = default;
Digester& Digester::operator=(Digester&&) noexcept = default;
Digester::~Digester() = default;

void Digester::update(Bytes bytes) {
  switch (state_->algorithm) {
    case Algorithm::Sha1:
      SHA1_Update(&state_->sha1, bytes.data(), bytes.size());
      break;
    case Algorithm::Sha256:
      SHA256_Update(&state_->sha256, bytes.data(), bytes.size());
      break;
    case Algorithm::Sha384:
      SHA384_Update(&state_->sha512, bytes.data(), bytes.size());
      break;
    case Algorithm::Sha512:
      SHA512_Update(&state_->sha512, bytes.data(), bytes.size());
      break;
  }
}

std::vector<std::uint8_t> Digester::finish() {
  std::vector<std::uint8_t> digest(size_of(state_->algorithm));
  switch (state_->algorithm) {
    case Algorithm::Sha1:
      SHA1_Final(digest.data(), &state_->sha1);
      break;
    case Algorithm::Sha256:
      SHA256_Final(digest.data(), &state_->sha256);
      break;
    case Algorithm::Sha384:
      SHA384_Final(digest.data(), &state_->sha512);
      break;
    case Algorithm::Sha512:
      SHA512_Final(digest.data(), &state_->sha512);
      break;
  }
  return digest;
}

namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> kBase64Values = [] {
  std::array<std::int8_t, 256> values{};
  values.fill(-1);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    values[static_cast<unsigned char>(kBase64[i])] = static_cast<std::int8_t>(i);
  return values;
}();

}  // namespace

std::string to_base64(Bytes bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i]) << 16;
    if (left > 1) group |= static_cast<std::uint32_t>(bytes[i + 1]) << 8;
    if (left > 2) group |= bytes[i + 2];
    text += kBase64[group >> 18];
    text += kBase64[(group >> 12) & 63];
    text += left > 1 ? kBase64[(group >> 6) & 63] : '=';
    text += left > 2 ? kBase64[group & 63] : '=';
  }
  return text;
}

std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  std::vector<std::uint8_t> bytes;
  bytes.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t group = 0;
  int bits = 0;
  for (const char c : text) {
    const std::int8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0) return std::nullopt;
    group = group << 6 | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(group >> bits));
    }
  }
  return bytes;
}

}  // namespace lpm::crypto
