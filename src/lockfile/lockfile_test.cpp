#include "lockfile/lockfile.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <random>
#include <sstream>

#include "base/text.h"

namespace lpm::lockfile {
namespace {

std::string test_data(const std::string& name) {
  std::ifstream file(std::string(LPM_TEST_DATA) + "/lockfile/" + name, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Lockfile must_parse(std::string_view text) {
  Result<Lockfile> parsed = parse_lockfile(text, "lpm.lock");
  EXPECT_TRUE(parsed) << parsed.error().where << ": expected " << parsed.error().facts[0].text;
  return parsed ? std::move(*parsed) : Lockfile{};
}

constexpr std::string_view kSmall = R"(lockfile = 1

[resolution]
node = "20.11.0"

[importers."."]
dependencies.a = { spec = "^1.0.0", to = "1.0.0" }
dependencies.z = { spec = "npm:b@^2.0.0", to = "b@2.0.0" }

[packages."a@1.0.0"]
dependencies.b = "2.0.0"
os = ["linux"]
peerDependencies.p = "^1"

[packages."b@2.0.0"]
bin = true
size = 12
)";

TEST(Lockfile, IsRewrittenByteForByte) {
  for (const std::string name : {"every-field.lock", "empty.lock", "rules.lock"}) {
    const std::string text = test_data(name);
    ASSERT_FALSE(text.empty()) << name;
    EXPECT_EQ(write_lockfile(must_parse(text)), text) << name;
  }
  EXPECT_EQ(write_lockfile(must_parse(kSmall)), kSmall);
}

TEST(Lockfile, ReadsEveryField) {
  const Lockfile lockfile = must_parse(test_data("every-field.lock"));
  const graph::DependencyGraph& graph = lockfile.graph;
  EXPECT_EQ(lockfile.inputs.node, "20.11.0");
  EXPECT_EQ(lockfile.inputs.overrides.size(), 64U);
  EXPECT_TRUE(lockfile.inputs.legacy_peers);
  ASSERT_EQ(graph.importers.size(), 3U);
  EXPECT_EQ(graph.importers[1].path, "packages/web");
  EXPECT_EQ(graph.importers[1].dependencies[0].spec, ">=17 \"quoted\" \\ \t");
  EXPECT_TRUE(graph.importers[2].dependencies.empty());

  const auto& root = graph.importers[0].dependencies;
  ASSERT_EQ(root.size(), 9U);
  EXPECT_EQ(root[0].name, "@scope/tool");
  EXPECT_EQ(root[1].name, "fsevents");
  EXPECT_EQ(root[1].kind, manifest::DependencyKind::Optional);
  EXPECT_EQ(root[2].kind, manifest::DependencyKind::Development);
  EXPECT_EQ(graph[root[2].target].source,
            (graph::Source{graph::SourceKind::File, "../local (new).tgz"}));
  EXPECT_EQ(root[3].kind, manifest::DependencyKind::Peer);
  EXPECT_EQ(root[4].target, graph::kNoPackage);
  EXPECT_EQ(root[7].name, "tiny");
  EXPECT_EQ(graph[root[7].target].name, "left-pad");
  EXPECT_EQ(graph[root[8].target].source,
            (graph::Source{graph::SourceKind::Workspace, "packages/web"}));

  const graph::Package& tool = graph[root[0].target];
  EXPECT_TRUE(tool.has_bin);
  EXPECT_TRUE(tool.has_install_script);
  EXPECT_EQ(tool.bundled, (std::vector<std::string>{"inner", "@scope/other"}));
  EXPECT_EQ(tool.engines_node, ">=18");
  EXPECT_EQ(tool.size, 123456U);
  EXPECT_EQ(tool.tarball, "http://registry.example/other/tool.tgz");
  EXPECT_FALSE(tool.integrity.empty());
  EXPECT_EQ(graph[tool.dependencies[0].target].source,
            (graph::Source{graph::SourceKind::Registry, "@scope"}));
  EXPECT_EQ(graph[tool.dependencies[1].target].version, "3.0.0");

  const graph::Package& dom = graph[*graph.find("react-dom@18.3.1(react@18.3.1)")];
  EXPECT_EQ(dom.peer_context, "(react@18.3.1)");
  ASSERT_EQ(dom.peers.size(), 2U);
  EXPECT_EQ(dom.peers[0], (graph::PeerDeclaration{"@types/react", "*", true}));
  EXPECT_EQ(dom.peers[1], (graph::PeerDeclaration{"react", "^18.3.1", false}));
  EXPECT_TRUE(dom.dependencies[0].optional);
  EXPECT_EQ(dom.dependencies[1].target, graph::kNoPackage);
  EXPECT_EQ(graph[dom.dependencies[2].target].key(), "react@18.3.1");
  EXPECT_EQ(graph[*graph.find("fsevents@2.3.3")].platform,
            (manifest::PlatformFilter{{"darwin"}, {"x64", "arm64"}, {"glibc"}}));
}

struct BadCase {
  std::string from;
  std::string to;
  std::size_t line;
  std::string expected;
};

TEST(Lockfile, NamesTheLineThatIsNotUnderstood) {
  const std::vector<BadCase> cases = {
      {"lockfile = 1\n", "", 1, "`lockfile = 1`"},
      {"lockfile = 1\n", "lockfile = 0\n", 1, "`lockfile = 1`"},
      {"lockfile = 1\n", "lockfile = 01\n", 1, "`lockfile = 1`"},
      {"lockfile = 1\n", "# hi\nlockfile = 1\n", 1, "`lockfile = 1`"},
      {"lockfile = 1\n", "lockfile = 1\r\n", 1, "LF alone"},
      {"lockfile = 1\n", "lockfile = 1\nx = 2\n", 2, "an empty line"},
      {"\n\n[importers", "\n[importers", 5, "`legacy-peer-deps`, `node`, `overrides`"},
      {"\n\n[importers", "\n\n\n[importers", 6, "`[resolution]`, `[importers"},
      {"size = 12\n", "size = 12", 17, "line feed at the end"},
      {"size = 12\n", "size = 12\n\n", 19, "a table after"},
      {"size = 12", "size = 012", 17, "number of bytes"},
      {"size = 12", "size = 0", 17, "number of bytes"},
      {"size = 12", "size = -1", 17, "number of bytes"},
      {"size = 12", "size = 99999999999999999999", 17, "number of bytes"},
      {"size = 12", "size = 12 # big", 17, "the end of the line"},
      {"size = 12", "size = 12 ", 17, "the end of the line"},
      {"size = 12", "size  = 12", 17, "` = `"},
      {"bin = true", "bin = false", 16, "`true`"},
      {"bin = true", "bin = true\nbin = true", 17, "bytewise order"},
      {"bin = true\nsize = 12", "size = 12\nbin = true", 17, "bytewise order"},
      {"size = 12", "size = 12\nsize = 13", 18, "each key once"},
      {"bin = true", "colour = \"red\"", 16, "key that a package may have"},
      {"bin = true", "version = \"2.0.0\"", 16, "key that a package may have"},
      {"node = ", "yarn = ", 4, "`legacy-peer-deps`, `node`, `overrides`"},
      {"node = \"20.11.0\"", "node = \"\"", 4, "not empty"},
      {"node = \"20.11.0\"", "overrides = \"abc\"", 4, "64 hexadecimal digits"},
      {"[resolution]\nnode = \"20.11.0\"", "[resolution]", 3, "a line in `[resolution]`"},
      {"os = [\"linux\"]", "os = []", 12, "array"},
      {"os = [\"linux\"]", "os = [\"linux\",]", 12, "array"},
      {"os = [\"linux\"]", "os = [ \"linux\" ]", 12, "array"},
      {"os = [\"linux\"]", "os = \"linux\"", 12, "array"},
      {"os = [\"linux\"]", "os = ['linux']", 12, "array"},
      {"\"^1\"", "\"^1\\n\"", 13, "quoted range"},
      {"\"^1\"", "\"^1\\u0041\"", 13, "quoted range"},
      {"\"^1\"", "\"^1\\u000a\"", 13, "quoted range"},
      {"\"^1\"", "\"^1\t\"", 13, "quoted range"},
      {"\"^1\"", "\"^1", 13, "quoted range"},
      {"peerDependencies.p", "peerDependencies.\"p\"", 13, "package name"},
      {"peerDependencies.p", "peerDependencies.@p/q", 13, "package name"},
      {"dependencies.b =", "dependencies.\"../b\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.\".bin\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.\"@s/../b\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.\"/etc\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.\"a/b\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.\"b\\u0000\" =", 11, "a package name"},
      {"dependencies.b =", "dependencies.node_modules =", 11, "a package name"},
      {"dependencies.b = \"2.0.0\"", "dependencies.b = \"3.0.0\"", 11, "a package of this file"},
      {"dependencies.b = \"2.0.0\"", "dependencies.b = \"b@2.0.0\"", 11, "without the name"},
      {"dependencies.b = \"2.0.0\"", "dependencies.b = \"\"", 11, "only an optional dependency"},
      {"dependencies.b = \"2.0.0\"",
       "dependencies.b = \"2.0.0\"\noptionalDependencies.b = \"2.0.0\"", 11, "`b` once"},
      {"os = [\"linux\"]", "optionalPeerDependencies.p = \"*\"", 11, "peer `p` once"},
      {"to = \"1.0.0\" }", "to = \"1.0.0\"}", 7, "{ spec = "},
      {"{ spec = \"^1.0.0\", to = \"1.0.0\" }", "\"1.0.0\"", 7, "{ spec = "},
      {"to = \"1.0.0\"", "to = \"\"", 7, "only an optional dependency"},
      {"to = \"b@2.0.0\"", "to = \"b@2.0.1\"", 8, "a package of this file"},
      {"dependencies.z", "bundleDependencies.z", 8, "a kind of dependencies"},
      {"dependencies.z", "devDependencies.a", 7, "`a` once"},
      {"[importers.\".\"]", "[importers.\"../up\"]", 6, "inside the workspace"},
      {"[importers.\".\"]", "[importers.\"/etc\"]", 6, "inside the workspace"},
      {"[importers.\".\"]", "[importers.\"a//b\"]", 6, "inside the workspace"},
      {"[importers.\".\"]", "[importers.web]", 6, "a quoted name"},
      {"[importers.\".\"]", "[importers.\".\"] ", 6, "a quoted name"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"a@1.0.0\"]", 15, "bytewise order"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"../b@2.0.0\"]", 15, "the key of a package"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"b@../2.0.0\"]", 15, "the key of a package"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"b@workspace:../b\"]", 15, "inside the workspace"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"b@npm:@acme:2.0.0\"]", 15, "own scope"},
      {"[packages.\"b@2.0.0\"]", "[packages.\"b@latest\"]", 15, "the key of a package"},
      {"[packages.\"b@2.0.0\"]", "[importers.\"b\"]", 15, "importers before packages"},
      {"[packages.\"b@2.0.0\"]", "[resolution]", 15, "before all other tables"},
      {"[packages.\"b@2.0.0\"]", "[metadata]", 15, "`[resolution]`, `[importers"},
      {"bin = true", "integrity = \"sha512-AAAA\"", 16, "an integrity"},
      {"bin = true", "integrity = \"md5-XrY7u+Ae7tCTyyK7j1rNww==\"", 16, "an integrity"},
      {"bin = true", "integrity = \"../../etc/passwd\"", 16, "an integrity"},
  };
  for (const BadCase& bad : cases) {
    std::string text(kSmall);
    ASSERT_NE(text.find(bad.from), std::string::npos) << bad.from;
    text.replace(text.find(bad.from), bad.from.size(), bad.to);
    const Result<Lockfile> parsed = parse_lockfile(text, "sub/lpm.lock");
    ASSERT_FALSE(parsed) << bad.from << " -> " << bad.to;
    EXPECT_EQ(parsed.error().code, ErrorCode::BAD_LOCKFILE);
    EXPECT_EQ(parsed.error().where, "sub/lpm.lock:" + std::to_string(bad.line)) << bad.to;
    EXPECT_NE(parsed.error().facts[0].text.find(bad.expected), std::string::npos)
        << bad.to << "\n  says " << parsed.error().facts[0].text;
    EXPECT_FALSE(parsed.error().hints.empty());
  }
}

TEST(Lockfile, SaysWhichRulesChangedWhat) {
  const Lockfile lockfile = must_parse(test_data("rules.lock"));
  EXPECT_EQ(lockfile.inputs.extensions, std::string(64, '0'));
  EXPECT_EQ(lockfile.inputs.peer_rules, std::string(64, '1'));
  using graph::AppliedRule;
  EXPECT_EQ(lockfile.graph.importers[0].rules,
            (std::vector<AppliedRule>{{"a", "^1.0.0", "pnpm.overrides > a@^1"},
                                      {"gone", "", "pnpm-workspace.yaml overrides > gone"}}));
  EXPECT_EQ(lockfile.graph.packages[1].rules,
            (std::vector<AppliedRule>{
                {"@s/b", "^1.0.0", "overrides > a > @s/b"},
                {"c", "", "lpm.packageExtensions > a@1 || 2", AppliedRule::Kind::Extended}}));
}

TEST(Lockfile, HasTheSecondFormatOnlyWhereARuleNeedsIt) {
  std::string text = test_data("rules.lock");
  text[text.find('2')] = '1';
  const Result<Lockfile> older = parse_lockfile(text, "lpm.lock");
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error().where, "lpm.lock:5");
  EXPECT_EQ(older.error().facts[0].text, "`lockfile = 2` above, for a line like this");
  text = test_data("every-field.lock");
  text[text.find('1')] = '2';
  const Result<Lockfile> newer = parse_lockfile(text, "lpm.lock");
  ASSERT_FALSE(newer);
  EXPECT_EQ(newer.error().where, "lpm.lock:1");
}

TEST(Lockfile, CutOffAnywhereIsRefusedOrStillCanonical) {
  const std::string text = test_data("every-field.lock");
  for (std::size_t length = 0; length < text.size(); ++length) {
    const std::string_view part = std::string_view(text).substr(0, length);
    const Result<Lockfile> parsed = parse_lockfile(part, "lpm.lock");
    if (parsed)
      EXPECT_EQ(write_lockfile(*parsed), part);
    else
      EXPECT_EQ(parsed.error().code, ErrorCode::BAD_LOCKFILE);
  }
}

TEST(Lockfile, SaysWhenItIsFromANewerLpm) {
  const Result<Lockfile> parsed = parse_lockfile("lockfile = 3\n\n[new]\nthing = 1\n", "lpm.lock");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::NEWER_LOCKFILE);
  EXPECT_EQ(parsed.error().where, "lpm.lock:1");
  EXPECT_EQ(parsed.error().what, "`lpm.lock` was written by a newer lpm");
}

TEST(Lockfile, NamesTheFirstConflictMarker) {
  std::string text(kSmall);
  const std::string line = "dependencies.a = { spec = \"^1.0.0\", to = \"1.0.0\" }\n";
  text.replace(text.find(line), line.size(), "<<<<<<< HEAD\n" + line + "=======\n>>>>>>> topic\n");
  const Result<Lockfile> parsed = parse_lockfile(text, "lpm.lock");
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::CONFLICT_MARKERS);
  EXPECT_EQ(parsed.error().where, "lpm.lock:7");
}

TEST(Lockfile, AddingOneDependencyIsASmallDiff) {
  Lockfile lockfile = must_parse(kSmall);
  graph::Package added;
  added.name = "c";
  added.version = "1.0.0";
  lockfile.graph.packages.push_back(added);
  lockfile.graph.importers[0].dependencies.insert(
      lockfile.graph.importers[0].dependencies.begin() + 1,
      {"c", "^1.0.0", manifest::DependencyKind::Production, graph::PackageId{2}});
  std::string expected(kSmall);
  expected.insert(expected.find("dependencies.z"),
                  "dependencies.c = { spec = \"^1.0.0\", to = \"1.0.0\" }\n");
  expected += "\n[packages.\"c@1.0.0\"]\n";
  EXPECT_EQ(write_lockfile(lockfile), expected);
}

// Any graph, however odd its texts: what is written reads back equal.
class RandomLockfile {
 public:
  explicit RandomLockfile(std::uint32_t seed) : random_(seed) {}

  Lockfile make() {
    Lockfile lockfile;
    if (chance(2)) lockfile.inputs.node = "20." + std::to_string(below(30)) + ".0";
    auto& packages = lockfile.graph.packages;
    const std::uint32_t count = below(30);
    for (std::uint32_t i = 0; i < count; ++i) packages.push_back(package());
    std::sort(packages.begin(), packages.end(),
              [](const auto& a, const auto& b) { return a.key() < b.key(); });
    packages.erase(std::unique(packages.begin(), packages.end(),
                               [](const auto& a, const auto& b) { return a.key() == b.key(); }),
                   packages.end());
    for (auto& package : packages) add_edges(package.dependencies, packages);
    for (auto& package : packages) add_rules(package.rules, true);
    for (const std::string path : {".", "packages/a", "packages/b c"}) {
      if (!chance(2)) continue;
      auto& importer = lockfile.graph.importers.emplace_back();
      importer.path = path;
      add_rules(importer.rules, false);
      std::vector<graph::Edge> edges;
      add_edges(edges, packages);
      for (const graph::Edge& edge : edges) {
        auto kind = static_cast<manifest::DependencyKind>(below(4));
        if (edge.target == graph::kNoPackage) kind = manifest::DependencyKind::Optional;
        importer.dependencies.push_back({edge.name, odd_text(), kind, edge.target});
      }
    }
    return lockfile;
  }

 private:
  std::uint32_t below(std::uint32_t limit) { return limit == 0 ? 0 : random_() % limit; }
  bool chance(std::uint32_t of) { return below(of) == 0; }
  std::string name() {
    static const char* const kNames[] = {"a",   "b-c",     "d.e", "@s/a", "@s/x.y", "UPPER",
                                         "a_b", "1number", "~t",  "a'b",  "@S-2/z", "-dash"};
    return kNames[below(12)];
  }
  std::string odd_text() {
    static const std::string kPieces[] = {"^1", "\"",   "\\", "\t", " ",    "#",
                                          "é",  "\x7f", "'",  "]",  "u0041"};
    std::string text;
    for (std::uint32_t i = below(6); i > 0; --i) text += kPieces[below(11)];
    return text;
  }
  graph::Package package() {
    graph::Package package;
    package.name = name();
    package.version = std::to_string(below(4)) + ".0.0-rc." + std::to_string(below(3));
    switch (below(8)) {
      case 0:
        package.source = {graph::SourceKind::Git, "git+ssh://git@h/x(y).git#" + odd_text() + "0"};
        break;
      case 1:
        package.source = {graph::SourceKind::Url, "https://h/a%20b.tgz"};
        break;
      case 2:
        package.source = {graph::SourceKind::File, "../" + odd_text() + "x"};
        break;
      case 3:
        if (package.name.starts_with('@'))
          package.source.locator = package.name.substr(0, package.name.find('/'));
        break;
      default:
        break;
    }
    if (chance(3)) package.peer_context = "(b@1.0.0(c@2.0.0))(d@file:%28x%29)";
    if (chance(3)) package.engines_node = odd_text() + "x";
    if (chance(3)) package.tarball = "http://registry.example/" + odd_text();
    if (chance(3)) package.size = random_();
    if (chance(3)) package.platform.os = {"linux", odd_text()};
    if (chance(3)) package.bundled = {name(), name()};
    package.has_bin = chance(2);
    package.has_install_script = chance(2);
    if (chance(2)) package.peers.push_back({"a", odd_text(), chance(2)});
    if (chance(2)) package.peers.push_back({"z", odd_text(), chance(2)});
    return package;
  }
  void add_rules(std::vector<graph::AppliedRule>& rules, bool may_extend) {
    if (!chance(4)) return;
    rules.push_back({"a", odd_text(), "overrides > " + odd_text()});
    if (may_extend)
      rules.push_back({"a", "", "lpm.packageExtensions > x", graph::AppliedRule::Kind::Extended});
    std::sort(rules.begin(), rules.end());
  }
  void add_edges(std::vector<graph::Edge>& edges, const std::vector<graph::Package>& packages) {
    std::map<std::string, graph::Edge> by_name;
    for (std::uint32_t i = below(6); i > 0 && !packages.empty(); --i) {
      graph::Edge edge;
      edge.target = graph::PackageId{below(static_cast<std::uint32_t>(packages.size()))};
      edge.name = chance(3) ? name() : packages[graph::index(edge.target)].name;
      edge.optional = chance(3);
      if (edge.optional && chance(4)) edge.target = graph::kNoPackage;
      by_name[edge.name] = edge;
    }
    for (auto& [name, edge] : by_name) edges.push_back(edge);
  }
  std::mt19937 random_;
};

TEST(Lockfile, WhatIsWrittenReadsBackEqual) {
  for (std::uint32_t seed = 0; seed < 500; ++seed) {
    const Lockfile lockfile = RandomLockfile(seed).make();
    const std::string text = write_lockfile(lockfile);
    const Result<Lockfile> parsed = parse_lockfile(text, "lpm.lock");
    ASSERT_TRUE(parsed) << seed << " " << parsed.error().where << " expected "
                        << parsed.error().facts[0].text << "\n"
                        << text;
    ASSERT_TRUE(*parsed == lockfile) << seed << "\n" << text;
    const std::string image = write_image(lockfile, text);
    const std::optional<Lockfile> read = read_image(as_bytes(image), text);
    ASSERT_TRUE(read && *read == lockfile) << seed << "\n" << text;
  }
}

}  // namespace
}  // namespace lpm::lockfile
