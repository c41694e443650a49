// Damaged archives, limits, integrity and identity.
#include "store/import_fixture_for_tests.h"

namespace lpm::store {
namespace {

class ImportRefusals : public Import {};

INSTANTIATE_TEST_SUITE_P(InMemoryAndInPieces, ImportRefusals, testing::Values(0, 1, 700, 1 << 20));

// G.9
TEST_P(ImportRefusals, RefusesDamagedArchives) {
  const std::string good = TestArchive::of("a", "1.0.0").file("package/x", "x").gzip();
  expect_refused(good.substr(0, good.size() - 9), ErrorCode::BAD_TARBALL, "");
  std::string bad_crc = good;
  bad_crc[bad_crc.size() - 8] ^= 1;
  expect_refused(bad_crc, ErrorCode::BAD_TARBALL, "");
  expect_refused("this is not gzip at all", ErrorCode::BAD_TARBALL, "");
  expect_refused("", ErrorCode::BAD_TARBALL, "");
  expect_refused(TestArchive::of("a", "1.0.0").file("package/x", "").damage_last_header(),
                 ErrorCode::BAD_TARBALL, "");
  expect_refused(TestArchive::of("a", "1.0.0").promise("package/x", 100'000),
                 ErrorCode::BAD_TARBALL, "");
}

// G.9
TEST_P(ImportRefusals, ReadsSeveralMembersAndIgnoresBytesBehindTheLast) {
  const std::string tar = TestArchive::of("a", "1.0.0").file("package/x", "x").tar();
  const std::string members = formats::deflate_gzip(as_bytes(tar.substr(0, 700))) +
                              formats::deflate_gzip(as_bytes(tar.substr(700)));
  const auto entry = import(members + "behind");
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, "x"), "x");
}

// G.10
TEST_P(ImportRefusals, HoldsTheLimits) {
  const auto archive = TestArchive::of("a", "1.0.0").file("package/x", std::string(5000, 'x'));
  limits_.tar.max_file_size = 5000;
  limits_.tar.max_entries = 2;
  limits_.max_compressed = archive.gzip().size();
  ASSERT_TRUE(import(archive));
}

TEST_P(ImportRefusals, RefusesLargeFilesByTheirHeader) {
  limits_.tar.max_file_size = 4999;
  expect_refused(TestArchive::of("a", "1.0.0").promise("package/x", 5000), ErrorCode::LIMIT, "");
}

TEST_P(ImportRefusals, RefusesTooManyEntries) {
  limits_.tar.max_entries = 2;
  expect_refused(TestArchive::of("a", "1.0.0").file("package/x", "").file("package/y", ""),
                 ErrorCode::LIMIT, "");
}

TEST_P(ImportRefusals, RefusesLargeArchives) {
  const std::string tarball = TestArchive::of("a", "1.0.0").gzip();
  limits_.max_compressed = tarball.size() - 1;
  expect_refused(tarball, ErrorCode::LIMIT, "compressed");
}

TEST_P(ImportRefusals, RefusesArchivesThatInflateTooFar) {
  limits_.inflate.max_output = 100'000;
  expect_refused(TestArchive::of("a", "1.0.0").file("package/x", std::string(100'000, 'x')),
                 ErrorCode::LIMIT, "");
}

// G.11
TEST_P(ImportRefusals, ChecksTheIntegrity) {
  const std::string tarball = TestArchive::of("a", "1.0.0").gzip();
  ImportRequest request{.name = "a", .version = "1.0.0"};
  request.expected = crypto::Integrity::from_sha512(crypto::sha512(as_bytes("other")));
  expect_refused(tarball, ErrorCode::INTEGRITY, "`a@1.0.0`", request);
  const auto refused = import(tarball, request);
  ASSERT_EQ(refused.error().facts.size(), 2U);
  EXPECT_EQ(refused.error().facts[0].text, request.expected.to_string());
  const auto digest = crypto::sha512(as_bytes(tarball));
  EXPECT_EQ(refused.error().facts[1].text, crypto::Integrity::from_sha512(digest).to_string());
  request.expected = crypto::Integrity::from_sha512(digest);
  const auto entry = import(tarball, request);
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(entry->index.tarball_digest, digest);
}

crypto::Integrity digest_as(crypto::Algorithm algorithm, std::string_view bytes) {
  crypto::Digester digester(algorithm);
  digester.update(as_bytes(bytes));
  return *crypto::Integrity::parse(std::string(crypto::name_of(algorithm)) + "-" +
                                   crypto::to_base64(digester.finish()));
}

TEST_P(ImportRefusals, RefusesAPromiseThatNothingCanVerify) {
  ImportRequest request;
  request.expected = crypto::Integrity::unusable();
  const auto refused = import(TestArchive::of("a", "1.0.0").gzip(), request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NO_INTEGRITY);
}

TEST_P(ImportRefusals, ChecksEveryAlgorithmAndSha1OnlyWhenAllowed) {
  const std::string tarball = TestArchive::of("a", "1.0.0").gzip();
  for (const auto algorithm :
       {crypto::Algorithm::Sha1, crypto::Algorithm::Sha256, crypto::Algorithm::Sha384}) {
    ImportRequest request;
    request.expected = digest_as(algorithm, "other");
    expect_refused(tarball, ErrorCode::INTEGRITY, "", request);
  }
  ImportRequest request;
  request.expected = digest_as(crypto::Algorithm::Sha1, tarball);
  request.allow_sha1 = false;
  const auto refused = import(tarball, request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::NO_INTEGRITY);
  request.allow_sha1 = true;
  EXPECT_TRUE(import(tarball, request));
}

// C.8
TEST_P(ImportRefusals, RefusesAnotherPackageThanTheRequested) {
  const auto archive = TestArchive::of("a", "1.0.0");
  const ErrorCode code = ErrorCode::IDENTITY_MISMATCH;
  expect_refused(archive, code, "`b@1.0.0`", {.name = "b", .version = "1.0.0"});
  expect_refused(archive, code, "`A@1.0.0`", {.name = "A", .version = "1.0.0"});
  expect_refused(archive, code, "`a@1.0.1`", {.name = "a", .version = "1.0.1"});
  expect_refused(TestArchive().file("package/x", ""), code, "no package.json",
                 {.name = "a", .version = "1.0.0"});
  expect_refused(TestArchive().file("package/x", ""), ErrorCode::BAD_TARBALL, "no package.json");
  expect_refused(TestArchive().file("package/package.json", "{"), ErrorCode::BAD_JSON, "");
}

TEST_P(ImportRefusals, ComparesVersionsWithoutPrefixAndBuildMetadata) {
  EXPECT_TRUE(import(TestArchive::of("a", "v1.0.0"), {.name = "a", .version = "1.0.0"}));
  EXPECT_TRUE(import(TestArchive::of("a", "= 1.0.0+x"), {.name = "a", .version = "1.0.0+y"}));
  EXPECT_TRUE(import(TestArchive::of("a", "1.0.0"), {.name = "a"}));
}

}  // namespace
}  // namespace lpm::store
