#include "crypto/integrity.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace lpm::crypto {
namespace {

Hash hash_of(Algorithm algorithm, std::string_view text) {
  Digester digester(algorithm);
  digester.update(as_bytes(text));
  return {algorithm, digester.finish()};
}

std::string text_of(Algorithm algorithm, std::string_view text) {
  return fmt::format("{}-{}", name_of(algorithm), to_base64(hash_of(algorithm, text).digest));
}

const std::string kSha1 = text_of(Algorithm::Sha1, "a");
const std::string kSha256 = text_of(Algorithm::Sha256, "a");
const std::string kSha384 = text_of(Algorithm::Sha384, "a");
const std::string kSha512 = text_of(Algorithm::Sha512, "a");

TEST(Integrity, ReadsEachAlgorithm) {
  for (const Algorithm algorithm :
       {Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha384, Algorithm::Sha512}) {
    const Result<Integrity> integrity = Integrity::parse(text_of(algorithm, "a"));
    ASSERT_TRUE(integrity) << name_of(algorithm);
    EXPECT_EQ(integrity->strongest(), algorithm);
    EXPECT_TRUE(integrity->matches(hash_of(algorithm, "a")));
    EXPECT_FALSE(integrity->matches(hash_of(algorithm, "b")));
    EXPECT_EQ(integrity->to_string(), text_of(algorithm, "a"));
  }
}

TEST(Integrity, LetsTheStrongestAlgorithmDecide) {
  const std::string other = text_of(Algorithm::Sha512, "other");
  const Result<Integrity> integrity = Integrity::parse(kSha1 + " " + other + " " + kSha256);
  ASSERT_TRUE(integrity);
  EXPECT_EQ(integrity->strongest(), Algorithm::Sha512);
  EXPECT_FALSE(integrity->matches(hash_of(Algorithm::Sha1, "a")));
  EXPECT_FALSE(integrity->matches(hash_of(Algorithm::Sha512, "a")));
  EXPECT_TRUE(integrity->matches(hash_of(Algorithm::Sha512, "other")));
  EXPECT_EQ(integrity->to_string(), other);
}

TEST(Integrity, AcceptsAnyOfSeveralHashesOfTheStrongestAlgorithm) {
  const Result<Integrity> integrity =
      Integrity::parse(kSha512 + " " + text_of(Algorithm::Sha512, "b"));
  ASSERT_TRUE(integrity);
  EXPECT_TRUE(integrity->matches(hash_of(Algorithm::Sha512, "a")));
  EXPECT_TRUE(integrity->matches(hash_of(Algorithm::Sha512, "b")));
  EXPECT_FALSE(integrity->sha512_digest());
}

TEST(Integrity, ReadsWhiteSpaceAndOptions) {
  for (const std::string& text :
       {"  " + kSha512 + "\t\r\n", kSha512 + "?ct=application/octet-stream", kSha512 + "?a?b?",
        kSha512 + " " + kSha512, "\f" + kSha512 + "?"}) {
    const Result<Integrity> integrity = Integrity::parse(text);
    ASSERT_TRUE(integrity) << text;
    EXPECT_EQ(integrity->to_string(), kSha512);
    EXPECT_TRUE(integrity->sha512_digest());
  }
}

TEST(Integrity, PassesOverWhatItDoesNotKnow) {
  for (const std::string& other :
       {std::string("md5-rL0Y20zC+Fzt72VPzMSk2A=="), std::string("sha3-abcd"),
        std::string("sha512-"), std::string("sha512-AAAA"), std::string("sha512"), std::string("-"),
        "SHA512" + kSha512.substr(6), std::string("sha512-!!!!"), kSha256 + "x",
        "sha256" + kSha512.substr(6)}) {
    EXPECT_FALSE(Integrity::parse(other)) << other;
    const Result<Integrity> integrity = Integrity::parse(other + " " + kSha1);
    ASSERT_TRUE(integrity) << other;
    EXPECT_EQ(integrity->to_string(), kSha1);
  }
}

TEST(Integrity, RefusesATextWithoutAUsableHash) {
  for (const std::string_view text : {"", "   ", "md5-rL0Y20zC+Fzt72VPzMSk2A==", "rubbish"}) {
    const Result<Integrity> integrity = Integrity::parse(text);
    ASSERT_FALSE(integrity) << text;
    EXPECT_EQ(integrity.error().code, ErrorCode::NO_INTEGRITY);
  }
}

TEST(Integrity, ReadsManyHashesFast) {
  std::string text;
  for (int i = 0; i < 20000; ++i) text += text_of(Algorithm::Sha1, std::to_string(i)) + " ";
  const Result<Integrity> integrity = Integrity::parse(text);
  ASSERT_TRUE(integrity);
  EXPECT_TRUE(integrity->matches(hash_of(Algorithm::Sha1, "19999")));
}

TEST(Integrity, SaysOneTextForEqualHashes) {
  const std::string b = text_of(Algorithm::Sha512, "b");
  EXPECT_EQ(*Integrity::parse(kSha512 + " " + b), *Integrity::parse(b + "  " + kSha512));
  EXPECT_EQ(Integrity::parse(kSha512 + " " + b)->to_string(),
            Integrity::parse(b + " " + kSha512)->to_string());
}

TEST(Integrity, ReadsTheShasumOfAPackageDocument) {
  const std::string hex = "86f7e437faa5a7fce15d1ddcb9eaeaea377667b8";
  for (const std::string& text : {hex, std::string("86F7E437FAA5A7FCE15D1DDCB9EAEAEA377667B8")}) {
    const std::optional<Integrity> integrity = Integrity::from_shasum(text);
    ASSERT_TRUE(integrity) << text;
    EXPECT_EQ(integrity->to_string(), kSha1);
  }
  for (const std::string& text : {std::string(), hex.substr(1), hex + "0", "g" + hex.substr(1)})
    EXPECT_FALSE(Integrity::from_shasum(text)) << text;
}

TEST(Integrity, ComesFromADigest) {
  const Integrity integrity = Integrity::from_sha512(sha512(as_bytes("a")));
  EXPECT_EQ(integrity.to_string(), kSha512);
  EXPECT_EQ(integrity.sha512_digest(), sha512(as_bytes("a")));
  EXPECT_FALSE(integrity.empty());
  EXPECT_TRUE(Integrity().empty());
  EXPECT_FALSE(Integrity().matches(hash_of(Algorithm::Sha512, "a")));
}

TEST(Integrity, TellsAnUnusablePromiseFromNone) {
  EXPECT_TRUE(Integrity::unusable().is_unusable());
  EXPECT_TRUE(Integrity::unusable().empty());
  EXPECT_FALSE(Integrity().is_unusable());
  EXPECT_FALSE(Integrity::from_sha512(sha512(as_bytes("a"))).is_unusable());
  EXPECT_FALSE(Integrity::unusable() == Integrity());
}

}  // namespace
}  // namespace lpm::crypto
