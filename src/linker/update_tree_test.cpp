#include <gtest/gtest.h>

#include <algorithm>

#include "linker/linker.h"
#include "linker/marker.h"
#include "linker/test_store_for_tests.h"

namespace lpm::linker {
namespace {

using Lines = std::vector<std::string>;

TEST(Update, ChangesNothingInASecondRun) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  const Lines before = test.stamps();
  for (const bool verify : {false, true}) {
    const LinkResult result = test.must_link(verify);
    EXPECT_EQ(test.stamps(), before);
    EXPECT_EQ(result.packages_kept, 3U);
    EXPECT_EQ(result.packages_added + result.packages_removed + result.files + result.links, 0U);
  }
}

TEST(Update, AddsAndRemovesPackagesBesideWhatIsKept) {
  TestProject test;
  fill_small(test);
  test.package("other@1.0.0", {{"o.js", "o"}}, {{"other", "o.js"}});
  test.wants({{"app@1.0.0"}, {"other@1.0.0"}});
  test.must_link();
  const auto kept = os::stamp(test.modules() + "/.lpm/lib@1.0.0").ctime_ns;

  test.start_over();
  test.package("@s/deep@1.0.0", {{"index.js", "deep"}, {"lib/a/b.js", "b"}});
  test.package("lib@1.0.0", {{"bin/lib.js", "bin"}}, {{"lib", "bin/lib.js"}});
  test.package("zeta@2.0.0", {{"z.js", "z"}}, {{"zeta", "z.js"}});
  test.depends("lib@1.0.0", {{"@s/deep@1.0.0"}});
  test.wants({{"lib@1.0.0"}, {"zeta@2.0.0"}});
  const LinkResult result = test.must_link();
  EXPECT_EQ(result.packages_kept, 2U);
  EXPECT_EQ(result.packages_added, 1U);
  EXPECT_EQ(result.packages_removed, 2U);
  EXPECT_EQ(
      test.tree(),
      (Lines{
          ".bin/lib -> ../lib/bin/lib.js",
          ".bin/zeta -> ../zeta/z.js",
          ".lpm/@s+deep@1.0.0/node_modules/@s/deep/index.js",
          ".lpm/@s+deep@1.0.0/node_modules/@s/deep/lib/a/b.js",
          ".lpm/lib@1.0.0/node_modules/@s/deep -> ../../../@s+deep@1.0.0/node_modules/@s/deep",
          ".lpm/lib@1.0.0/node_modules/lib/bin/lib.js",
          ".lpm/node_modules/@s/deep -> ../../@s+deep@1.0.0/node_modules/@s/deep",
          ".lpm/zeta@2.0.0/node_modules/zeta/z.js",
          "lib -> .lpm/lib@1.0.0/node_modules/lib",
          "zeta -> .lpm/zeta@2.0.0/node_modules/zeta",
      }));
  EXPECT_EQ(os::stamp(test.modules() + "/.lpm/lib@1.0.0").ctime_ns, kept);
  EXPECT_EQ(test.trash().size(), 2U);
  EXPECT_TRUE(test.staging_is_empty());
}

TEST(Update, CorrectsTheLinksOfAKeptFolder) {
  TestProject test;
  const auto fill = [&test](bool first) {
    test.package("@t/x@1.0.0");
    test.package("a@1.0.0");
    test.package("b@1.0.0", {{"b.js", ""}}, {{"b", "b.js"}});
    test.package("b@2.0.0", {{"b.js", ""}}, {{"b2", "b.js"}});
    test.package("c@1.0.0");
    if (first)
      test.depends("a@1.0.0", {{"@t/x@1.0.0"}, {"b@1.0.0"}, {"c@1.0.0"}});
    else
      test.depends("a@1.0.0", {{"b@2.0.0"}});
    test.wants({{"@t/x@1.0.0"}, {"a@1.0.0"}, {"b@1.0.0", "b1"}, {"b@2.0.0", "b2"}, {"c@1.0.0"}});
  };
  fill(true);
  test.must_link();
  const auto file = os::stamp(test.modules() + "/a/index.js").inode;
  test.start_over();
  fill(false);
  const LinkResult result = test.must_link();
  EXPECT_EQ(result.packages_added, 0U);
  EXPECT_EQ(result.packages_kept, 5U);
  EXPECT_EQ(test.tree(".lpm/a@1.0.0"), (Lines{
                                           "node_modules/a/index.js",
                                           "node_modules/a/node_modules/.bin/b2 -> ../../../b/b.js",
                                           "node_modules/b -> ../../b@2.0.0/node_modules/b",
                                       }));
  EXPECT_EQ(os::stamp(test.modules() + "/a/index.js").inode, file);
  const Lines before = test.stamps();
  test.must_link(true);
  EXPECT_EQ(test.stamps(), before);
}

TEST(Update, MakesAFolderAnewWhenItsTarballIsAnother) {
  TestProject test;
  test.package("a@1.0.0", {{"index.js", "old"}});
  test.wants({{"a@1.0.0"}});
  test.must_link();
  test.start_over();
  test.package("a@1.0.0", {{"index.js", "new"}});
  test.wants({{"a@1.0.0"}});
  const LinkResult result = test.must_link();
  EXPECT_EQ(result.packages_added, 1U);
  EXPECT_EQ(test.read("a/index.js"), "new");
  EXPECT_EQ(test.trash().size(), 1U);
}

TEST(Update, RepairsWhatSomebodyRemoved) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  for (const std::string gone : {"app", ".bin/app", ".bin", ".lpm/node_modules/lib",
                                 ".lpm/node_modules", ".lpm/lib@1.0.0", ".lpm"}) {
    ASSERT_TRUE(os::remove_tree(test.modules() + "/" + gone));
    test.must_link();
    EXPECT_EQ(test.tree(), kSmallTree) << gone;
  }
}

TEST(Update, RepairsLinksThatPointElsewhere) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::remove_file(test.modules() + "/app"));
  ASSERT_TRUE(os::make_symlink("/etc", test.modules() + "/app"));
  test.must_link();
  EXPECT_EQ(test.tree(), kSmallTree);
}

TEST(Update, FindsDamageInsideAPackageWhenAskedTo) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  const std::string lib = test.modules() + "/.lpm/lib@1.0.0/node_modules";
  ASSERT_TRUE(os::remove_file(lib + "/lib/bin/lib.js"));
  ASSERT_TRUE(os::remove_file(lib + "/@s/deep"));
  ASSERT_TRUE(os::write_file(test.modules() + "/app/extra-link-target", ""));
  const LinkResult result = test.must_link(true);
  EXPECT_EQ(result.packages_added, 1U);
  EXPECT_EQ(test.read(".lpm/lib@1.0.0/node_modules/lib/bin/lib.js"), "bin");
  EXPECT_EQ(test.read(".lpm/lib@1.0.0/node_modules/@s/deep/index.js"), "deep");
}

TEST(Update, LeavesTheOldTreeAloneWhenTheStoreIsDamaged) {
  TestProject test;
  fill_small(test);
  test.wants({{"lib@1.0.0"}});
  test.must_link();
  const Lines before = test.stamps();
  test.start_over();
  fill_small(test);
  test.wants({{"app@1.0.0"}, {"lib@1.0.0"}});
  ASSERT_TRUE(os::remove_tree(test.entry("app@1.0.0").directory));
  ASSERT_FALSE(test.link());
  EXPECT_EQ(test.stamps(), before);
}

TEST(Update, KeepsWhatOthersPutThere) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::make_directories(test.modules() + "/.cache/x"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/mine"));
  ASSERT_TRUE(os::write_file(test.modules() + "/mine/index.js", "mine"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/@s/mine"));
  ASSERT_TRUE(os::make_symlink("../../elsewhere", test.modules() + "/linked-by-hand"));
  ASSERT_TRUE(os::write_file(test.modules() + "/.bin/by-hand", "#!/bin/sh\n"));
  test.must_link();
  test.must_link(true);
  EXPECT_EQ(test.read("mine/index.js"), "mine");
  EXPECT_TRUE(os::exists(test.modules() + "/.cache/x"));
  EXPECT_TRUE(os::exists(test.modules() + "/@s/mine"));
  EXPECT_TRUE(os::exists(test.modules() + "/linked-by-hand"));
  EXPECT_TRUE(os::exists(test.modules() + "/.bin/by-hand"));
  EXPECT_TRUE(test.trash().empty());
}

TEST(Update, RemovesWhatOthersPutThereWhenAskedTo) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::make_directories(test.modules() + "/.cache/x"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/mine"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/@s/mine"));
  ASSERT_TRUE(os::make_directories(test.project() + "/elsewhere/file"));
  ASSERT_TRUE(os::make_symlink("../elsewhere", test.modules() + "/linked-by-hand"));
  ASSERT_TRUE(os::write_file(test.modules() + "/notes.txt", "kept"));
  const auto result = test.link(/*verify=*/false, /*planned_only=*/true);
  ASSERT_TRUE(result) << result.error().what;
  Lines strays = result->strays;
  std::sort(strays.begin(), strays.end());
  EXPECT_EQ(strays, (Lines{"@s/mine", "linked-by-hand", "mine"}));
  EXPECT_FALSE(os::exists(test.modules() + "/mine"));
  EXPECT_FALSE(os::exists(test.modules() + "/@s"));
  EXPECT_FALSE(os::exists(test.modules() + "/linked-by-hand"));
  EXPECT_TRUE(os::exists(test.project() + "/elsewhere/file"));
  EXPECT_TRUE(os::exists(test.modules() + "/.cache/x"));
  EXPECT_EQ(test.read("notes.txt"), "kept");
  EXPECT_TRUE(os::exists(test.modules() + "/app"));
}

TEST(Update, TellsByAFileThatTheTreeIsAnotherOne) {
  TestProject test;
  test.package("a@1.0.0");
  test.package("b@1.0.0");
  test.wants({{"a@1.0.0"}});
  const LinkResult made = test.must_link();
  const std::string marker = test.modules() + "/.package-lock.json";
  const auto write = [&](const LinkResult& result) {
    write_marker(test.modules(), result.tree);
    return test.read(".package-lock.json");
  };
  const std::string first = write(made);
  EXPECT_TRUE(is_marker(first));
  const std::int64_t time = os::stamp(marker).mtime_ns;
  EXPECT_EQ(write(test.must_link()), first);
  EXPECT_EQ(os::stamp(marker).mtime_ns, time);
  EXPECT_TRUE(test.trash().empty());
  test.wants({{"b@1.0.0"}});
  EXPECT_NE(write(test.must_link()), first);
  EXPECT_FALSE(is_marker(R"({"lockfileVersion": 3, "packages": {}})"));
}

TEST(Update, SetsAsideWhatIsInTheWay) {
  TestProject test;
  test.package("@s/a@1.0.0");
  test.package("app@1.0.0", {{"cli.js", "cli"}}, {{"app", "cli.js"}});
  test.wants({{"@s/a@1.0.0"}, {"app@1.0.0"}});
  // As npm leaves it, and some things that are plainly wrong.
  ASSERT_TRUE(os::make_directories(test.modules() + "/app/node_modules/inner"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/hoisted"));
  ASSERT_TRUE(os::write_file(test.modules() + "/.package-lock.json", "{}"));
  ASSERT_TRUE(os::make_symlink("..", test.modules() + "/@s"));
  ASSERT_TRUE(os::write_file(test.modules() + "/.bin", "a file"));
  ASSERT_TRUE(os::write_file(test.modules() + "/.lpm", "a file"));
  test.must_link();
  EXPECT_EQ(test.tree(), (Lines{
                             ".bin/app -> ../app/cli.js",
                             ".lpm/@s+a@1.0.0/node_modules/@s/a/index.js",
                             ".lpm/app@1.0.0/node_modules/app/cli.js",
                             "@s/a -> ../.lpm/@s+a@1.0.0/node_modules/@s/a",
                             "app -> .lpm/app@1.0.0/node_modules/app",
                             "hoisted/",
                         }));
  EXPECT_EQ(test.trash().size(), 5U);
  EXPECT_FALSE(os::exists(test.project() + "/a"));
}

TEST(Update, RemovesEmptyScopesAndOldCommands) {
  TestProject test;
  test.package("@s/a@1.0.0", {{"a.js", ""}}, {{"a", "a.js"}});
  test.package("b@1.0.0");
  test.wants({{"@s/a@1.0.0"}, {"b@1.0.0"}});
  test.must_link();
  for (const bool recorded : {true, false}) {
    test.start_over();
    test.package("@s/a@1.0.0", {{"a.js", ""}}, {{"a", "a.js"}});
    test.package("b@1.0.0");
    test.wants({{"@s/a@1.0.0"}, {"b@1.0.0"}});
    test.must_link();
    ASSERT_TRUE(os::exists(test.modules() + "/@s/a"));
    test.start_over();
    test.package("b@1.0.0");
    test.wants({{"b@1.0.0"}});
    if (!recorded) {
      ASSERT_TRUE(os::remove_file(test.modules() + "/.lpm/.record"));
    }
    test.must_link();
    EXPECT_EQ(test.tree(), (Lines{
                               ".bin/",
                               ".lpm/b@1.0.0/node_modules/b/index.js",
                               "b -> .lpm/b@1.0.0/node_modules/b",
                           }));
  }
}

TEST(Update, DoesNotBelieveARecordThatCameFromElsewhere) {
  TestProject test;
  test.package("a@1.0.0", {{"index.js", "right"}});
  test.wants({{"a@1.0.0"}});
  test.must_link();
  const std::string record = *os::read_file(test.modules() + "/.lpm/.record");
  ASSERT_TRUE(os::remove_tree(test.modules()));
  ASSERT_TRUE(os::make_directories(test.project() + "/keeps-the-inode-busy"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/.lpm/a@1.0.0/node_modules/a"));
  ASSERT_TRUE(os::write_file(test.modules() + "/.lpm/a@1.0.0/node_modules/a/index.js", "wrong"));
  const std::string other = "lpm-node-modules 1 1" + record.substr(record.find('\n'));
  ASSERT_TRUE(os::write_file(test.modules() + "/.lpm/.record", other));
  test.must_link();
  EXPECT_EQ(test.read("a/index.js"), "right");
}

TEST(Update, CarriesOnAfterARunThatWasKilled) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::remove_file(test.modules() + "/.lpm/.record"));
  ASSERT_TRUE(os::remove_file(test.modules() + "/.lpm/lib@1.0.0/node_modules/@s/deep"));
  ASSERT_TRUE(os::make_symlink("..", test.modules() + "/.lpm/lib@1.0.0/node_modules/stray"));
  ASSERT_TRUE(os::make_directories(test.modules() + "/.lpm/gone@1.0.0/node_modules/gone"));
  ASSERT_TRUE(os::make_directories(test.project() + "/.lpm/new/killed/.lpm/half@1.0.0"));
  const LinkResult result = test.must_link();
  EXPECT_EQ(test.tree(), kSmallTree);
  EXPECT_EQ(result.packages_kept, 3U);
  EXPECT_EQ(result.packages_removed, 1U);
}

}  // namespace
}  // namespace lpm::linker
