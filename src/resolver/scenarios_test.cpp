// Runs tests/scenarios/resolver/<topic>/<case>.json: packages, manifests and settings in, a graph
// or an error out. Each is run with several orders of arrival, which must all give the same.
// LPM_ACCEPT=1 writes what came out into the files, to be reviewed as a diff; LPM_SCENARIO=text
// runs only files whose path contains the text.
//
// What is locked is written down in "locked", or is what an install of "earlier" gives: "root",
// "packages" and "settings" of that time, where they differ, and in "edited" what a hand has
// changed since. With the setting "trustLocked" the outcome has what the registry was "asked" for.
//
// "links" says which dependencies of an importer are members of the workspace. Every graph goes
// through the checker; where it must find fault, "faults" has its sentences.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "resolver/test_scenario.h"

namespace lpm::resolver::test {
namespace {

constexpr unsigned kArrivalOrders = 6;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

// Same content whatever the white space.
std::string canonical(const std::string& text) {
  const auto value = formats::json::parse(text, "expect");
  if (!value) return text;
  formats::json::Writer out;
  const auto write = [&out](const auto& self, const Value& one) -> void {
    switch (one.kind) {
      case formats::json::Kind::Object:
        out.begin_object();
        for (const auto& [key, member] : one.members) {
          out.key(key);
          self(self, member);
        }
        out.end_object();
        return;
      case formats::json::Kind::Array:
        out.begin_array();
        for (const Value& item : one.items) self(self, item);
        out.end_array();
        return;
      case formats::json::Kind::String:
        out.value(one.string);
        return;
      case formats::json::Kind::Null:
      case formats::json::Kind::Boolean:
      case formats::json::Kind::Number:
        out.null();
        return;
    }
  };
  write(write, *value);
  return out.take();
}

void accept(const std::filesystem::path& path, const std::string& outcome) {
  auto editor = formats::json::Editor::open(read(path), path.string());
  const std::array<std::string_view, 1> member = {"expect"};
  std::string value = std::string(trim(outcome));
  ASSERT_TRUE(editor && editor->set(member, replace_all(std::move(value), "\n", "\n  ")));
  std::ofstream(path) << editor->text();
}

void run_file(const std::filesystem::path& path) {
  SCOPED_TRACE(path.string());
  Scenario scenario(read(path));
  const std::string outcome = scenario.run(0);
  for (unsigned seed = 1; seed < kArrivalOrders; ++seed)
    ASSERT_EQ(Scenario(read(path)).run(seed), outcome) << "the order of arrival changed the result";
  if (std::getenv("LPM_ACCEPT") != nullptr &&
      canonical(scenario.expected_text()) != canonical(outcome))
    return accept(path, outcome);
  EXPECT_EQ(canonical(scenario.expected_text()), canonical(outcome));
}

std::vector<std::filesystem::path> all_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(LPM_TEST_DATA) / "../scenarios/resolver"))
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(ResolverScenarios, GiveWhatTheirFilesExpect) {
  const char* filter = std::getenv("LPM_SCENARIO");
  for (const auto& file : all_files())
    if (filter == nullptr || file.string().find(filter) != std::string::npos) run_file(file);
}

// The table in docs/testing.md has a row for each topic, and says how many there are.
TEST(ResolverScenarios, AreCountedInTheDocument) {
  std::map<std::string, std::size_t> counts;
  for (const auto& file : all_files()) ++counts[file.parent_path().filename().string()];
  const std::string document = read(std::filesystem::path(LPM_TEST_DATA) / "../../docs/testing.md");
  std::size_t total = 0;
  for (const auto& [topic, count] : counts) {
    total += count;
    const std::string row = "| `" + topic + "` | " + std::to_string(count) + " | ";
    EXPECT_NE(document.find(row), std::string::npos) << "no row `" << row << "`";
  }
  const std::string sum = "| together | " + std::to_string(total) + " | ";
  EXPECT_NE(document.find(sum), std::string::npos) << "no row `" << sum << "`";
  EXPECT_GE(total, 300u);
}

}  // namespace
}  // namespace lpm::resolver::test
