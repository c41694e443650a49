#include "crypto/digest.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace lpm::crypto {
namespace {

std::string hex_of(Algorithm algorithm, std::string_view text) {
  Digester digester(algorithm);
  digester.update(as_bytes(text));
  return to_hex(digester.finish());
}

// Vectors of FIPS 180-4: the message `abc`.
TEST(Digest, MatchesThePublishedVectors) {
  EXPECT_EQ(hex_of(Algorithm::Sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_of(Algorithm::Sha256, "abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_of(Algorithm::Sha384, "abc"),
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
            "8086072ba1e7cc2358baeca134c825a7");
  EXPECT_EQ(hex_of(Algorithm::Sha512, "abc"),
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
}

TEST(Digest, MatchesTheVectorsOfTheEmptyMessage) {
  EXPECT_EQ(hex_of(Algorithm::Sha1, ""), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, IsTheSameInOneCallAndInPieces) {
  const std::string text(1000, 'x');
  for (const Algorithm algorithm :
       {Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512}) {
    Digester digester(algorithm);
    for (std::size_t at = 0; at < text.size(); at += 7)
      digester.update(as_bytes(std::string_view(text).substr(at, 7)));
    const std::vector<std::uint8_t> digest = digester.finish();
    EXPECT_EQ(to_hex(digest), hex_of(algorithm, text)) << name_of(algorithm);
    EXPECT_EQ(digest.size(), size_of(algorithm));
  }
  EXPECT_EQ(to_hex(sha512(as_bytes(text))), hex_of(Algorithm::Sha512, text));
  EXPECT_EQ(to_hex(sha256(as_bytes(text))), hex_of(Algorithm::Sha256, text));
}

TEST(Digest, GoesOnAfterAMove) {
  Digester first(Algorithm::Sha1);
  first.update(as_bytes("ab"));
  Digester second = std::move(first);
  second.update(as_bytes("c"));
  EXPECT_EQ(to_hex(second.finish()), hex_of(Algorithm::Sha1, "abc"));
}

// Vectors of RFC 4648, section 10.
TEST(Base64, MatchesThePublishedVectors) {
  const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                   {"f", "Zg=="},
                                                                   {"fo", "Zm8="},
                                                                   {"foo", "Zm9v"},
                                                                   {"foob", "Zm9vYg=="},
                                                                   {"fooba", "Zm9vYmE="},
                                                                   {"foobar", "Zm9vYmFy"},
                                                                   {"\xFF\xEF\xBE", "/+++"}};
  for (const auto& [text, encoded] : vectors) {
    EXPECT_EQ(to_base64(as_bytes(text)), encoded);
    const auto decoded = from_base64(encoded);
    ASSERT_TRUE(decoded) << encoded;
    EXPECT_EQ(as_text(*decoded), text);
  }
}

TEST(Base64, RefusesOtherBytesAndBadPadding) {
  for (const std::string_view text : {"Zg", "Zg=", "Zm8", "Z===", "====", "=", "Zg==Zg==", "Zm9v=",
                                      "Zm 9v", "Zm9v\n", "Zm9-", "Zm9_", "Zg=A", "Zm9v===="})
    EXPECT_FALSE(from_base64(text)) << text;
}

}  // namespace
}  // namespace lpm::crypto
