#include "store/archive_plan.h"

#include <gtest/gtest.h>

namespace lpm::store {
namespace {

formats::TarEntry file(std::string_view path) {
  return {path, formats::TarType::File, 0644, 0};
}

// What is wrong with an entry, or what becomes of it.
std::string fate_of(std::string_view path) {
  ArchivePlan plan;
  const auto placement = plan.add(file(path));
  if (!placement) return std::string(info(placement.error().code).name);
  if (placement->fate == EntryFate::Skip) return "skipped";
  return plan.files().front().path.str();
}

TEST(ArchivePlan, StripsOneComponentAndWhatSaysNothing) {
  EXPECT_EQ(fate_of("package/index.js"), "index.js");
  EXPECT_EQ(fate_of("anything at all/index.js"), "index.js");
  EXPECT_EQ(fate_of("./index.js"), "index.js");
  EXPECT_EQ(fate_of("./package/index.js"), "package/index.js");
  EXPECT_EQ(fate_of("package//lib/./x"), "lib/x");
  EXPECT_EQ(fate_of("/package/index.js"), "package/index.js");
  EXPECT_EQ(fate_of("//etc/passwd"), "etc/passwd");
  EXPECT_EQ(fate_of("package/a\\..\\b"), "a\\..\\b");
  EXPECT_EQ(fate_of("package/..."), "...");
}

TEST(ArchivePlan, SkipsWhatWouldBeThePackageItself) {
  for (const char* const path : {"package", "package/", "package/.", "package/./", "package//"})
    EXPECT_EQ(fate_of(path), "skipped") << path;
}

TEST(ArchivePlan, RefusesClimbingPathsAndZeroBytes) {
  for (const char* const path :
       {"..", "../x", "package/..", "package/../x", "package/x/../y", "a/b/.."})
    EXPECT_EQ(fate_of(path), "LPM_PATH_TRAVERSAL") << path;
  EXPECT_EQ(fate_of(std::string_view("package/a\0b", 11)), "LPM_BAD_TARBALL");
}

TEST(ArchivePlan, AsksForEachFolderOnceParentsFirst) {
  ArchivePlan plan;
  for (const char* const path : {"p/a/b/c/1", "p/a/b/c/2", "p/a/2", "p/d/1", "p/a/b/3"})
    ASSERT_TRUE(plan.add(file(path)));
  EXPECT_EQ(plan.folders(), (std::deque<std::string>{"a", "a/b", "a/b/c", "d"}));
}

TEST(ArchivePlan, BoundsTheNamesOfAllEntriesTogether) {
  ArchivePlan plan;
  std::string path = "package/0000";
  while (path.size() < 4000) path += "/d";
  std::uint64_t accepted = 0;
  for (int i = 1000; i < 1100; ++i) {
    path.replace(8, 4, std::to_string(i));
    const auto placement = plan.add(file(path));
    if (!placement) {
      EXPECT_EQ(placement.error().code, ErrorCode::LIMIT);
      break;
    }
    ++accepted;
  }
  EXPECT_EQ(accepted, 4U) << "of about 4 MB each";
}

TEST(ArchivePlan, ShowsNamesWithoutControlCharacters) {
  EXPECT_EQ(shown("a\x1b[31m\n"), "a?[31m?");
  EXPECT_EQ(shown(std::string(1000, 'x')).size(), 203U);
}

}  // namespace
}  // namespace lpm::store
