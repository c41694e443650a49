#include "graph/graph.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace lpm::graph {
namespace {

using manifest::DependencyKind;

// Builds small graphs: packages by key, edges by key; sorts nothing, so add in key order.
class Builder {
 public:
  Builder& package(std::string_view key) {
    const KeyParts parts = *split_key(key);
    Package& package = graph_.packages.emplace_back();
    package.name = parts.name;
    package.source = parts.source;
    package.version = parts.version;
    package.peer_context = parts.peer_context;
    return *this;
  }
  Builder& only_on(std::string os) {
    graph_.packages.back().platform.os.push_back(std::move(os));
    return *this;
  }
  Builder& edge(std::string_view from, std::string_view to, bool optional = false) {
    const PackageId target = *graph_.find(to);
    graph_.packages[index(*graph_.find(from))].dependencies.push_back(
        {graph_[target].name, target, optional});
    return *this;
  }
  Builder& wants(std::string_view to, DependencyKind kind = DependencyKind::Production) {
    if (graph_.importers.empty()) graph_.importers.push_back({".", {}});
    const PackageId target = *graph_.find(to);
    graph_.importers.back().dependencies.push_back({graph_[target].name, "*", kind, target});
    return *this;
  }
  const DependencyGraph& graph() const { return graph_; }

 private:
  DependencyGraph graph_;
};

const manifest::Platform kLinux{"linux", "x64", "glibc"};

std::vector<std::string> installed(const DependencyGraph& graph, const Reached& reached) {
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < graph.packages.size(); ++i)
    if (reached.installed[i]) keys.push_back(graph.packages[i].key());
  return keys;
}

using Keys = std::vector<std::string>;

TEST(Keys, ReadBackToTheirParts) {
  for (const std::string key :
       {"react@18.3.1", "@scope/a@1.0.0-rc.1", "react-dom@18.3.1(react@18.3.1)",
        "a@1.0.0(b@2.0.0(c@1.0.0))(d@git+https://h/x.git#0)", "@acme/a@npm:@acme:1.0.0",
        "a@git+ssh://git@host/a.git#0123", "a@git:host:a.git#12",
        "a@https://h/a.tgz?x=%251(b@1.0.0)", "a@url:ftp://h/a.tgz", "a@file:../a %28copy%29.tgz",
        "a@dir:./x", "a@link:../x", "a@workspace:packages/%28group%29/a", "a(b)@1.0.0"}) {
    const std::optional<KeyParts> parts = split_key(key);
    ASSERT_TRUE(parts) << key;
    Package package;
    package.name = parts->name;
    package.source = parts->source;
    package.version = parts->version;
    package.peer_context = parts->peer_context;
    EXPECT_EQ(package.key(), key);
  }
}

TEST(Keys, DecodeWhatTheyEncode) {
  const std::optional<KeyParts> parts = split_key("a@file:../a %28copy%29 100%25.tgz");
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->source.locator, "../a (copy) 100%.tgz");
  EXPECT_EQ(parts->source.kind, SourceKind::File);
  EXPECT_EQ(parts->version, "");
}

TEST(Keys, RefuseWhatIsNoKey) {
  for (const std::string_view key : {"",
                                     "react",
                                     "react@",
                                     "@1.0.0",
                                     "react@latest",
                                     "react@^1.0.0",
                                     "../a@1.0.0",
                                     "a/../b@1.0.0",
                                     "@scope@1.0.0",
                                     "@scope/..@1.0.0",
                                     ".hidden@1.0.0",
                                     "node_modules@1.0.0",
                                     "a@1.0.0(b@1.0.0",
                                     "a@1.0.0/x",
                                     "a@npm::1.0.0",
                                     "a@npm:@acme:next",
                                     "a@file:",
                                     "a@file:a)b",
                                     "a@file:100%",
                                     "a@url:https://h/a.tgz",
                                     "a@git:git+https://h/a.git",
                                     "a\\b@1.0.0",
                                     "a b@1.0.0"}) {
    EXPECT_FALSE(split_key(key)) << key;
  }
}

TEST(Graph, FindsPackagesByKey) {
  const DependencyGraph graph = Builder().package("a@1.0.0").package("b@1.0.0(a@1.0.0)").graph();
  EXPECT_EQ(graph.find("b@1.0.0(a@1.0.0)"), PackageId{1});
  EXPECT_EQ(graph.find("b@1.0.0"), std::nullopt);
  EXPECT_EQ(graph.find(""), std::nullopt);
}

TEST(Reach, LeavesOutUnselectedKinds) {
  const DependencyGraph graph = Builder()
                                    .package("dev@1.0.0")
                                    .package("opt@1.0.0")
                                    .package("peer@1.0.0")
                                    .package("prod@1.0.0")
                                    .package("shared@1.0.0")
                                    .wants("dev@1.0.0", DependencyKind::Development)
                                    .wants("opt@1.0.0", DependencyKind::Optional)
                                    .wants("peer@1.0.0", DependencyKind::Peer)
                                    .wants("prod@1.0.0")
                                    .edge("dev@1.0.0", "shared@1.0.0")
                                    .edge("prod@1.0.0", "opt@1.0.0", true)
                                    .graph();
  EXPECT_EQ(installed(graph, reach(graph, {true, false, false}, kLinux)),
            (Keys{"peer@1.0.0", "prod@1.0.0"}));
  EXPECT_EQ(installed(graph, reach(graph, {false, true, true}, kLinux)),
            (Keys{"dev@1.0.0", "opt@1.0.0", "shared@1.0.0"}));
}

TEST(Reach, DropsRefusedOptionalPackagesWithWhatOnlyTheyNeed) {
  const DependencyGraph graph = Builder()
                                    .package("app@1.0.0")
                                    .package("fsevents@1.0.0")
                                    .only_on("darwin")
                                    .package("nan@1.0.0")
                                    .wants("app@1.0.0")
                                    .edge("app@1.0.0", "fsevents@1.0.0", true)
                                    .edge("fsevents@1.0.0", "nan@1.0.0")
                                    .graph();
  const Reached reached = reach(graph, {}, kLinux);
  EXPECT_EQ(installed(graph, reached), (Keys{"app@1.0.0"}));
  EXPECT_TRUE(reached.refused.empty());
}

TEST(Reach, DropsAnOptionalPackageWhoseRequiredDependencyIsRefused) {
  const DependencyGraph graph = Builder()
                                    .package("app@1.0.0")
                                    .package("native@1.0.0")
                                    .only_on("darwin")
                                    .package("watcher@1.0.0")
                                    .wants("app@1.0.0")
                                    .edge("app@1.0.0", "watcher@1.0.0", true)
                                    .edge("watcher@1.0.0", "native@1.0.0")
                                    .graph();
  EXPECT_EQ(installed(graph, reach(graph, {}, kLinux)), (Keys{"app@1.0.0"}));
}

TEST(Reach, ListsRefusedPackagesThatAreRequired) {
  const DependencyGraph graph = Builder()
                                    .package("app@1.0.0")
                                    .package("native@1.0.0")
                                    .only_on("darwin")
                                    .wants("app@1.0.0")
                                    .edge("app@1.0.0", "native@1.0.0")
                                    .graph();
  const Reached reached = reach(graph, {}, kLinux);
  EXPECT_EQ(reached.refused, (std::vector<PackageId>{PackageId{1}}));
  EXPECT_TRUE(reached.installed[1]);
}

TEST(Reach, EndsInCycles) {
  const DependencyGraph graph = Builder()
                                    .package("a@1.0.0")
                                    .package("b@1.0.0")
                                    .package("c@1.0.0")
                                    .wants("a@1.0.0")
                                    .edge("a@1.0.0", "b@1.0.0")
                                    .edge("b@1.0.0", "a@1.0.0")
                                    .graph();
  EXPECT_EQ(installed(graph, reach(graph, {}, kLinux)), (Keys{"a@1.0.0", "b@1.0.0"}));
}

TEST(PathsTo, ComeShortestFirstAndEndAtTheLimit) {
  const DependencyGraph graph = Builder()
                                    .package("a@1.0.0")
                                    .package("b@1.0.0")
                                    .package("c@1.0.0")
                                    .package("target@1.0.0")
                                    .wants("a@1.0.0")
                                    .wants("c@1.0.0")
                                    .edge("a@1.0.0", "b@1.0.0")
                                    .edge("a@1.0.0", "target@1.0.0")
                                    .edge("b@1.0.0", "target@1.0.0")
                                    .edge("b@1.0.0", "a@1.0.0")
                                    .edge("c@1.0.0", "b@1.0.0")
                                    .graph();
  const auto names = [&graph](const Path& path) {
    std::string text;
    for (const PackageId id : path.packages) text += graph[id].name + " ";
    return text;
  };
  const std::vector<Path> paths = paths_to(graph, PackageId{3}, 10);
  ASSERT_EQ(paths.size(), 4U);
  EXPECT_EQ(names(paths[0]), "a target ");
  EXPECT_EQ(names(paths[1]), "a b target ");
  EXPECT_EQ(names(paths[2]), "c b target ");
  EXPECT_EQ(names(paths[3]), "c b a target ");
  EXPECT_EQ(paths_to(graph, PackageId{3}, 2).size(), 2U);
}

TEST(PathsTo, FindNothingWhenNobodyNeedsIt) {
  const DependencyGraph graph =
      Builder().package("a@1.0.0").package("b@1.0.0").wants("a@1.0.0").graph();
  EXPECT_TRUE(paths_to(graph, PackageId{1}, 10).empty());
}

TEST(PathsTo, StaysFastInDenseCycles) {
  Builder builder;
  const auto key = [](int i) { return "p" + std::to_string(100 + i) + "@1.0.0"; };
  for (int i = 0; i < 60; ++i) builder.package(key(i));
  builder.wants(key(0));
  for (int i = 0; i < 60; ++i)
    for (int j = 0; j < 60; ++j)
      if (i != j) builder.edge(key(i), key(j));
  const std::vector<Path> paths = paths_to(builder.graph(), PackageId{59}, 50);
  ASSERT_EQ(paths.size(), 50U);
  EXPECT_EQ(paths[0].packages.size(), 2U);
  EXPECT_EQ(paths[49].packages.size(), 3U);
}

}  // namespace
}  // namespace lpm::graph
