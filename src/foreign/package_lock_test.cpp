#include "foreign/test_support.h"

namespace lpm::foreign {
namespace {

TEST(PackageLock, FindsADependencyAsNodeDoes) {
  const ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 3, "packages": {
    "": {"dependencies": {"a": "^1", "b": "^2"}, "devDependencies": {"c": "*"},
         "optionalDependencies": {"o": "*"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "^1", "c": "1"}},
    "node_modules/a/node_modules/b": {"version": "1.5.0", "dependencies": {"c": "1"}},
    "node_modules/b": {"version": "2.0.0"},
    "node_modules/c": {"version": "1.0.0", "peerDependencies": {"b": "*", "none": "*"}}}})");
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"a -> a@1.0.0", "b -> b@2.0.0", "o -> nothing", "c -> c@1.0.0"}));
  EXPECT_EQ(shown(lock, lock.entries[0].edges), (Texts{"b -> b@1.5.0", "c -> c@1.0.0"}));
  EXPECT_EQ(shown(lock, lock.entries[1].edges), Texts{"c -> c@1.0.0"});
  EXPECT_EQ(shown(lock, lock.entries[3].edges), (Texts{"b -> b@2.0.0", "none -> nothing"}));
  EXPECT_EQ(preferred(lock),
            (Texts{"a@1.0.0 b=1.5.0 c=1.0.0", "b@1.5.0 c=1.0.0", "b@2.0.0", "c@1.0.0"}));
}

TEST(PackageLock, KnowsMembersOfAWorkspace) {
  const ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 2, "packages": {
    "": {"workspaces": ["packages/*"]},
    "node_modules/m": {"resolved": "packages/m", "link": true},
    "node_modules/x": {"version": "1.0.0"},
    "packages/m": {"name": "m", "version": "0.1.0", "dependencies": {"x": "2", "y": "1"}},
    "packages/m/node_modules/x": {"version": "2.0.0"},
    "node_modules/y": {"version": "1.1.0"}}})");
  ASSERT_EQ(lock.importers.size(), 2U);
  EXPECT_EQ(lock.importers[1].path, "packages/m");
  EXPECT_EQ(shown(lock, lock.importers[1].edges), (Texts{"x -> x@2.0.0", "y -> y@1.1.0"}));
  EXPECT_EQ(find_entry(lock, "m")->source,
            (graph::Source{graph::SourceKind::Workspace, "packages/m"}));
}

TEST(PackageLock, TellsSourcesApart) {
  const ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 3, "packages": {
    "": {"dependencies": {"r": "1", "t": "https://registry.example/t.tgz", "g": "u/g",
                          "f": "file:f.tgz"}},
    "node_modules/r": {"version": "1.0.0", "resolved": "https://registry.example/r/-/r-1.0.0.tgz"},
    "node_modules/t": {"version": "1.0.0", "resolved": "https://registry.example/t.tgz"},
    "node_modules/g": {"version": "1.0.0", "resolved": "git+ssh://git@github.com/u/g.git#abc"},
    "node_modules/f": {"version": "1.0.0", "resolved": "file:f.tgz"}}})");
  using graph::SourceKind;
  EXPECT_EQ(find_entry(lock, "r")->source, graph::Source{});
  EXPECT_EQ(find_entry(lock, "t")->source.kind, SourceKind::Url);
  EXPECT_EQ(find_entry(lock, "g")->source,
            (graph::Source{SourceKind::Git, "git+ssh://git@github.com/u/g.git#abc"}));
  EXPECT_EQ(find_entry(lock, "f")->source, (graph::Source{SourceKind::File, "f.tgz"}));
  EXPECT_EQ(preferred(lock), (Texts{"r@1.0.0", "t@https://registry.example/t.tgz"}));
}

TEST(PackageLock, ReadsNamesOfAliasesFlagsAndPlatforms) {
  const ForeignLock lock = read_text(Format::Shrinkwrap, R"({"lockfileVersion": 3, "packages": {
    "": {"dependencies": {"n": "npm:real@1"}},
    "node_modules/n": {"name": "real", "version": "1.0.0", "os": ["linux"], "cpu": ["!arm"],
                       "libc": ["glibc"], "optional": true, "inBundle": true},
    "node_modules/e": {"version": "1.0.0", "extraneous": true}}})");
  ASSERT_EQ(lock.entries.size(), 1U);
  EXPECT_EQ(lock.entries[0].name, "real");
  EXPECT_EQ(lock.entries[0].platform, (manifest::PlatformFilter{{"linux"}, {"!arm"}, {"glibc"}}));
  EXPECT_TRUE(lock.entries[0].is_optional);
  EXPECT_TRUE(lock.entries[0].is_bundled);
  EXPECT_EQ(lock.entries[0].line, 3U);
  EXPECT_EQ(preferred(lock), Texts());
}

TEST(PackageLock, ReadsTheNestedFormOfVersionOne) {
  ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 1, "dependencies": {
    "a": {"version": "1.0.0", "requires": {"b": "^1", "n": "2"},
          "dependencies": {"b": {"version": "1.5.0", "requires": {"n": "2"}}}},
    "b": {"version": "2.0.0", "requires": true},
    "n": {"version": "npm:real@2.0.0"},
    "t": {"version": "https://registry.example/t.tgz"}}})");
  EXPECT_EQ(shown(lock, lock.entries[0].edges), (Texts{"b -> b@1.5.0", "n -> real@2.0.0"}));
  EXPECT_EQ(lock.importers.size(), 0U);
  manifest::Manifest manifest;
  manifest.dependencies = {{"a", "1"}, {"zz", "1"}};
  manifest.dev_dependencies = {{"b", "2"}};
  add_importer(lock, ".", manifest);
  EXPECT_EQ(shown(lock, lock.importers[0].edges),
            (Texts{"a -> a@1.0.0", "zz -> nothing", "b -> b@2.0.0"}));
  EXPECT_EQ(preferred(lock),
            (Texts{"a@1.0.0 b=1.5.0 n=2.0.0", "b@1.5.0 n=2.0.0", "b@2.0.0", "real@2.0.0"}));
}

TEST(PackageLock, KnowsPeersAndMembersOfVersionOneByTheirPlaces) {
  ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 1, "dependencies": {
    "w": {"version": "file:packages/w", "requires": {"a": "^2", "b": "1"},
          "dependencies": {"a": {"version": "2.0.0"}}},
    "a": {"version": "1.0.0"}, "b": {"version": "1.0.0"},
    "p": {"version": "1.0.0", "peer": true}}})");
  EXPECT_TRUE(lock.has_peers);
  manifest::Manifest root, member;
  root.dependencies = {{"a", "^1"}};
  member.dependencies = {{"a", "^2"}, {"b", "1"}};
  add_importer(lock, ".", root);
  add_importer(lock, "packages/w", member);
  EXPECT_EQ(shown(lock, lock.importers[0].edges), (Texts{"a -> a@1.0.0", "p -> p@1.0.0"}));
  EXPECT_EQ(lock.importers[0].edges[1].kind, manifest::DependencyKind::Peer);
  EXPECT_EQ(shown(lock, lock.importers[1].edges),
            (Texts{"a -> a@2.0.0", "b -> b@1.0.0", "p -> p@1.0.0"}));
}

TEST(PackageLock, MakesOnePackageOfPlacesAndTheFirstPlacesEdgesCount) {
  const ForeignLock lock = read_text(Format::PackageLock, R"({"lockfileVersion": 3, "packages": {
    "": {"dependencies": {"a": "1", "w": "1"}},
    "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "*"}},
    "node_modules/b": {"version": "1.0.0"},
    "node_modules/w": {"version": "1.0.0", "dependencies": {"a": "1"}},
    "node_modules/w/node_modules/a": {"version": "1.0.0", "dependencies": {"b": "*"}},
    "node_modules/w/node_modules/b": {"version": "2.0.0"}}})");
  EXPECT_EQ(preferred(lock), (Texts{"a@1.0.0 b=1.0.0", "b@1.0.0", "b@2.0.0", "w@1.0.0 a=1.0.0"}));
}

TEST(PackageLock, GivesAnImporterThePeersThatWereInstalledForIt) {
  const auto [graph, omissions] =
      preferred_graph(read_text(Format::PackageLock, R"({"lockfileVersion": 3, "packages": {
        "": {"dependencies": {"a": "1"}},
        "node_modules/a": {"version": "1.0.0", "peerDependencies": {"p": "^1"}},
        "node_modules/p": {"version": "1.2.0", "peer": true}}})"));
  ASSERT_EQ(graph.importers[0].dependencies.size(), 2U);
  EXPECT_EQ(graph.importers[0].dependencies[1].name, "p");
  EXPECT_EQ(graph.importers[0].dependencies[1].kind, manifest::DependencyKind::Peer);
  EXPECT_EQ(graph[graph.importers[0].dependencies[1].target].version, "1.2.0");
}

TEST(PackageLock, TellsWhatItLeavesOut) {
  EXPECT_EQ(
      omitted(read_text(Format::PackageLock, R"({"lockfileVersion": 3, "packages": {
    "": {},
    "node_modules/..": {"version": "1.0.0"},
    "node_modules/v": {"version": "latest"},
    "nowhere/node_modules/w": {"version": "1.0.0"},
    "node_modules/i": {"version": "1.0.0", "integrity": "none"}}})")),
      (Texts{"3: `..` is no package name", "4: `v` is locked to `latest`, which is no version",
             "5: `w` stands below a folder that is not in the file",
             "6: the integrity of `i@1.0.0` is not understood; the registry's is taken"}));
}

TEST(PackageLock, SaysNothingThatSteersATerminal) {
  EXPECT_EQ(omitted(read_text(Format::PackageLock,
                              R"({"packages": {"": {}, "node_modules/\u001b[31m": {}}})")),
            Texts{"1: `\\x1b[31m` is no package name"});
}

TEST(PackageLock, NamesTheLineOfWhatIsWrong) {
  EXPECT_EQ(problem_of(Format::PackageLock, "[]"),
            "f:1 `f` is not understood: it must hold an object");
  EXPECT_EQ(problem_of(Format::PackageLock, "{\"lockfileVersion\": 9}"),
            "f:1 `f` is not understood: `lockfileVersion` 9 is not known");
  EXPECT_EQ(problem_of(Format::PackageLock, "{\"packages\":\n[]}"),
            "f:2 `f` is not understood: `packages` must be an object");
  EXPECT_EQ(problem_of(Format::PackageLock, "{\"packages\": {\n\"node_modules/a\": 1}}"),
            "f:2 `f` is not understood: `node_modules/a` must be an object");
  EXPECT_EQ(problem_of(Format::PackageLock,
                       "{\"packages\": {\n\"node_modules/a\": {\"version\": \"1.0.0\"},\n"
                       "\"node_modules/a\": {\"version\": \"1.0.0\"}}}"),
            "f:3 `f` is not understood: `a` is there twice or too deep");
  EXPECT_EQ(problem_of(Format::PackageLock, "{\"dependencies\": {\n\"a\": 1}}"),
            "f:2 `f` is not understood: `a` must be an object");
  EXPECT_EQ(problem_of(Format::PackageLock, "{\"dependencies\":\n 1}"),
            "f:2 `f` is not understood: `dependencies` must be an object");
  EXPECT_EQ(problem_of(Format::PackageLock, "{,}").substr(0, 6), "f:1:2 ");
}

TEST(PackageLock, BoundsDepth) {
  std::string text = "{\"dependencies\": {";
  for (int i = 0; i < 65; ++i) text += "\"a\": {\"version\": \"1.0.0\", \"dependencies\": {";
  for (int i = 0; i < 65; ++i) text += "}}";
  EXPECT_EQ(problem_of(Format::PackageLock, text + "}}"),
            "f:1 `f` is not understood: it is nested too deeply");
}

// The repository is the one that the dependent names, whatever address the file has.
TEST(PackageLock, CarriesCommitsToTheRepositoriesThatAreAskedFor) {
  const std::string commit = "0123456789abcdef0123456789abcdef01234567";
  const Preferred preferred = preferred_graph(read_text(Format::PackageLock, R"({
    "lockfileVersion": 3, "packages": {
        "": {"dependencies": {"g": "github:u/g#main", "h": "u/h#semver:^1::path:packages/h",
                              "i": "u/i", "t": "https://host.example/t.tgz"}},
        "node_modules/g": {"version": "1.0.0", "resolved": "git+ssh://git@host.example/x.git#)" +
                                                                                 commit + R"("},
        "node_modules/h": {"version": "1.2.0", "resolved": "git+ssh://git@github.com/u/h.git#)" +
                                                                                 commit + R"("},
        "node_modules/i": {"version": "1.0.0", "resolved": "git+ssh://git@github.com/u/i.git#0123456"},
        "node_modules/t": {"version": "2.0.0", "resolved": "https://host.example/t.tgz"}}})"));
  Texts sources;
  for (const graph::Package& package : preferred.graph.packages)
    sources.push_back(package.source.locator);
  EXPECT_EQ(sources, (Texts{"git+https://github.com/u/g.git#" + commit,
                            "git+https://github.com/u/h.git#" + commit + "::path:packages/h",
                            "https://host.example/t.tgz"}));
  ASSERT_EQ(preferred.omissions.size(), 1U);
  EXPECT_EQ(preferred.omissions[0].what, "`i`");
}

}  // namespace
}  // namespace lpm::foreign
