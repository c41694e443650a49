#include <gtest/gtest.h>

#include <cstdlib>

#include "base/text.h"
#include "config/foreign_keys.h"
#include "config/settings.h"
#include "os/files.h"

namespace lpm::config {
namespace {

const std::string kDocument = LPM_TEST_DATA "/../../docs/settings.md";
constexpr std::string_view kBegin =
    "<!-- table of settings: written by config_test with LPM_ACCEPT=1 -->\n";

std::string_view name_of(SettingType type) {
  switch (type) {
    case SettingType::Boolean:
      return "boolean";
    case SettingType::Number:
      return "number";
    case SettingType::Text:
      return "text";
    case SettingType::TextList:
      return "list";
    case SettingType::Path:
      return "path";
    case SettingType::Url:
      return "URL";
    case SettingType::Choice:
      return "choice";
  }
  return "";
}

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string(text) + "`";
}

std::string spoken_type(const SettingInfo& info) {
  std::string text(name_of(info.type));
  if (info.choices.empty()) return text;
  return text + ": " + replace_all(std::string(info.choices), "|", ", ");
}

std::string render_table() {
  std::string text(kBegin);
  text +=
      "## Table\n\n| key | type | default | lpm | effect | loosening "
      "|\n|---|---|---|---|---|---|\n";
  for (const SettingInfo& info : setting_table()) {
    text += "| " + code(info.key) + " | " + spoken_type(info) + " | " + code(info.default_text) +
            " | " + (info.is_own ? "yes" : "") + " | " + std::string(info.help) + " | " +
            code(info.loosening) + " |\n";
  }
  text += "\nOther keys of npm and pnpm are known and change nothing: ";
  std::vector<std::string> others;
  for (const ForeignKey& foreign : foreign_keys()) others.push_back(code(foreign.key));
  return text + join(others, ", ") + ".\n";
}

TEST(SettingTable, DocumentShowsTheTable) {
  const auto document = os::read_file(kDocument);
  ASSERT_TRUE(document);
  const std::size_t begin = document->find(kBegin);
  const std::string expected =
      document->substr(0, begin) + (begin == std::string::npos ? "\n" : "") + render_table();
  if (std::getenv("LPM_ACCEPT") != nullptr) {
    ASSERT_TRUE(os::write_file(kDocument, expected));
  } else {
    EXPECT_TRUE(*document == expected)
        << "docs/settings.md is behind the table; run with LPM_ACCEPT=1";
  }
}

TEST(SettingTable, FindsEveryRowAndNothingElse) {
  for (const SettingInfo& info : setting_table()) EXPECT_EQ(find_setting(info.key), &info);
  EXPECT_EQ(find_setting("nonsense"), nullptr);
  EXPECT_EQ(find_setting(""), nullptr);
}

TEST(SettingTable, RowsAreComplete) {
  for (const SettingInfo& info : setting_table()) {
    EXPECT_FALSE(info.help.empty()) << info.key;
    EXPECT_FALSE(info.help.ends_with('.')) << info.key;
    EXPECT_EQ(info.type == SettingType::Choice && info.choices.empty(), false) << info.key;
    for (const ForeignKey& foreign : foreign_keys()) EXPECT_NE(foreign.key, info.key);
  }
}

}  // namespace
}  // namespace lpm::config
