// config get, set, delete, list.
#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/settings_edit.h"

namespace lpm::cli {
namespace {

using config::SettingInfo;
using config::SettingValue;
using formats::json::Writer;

std::string shown(const SettingValue& setting) {
  return setting.is_secret ? "***" : join(setting.values, ",");
}

ops::SettingsFile location(const config::Settings& settings) {
  return settings.text("location") == "project" ? ops::SettingsFile::Project
                                                : ops::SettingsFile::User;
}

// Nothing for a key that is unset and has no default; an error for one that nobody knows.
Result<std::optional<std::string>> value_of(const config::Settings& settings,
                                            const std::string& written) {
  const std::string key = config::canonical_key(written);
  if (key == "lpm-home") return std::optional(settings.lpm_home());
  if (const SettingValue* setting = settings.find(key))
    return setting->values.empty() ? std::nullopt : std::optional(shown(*setting));
  if (const SettingInfo* info = config::find_setting(key))
    return info->default_text.empty() ? std::nullopt : std::optional(settings.text(key));
  if (ops::is_known_key(key)) return std::optional<std::string>();
  return ops::unknown_setting(key);
}

Result<int> get(const CommandContext& context, const std::vector<std::string>& keys) {
  Writer json;
  json.begin_object().key("schema_version").value(1);
  std::string text;
  for (const std::string& key : keys) {
    LPM_TRY_ASSIGN(const std::optional<std::string> value, value_of(context.session.settings, key));
    json.key(key);
    if (value)
      json.value(*value);
    else
      json.null();
    if (keys.size() > 1) text += key + " = ";
    text += value.value_or("null") + "\n";
  }
  json.end_object();
  std::fputs(context.json ? json.take().c_str() : text.c_str(), stdout);
  return 0;
}

int list(const CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  const bool everything = settings.flag("all") || settings.flag("long");
  Writer json;
  json.begin_object().key("schema_version").value(1).key("settings").begin_object();
  std::string text;
  for (const SettingValue& setting : settings.all()) {
    if (setting.layer == config::Layer::Default && !everything) continue;
    const std::string_view from =
        setting.where.empty() ? config::name_of(setting.layer) : std::string_view(setting.where);
    json.key(setting.key).begin_object().key("value").value(shown(setting));
    json.key("from").value(from).end_object();
    text += fmt::format("{} = {}  ({})\n", setting.key, shown(setting), from);
  }
  json.end_object().end_object();
  std::fputs(context.json ? json.take().c_str() : text.c_str(), stdout);
  return 0;
}

struct Edit {
  std::string key;
  std::string value;  // "" takes it out
};

Result<int> write(CommandContext& context, const std::vector<Edit>& edits) {
  const ops::SettingsFile file = location(context.session.settings);
  Writer json;
  json.begin_object().key("schema_version").value(1).key("success").value(true);
  std::string text, path;
  for (const Edit& edit : edits) {
    LPM_TRY_ASSIGN(const ops::SettingWritten written,
                   ops::write_setting(context.session, file, edit.key, edit.value));
    for (const std::string& warning : written.warnings) context.reporter.warning(warning);
    path = written.path;
    if (!written.changed)
      text += edit.value.empty()
                  ? fmt::format("{} is not set in {}\n", edit.key, path)
                  : fmt::format("{} stands like that in {} already\n", edit.key, path);
    else
      text += fmt::format("{} {} in {}\n", edit.value.empty() ? "removed" : "set", edit.key, path);
  }
  json.key("file").value(path).key("warnings").begin_array();
  for (const std::string& warning : context.reporter.warnings()) json.value(warning);
  json.end_array().end_object();
  std::fputs(context.json ? json.take().c_str() : text.c_str(), stdout);
  return 0;
}

Error usage(std::string_view what) {
  return Error(ErrorCode::USAGE, fmt::format("`lpm config {}`", what))
      .hint("`lpm help config` explains it");
}

// npm's two forms: KEY=VALUE, any number of them, or one KEY and one VALUE.
Result<int> set(CommandContext& context, const std::vector<std::string>& words) {
  std::vector<Edit> edits;
  if (words.size() == 2 && words[0].find('=') == std::string::npos) {
    edits.push_back({words[0], words[1]});
  } else {
    for (const std::string& word : words) {
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos || equals == 0) return usage("set` needs `KEY=VALUE");
      edits.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
  }
  if (edits.empty()) return usage("set` needs `KEY=VALUE");
  return write(context, edits);
}

Result<int> take_out(CommandContext& context, const std::vector<std::string>& keys) {
  if (keys.empty()) return usage("delete` needs a `KEY");
  std::vector<Edit> edits;
  for (const std::string& key : keys) edits.push_back({key, ""});
  return write(context, edits);
}

}  // namespace

Result<int> run_config(CommandContext& context) {
  std::vector<std::string> words = context.line.positionals;
  const std::string what = words.empty() ? "list" : words.front();
  if (!words.empty()) words.erase(words.begin());
  if ((what == "list" || what == "ls") && words.empty()) return list(context);
  if (what == "get") return words.empty() ? list(context) : get(context, words);
  if (what == "set") return set(context, words);
  if (what == "delete" || what == "rm") return take_out(context, words);
  return Error(ErrorCode::USAGE,
               "`lpm config` needs one of: list, get KEY, set KEY=VALUE, delete KEY")
      .hint("`lpm help config` explains them");
}

}  // namespace lpm::cli
