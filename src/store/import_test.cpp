#include "store/import_fixture_for_tests.h"

namespace lpm::store {
namespace {

using os::FileType;

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
