// What the writers write, read back: the graphs of real lockfiles, and small ones by hand.
#include <gmock/gmock.h>

#include <map>

#include "foreign/npm_order.h"
#include "foreign/write_test_support.h"
#include "foreign/yaml_text.h"
#include "formats/json.h"

namespace lpm::foreign {
namespace {

using manifest::DependencyKind;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

manifest::Manifest read_project(const std::string& text) {
  auto manifest = manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
  EXPECT_TRUE(manifest);
  return manifest ? *manifest : manifest::Manifest();
}

struct Case {
  std::string universe;
  std::string tool;
  Format format;
};

class WrittenLockfile : public testing::TestWithParam<Case> {
 protected:
  WrittenLockfile()
      : project_(read_project(data_file(GetParam().universe + "/package.json"))), graph_(read()) {
    // The readers hang peers on the project: let it ask for them.
    for (const graph::ImporterEdge& edge : graph_.importers[0].dependencies)
      if (edge.kind == DependencyKind::Peer)
        project_.peer_dependencies.emplace_back(edge.name, edge.spec);
  }
  graph::DependencyGraph read() const {
    const Case& one = GetParam();
    ForeignLock lock = read_text(one.format, data_file(one.universe + "/" + one.tool + "/" +
                                                       std::string(file_name_of(one.format))));
    add_importer(lock, ".", project_);
    return preferred_graph(lock).graph;
  }
  LockSource source() const { return {graph_, {{".", project_}}}; }
  void expect_same(const WrittenLock& written, Format format) const {
    const ForeignLock back = read_text(format, written.text);
    EXPECT_THAT(omitted(back), IsEmpty());
    EXPECT_THAT(beyond(lines_of(graph_), lines_of(back)), IsEmpty()) << written.text;
    // What nobody asked for: optional peers that are seen from where their dependent stands.
    for (const std::string& line : beyond(lines_of(back), lines_of(graph_)))
      EXPECT_TRUE(is_optional_peer(line)) << line;
  }
  bool is_optional_peer(const std::string& line) const {
    for (const graph::Package& package : graph_.packages)
      for (const graph::PeerDeclaration& peer : package.peers)
        if (line.starts_with(package.name + "@" + package.version + " -> " + peer.name + " "))
          return peer.optional;
    return false;
  }
  manifest::Manifest project_;
  graph::DependencyGraph graph_;
};

TEST_P(WrittenLockfile, OfNpmSaysTheSameWhenReadBack) {
  const WrittenLock written = write_package_lock(source());
  expect_same(written, Format::PackageLock);
  EXPECT_EQ(write_package_lock(source()).text, written.text);
}

TEST_P(WrittenLockfile, OfPnpmSaysTheSameWhenReadBack) {
  const WrittenLock written = write_pnpm_lock(source());
  expect_same(written, Format::Pnpm);
  EXPECT_EQ(write_pnpm_lock(source()).text, written.text);
}

std::vector<Case> cases() {
  const std::map<std::string, Format> tools = {
      {"npm7", Format::PackageLock}, {"npm11", Format::PackageLock}, {"yarn1", Format::YarnClassic},
      {"yarn4", Format::YarnBerry},  {"pnpm8", Format::Pnpm},        {"pnpm12", Format::Pnpm},
      {"bun", Format::Bun}};
  std::vector<Case> all;
  for (const char* universe : {"app", "universe"})
    for (const auto& [tool, format] : tools) all.push_back({universe, tool, format});
  return all;
}
INSTANTIATE_TEST_SUITE_P(All, WrittenLockfile, testing::ValuesIn(cases()), [](const auto& info) {
  return info.param.universe + "_" + info.param.tool;
});

using Direct = std::vector<std::pair<DependencyKind, std::string>>;
constexpr auto kProduction = DependencyKind::Production;

// Places of a package-lock.json, as "node_modules/a 1.0.0 dev".
Texts places_of(const graph::DependencyGraph& graph, const manifest::Manifest& project = {}) {
  const WrittenLock written = write_package_lock({graph, {{".", project}}});
  const auto json = formats::json::parse(written.text, "package-lock.json");
  Texts lines;
  for (const Omission& one : written.omissions) lines.push_back(one.what + " " + one.reason);
  for (const auto& [path, value] : json->find("packages")->members) {
    if (path.empty()) continue;
    std::string line = path + " " + std::string(value.text_at("version").value_or("-"));
    for (const char* flag : {"dev", "devOptional", "optional", "peer", "link"})
      if (value.find(flag) != nullptr) line += std::string(" ") + flag;
    lines.push_back(line);
  }
  return lines;
}

TEST(Placement, PutsAnotherVersionBelowWhoNeedsIt) {
  EXPECT_THAT(places_of(hand_graph({{"a@1.0.0", {"b@2.0.0"}, {}},
                                    {"b@1.0.0", {}, {}},
                                    {"b@2.0.0", {"c@1.0.0"}, {}},
                                    {"c@1.0.0", {}, {}}},
                                   {{kProduction, "a@1.0.0"}, {kProduction, "b@1.0.0"}})),
              ElementsAre("node_modules/a 1.0.0", "node_modules/a/node_modules/b 2.0.0",
                          "node_modules/b 1.0.0", "node_modules/c 1.0.0"));
}

TEST(Placement, HidesNothingThatSomethingBetweenNeeds) {
  // `d` sees c@1 at the top; c@2, which `e` below it needs, must not come between.
  EXPECT_THAT(places_of(hand_graph({{"c@1.0.0", {}, {}},
                                    {"c@2.0.0", {}, {}},
                                    {"d@1.0.0", {}, {}},
                                    {"d@2.0.0", {"c@1.0.0", "e@2.0.0"}, {}},
                                    {"e@1.0.0", {}, {}},
                                    {"e@2.0.0", {"c@2.0.0"}, {}},
                                    {"f@1.0.0", {"d@2.0.0"}, {}}},
                                   {{kProduction, "c@1.0.0"},
                                    {kProduction, "d@1.0.0"},
                                    {kProduction, "e@1.0.0"},
                                    {kProduction, "f@1.0.0"}})),
              ElementsAre("node_modules/c 1.0.0", "node_modules/d 1.0.0", "node_modules/e 1.0.0",
                          "node_modules/f 1.0.0", "node_modules/f/node_modules/d 2.0.0",
                          "node_modules/f/node_modules/e 2.0.0",
                          "node_modules/f/node_modules/e/node_modules/c 2.0.0"));
}

TEST(Placement, KeepsPeersInSightOfTheirDependents) {
  // Below `old` the plugin must see react@17, also the one that is another's dependency.
  EXPECT_THAT(
      places_of(hand_graph({{"inner@1.0.0(react@17.0.0)", {"plugin@1.0.0(react@17.0.0)"}, {}},
                            {"old@1.0.0", {"inner@1.0.0(react@17.0.0)", "react@17.0.0"}, {}},
                            {"plugin@1.0.0(react@17.0.0)", {"react@17.0.0"}, {"react"}},
                            {"plugin@1.0.0(react@18.0.0)", {"react@18.0.0"}, {"react"}},
                            {"react@17.0.0", {}, {}},
                            {"react@18.0.0", {}, {}}},
                           {{kProduction, "old@1.0.0"},
                            {kProduction, "plugin@1.0.0(react@18.0.0)"},
                            {kProduction, "react@18.0.0"}})),
      ElementsAre("node_modules/old 1.0.0", "node_modules/old/node_modules/inner 1.0.0",
                  "node_modules/old/node_modules/plugin 1.0.0",
                  "node_modules/old/node_modules/react 17.0.0", "node_modules/plugin 1.0.0",
                  "node_modules/react 18.0.0"));
}

TEST(PackageLock, SaysWhoNeedsEachPackage) {
  EXPECT_THAT(places_of(hand_graph({{"both@1.0.0", {}, {}},
                                    {"dev@1.0.0", {"both@1.0.0", "peer@1.0.0"}, {"peer"}},
                                    {"opt@1.0.0", {"both@1.0.0"}, {}},
                                    {"peer@1.0.0", {}, {}},
                                    {"prod@1.0.0", {}, {}, {"sub@1.0.0"}},
                                    {"sub@1.0.0", {}, {}}},
                                   {{DependencyKind::Development, "dev@1.0.0"},
                                    {DependencyKind::Optional, "opt@1.0.0"},
                                    {kProduction, "prod@1.0.0"}})),
              ElementsAre("node_modules/both 1.0.0 devOptional", "node_modules/dev 1.0.0 dev",
                          "node_modules/opt 1.0.0 optional", "node_modules/peer 1.0.0 dev peer",
                          "node_modules/prod 1.0.0", "node_modules/sub 1.0.0 optional"));
}

TEST(PackageLock, HasWhatThePackagesThemselvesSay) {
  const graph::DependencyGraph graph =
      hand_graph({{"a@1.0.0", {"b@1.2.0"}, {}}, {"b@1.2.0", {}, {}}}, {{kProduction, "a@1.0.0"}});
  const manifest::Manifest project;
  LockSource source{graph, {{".", project}}};
  EXPECT_THAT(write_package_lock(source).text, HasSubstr("\"b\": \"1.2.0\""));
  const PackageFacts facts{{{"tool", "cli.js"}}, {{"b", "^1.1.0"}}, {}};
  source.facts = {&facts, nullptr};
  source.tarballs = {"http://registry.example/a/-/a-1.0.0.tgz", ""};
  const std::string text = write_package_lock(source).text;
  EXPECT_THAT(text, HasSubstr("\"b\": \"^1.1.0\""));
  EXPECT_THAT(text, HasSubstr("\"tool\": \"cli.js\""));
  EXPECT_THAT(text, HasSubstr("\"resolved\": \"http://registry.example/a/-/a-1.0.0.tgz\""));
}

TEST(PackageLock, TellsOfARuleThatNpmDoesNotHave) {
  graph::DependencyGraph graph =
      hand_graph({{"a@1.0.0", {"b@3.0.0"}, {}}, {"b@3.0.0", {}, {}}}, {{kProduction, "a@1.0.0"}});
  graph.packages[0].rules = {
      {"b", "^1.0.0", "resolutions > b", graph::AppliedRule::Kind::Overridden}};
  const manifest::Manifest project;
  const WrittenLock written = write_package_lock({graph, {{".", project}}});
  ASSERT_EQ(written.omissions.size(), 1U);
  EXPECT_EQ(written.omissions[0].what, "`resolutions > b`");
  EXPECT_THAT(written.text, HasSubstr("\"b\": \"3.0.0\""));
  graph.packages[0].rules[0].rule = "overrides > b";  // npm's own, which it applies again
  EXPECT_THAT(write_package_lock({graph, {{".", project}}}).text, HasSubstr("\"b\": \"^1.0.0\""));
}

TEST(PnpmLock, KeepsPackagesApartThatDifferInPeers) {
  const graph::DependencyGraph graph =
      hand_graph({{"p@1.0.0(r@1.0.0)", {"r@1.0.0"}, {"r"}},
                  {"p@1.0.0(r@2.0.0)", {"r@2.0.0"}, {"r"}},
                  {"q@1.0.0", {"p@1.0.0(r@2.0.0)"}, {}},
                  {"r@1.0.0", {}, {}},
                  {"r@2.0.0", {}, {}}},
                 {{kProduction, "p@1.0.0(r@1.0.0)"}, {kProduction, "q@1.0.0"}});
  const manifest::Manifest project;
  const std::string text = write_pnpm_lock({graph, {{".", project}}}).text;
  EXPECT_THAT(text, HasSubstr("  p@1.0.0(r@1.0.0):\n    dependencies:\n      r: 1.0.0\n"));
  EXPECT_THAT(text, HasSubstr("  p@1.0.0(r@2.0.0):\n    dependencies:\n      r: 2.0.0\n"));
  EXPECT_THAT(text, HasSubstr("  q@1.0.0:\n    dependencies:\n      p: 1.0.0(r@2.0.0)\n"));
}

TEST(PnpmLock, NamesThePatchesThatPnpmApplies) {
  const graph::DependencyGraph graph =
      hand_graph({{"a@1.0.0", {}, {}}, {"b@2.0.0", {}, {}}},
                 {{kProduction, "a@1.0.0"}, {kProduction, "b@2.0.0"}});
  const manifest::Manifest project;
  LockSource source{graph, {{".", project}}};
  source.patches = {{"a@1.0.0", "abc"}};
  source.patch_hashes = {"abc", ""};
  source.other_patches = {"`b` of `patchedDependencies`"};
  const WrittenLock written = write_pnpm_lock(source);
  EXPECT_THAT(written.text, HasSubstr("\npatchedDependencies:\n  a@1.0.0: abc\n\nimporters:\n"));
  EXPECT_THAT(written.text, HasSubstr("        version: 1.0.0(patch_hash=abc)\n"));
  EXPECT_THAT(written.text, HasSubstr("\n  a@1.0.0:\n    resolution:"));
  EXPECT_THAT(written.text, HasSubstr("\n  a@1.0.0(patch_hash=abc): {}\n"));
  EXPECT_THAT(written.text, HasSubstr("\n  b@2.0.0: {}\n"));
  ASSERT_EQ(written.omissions.size(), 1U);
  EXPECT_EQ(written.omissions[0].what, "`b` of `patchedDependencies`");
}

TEST(PnpmLock, HasWhatItsOverridesMakeOfTheProjectsOwnSpecifiers) {
  graph::DependencyGraph graph = hand_graph({{"a@1.0.0", {}, {}}, {"b@2.0.0", {}, {}}},
                                            {{kProduction, "a@1.0.0"}, {kProduction, "b@2.0.0"}});
  graph.importers[0].dependencies[0].spec = "^1.0.0";
  graph.importers[0].dependencies[1].spec = "^9.0.0";
  graph.importers[0].rules = {
      {"b", "^9.0.0", "pnpm-workspace.yaml overrides > b@9", graph::AppliedRule::Kind::Overridden}};
  manifest::Manifest project;
  project.dependencies = {{"a", "^1.0.0"}, {"b", "^9.0.0"}};
  project.pnpm_workspace = *formats::json::parse(
      R"({"overrides": {"c": "$a", "b@9": "2.0.0", "a>d": "3.0.0"}})", "rules");
  const std::string text = write_pnpm_lock({graph, {{".", project}}}).text;
  EXPECT_THAT(text, HasSubstr("overrides:\n  c: ^1.0.0\n  b@9: 2.0.0\n  a>d: 3.0.0\n"));
  EXPECT_THAT(text, HasSubstr("      a:\n        specifier: ^1.0.0\n        version: 1.0.0\n"));
  EXPECT_THAT(text, HasSubstr("      b:\n        specifier: 2.0.0\n        version: 2.0.0\n"));
}

TEST(NpmOrder, IsThatOfPeople) {
  Texts words = {"node_modules/a-b", "node_modules/B",    "node_modules/a/node_modules/b",
                 "node_modules/a",   "node_modules/@x/a", "node_modules/a_b"};
  std::sort(words.begin(), words.end(), npm_less);
  EXPECT_THAT(words,
              ElementsAre("node_modules/@x/a", "node_modules/a", "node_modules/a_b",
                          "node_modules/a-b", "node_modules/a/node_modules/b", "node_modules/B"));
}

TEST(YamlText, QuotesWhatWouldBeReadAsSomethingElse) {
  for (const char* plain : {"1.2.3", "^1.0.0", "npm:a@^1", "link:../b", "~1.2", "1.2.3(a@1.0.0)"})
    EXPECT_EQ(yaml_scalar(plain), plain);
  for (const char* quoted : {"1.0", "4", "@a/b", "*", ">=10", "", "true", "a: b", "{a}", "0x1f"})
    EXPECT_EQ(yaml_scalar(quoted), "'" + std::string(quoted) + "'");
  EXPECT_EQ(yaml_scalar("'a'"), "'''a'''");
  EXPECT_EQ(yaml_scalar("a\nb"), "\"a\\x0Ab\"");
}

}  // namespace
}  // namespace lpm::foreign
