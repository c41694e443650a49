#include "ops/global/claims.h"

#include <gtest/gtest.h>

namespace lpm::ops::global {
namespace {

using Names = std::vector<std::string>;

GlobalPackage package(const std::string& name, Names commands, Names withheld = {}) {
  return {name, "latest", "1.0.0", name + "-root", std::move(commands), std::move(withheld)};
}

Catalogue catalogue(const std::vector<GlobalPackage>& packages) {
  Catalogue result;
  for (const GlobalPackage& one : packages) result.packages[one.name] = one;
  return result;
}

bool nothing_is_foreign(const Places&, std::string_view) {
  return false;
}
bool mine_is_foreign(const Places&, std::string_view command) {
  return command == "mine";
}

struct Asked {
  Names replace = {};
  Names keep = {};
  bool (*is_foreign)(const Places&, std::string_view) = nothing_is_foreign;
};

Result<Claimed> claim(const Catalogue& present, const std::vector<GlobalPackage>& fresh,
                      const Names& removed = {}, const Asked& asked = {}) {
  return claim_commands(Places("/home"), present, fresh, removed,
                        {"install -g x", asked.replace, asked.keep, asked.is_foreign});
}

// "name: commands - withheld" of each row that is set.
std::string rows(const Result<Claimed>& claimed) {
  if (!claimed) return "error: " + claimed.error().what;
  std::string text;
  for (const std::string& name : claimed->decision.removed) text += "-" + name + "\n";
  for (const GlobalPackage& row : claimed->decision.set) {
    text += row.name + ":";
    for (const std::string& command : row.commands) text += " " + command;
    text += " -";
    for (const std::string& command : row.withheld) text += " " + command;
    text += "\n";
  }
  return text;
}

TEST(Claims, FreeCommandsAreTaken) {
  EXPECT_EQ(rows(claim({}, {package("a", {"x", "y"}), package("b", {"z"})})), "a: x y -\nb: z -\n");
}

TEST(Claims, APackageKeepsItsOwnCommands) {
  const Catalogue present = catalogue({package("a", {"x"})});
  EXPECT_EQ(rows(claim(present, {package("a", {"w", "x"})})), "a: w x -\n");
  EXPECT_EQ(rows(claim(present, {package("a", {"x"})})), "");
}

TEST(Claims, ATakenCommandIsAnErrorThatNamesBothAndSaysWhatToType) {
  const Result<Claimed> claimed =
      claim(catalogue({package("a", {"x", "y"})}), {package("b", {"x", "y", "z"})});
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().code, ErrorCode::COMMAND_TAKEN);
  EXPECT_EQ(claimed.error().what, "`a@1.0.0` and `b@1.0.0` both have the command `x`");
  EXPECT_EQ(claimed.error().facts.size(), 2U);
  EXPECT_EQ(claimed.error().hints,
            Names({"`lpm install -g x --replace-bin x --replace-bin y` gives it to the new package",
                   "`lpm install -g x --keep-bin x --keep-bin y` leaves it as it is"}));
}

TEST(Claims, TheAnswerMayDifferByCommand) {
  EXPECT_EQ(rows(claim(catalogue({package("a", {"x", "y"})}), {package("b", {"x", "y"})}, {},
                       {.replace = {"x"}, .keep = {"y"}})),
            "a: y - x\nb: x - y\n");
}

TEST(Claims, TwoNewPackagesMayCollideToo) {
  const std::vector<GlobalPackage> fresh = {package("a", {"x"}), package("b", {"x"})};
  EXPECT_EQ(rows(claim({}, fresh)), "error: `a@1.0.0` and `b@1.0.0` both have the command `x`");
  EXPECT_EQ(rows(claim({}, fresh, {}, {.keep = {"x"}})), "a: x -\nb: - x\n");
  EXPECT_EQ(rows(claim({}, fresh, {}, {.replace = {"x"}})), "a: - x\nb: x -\n");
}

TEST(Claims, WhatWasWithheldStaysSoWithoutAsking) {
  const Catalogue present = catalogue({package("a", {"x"}), package("b", {"y"}, {"x"})});
  EXPECT_EQ(rows(claim(present, {package("b", {"x", "y"})})), "");
  EXPECT_EQ(rows(claim(present, {package("b", {"x", "y"})}, {}, {.replace = {"x"}})),
            "a: - x\nb: x y -\n");
  EXPECT_EQ(rows(claim(present, {package("a", {"x"}), package("b", {"x", "y"})})), "");
}

TEST(Claims, AFreedCommandGoesToTheFirstThatDidWithout) {
  const Catalogue present =
      catalogue({package("a", {"x"}), package("b", {}, {"x"}), package("c", {}, {"x"})});
  const Result<Claimed> removed = claim(present, {}, {"a"});
  EXPECT_EQ(rows(removed), "-a\nb: x -\n");
  EXPECT_EQ(removed->notes, Names({"the command `x` is `b@1.0.0`'s now"}));
  // An update that has the command no more frees it, too.
  EXPECT_EQ(rows(claim(present, {package("a", {"y"})})), "a: y -\nb: x -\n");
}

TEST(Claims, FilesOfTheUserAreNeverReplaced) {
  const std::vector<GlobalPackage> fresh = {package("a", {"mine", "x"})};
  const Result<Claimed> refused =
      claim({}, fresh, {}, {.replace = {"mine"}, .is_foreign = mine_is_foreign});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().hints,
            Names({"`lpm install -g x --keep-bin mine` leaves it as it is"}));
  EXPECT_EQ(rows(claim({}, fresh, {}, {.keep = {"mine"}, .is_foreign = mine_is_foreign})),
            "a: x - mine\n");
}

TEST(Claims, NoPackageGetsThisProgramsName) {
  const Result<Claimed> claimed = claim({}, {package("a", {"lpm", "x"})}, {}, {.replace = {"lpm"}});
  EXPECT_EQ(rows(claimed), "a: x - lpm\n");
  EXPECT_EQ(claimed->notes.size(), 1U);
}

TEST(Claims, RemovingWhatIsNotThereChangesNothing) {
  EXPECT_EQ(rows(claim(catalogue({package("a", {"x"})}), {}, {"b"})), "");
}

}  // namespace
}  // namespace lpm::ops::global
