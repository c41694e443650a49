// npmrc.tsv: each key that npm and pnpm document, and what lpm makes of it. No key may be ignored
// without a word: those that change nothing are named in one warning.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/fake_registry.h"
#include "support/test_project.h"
#include "table.h"

namespace lpm::compat {
namespace {

using support::FakeRegistry;
using support::Ran;
using support::TestProject;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::string_view kUnused = " without effect on lpm: ";

struct Place {
  Place() {
    project.set("LPM_TEST_MODE", "1");
    project.set("LPM_LOG", "settings");
    project.set("npm_config_globalconfig", project.home() + "/no-global-npmrc");
    project.write("package.json", R"({
  "name": "app", "version": "1.0.0", "homepage": "https://home.example/",
  "scripts": {"hello": "true", "test": "env", "version": "true"},
  "dependencies": {"a": "^1.0.0"}
}
)");
    registry.publish("a", "1.0.0").file("index.js", "1");
  }

  // One key in the user's .npmrc, where all of them may stand.
  void set(const TableRow& row) {
    std::string value = row["value"];
    const bool is_registry = row["key"] == "registry";
    std::string text = is_registry ? "" : "registry=" + registry.url() + "\n";
    text += row["key"] + "=" + (is_registry ? registry.url() : value) + "\n";
    project.write(project.home() + "/.npmrc", text);
  }
  Ran run(const std::string& command) const { return project.lpm(words_of(command)); }

  FakeRegistry registry;
  TestProject project;
};

// The line that names keys without effect; "" when there is none.
std::string unused_line(const Ran& ran) {
  const std::size_t at = ran.err.find(kUnused);
  return at == std::string::npos ? "" : ran.err.substr(at, ran.err.find('\n', at) - at);
}

std::string quoted(const TableRow& row) {
  return "`" + row["key"] + "`";
}

void expect_honoured(Place& place, const TableRow& row) {
  const Ran list = place.run("config list");
  EXPECT_EQ(list.status, 0) << list;
  EXPECT_THAT(unused_line(list), Not(HasSubstr(quoted(row))));
  EXPECT_THAT(list.err, Not(HasSubstr(quoted(row) + " is ignored")));
  const std::string& by = row["by"];
  if (by == "loading") {
    EXPECT_THAT("\n" + list.out, HasSubstr("\n" + row["key"] + " = ")) << list;
    return;
  }
  if (by == "scripts") {
    std::string name = row["key"];
    for (char& c : name)
      if (c == '-') c = '_';
    EXPECT_THAT(place.run("run test").out, HasSubstr("\nnpm_config_" + name + "="));
    return;
  }
  ASSERT_NE(by, "") << "column `by` names the command that follows the setting";
  const Ran ran = place.run(by);
  const std::size_t at = ran.err.find("settings.read ");
  ASSERT_NE(at, std::string::npos) << ran;
  const std::string read = ran.err.substr(at, ran.err.find('\n', at) - at) + " ";
  EXPECT_THAT(read, HasSubstr(" " + row["key"] + " "));
}

// `translated:KEY=VALUE`, or `translated:KEY`.
void expect_translated(Place& place, const TableRow& row, const std::string& wish) {
  const Ran list = place.run("config list");
  EXPECT_EQ(list.status, 0) << list;
  EXPECT_EQ(unused_line(list), "") << list;
  const std::size_t equals = wish.find('=');
  if (equals == std::string::npos) return;
  const Ran got = place.run("config get " + wish.substr(0, equals));
  EXPECT_EQ(got.out, wish.substr(equals + 1) + "\n") << got;
}

void expect_told(Place& place, const TableRow& row) {
  const std::string by = row["by"].empty() ? "config list" : row["by"];
  const Ran ran = place.run(by);
  EXPECT_EQ(ran.status, 0) << ran;
  if (by == "config list")
    EXPECT_THAT(unused_line(ran), HasSubstr(quoted(row) + " (~/.npmrc:2")) << ran;
  else
    EXPECT_THAT(ran.err, HasSubstr(quoted(row) + " is not followed")) << ran;
}

void check(const TableRow& row) {
  SCOPED_TRACE("npmrc.tsv:" + std::to_string(row.line));
  Place place;
  place.set(row);
  const std::string& verdict = row["verdict"];
  constexpr std::string_view kTranslated = "translated:";
  if (verdict == "honoured")
    expect_honoured(place, row);
  else if (verdict.starts_with(kTranslated))
    expect_translated(place, row, verdict.substr(kTranslated.size()));
  else if (verdict == "no-effect" || verdict == "later")
    expect_told(place, row);
  else
    ADD_FAILURE() << "unknown verdict `" << verdict << "`";
}

class SettingRow : public ::testing::Test {
 public:
  explicit SettingRow(TableRow row) : row_(std::move(row)) {}
  void TestBody() override { check(row_); }

 private:
  TableRow row_;
};

}  // namespace

void register_settings() {
  for (const TableRow& row : read_table(LPM_COMPAT "/npmrc.tsv")) {
    const std::string name =
        row["tools"] == "npm" ? slug(row["key"]) : slug(row["tools"] + " " + row["key"]);
    ::testing::RegisterTest("npmrc", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [row]() -> SettingRow* { return new SettingRow(row); });
  }
}

}  // namespace lpm::compat
