#include <gtest/gtest.h>
#include <sys/stat.h>

#include "linker/linker.h"
#include "linker/test_store_for_tests.h"

namespace lpm::linker {
namespace {

using Lines = std::vector<std::string>;

// app -> lib -> @s/deep; app and lib have bins.
void fill_small(TestProject& test) {
  test.package("@s/deep@1.0.0", {{"index.js", "deep"}, {"lib/a/b.js", "b"}});
  test.package("app@1.0.0", {{"index.js", "app"}, {"cli.js", "cli"}}, {{"app", "cli.js"}});
  test.package("lib@1.0.0", {{"bin/lib.js", "bin"}}, {{"lib", "bin/lib.js"}});
  test.depends("app@1.0.0", {{"lib@1.0.0"}});
  test.depends("lib@1.0.0", {{"@s/deep@1.0.0"}});
}

const Lines kSmallTree = {
    ".bin/app -> ../app/cli.js",
    ".lpm/@s+deep@1.0.0/node_modules/@s/deep/index.js",
    ".lpm/@s+deep@1.0.0/node_modules/@s/deep/lib/a/b.js",
    ".lpm/app@1.0.0/node_modules/app/cli.js",
    ".lpm/app@1.0.0/node_modules/app/index.js",
    ".lpm/app@1.0.0/node_modules/app/node_modules/.bin/lib -> ../../../lib/bin/lib.js",
    ".lpm/app@1.0.0/node_modules/lib -> ../../lib@1.0.0/node_modules/lib",
    ".lpm/lib@1.0.0/node_modules/@s/deep -> ../../../@s+deep@1.0.0/node_modules/@s/deep",
    ".lpm/lib@1.0.0/node_modules/lib/bin/lib.js",
    ".lpm/node_modules/@s/deep -> ../../@s+deep@1.0.0/node_modules/@s/deep",
    ".lpm/node_modules/lib -> ../lib@1.0.0/node_modules/lib",
    "app -> .lpm/app@1.0.0/node_modules/app",
};

TEST(Execute, MakesAWholeTreeOfHardLinks) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  const LinkResult result = test.must_link();
  EXPECT_EQ(test.tree(), kSmallTree);
  EXPECT_EQ(result.packages_added, 3U);
  EXPECT_EQ(result.files, 5U);
  EXPECT_EQ(result.links, 7U);
  EXPECT_EQ(result.link_method, "hard link");
  EXPECT_EQ(test.read("app/index.js"), "app");
  EXPECT_EQ(test.read(".bin/app"), "cli");
  EXPECT_EQ(test.read("app/node_modules/.bin/lib"), "bin");
  EXPECT_EQ(os::stamp(test.modules() + "/app/index.js").inode,
            os::stamp(test.entry("app@1.0.0").directory + "/index.js").inode);
  EXPECT_TRUE(test.staging_is_empty());
  EXPECT_TRUE(test.trash().empty());
}

TEST(Execute, ChangesNothingInASecondRun) {
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

TEST(Execute, AddsAndRemovesPackagesBesideWhatIsKept) {
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

TEST(Execute, CorrectsTheLinksOfAKeptFolder) {
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

TEST(Execute, MakesAFolderAnewWhenItsTarballIsAnother) {
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

TEST(Execute, RepairsWhatSomebodyRemoved) {
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

TEST(Execute, RepairsLinksThatPointElsewhere) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::remove_file(test.modules() + "/app"));
  ASSERT_TRUE(os::make_symlink("/etc", test.modules() + "/app"));
  test.must_link();
  EXPECT_EQ(test.tree(), kSmallTree);
}

TEST(Execute, FindsDamageInsideAPackageWhenAskedTo) {
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

TEST(Execute, NamesThePackageWhoseStoreFilesWereEditedThroughALink) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  test.must_link();
  ASSERT_TRUE(os::write_file(test.modules() + "/app/index.js", "edited in place"));
  const Result<LinkResult> result = test.link(true);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::STORE_DAMAGED);
  ASSERT_EQ(result.error().facts.size(), 1U);
  EXPECT_EQ(result.error().facts[0].text, "app@1.0.0");
}

TEST(Execute, NamesEveryPackageWhoseStoreFilesAreGone) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  ASSERT_TRUE(os::remove_file(test.entry("app@1.0.0").directory + "/cli.js"));
  ASSERT_TRUE(os::remove_tree(test.entry("lib@1.0.0").directory));
  const Result<LinkResult> result = test.link();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::STORE_DAMAGED);
  ASSERT_EQ(result.error().facts.size(), 2U);
  EXPECT_EQ(result.error().facts[0].text, "app@1.0.0");
  EXPECT_EQ(result.error().facts[1].text, "lib@1.0.0");
  EXPECT_FALSE(os::exists(test.modules()));
}

TEST(Execute, LeavesTheOldTreeAloneWhenTheStoreIsDamaged) {
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

TEST(Execute, KeepsWhatOthersPutThere) {
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

TEST(Execute, SetsAsideWhatIsInTheWay) {
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

TEST(Execute, ReplacesAFileNamedNodeModulesAndADanglingLink) {
  TestProject test;
  test.package("a@1.0.0");
  test.wants({{"a@1.0.0"}});
  ASSERT_TRUE(os::write_file(test.modules(), "not a folder"));
  test.must_link();
  EXPECT_EQ(test.read("a/index.js"), "1");
  ASSERT_TRUE(os::remove_tree(test.modules()));
  ASSERT_TRUE(os::make_symlink("nowhere", test.modules()));
  test.must_link();
  EXPECT_EQ(test.read("a/index.js"), "1");
}

TEST(Execute, RemovesEmptyScopesAndOldCommands) {
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

TEST(Execute, DoesNotBelieveARecordThatCameFromElsewhere) {
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

TEST(Execute, CarriesOnAfterARunThatWasKilled) {
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

TEST(Execute, GivesAPrivateCopyWherePlanned) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  LinkPlan plan = test.plan();
  for (PlannedPackage& package : plan.packages) package.private_copy = package.name == "lib";
  WorkerPool pool(2);
  LinkOptions options;
  options.project = test.project();
  ASSERT_TRUE(execute(plan, test.graph(), test.entries(), pool, options));
  EXPECT_EQ(test.tree(), kSmallTree);
  EXPECT_EQ(os::stamp(test.modules() + "/.lpm/lib@1.0.0/node_modules/lib/bin/lib.js").links, 1U);
  EXPECT_EQ(os::stamp(test.modules() + "/app/index.js").links, 2U);
  // Without the wish for it, the folder is made anew from links.
  test.must_link();
  EXPECT_EQ(os::stamp(test.modules() + "/.lpm/lib@1.0.0/node_modules/lib/bin/lib.js").links, 2U);
}

TEST(Execute, CopiesWhenTheStoreIsOnAnotherVolume) {
  struct stat tmp {};
  struct stat memory {};
  const char* const base = std::getenv("TMPDIR");
  if (::stat(base != nullptr ? base : "/tmp", &tmp) != 0 || ::stat("/dev/shm", &memory) != 0 ||
      tmp.st_dev == memory.st_dev)
    GTEST_SKIP() << "no second volume here";
  const auto folder = os::make_temporary_directory("/dev/shm", "lpm-test-");
  ASSERT_TRUE(folder);
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  WorkerPool pool(2);
  LinkOptions options;
  options.project = *folder;
  const Result<LinkResult> result =
      execute(test.plan(), test.graph(), test.entries(), pool, options);
  ASSERT_TRUE(result);
  EXPECT_EQ(result->link_method, "copy");
  EXPECT_EQ(os::read_file(*folder + "/node_modules/app/index.js").value_or(""), "app");
  EXPECT_EQ(os::stamp(*folder + "/node_modules/app/index.js").links, 1U);
  options.verify = true;
  const Result<LinkResult> again =
      execute(test.plan(), test.graph(), test.entries(), pool, options);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->packages_kept, 3U);
  ASSERT_TRUE(os::remove_tree(*folder));
}

TEST(Execute, SpreadsLargePackagesOverTheWorkers) {
  TestProject test;
  FileTexts files;
  for (int i = 0; i < 3000; ++i)
    files["d" + std::to_string(i % 17) + "/f" + std::to_string(i) + ".js"] = std::to_string(i);
  test.package("big@1.0.0", files);
  test.package("dep@1.0.0");
  test.depends("big@1.0.0", {{"dep@1.0.0"}});
  test.wants({{"big@1.0.0"}});
  EXPECT_EQ(test.must_link().files, 3001U);
  for (const auto& [path, text] : files) ASSERT_EQ(test.read("big/" + path), text);
}

TEST(Execute, LinksTheMembersOfAWorkspace) {
  TestProject test;
  test.package("c@1.0.0", {{"c.js", "c"}}, {{"c", "c.js"}});
  test.package("web@workspace:packages/web");
  test.wants({{"web@workspace:packages/web"}});
  test.wants({{"c@1.0.0"}}, "packages/web");
  const std::string member = test.project() + "/packages/web";
  ASSERT_TRUE(os::make_directories(member));
  test.must_link();
  WorkerPool pool(1);
  LinkOptions options;
  options.project = member;
  options.state = test.project() + "/.lpm";
  for (int run = 0; run < 2; ++run) {
    ASSERT_TRUE(execute(test.plan(1), test.graph(), test.entries(), pool, options));
    EXPECT_EQ(os::read_file(member + "/node_modules/c/c.js").value_or(""), "c");
    EXPECT_EQ(os::read_file(member + "/node_modules/.bin/c").value_or(""), "c");
  }
  EXPECT_FALSE(os::exists(member + "/.lpm"));
  EXPECT_EQ(os::read_file(test.modules() + "/web/node_modules/c/c.js").value_or(""), "c");
}

TEST(Execute, TellsProgressInSteps) {
  TestProject test;
  fill_small(test);
  test.wants({{"app@1.0.0"}});
  WorkerPool pool(2);
  LinkOptions options;
  options.project = test.project();
  std::vector<std::uint64_t> steps;
  options.on_progress = [&steps](std::uint64_t linked) { steps.push_back(linked); };
  ASSERT_TRUE(execute(test.plan(), test.graph(), test.entries(), pool, options));
  EXPECT_EQ(steps, (std::vector<std::uint64_t>{1, 2, 3}));
}

TEST(Execute, MakesAnEmptyTreeWhenNothingIsWanted) {
  TestProject test;
  test.graph().importers.push_back({".", {}});
  test.must_link();
  EXPECT_TRUE(os::exists(test.modules()));
  EXPECT_EQ(test.must_link().packages_kept, 0U);
}

TEST(EmptyTrash, DeletesWhatWasSetAsideAndLeftBehind) {
  TestProject test;
  test.package("a@1.0.0");
  test.wants({{"a@1.0.0"}});
  ASSERT_TRUE(os::make_directories(test.modules() + "/a/deep/er"));
  ASSERT_TRUE(os::make_directories(test.project() + "/.lpm/new/killed/x"));
  test.must_link();
  EXPECT_EQ(test.trash().size(), 1U);
  empty_trash(test.project(), 10'000);
  EXPECT_TRUE(test.trash().empty());
  EXPECT_TRUE(test.staging_is_empty());
  EXPECT_EQ(test.read("a/index.js"), "1");
}

TEST(EmptyTrash, StopsWhenTimeIsUp) {
  TestProject test;
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(os::make_directories(test.project() + "/.lpm/trash/run/" + std::to_string(i)));
  empty_trash(test.project(), 0);
  EXPECT_FALSE(test.trash().empty());
}

}  // namespace
}  // namespace lpm::linker
