// config get, set, delete, list.
#include <fmt/format.h>

#include <cstdio>

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

std::string value_of(const config::Settings& settings, const std::string& key) {
  if (const SettingValue* setting = settings.find(key)) return shown(*setting);
  const SettingInfo* info = config::find_setting(key);
  return info == nullptr ? "" : std::string(info->default_text);
}

int get(const CommandContext& context, const std::string& key) {
  const std::string value = value_of(context.session.settings, key);
  if (context.json) {
    Writer json;
    json.begin_object().key("schema_version").value(1).key(key).value(value).end_object();
    std::fputs(json.take().c_str(), stdout);
  } else {
    std::printf("%s\n", value.c_str());
  }
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
    json.key(setting.key).begin_object().key("value").value(shown(setting));
    json.key("from")
        .value(setting.where.empty() ? config::name_of(setting.layer) : setting.where)
        .end_object();
    text += fmt::format(
        "{} = {}  ({})\n", setting.key, shown(setting),
        setting.where.empty() ? config::name_of(setting.layer) : std::string_view(setting.where));
  }
  json.end_object().end_object();
  std::fputs(context.json ? json.take().c_str() : text.c_str(), stdout);
  return 0;
}

Result<int> write(CommandContext& context, const std::string& key, const std::string& value) {
  LPM_TRY_ASSIGN(
      const std::string path,
      ops::write_setting(context.session, location(context.session.settings), key, value));
  if (context.json) {
    Writer json;
    json.begin_object()
        .key("schema_version")
        .value(1)
        .key("success")
        .value(true)
        .key("file")
        .value(path)
        .end_object();
    std::fputs(json.take().c_str(), stdout);
  } else {
    std::printf("%s %s in %s\n", value.empty() ? "removed" : "set", key.c_str(), path.c_str());
  }
  return 0;
}

}  // namespace

Result<int> run_config(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  const std::string what = words.empty() ? "list" : words.front();
  if (what == "list" || what == "ls") return list(context);
  if (what == "get" && words.size() == 1) return list(context);
  if (what == "get" && words.size() == 2) return get(context, words[1]);
  if (what == "set" && words.size() == 2 && words[1].find('=') != std::string::npos) {
    const std::size_t equals = words[1].find('=');
    return write(context, words[1].substr(0, equals), words[1].substr(equals + 1));
  }
  if (what == "set" && words.size() == 3) return write(context, words[1], words[2]);
  if ((what == "delete" || what == "rm") && words.size() == 2) return write(context, words[1], "");
  return Error(ErrorCode::USAGE,
               "`lpm config` needs one of: list, get KEY, set KEY VALUE, delete KEY")
      .hint("`lpm help config` explains them");
}

}  // namespace lpm::cli
