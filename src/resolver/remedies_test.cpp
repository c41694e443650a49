// In random universes: what a failed resolution names really clashes, is the least that does, and
// what it says to type takes that very failure away.
#include <gtest/gtest.h>

#include "base/text.h"
#include "resolver/test_random_universe.h"

namespace lpm::resolver::test {
namespace {

constexpr unsigned kUniverses = 1200;
constexpr std::string_view kArrow = " → ";

struct Requirement {
  bool is_dependency;  // of the package before it, or a peer of it
  std::string name;
  std::string spec;
};

std::vector<std::string> texts(const Error& error, std::string_view label) {
  std::vector<std::string> texts;
  for (const Fact& fact : error.facts)
    if (fact.label == label) texts.push_back(fact.text);
  return texts;
}

// "app → x@1.0.0 → p@^1": p, which x asks for.
Requirement parse(const std::string& path, const RandomUniverse& universe) {
  const std::size_t last = path.rfind(kArrow);
  const std::string wanted = path.substr(last + kArrow.size());
  const std::size_t at = wanted.find('@');
  Requirement requirement{true, wanted.substr(0, at), wanted.substr(at + 1)};
  const std::size_t before = path.rfind(kArrow, last - 1);
  if (before == std::string::npos) return requirement;
  const std::string who = path.substr(before + kArrow.size(), last - before - kArrow.size());
  const std::size_t version_at = who.find('@');
  const Value& package = *universe.packages().find(who.substr(0, version_at));
  const Value& version = *package.find("versions")->find(who.substr(version_at + 1));
  const auto has = [&](const char* field) {
    const Value* map = version.find(field);
    return map != nullptr && map->find(requirement.name) != nullptr;
  };
  requirement.is_dependency = has("dependencies") || has("optionalDependencies");
  return requirement;
}

bool admits(const Requirement& one, const Value& package, const std::string& text) {
  if (one.spec == "latest")
    return !one.is_dependency || text == package.find("tags")->text_at("latest");
  const auto range = semver::Range::parse(one.spec);
  const auto version = semver::Version::parse(text);
  if (!one.is_dependency) return range->contains(*version, semver::Prereleases::Any);
  return range->is_any() || range->contains(*version);
}

// Whether some version meets all but one; `left_out` may be none of them.
bool can_be_met(const std::vector<Requirement>& all, std::size_t left_out, const Value& package) {
  for (const auto& [version, members] : package.find("versions")->members) {
    bool is_met = true;
    for (std::size_t i = 0; i < all.size(); ++i)
      is_met = is_met && (i == left_out || admits(all[i], package, version));
    if (is_met) return true;
  }
  return false;
}

void check_minimal(const Error& error, const RandomUniverse& universe) {
  std::vector<Requirement> all;
  for (const std::string& path : texts(error, "required by")) all.push_back(parse(path, universe));
  ASSERT_FALSE(all.empty());
  const Value& package = *universe.packages().find(all[0].name);
  for (const Requirement& one : all) EXPECT_EQ(one.name, all[0].name);
  EXPECT_FALSE(can_be_met(all, all.size(), package)) << "they can be met together";
  for (std::size_t i = 0; all.size() > 1 && i < all.size(); ++i)
    EXPECT_TRUE(can_be_met(all, i, package)) << "the clash does not need number " << i;
}

// The root's package.json with what a hint says to type; nothing for hints that name no command.
std::optional<std::string> follow(const std::string& hint, const manifest::Manifest& root) {
  constexpr std::string_view kInstall = "`lpm install ";
  manifest::StringPairs dependencies = root.dependencies;
  std::string more;
  if (const std::size_t at = hint.find(kInstall); at != std::string::npos) {
    const std::size_t begin = at + kInstall.size();
    const std::string what = hint.substr(begin, hint.find('`', begin) - begin);
    const std::string name = what.substr(0, what.find('@'));
    std::erase_if(dependencies, [&](const auto& one) { return one.first == name; });
    dependencies.emplace_back(name, what.substr(name.size() + 1));
  } else if (const std::size_t quoted = hint.find("`\""); quoted != std::string::npos) {
    more = "," + hint.substr(quoted + 1, hint.rfind('`') - quoted - 1);
  } else {
    return std::nullopt;
  }
  std::string text;
  for (const auto& [name, spec] : dependencies)
    text += (text.empty() ? "\"" : ",\"") + name + "\":\"" + spec + "\"";
  return "{\"name\":\"app\",\"dependencies\":{" + text + "}" + more + "}";
}

void check_hints(const Error& error, const std::string& root, RandomUniverse& universe,
                 std::size_t& followed) {
  const manifest::Manifest before = universe.root();
  for (const std::string& hint : error.hints) {
    const auto changed = follow(hint, before);
    if (!changed) continue;
    ++followed;
    const auto result = universe.run_strictly(*changed);
    if (result) continue;
    EXPECT_NE(result.error().code, ErrorCode::BAD_OVERRIDE) << result.error().what << *changed;
    EXPECT_FALSE(result.error().what == error.what &&
                 texts(result.error(), "required by") == texts(error, "required by"))
        << "no use: " << hint << " for " << root << ": " << error.what << " "
        << join(texts(error, "required by"), ", ");
  }
}

std::string json_of(const manifest::Manifest& root) {
  std::string text;
  for (const auto& [name, spec] : root.dependencies)
    text += (text.empty() ? "\"" : ",\"") + name + "\":\"" + spec + "\"";
  return "{\"name\":\"app\",\"dependencies\":{" + text + "}}";
}

struct Counts {
  std::size_t clashes = 0;
  std::size_t of_three = 0;
  std::size_t followed = 0;
};

void check(RandomUniverse& universe, Counts& counts) {
  const std::string root = json_of(universe.root());
  SCOPED_TRACE(root + " " + universe.text());
  const auto result = universe.run_strictly(root);
  if (result) return;
  const Error error = result.error();
  if (error.what.starts_with("no version of the peer")) {
    ++counts.clashes;
    if (texts(error, "required by").size() > 2) ++counts.of_three;
    check_minimal(error, universe);
  }
  check_hints(error, root, universe, counts.followed);
}

TEST(Remedies, HintsTakeTheFailureAway) {
  Counts counts;
  for (unsigned seed = 1; seed <= kUniverses && !::testing::Test::HasFailure(); ++seed) {
    RandomUniverse universe(seed, true);
    check(universe, counts);
  }
  EXPECT_GT(counts.followed, 200u);
}

// Everybody below the project wants p, each in a range of its own.
std::string quarrelling_packages(Random& random) {
  static constexpr std::array kWishes = {"1 || 2", "2 || 3", "1 || 3", "*",     ">=2.0.0",
                                         "^1.0.0", "^2.0.0", "<3.0.0", "1.0.0", "latest"};
  static constexpr std::array kDependents = {"u", "v", "w", "x", "y", "z"};
  std::string text =
      R"({"p":{"versions":{"1.0.0":{},"2.0.0":{},"3.0.0":{}},"tags":{"latest":"3.0.0"}})";
  for (const std::string name : kDependents) {
    text += ",\"" + name + "\":{\"versions\":{";
    for (const char* version : {"1.0.0", "2.0.0"}) {
      if (version[0] == '2') text += ",";
      text += "\"" + std::string(version) + "\":{";
      if (!random.one_in(4))
        text += "\"peerDependencies\":{\"p\":\"" + random.any_of(kWishes) + "\"}";
      else
        text += "\"dependencies\":{\"p\":\"" + random.any_of(kWishes) + "\"}";
      if (random.one_in(3))
        text += ",\"optionalDependencies\":{\"" + random.any_of(kDependents) + "\":\"*\"}";
      text += "}";
    }
    text += "}}";
  }
  return text + "}";
}

TEST(Remedies, ClashesAreMinimal) {
  Counts counts;
  Random random(5);
  for (unsigned round = 0; round < kUniverses && !::testing::Test::HasFailure(); ++round) {
    std::string root;
    for (const char* name : {"u", "v", "w", "x", "y", "z"})
      if (!random.one_in(3))
        root += ",\"" + std::string(name) + "\":\"" + (random.one_in(2) ? "1" : "*") + "\"";
    if (random.one_in(3)) root += random.one_in(2) ? ",\"p\":\"^2\"" : ",\"p\":\">=1\"";
    RandomUniverse universe(quarrelling_packages(random),
                            "{\"dependencies\":{" + (root.empty() ? root : root.substr(1)) + "}}");
    check(universe, counts);
  }
  EXPECT_GT(counts.clashes, 100u);
  EXPECT_GT(counts.of_three, 3u);
  EXPECT_GT(counts.followed, 200u);
}

}  // namespace
}  // namespace lpm::resolver::test
