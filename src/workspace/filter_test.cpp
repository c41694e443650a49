#include "workspace/filter.h"

#include <gtest/gtest.h>

namespace lpm::workspace {
namespace {

// app -> web -> ui -> base; docs -> ui; the root -> base.
const std::vector<Selectable>& packages() {
  static const std::vector<Selectable> all = {
      {"root", ".", {5}},
      {"app", "apps/app", {2}},
      {"@acme/web", "packages/web", {3}},
      {"@acme/ui", "packages/ui", {5}},
      {"docs", "apps/docs", {3}},
      {"base", "packages/base", {}},
  };
  return all;
}

std::string chosen(const std::vector<std::string>& words, std::string_view folder = ".") {
  const auto changed = [](const std::string& reference) -> Result<std::vector<std::string>> {
    if (reference != "main") return Error(ErrorCode::USAGE, "no such commit");
    return std::vector<std::string>{"packages/ui/src/a.js", "README.md"};
  };
  const auto selection = select(words, packages(), folder, changed);
  if (!selection) return "error: " + selection.error().what;
  std::string names;
  for (std::size_t i = 0; i < packages().size(); ++i)
    if (selection->chosen[i]) names += packages()[i].name + " ";
  for (const std::string& word : selection->without_match) names += "(no " + word + ") ";
  return names;
}

TEST(Filter, NamesAreExactOrGlobs) {
  EXPECT_EQ(chosen({"app"}), "app ");
  EXPECT_EQ(chosen({"@acme/*"}), "@acme/web @acme/ui ");
  EXPECT_EQ(chosen({"*"}), "app @acme/web @acme/ui docs base ");
  EXPECT_EQ(chosen({"web"}), "(no web) ");
  EXPECT_EQ(chosen({"root"}), "root ");
}

TEST(Filter, DotsTakeDependenciesAndDependents) {
  EXPECT_EQ(chosen({"@acme/web..."}), "@acme/web @acme/ui base ");
  EXPECT_EQ(chosen({"@acme/web^..."}), "@acme/ui base ");
  EXPECT_EQ(chosen({"...@acme/ui"}), "app @acme/web @acme/ui docs ");
  EXPECT_EQ(chosen({"...^@acme/ui"}), "app @acme/web docs ");
  EXPECT_EQ(chosen({"...@acme/web..."}), "app @acme/web @acme/ui base ");
}

TEST(Filter, FoldersAreSeenFromTheFolderOfTheCall) {
  EXPECT_EQ(chosen({"{packages/web}"}), "@acme/web ");
  EXPECT_EQ(chosen({"./packages/*"}), "@acme/web @acme/ui base ");
  EXPECT_EQ(chosen({"{packages/**}"}), "@acme/web @acme/ui base ");
  EXPECT_EQ(chosen({"../web"}, "packages/ui"), "@acme/web ");
  EXPECT_EQ(chosen({"."}, "packages/ui"), "@acme/ui ");
  EXPECT_EQ(chosen({"{.}"}), "root ");
  EXPECT_EQ(chosen({"{packages/ui}..."}), "@acme/ui base ");
  EXPECT_EQ(
      chosen({"../../x"}, "packages"),
      "error: the filter `../../x` is not understood: the folder is outside of the workspace");
}

TEST(Filter, CommitsTakeWhatChangedSince) {
  EXPECT_EQ(chosen({"[main]"}), "root @acme/ui ");
  EXPECT_EQ(chosen({"...[main]"}), "root app @acme/web @acme/ui docs ");
  EXPECT_EQ(chosen({"{packages/*}[main]"}), "@acme/ui ");
  EXPECT_EQ(chosen({"@acme/*[main]"}), "@acme/ui ");
  EXPECT_EQ(chosen({"[other]"}), "error: no such commit");
}

TEST(Filter, ExclusionsTakeAwayWhereverTheyStand) {
  EXPECT_EQ(chosen({"!@acme/ui", "@acme/*"}), "@acme/web ");
  EXPECT_EQ(chosen({"!@acme/*"}), "app docs base ");
  EXPECT_EQ(chosen({"!...@acme/ui"}), "base ");
  EXPECT_EQ(chosen({"*", "!{apps/*}"}), "@acme/web @acme/ui base ");
}

TEST(Filter, WhatNamesNothingIsRefused) {
  for (const std::string word : {"", "!", "...", "{}", "[]", "a b", "a...b", "!!a", "......"})
    EXPECT_FALSE(parse_selector(word)) << word;
}

}  // namespace
}  // namespace lpm::workspace
