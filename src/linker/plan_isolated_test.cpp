#include <gtest/gtest.h>

#include "linker/folder_name.h"
#include "linker/linker.h"
#include "linker/test_store_for_tests.h"

namespace lpm::linker {
namespace {

using Lines = std::vector<std::string>;

Lines lines_of(const LinkPlan& plan) {
  Lines lines;
  for (const PlannedPackage& package : plan.packages)
    lines.push_back(package.folder + " holds " + package.name);
  for (const PlannedLink& link : plan.links) lines.push_back(link.path + " -> " + link.target);
  for (const PlannedShim& shim : plan.shims) lines.push_back(shim.path + " => " + shim.target);
  return lines;
}

graph::Package package_of(std::string_view key) {
  const graph::KeyParts parts = *graph::split_key(key);
  graph::Package package;
  package.name = parts.name;
  package.source = parts.source;
  package.version = parts.version;
  package.peer_context = parts.peer_context;
  return package;
}

TEST(FolderName, IsNameAndVersionWhereThatSaysAll) {
  EXPECT_EQ(folder_name(package_of("react@18.3.1")), "react@18.3.1");
  EXPECT_EQ(folder_name(package_of("@types/react@18.3.1")), "@types+react@18.3.1");
}

TEST(FolderName, HasAHashOfThePeerContext) {
  // printf '(react@18.3.1)' | sha256sum
  EXPECT_EQ(folder_name(package_of("react-dom@18.3.1(react@18.3.1)")),
            "react-dom@18.3.1_a723868c1bce7287");
}

TEST(FolderName, TellsSourcesApart) {
  const std::string a = folder_name(package_of("a@npm:@acme:1.0.0"));
  EXPECT_TRUE(a.starts_with("a@1.0.0_")) << a;
  EXPECT_EQ(a.size(), std::string("a@1.0.0_").size() + 16);
  EXPECT_NE(a, folder_name(package_of("a@npm:other:1.0.0")));
  EXPECT_TRUE(folder_name(package_of("a@file:a.tgz")).starts_with("a@_"));
}

TEST(FolderName, IsCutAt120BytesAndStaysDistinct) {
  const std::string name(110, 'x');
  const std::string first = folder_name(package_of(name + "@1.0.0-a(peer@1.0.0)"));
  const std::string second = folder_name(package_of(name + "@1.0.0-a(peer@2.0.0)"));
  EXPECT_EQ(first.size(), 120U);
  EXPECT_EQ(second.size(), 120U);
  EXPECT_NE(first, second);
  EXPECT_EQ(folder_name(package_of(name + "@1.0.0")).size(), 116U);
}

TEST(RelativePath, GoesUpToTheCommonFolder) {
  EXPECT_EQ(relative_path("a/b", "a/c/d"), "../c/d");
  EXPECT_EQ(relative_path("a", "a/c"), "c");
  EXPECT_EQ(relative_path("a/b", "../x"), "../../../x");
  EXPECT_EQ(relative_path("a", "a"), ".");
}

TEST(PlanIsolated, PutsDependenciesBesideAndDirectOnesAtTheRoot) {
  TestProject test;
  test.package("@s/a@1.0.0");
  test.package("@s/b@1.0.0");
  test.package("c@1.0.0");
  test.package("d@1.0.0(c@1.0.0)");
  test.depends("@s/a@1.0.0", {{"@s/b@1.0.0"}, {"c@1.0.0"}});
  test.depends("c@1.0.0", {{"@s/b@1.0.0"}});
  test.depends("d@1.0.0(c@1.0.0)", {{"c@1.0.0"}});
  test.wants({{"@s/a@1.0.0"}, {"d@1.0.0(c@1.0.0)"}});
  const std::string d = folder_name(test.graph().packages[3]);
  EXPECT_EQ(lines_of(test.plan()),
            (Lines{
                "@s+a@1.0.0 holds @s/a",
                "@s+b@1.0.0 holds @s/b",
                "c@1.0.0 holds c",
                d + " holds d",
                ".lpm/@s+a@1.0.0/node_modules/@s/b -> ../../../@s+b@1.0.0/node_modules/@s/b",
                ".lpm/@s+a@1.0.0/node_modules/c -> ../../c@1.0.0/node_modules/c",
                ".lpm/c@1.0.0/node_modules/@s/b -> ../../../@s+b@1.0.0/node_modules/@s/b",
                ".lpm/" + d + "/node_modules/c -> ../../c@1.0.0/node_modules/c",
                "@s/a -> ../.lpm/@s+a@1.0.0/node_modules/@s/a",
                "d -> .lpm/" + d + "/node_modules/d",
                ".lpm/node_modules/@s/b -> ../../@s+b@1.0.0/node_modules/@s/b",
                ".lpm/node_modules/c -> ../c@1.0.0/node_modules/c",
            }));
}

TEST(PlanIsolated, NamesLinksAsTheEdgeIsNamed) {
  TestProject test;
  test.package("a@1.0.0");
  test.package("left-pad@1.3.0");
  test.depends("a@1.0.0", {{"left-pad@1.3.0", "pad"}});
  test.wants({{"a@1.0.0"}, {"left-pad@1.3.0", "@my/pad"}});
  EXPECT_EQ(lines_of(test.plan()),
            (Lines{
                "a@1.0.0 holds a",
                "left-pad@1.3.0 holds left-pad",
                ".lpm/a@1.0.0/node_modules/pad -> ../../left-pad@1.3.0/node_modules/left-pad",
                "@my/pad -> ../.lpm/left-pad@1.3.0/node_modules/left-pad",
                "a -> .lpm/a@1.0.0/node_modules/a",
                ".lpm/node_modules/left-pad -> ../left-pad@1.3.0/node_modules/left-pad",
            }));
}

TEST(PlanIsolated, HidesTheHighestVersionOfEachName) {
  TestProject test;
  test.package("a@1.0.0");
  test.package("x@10.0.0(a@1.0.0)");
  test.package("x@10.0.0(b@1.0.0)");
  test.package("x@9.0.0");
  test.depends("a@1.0.0", {{"x@10.0.0(a@1.0.0)", "x1"}, {"x@10.0.0(b@1.0.0)", "x2"}, {"x@9.0.0"}});
  test.wants({{"a@1.0.0"}});
  const LinkPlan plan = test.plan();
  ASSERT_EQ(plan.links.back().path, ".lpm/node_modules/x");
  EXPECT_EQ(plan.links.back().target,
            "../" + folder_name(test.graph().packages[1]) + "/node_modules/x");
}

TEST(PlanIsolated, MakesNoLinkToItselfAndPutsANamesakeInside) {
  TestProject test;
  test.package("a@1.0.0", {{"cli.js", ""}}, {{"old-a", "cli.js"}});
  test.package("a@2.0.0");
  test.package("b@1.0.0");
  test.depends("a@2.0.0", {{"a@1.0.0"}});
  test.depends("b@1.0.0", {{"b@1.0.0"}});
  test.wants({{"a@2.0.0"}, {"b@1.0.0"}});
  EXPECT_EQ(lines_of(test.plan()),
            (Lines{
                "a@1.0.0 holds a",
                "a@2.0.0 holds a",
                "b@1.0.0 holds b",
                ".lpm/a@2.0.0/node_modules/a/node_modules/a -> ../../../../a@1.0.0/node_modules/a",
                "a -> .lpm/a@2.0.0/node_modules/a",
                "b -> .lpm/b@1.0.0/node_modules/b",
                ".lpm/a@2.0.0/node_modules/a/node_modules/.bin/old-a => ../a/cli.js",
            }));
}

TEST(PlanIsolated, LeavesBundledDependenciesInTheTarball) {
  TestProject test;
  graph::Package& a = test.package("a@1.0.0", {{"node_modules/carried/index.js", ""}});
  a.bundled = {"carried", "promised"};
  test.package("carried@1.0.0", {{"cli.js", ""}}, {{"carried", "cli.js"}});
  test.package("promised@1.0.0");
  test.depends("a@1.0.0", {{"carried@1.0.0"}, {"promised@1.0.0"}});
  test.wants({{"a@1.0.0"}});
  const LinkPlan plan = test.plan();
  ASSERT_EQ(plan.packages[0].links.end, 1U);
  EXPECT_EQ(plan.links[0].path, ".lpm/a@1.0.0/node_modules/promised");
  EXPECT_TRUE(plan.shims.empty());
}

TEST(PlanIsolated, LinksBinsOfDirectDependenciesAndOfEachPackagesOwn) {
  TestProject test;
  test.package("@s/a@1.0.0", {{"a.js", ""}}, {{"a", "a.js"}});
  test.package("b@1.0.0", {{"bin/b.js", ""}}, {{"b", "bin/b.js"}, {"bb", "bin/b.js"}});
  test.depends("@s/a@1.0.0", {{"b@1.0.0"}});
  test.wants({{"@s/a@1.0.0"}});
  const LinkPlan plan = test.plan();
  Lines shims;
  for (const PlannedShim& shim : plan.shims) shims.push_back(shim.path + " => " + shim.target);
  EXPECT_EQ(shims,
            (Lines{
                ".lpm/@s+a@1.0.0/node_modules/@s/a/node_modules/.bin/b => ../../../../b/bin/b.js",
                ".lpm/@s+a@1.0.0/node_modules/@s/a/node_modules/.bin/bb => ../../../../b/bin/b.js",
                ".bin/a => ../@s/a/a.js",
            }));
  EXPECT_TRUE(plan.warnings.empty());
}

TEST(PlanIsolated, GivesACommandToTheFirstByNameAndSaysSo) {
  TestProject test;
  test.package("a@1.0.0", {{"a.js", ""}}, {{"run", "a.js"}});
  test.package("b@1.0.0", {{"b.js", ""}}, {{"run", "b.js"}});
  test.wants({{"b@1.0.0"}, {"a@1.0.0"}});
  const LinkPlan plan = test.plan();
  ASSERT_EQ(plan.shims.size(), 1U);
  EXPECT_EQ(plan.shims[0].target, "../a/a.js");
  EXPECT_EQ(plan.warnings,
            (Lines{"the command `run` of `b@1.0.0` is not linked: `a@1.0.0` has it too"}));
}

TEST(PlanIsolated, RefusesBinsThatWouldLeaveTheirFolder) {
  TestProject test;
  test.package("a@1.0.0", {{"a.js", ""}},
               {{"../evil", "a.js"},
                {"..", "a.js"},
                {"", "a.js"},
                {"a/b", "a.js"},
                {"a\\b", "a.js"},
                {std::string("n\0l", 3), "a.js"},
                {"up", "../x.js"},
                {"in", "x/../../y.js"},
                {"abs", "/bin/sh"},
                {"fine", "a.js"}});
  test.entry("a@1.0.0").index.refused_bins = {"known-bad"};
  test.wants({{"a@1.0.0"}});
  const LinkPlan plan = test.plan();
  ASSERT_EQ(plan.shims.size(), 1U);
  EXPECT_EQ(plan.shims[0].path, ".bin/fine");
  EXPECT_EQ(plan.warnings.size(), 10U);
  EXPECT_EQ(plan.warnings[0],
            "the command `../evil` of `a@1.0.0` is not linked: it would leave its folder");
}

TEST(PlanIsolated, RefusesNamesThatWouldLeaveNodeModules) {
  TestProject test;
  test.package("a@1.0.0");
  test.package("b@1.0.0");
  test.depends("a@1.0.0", {{"b@1.0.0", "../../../../b"}});
  test.wants({{"a@1.0.0"}, {"b@1.0.0", "../b"}, {"b@1.0.0", ".bin"}});
  const LinkPlan plan = test.plan();
  EXPECT_EQ(plan.warnings.size(), 3U);
  for (const PlannedLink& link : plan.links)
    EXPECT_TRUE(link.path == "a" || link.path == ".lpm/node_modules/b") << link.path;
}

TEST(PlanIsolated, LinksFoldersOfTheWorkspaceInPlace) {
  TestProject test;
  test.package("c@1.0.0");
  test.package("out@link:../outside");
  test.package("web@workspace:packages/web");
  test.wants({{"out@link:../outside"}, {"web@workspace:packages/web"}});
  test.wants({{"c@1.0.0"}, {"out@link:../outside"}}, "packages/web");
  EXPECT_EQ(lines_of(test.plan(0)), (Lines{
                                        "c@1.0.0 holds c",
                                        "out -> ../../outside",
                                        "web -> ../packages/web",
                                        ".lpm/node_modules/c -> ../c@1.0.0/node_modules/c",
                                    }));
  EXPECT_EQ(lines_of(test.plan(1)), (Lines{
                                        "c -> ../../../node_modules/.lpm/c@1.0.0/node_modules/c",
                                        "out -> ../../../../outside",
                                    }));
}

TEST(PlanIsolated, LeavesOutWhatIsNotInstalledOrNotSelected) {
  TestProject test;
  test.package("a@1.0.0");
  test.package("mac@1.0.0").platform.os = {"darwin"};
  test.depends("a@1.0.0", {{"mac@1.0.0", "", true}});
  test.wants({{"a@1.0.0"}});
  test.wants({{"a@1.0.0", "dev"}}, ".", manifest::DependencyKind::Development);
  const LinkPlan plan = plan_isolated(test.graph(), test.installed(), test.entries(), 0,
                                      {.production = true, .development = false, .optional = true});
  EXPECT_EQ(lines_of(plan), (Lines{"a@1.0.0 holds a", "a -> .lpm/a@1.0.0/node_modules/a"}));
}

TEST(OwnedFolders, AreThoseOutsideThePackageFoldersAndAsFewForALargeGraph) {
  TestProject test;
  test.package("@s/a@1.0.0", {{"a.js", ""}}, {{"a", "a.js"}});
  test.package("@t/b@1.0.0");
  test.depends("@s/a@1.0.0", {{"@t/b@1.0.0"}});
  test.wants({{"@s/a@1.0.0"}});
  EXPECT_EQ(owned_folders(test.plan()),
            (Lines{"node_modules", "node_modules/.bin", "node_modules/.lpm", "node_modules/@s"}));
}

}  // namespace
}  // namespace lpm::linker
