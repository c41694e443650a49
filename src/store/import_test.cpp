// Importing, each case in memory and in pieces: both must agree on everything.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>

#include "os/os.h"
#include "os/temporary_folder_for_tests.h"
#include "store/archive_for_tests.h"
#include "store/store.h"

namespace lpm::store {
namespace {

using os::FileType;

// 0: in memory; else the size of the pieces.
class Import : public testing::TestWithParam<std::size_t> {
 protected:
  Result<Entry> import(const std::string& tarball, const ImportRequest& request = {}) {
    if (GetParam() == 0) return store().import_tarball(as_bytes(tarball), request);
    auto stream = store().start_import(request);
    if (!stream) return std::move(stream).error();
    for (std::size_t at = 0; at < tarball.size(); at += GetParam())
      LPM_TRY(stream->feed(as_bytes(std::string_view(tarball).substr(at, GetParam()))));
    return stream->finish();
  }
  Result<Entry> import(const TestArchive& archive, const ImportRequest& request = {}) {
    return import(archive.gzip(), request);
  }
  Store& store() {
    if (!store_) store_.emplace(folder_ / "store/x1", limits_);
    return *store_;
  }

  static std::string content_of(const Entry& entry, const std::string& path) {
    auto content = os::read_file(entry.directory + "/" + path);
    return content ? *content : "<" + content.error().what + ">";
  }
  static std::vector<std::string> paths_of(const Entry& entry) {
    std::vector<std::string> paths;
    for (const IndexedFile& file : entry.index.files) paths.push_back(file.path);
    return paths;
  }

  // The import fails with this code, and neither an entry nor half of one is left behind.
  void expect_refused(const std::string& tarball, ErrorCode code, std::string_view word,
                      const ImportRequest& request = {}) {
    const auto entry = import(tarball, request);
    ASSERT_FALSE(entry);
    EXPECT_EQ(info(entry.error().code).name, info(code).name) << entry.error().what;
    EXPECT_NE(entry.error().what.find(word), std::string::npos) << entry.error().what;
    EXPECT_EQ(entry.error().context.size(), 1U);
    for (const std::string& left : everything_in(folder_ / "store"))
      EXPECT_TRUE(left == "/x1" || left == "/x1/.staging") << left;
    EXPECT_EQ(everything_in(folder_ / "outside"), std::vector<std::string>{"/sentinel"});
  }
  void expect_refused(const TestArchive& archive, ErrorCode code, std::string_view word,
                      const ImportRequest& request = {}) {
    expect_refused(archive.gzip(), code, word, request);
  }

  static std::vector<std::string> everything_in(const std::string& root,
                                                const std::string& below = "") {
    std::vector<std::string> found;
    const auto names = os::list_directory(root + below);
    if (!names) return found;
    for (const os::DirectoryEntry& entry : *names) {
      found.push_back(below + "/" + entry.name);
      if (entry.type == FileType::Directory) {
        for (std::string& deeper : everything_in(root, below + "/" + entry.name))
          found.push_back(std::move(deeper));
      }
    }
    return found;
  }

  void SetUp() override {
    ASSERT_TRUE(os::make_directory(folder_ / "outside"));
    ASSERT_TRUE(os::write_file(folder_ / "outside/sentinel", "as it was"));
  }
  void TearDown() override { EXPECT_EQ(*os::read_file(folder_ / "outside/sentinel"), "as it was"); }

  os::TemporaryFolder folder_;
  ImportLimits limits_;
  std::optional<Store> store_;
};

INSTANTIATE_TEST_SUITE_P(InMemoryAndInPieces, Import, testing::Values(0, 1, 700, 1 << 20));

TEST_P(Import, WritesTheFilesWithoutTheFirstPathComponent) {
  const auto entry = import(TestArchive::of("a", "1.0.0")
                                .file("package/index.js", "hello")
                                .file("other-name/lib/deep/x.js", "x")
                                .file("package/empty", ""),
                            {.name = "a", .version = "1.0.0"});
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(paths_of(*entry),
            (std::vector<std::string>{"empty", "index.js", "lib/deep/x.js", "package.json"}));
  EXPECT_EQ(entry->index.directories, (std::vector<std::string>{"lib", "lib/deep"}));
  EXPECT_EQ(content_of(*entry, "index.js"), "hello");
  EXPECT_EQ(content_of(*entry, "lib/deep/x.js"), "x");
  EXPECT_EQ(content_of(*entry, "empty"), "");
  EXPECT_EQ(entry->index.name, "a");
  EXPECT_EQ(entry->index.version, "1.0.0");
  EXPECT_NE(entry->directory.find("-a@1.0.0"), std::string::npos);
}

TEST_P(Import, RecordsSizeTimeAndHashOfEachFile) {
  const std::string large(700'000, 'l');
  const auto entry = import(TestArchive::of("a", "1.0.0").file("package/large", large));
  ASSERT_TRUE(entry) << entry.error().what;
  const IndexedFile& file = entry->index.files[0];
  const os::FileStamp stamp = os::stamp(entry->directory + "/large");
  EXPECT_EQ(content_of(*entry, "large"), large);
  EXPECT_EQ(file.size, large.size());
  EXPECT_EQ(file.mtime_ns, stamp.mtime_ns);
  EXPECT_TRUE(store().verify(false, {})->empty());
}

TEST_P(Import, FindsTheEntryAgain) {
  const auto entry =
      import(TestArchive::of("@scope/a", "1.0.0"), {.name = "@scope/a", .version = "1.0.0"});
  ASSERT_TRUE(entry) << entry.error().what;
  const auto found = store().find(entry->index.tarball_digest, "@scope/a", "1.0.0");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->directory, entry->directory);
  EXPECT_EQ(found->index.files[0].mtime_ns, entry->index.files[0].mtime_ns);
  EXPECT_TRUE(store().find(entry->index.tarball_digest, "", "")) << "by digest alone";
  EXPECT_FALSE(store().find(crypto::Sha512{}, "@scope/a", "1.0.0"));
}

// G.1
TEST_P(Import, RefusesPathsThatClimb) {
  const ErrorCode code = ErrorCode::PATH_TRAVERSAL;
  const auto archive = [] { return TestArchive::of("a", "1.0.0"); };
  expect_refused(archive().file("package/../../outside/sentinel", "x"), code, "path traversal");
  expect_refused(archive().file("../outside/sentinel", "x"), code, "path traversal");
  expect_refused(archive().file("package/lib/..", "x"), code, "path traversal");
  expect_refused(archive().entry("package/../..", '5'), code, "path traversal");
  expect_refused(archive().pax_file("package/../../outside/sentinel", "x"), code, "path traversal");
  expect_refused(archive().gnu_file("package/../../outside/sentinel", "x"), code, "path traversal");
}

// G.2
TEST_P(Import, StripsTheRootOfAbsolutePaths) {
  const auto entry = import(TestArchive::of("a", "1.0.0").file("/etc/passwd", "x"));
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, "etc/passwd"), "x");
}

// G.3
TEST_P(Import, NeverMakesLinksAndDevices) {
  const auto entry = import(TestArchive::of("a", "1.0.0")
                                .entry("package/link", '2', 0777, "../../../outside/sentinel")
                                .entry("package/hard", '1', 0644, "/etc/passwd")
                                .entry("package/device", '3')
                                .entry("package/fifo", '6')
                                .file("package/link/x", "below a name that was a link"));
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(entry->index.skipped_entries, 4U);
  EXPECT_EQ(paths_of(*entry), (std::vector<std::string>{"link/x", "package.json"}));
  EXPECT_EQ(os::stamp_link(entry->directory + "/link").type, FileType::Directory);
}

// G.4
TEST_P(Import, KeepsExecuteBitsAndNoOthers) {
  const auto entry = import(TestArchive::of("a", "1.0.0")
                                .file("package/setuid", "x", 04755)
                                .file("package/some", "x", 0641)
                                .file("package/none", "x", 06666));
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(os::stamp(entry->directory + "/setuid").mode, 0755U);
  EXPECT_EQ(os::stamp(entry->directory + "/some").mode, 0755U);
  EXPECT_EQ(os::stamp(entry->directory + "/none").mode, 0644U);
}

// G.5
TEST_P(Import, KeepsLookAlikesOfDotsAsTheyAre) {
  const std::string name = "\xef\xbc\x8e\xef\xbc\x8e";  // two full-width full stops
  const auto entry = import(TestArchive::of("a", "1.0.0").file("package/" + name + "/x", "x"));
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, name + "/x"), "x");
}

// G.5
TEST_P(Import, FailsWithTheSystemsReasonForNamesThatAreTooLong) {
  const std::string component(300, 'n');
  expect_refused(TestArchive::of("a", "1.0.0").pax_file("package/" + component, "x"), ErrorCode::IO,
                 "cannot write `nnn");
  std::string deep = "package";
  for (int i = 0; i < 3000; ++i) deep += "/d";
  expect_refused(TestArchive::of("a", "1.0.0").pax_file(deep, "x"), ErrorCode::IO, "cannot make");
}

// G.6
TEST_P(Import, TakesEverythingBackWhenALaterEntryIsBad) {
  expect_refused(TestArchive::of("a", "1.0.0")
                     .file("package/large", std::string(700'000, 'x'))
                     .file("package/lib/good.js", "good")
                     .file("package/../bad", "x"),
                 ErrorCode::PATH_TRAVERSAL, "");
}

// G.7
TEST_P(Import, AcceptsAPathTwiceOnlyWithTheSameContent) {
  const std::string large(700'000, 'x');
  const auto same = import(TestArchive::of("a", "1.0.0")
                               .file("package/x", "same")
                               .file("package/large", large)
                               .file("package/x", "same", 0755)
                               .file("package/./large", large));
  ASSERT_TRUE(same) << same.error().what;
  EXPECT_EQ(content_of(*same, "large"), large);
  EXPECT_EQ(os::stamp(same->directory + "/x").mode, 0755U);
  EXPECT_EQ(same->index.files.size(), 3U);
}

TEST_P(Import, RefusesAPathTwiceWithDifferentContentAndNamesTheSetting) {
  std::string large(700'000, 'x');
  const auto first =
      TestArchive::of("a", "1.0.0").file("package/x", "one").file("package/y", large);
  expect_refused(TestArchive(first).file("package/x", "two"), ErrorCode::BAD_TARBALL, "`x` twice");
  expect_refused(TestArchive(first).file("package/x", "longer"), ErrorCode::BAD_TARBALL, "twice");
  large.back() = 'z';
  expect_refused(TestArchive(first).file("package/y", large), ErrorCode::BAD_TARBALL, "`y` twice");
  const auto entry = import(TestArchive(first).file("package/x", "two"));
  ASSERT_FALSE(entry);
  ASSERT_EQ(entry.error().hints.size(), 1U);
  EXPECT_NE(entry.error().hints[0].find("allow-duplicate-entries"), std::string::npos);
}

TEST_P(Import, TakesTheLastOfDifferentDuplicatesWhenAllowed) {
  const std::string large(700'000, 'z');
  const auto entry =
      import(TestArchive::of("a", "1.0.0")
                 .file("package/x", "a first that is longer")
                 .file("package/y", "small")
                 .file("package/package.json", R"({"name":"a","version":"2.0.0"})")
                 .file("package/x", "last")
                 .file("package/y", large),
             {.name = "a", .version = "2.0.0", .allow_conflicting_duplicates = true});
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, "x"), "last");
  EXPECT_EQ(content_of(*entry, "y"), large);
  EXPECT_EQ(entry->index.version, "2.0.0");
  EXPECT_TRUE(store().verify(false, {})->empty());
}

TEST_P(Import, RefusesAPathThatIsFileAndFolder) {
  const auto archive = TestArchive::of("a", "1.0.0");
  expect_refused(TestArchive(archive).file("package/x", "").file("package/x/y", ""),
                 ErrorCode::BAD_TARBALL, "as file and as folder");
  expect_refused(TestArchive(archive).file("package/x/y/z", "").file("package/x/y", ""),
                 ErrorCode::BAD_TARBALL, "as file and as folder");
  expect_refused(TestArchive(archive).file("package/x", "").entry("package/x/", '5'),
                 ErrorCode::BAD_TARBALL, "as file and as folder");
}

// G.8: this volume keeps such names apart.
TEST_P(Import, KeepsNamesThatDifferInCaseWhereTheVolumeDoes) {
  const auto entry =
      import(TestArchive::of("a", "1.0.0").file("package/Readme", "A").file("package/README", "B"));
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, "Readme"), "A");
  EXPECT_EQ(content_of(*entry, "README"), "B");
}

// G.9
TEST_P(Import, RefusesDamagedArchives) {
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
TEST_P(Import, ReadsSeveralMembersAndIgnoresBytesBehindTheLast) {
  const std::string tar = TestArchive::of("a", "1.0.0").file("package/x", "x").tar();
  const std::string members = formats::deflate_gzip(as_bytes(tar.substr(0, 700))) +
                              formats::deflate_gzip(as_bytes(tar.substr(700)));
  const auto entry = import(members + "behind");
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_EQ(content_of(*entry, "x"), "x");
}

// G.10
TEST_P(Import, HoldsTheLimits) {
  const auto archive = TestArchive::of("a", "1.0.0").file("package/x", std::string(5000, 'x'));
  limits_.tar.max_file_size = 5000;
  limits_.tar.max_entries = 2;
  limits_.max_compressed = archive.gzip().size();
  ASSERT_TRUE(import(archive));
}

TEST_P(Import, RefusesLargeFilesByTheirHeader) {
  limits_.tar.max_file_size = 4999;
  expect_refused(TestArchive::of("a", "1.0.0").promise("package/x", 5000), ErrorCode::LIMIT, "");
}

TEST_P(Import, RefusesTooManyEntries) {
  limits_.tar.max_entries = 2;
  expect_refused(TestArchive::of("a", "1.0.0").file("package/x", "").file("package/y", ""),
                 ErrorCode::LIMIT, "");
}

TEST_P(Import, RefusesLargeArchives) {
  const std::string tarball = TestArchive::of("a", "1.0.0").gzip();
  limits_.max_compressed = tarball.size() - 1;
  expect_refused(tarball, ErrorCode::LIMIT, "compressed");
}

TEST_P(Import, RefusesArchivesThatInflateTooFar) {
  limits_.inflate.max_output = 100'000;
  expect_refused(TestArchive::of("a", "1.0.0").file("package/x", std::string(100'000, 'x')),
                 ErrorCode::LIMIT, "");
}

// G.11
TEST_P(Import, ChecksTheIntegrity) {
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

TEST_P(Import, ChecksEveryAlgorithmAndSha1OnlyWhenAllowed) {
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
TEST_P(Import, RefusesAnotherPackageThanTheRequested) {
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

TEST_P(Import, ComparesVersionsWithoutPrefixAndBuildMetadata) {
  EXPECT_TRUE(import(TestArchive::of("a", "v1.0.0"), {.name = "a", .version = "1.0.0"}));
  EXPECT_TRUE(import(TestArchive::of("a", "= 1.0.0+x"), {.name = "a", .version = "1.0.0+y"}));
  EXPECT_TRUE(import(TestArchive::of("a", "1.0.0"), {.name = "a"}));
}

// G.12
TEST_P(Import, MakesBinsExecutableWhereverPackageJsonStands) {
  TestArchive archive;
  archive.file("package/before.js", "x").file("package/large.js", std::string(700'000, 'x'));
  archive.file("package/package.json",
               R"({"name":"a","version":"1.0.0","bin":{"b":"./before.js","l":"large.js","c":"bin/c",
                   "up":"../../outside/sentinel","abs":"/etc/passwd","..":"x","d/e":"before.js"}})");
  archive.file("package/bin/c", "x").file("package/plain.js", "x");
  const auto entry = import(archive);
  ASSERT_TRUE(entry) << entry.error().what;
  for (const char* const path : {"before.js", "large.js", "bin/c"})
    EXPECT_EQ(os::stamp(entry->directory + "/" + path).mode, 0755U) << path;
  EXPECT_EQ(os::stamp(entry->directory + "/plain.js").mode, 0644U);
  ASSERT_EQ(entry->index.bins.size(), 3U);
  EXPECT_EQ(entry->index.bins[0].command, "b");
  EXPECT_EQ(entry->index.bins[0].path, "before.js");
  EXPECT_EQ(entry->index.refused_bins, (std::vector<std::string>{"up", "abs", "..", "d/e"}));
  EXPECT_TRUE(store().verify(false, {})->empty());
}

TEST_P(Import, LeavesNoStagingFolderBehind) {
  ASSERT_TRUE(import(TestArchive::of("a", "1.0.0").file("package/lib/x", "")));
  EXPECT_TRUE(os::list_directory(store().directory() + "/.staging")->empty());
}

}  // namespace
}  // namespace lpm::store
