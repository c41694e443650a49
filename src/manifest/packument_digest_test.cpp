#include "manifest/packument_digest.h"

#include <gtest/gtest.h>

#include <random>

#include "crypto/integrity.h"

namespace lpm::manifest::image {
namespace {

crypto::Sha512 random_digest(std::mt19937& random) {
  crypto::Sha512 digest{};
  for (auto& byte : digest) byte = static_cast<std::uint8_t>(random());
  return digest;
}

std::string_view text_of(const crypto::Sha512& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

TEST(DecodeDigest, GivesTheBytesOfASingleSha512) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const crypto::Sha512 digest = random_digest(random);
    const std::string text = crypto::Integrity::from_sha512(digest).to_string();
    const DecodedDigest decoded = decode_digest(text, "");
    EXPECT_EQ(decoded.kind, DigestKind::Sha512) << text;
    EXPECT_EQ(decoded.bytes(), text_of(digest)) << text;
  }
}

// One changed digit: still a digest, of other bytes, or nothing that may be taken for one.
TEST(DecodeDigest, TakesNoWrongDigit) {
  std::mt19937 random(2);
  const std::string text = crypto::Integrity::from_sha512(random_digest(random)).to_string();
  const std::size_t first_digit = text.find('-') + 1;
  for (std::size_t at = first_digit; at < text.size(); ++at) {
    for (const char wrong : {'!', '-', '_', '=', '\x80', '\n'}) {
      if (text[at] == wrong) continue;
      std::string changed = text;
      changed[at] = wrong;
      EXPECT_NE(decode_digest(changed, "").kind, DigestKind::Sha512) << at << " " << wrong;
    }
  }
}

TEST(DecodeDigest, TakesNoBitsBehindTheLastByte) {
  std::string text = crypto::Integrity::from_sha512({}).to_string();
  ASSERT_TRUE(text.ends_with("A=="));
  text[text.size() - 3] = 'B';
  EXPECT_NE(decode_digest(text, "").kind, DigestKind::Sha512);
}

TEST(DecodeDigest, KeepsOtherIntegrityAsText) {
  const std::string text =
      "sha384-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
  const DecodedDigest decoded = decode_digest(text, "");
  EXPECT_EQ(decoded.kind, DigestKind::Text);
  EXPECT_EQ(decoded.bytes(), text);
}

TEST(DecodeDigest, FallsBackToTheShasum) {
  const DecodedDigest decoded =
      decode_digest("nonsense", "000102030405060708090a0b0c0d0e0f10111213");
  EXPECT_EQ(decoded.kind, DigestKind::Sha1);
  ASSERT_EQ(decoded.bytes().size(), 20u);
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(decoded.bytes()[i], static_cast<char>(i));
}

TEST(DecodeDigest, KeepsAPromiseThatNothingCanVerify) {
  for (const auto& [integrity, shasum] :
       {std::pair("md5-1B2M2Y8AsgTpgAmY7PhCfg==", ""), std::pair("nonsense", "0001"),
        std::pair("", "000102030405060708090a0b0c0d0e0f1011121g"), std::pair("", "0001")}) {
    const DecodedDigest decoded = decode_digest(integrity, shasum);
    EXPECT_EQ(decoded.kind, DigestKind::Text);
    EXPECT_EQ(decoded.bytes(), *integrity != '\0' ? integrity : shasum);
  }
  EXPECT_LE(decode_digest(std::string(5000, 'x'), "").bytes().size(), 200U);
}

TEST(DecodeDigest, SaysNothingWhereNothingIsPromised) {
  for (const char* blank : {"", "  "}) {
    EXPECT_EQ(decode_digest(blank, "").kind, DigestKind::None);
    EXPECT_EQ(decode_digest("", blank).bytes(), "");
  }
}

}  // namespace
}  // namespace lpm::manifest::image
