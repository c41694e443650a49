#include <gtest/gtest.h>
#include <sys/stat.h>

#include "linker/linker.h"
#include "linker/test_store_for_tests.h"

namespace lpm::linker {
namespace {

using Lines = std::vector<std::string>;

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

TEST(EmptyTrash, StopsWhenTimeIsUpButNotAtOnce) {
  TestProject test;
  const auto fill = [&](int count) {
    for (int i = 0; i < count; ++i)
      ASSERT_TRUE(os::make_directories(test.project() + "/.lpm/trash/run/" + std::to_string(i)));
  };
  fill(200);
  empty_trash(test.project(), 0);
  EXPECT_FALSE(test.trash().empty());
  empty_trash(test.project(), 10'000);
  fill(20);
  empty_trash(test.project(), 0);
  EXPECT_TRUE(test.trash().empty());
}

}  // namespace
}  // namespace lpm::linker
