#include "cli/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "cli/flags.h"
#include "cli/spellings.h"

namespace lpm::cli {
namespace {

using config::Layer;
using config::SettingInfo;
using config::SettingType;
using config::SettingValue;

SettingValue flag_value(std::string_view key, std::string value, std::string_view flag) {
  SettingValue setting;
  setting.key = key;
  setting.values = {std::move(value)};
  setting.layer = Layer::CommandLine;
  setting.where = flag;
  return setting;
}

// List settings gather their values over repeated flags.
void add_setting(std::vector<SettingValue>& settings, SettingValue value, bool is_list) {
  const auto same = std::find_if(settings.begin(), settings.end(),
                                 [&](const SettingValue& other) { return other.key == value.key; });
  if (same == settings.end())
    settings.push_back(std::move(value));
  else if (is_list)
    same->values.insert(same->values.end(), value.values.begin(), value.values.end());
  else
    *same = std::move(value);
}

// npm's older names for what `omit` and `include` say; config folds them into these.
bool is_retired_key(std::string_view key) {
  return key == "only" || key == "also";
}

// Walks the arguments once; flags may stand anywhere before what a child gets.
class Parser {
 public:
  Parser(const std::vector<std::string>& arguments, HandsOn (*hands_on)(std::string_view))
      : arguments_(arguments), hands_on_of_(hands_on) {}

  Result<CommandLine> parse() {
    while (at_ < arguments_.size()) {
      const std::string& argument = arguments_[at_++];
      if (argument == "--") {
        take_positionals();
      } else if (argument.size() > 1 && argument.front() == '-') {
        LPM_TRY(flag(argument));
      } else if (line_.command.empty()) {
        take_command(argument);
        if (hands_on_ == HandsOn::All) take_rest_for_child();
      } else {
        take_positional(argument);
      }
    }
    return std::move(line_);
  }

 private:
  void take_command(const std::string& argument) {
    line_.command = argument;
    if (const Spelling* spelling = find_spelling(argument)) {
      line_.command = spelling->command;
      if (!spelling->word.empty()) line_.positionals.emplace_back(spelling->word);
      if (!spelling->flag.empty())
        add_setting(line_.settings, flag_value(key_of_flag(spelling->flag), "true", argument),
                    false);
    }
    hands_on_ = hands_on_of_(line_.command);
  }

  void take_positional(const std::string& argument) {
    line_.positionals.push_back(argument);
    if (hands_on_ == HandsOn::AfterFirst) take_rest_for_child();
  }

  // After `--` nothing is a flag any more.
  void take_positionals() {
    while (at_ < arguments_.size()) take_positional(arguments_[at_++]);
  }

  // `lpm run build -- --watch` and `lpm run build --watch` mean the same.
  void take_rest_for_child() {
    if (at_ < arguments_.size() && arguments_[at_] == "--") ++at_;
    line_.rest.assign(arguments_.begin() + static_cast<std::ptrdiff_t>(at_), arguments_.end());
    at_ = arguments_.size();
  }

  Status flag(const std::string& argument) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    std::optional<std::string> value;
    if (equals != std::string::npos) value = argument.substr(equals + 1);
    if (name == "-h" || name == "--help") {
      line_.help = true;
      line_.long_help = name == "--help";
      return {};
    }
    if (name == "-v" || name == "--version") {
      line_.version = true;
      return {};
    }
    if (name == "-C" || name == "--dir" || name == "--prefix") return directory(name, value);
    if (const FlagAlias* alias = find_flag_alias(name)) return aliased(*alias, value);
    if (name.starts_with("--")) return setting_flag(name, value);
    return unknown_flag(name);
  }

  Status directory(const std::string& name, std::optional<std::string> value) {
    if (!value && at_ < arguments_.size()) value = arguments_[at_++];
    if (!value || value->empty()) return missing_value(name);
    line_.directory = *value;
    return {};
  }

  Status aliased(const FlagAlias& alias, std::optional<std::string> value) {
    const SettingInfo* setting = config::find_setting(alias.key);
    const bool is_list = setting != nullptr && setting->type == SettingType::TextList;
    std::string text(alias.value);
    if (text.empty()) {
      if (!value && at_ < arguments_.size()) value = arguments_[at_++];
      if (!value) return missing_value(std::string(alias.flag));
      text = *value;
    } else if (value == "false" && text == "true") {
      text = "false";
    }
    add_setting(line_.settings, flag_value(alias.key, text, alias.flag), is_list);
    return {};
  }

  Status setting_flag(const std::string& name, std::optional<std::string> value) {
    const std::string_view written = std::string_view(name).substr(2);
    const std::string key = config::canonical_key(written);
    if (is_harmless_key(key)) return {};
    const SettingInfo* setting = config::find_setting(key);
    if (setting == nullptr && written.starts_with("no-")) return negated_flag(name, value);
    const bool is_free = key.starts_with('@') && key.ends_with(":registry");
    if (setting == nullptr && !is_free && !is_retired_key(key)) return unknown_flag(name);
    if (setting != nullptr && setting->type == SettingType::Boolean) {
      if (!value && at_ < arguments_.size() &&
          (arguments_[at_] == "true" || arguments_[at_] == "false"))
        value = arguments_[at_++];
      add_setting(line_.settings, flag_value(key, value.value_or("true"), name), false);
      return {};
    }
    if (!value && at_ < arguments_.size()) value = arguments_[at_++];
    if (!value) return missing_value(name);
    const bool is_list = setting != nullptr && setting->type == SettingType::TextList;
    add_setting(line_.settings, flag_value(key, *value, name), is_list);
    return {};
  }

  Status negated_flag(const std::string& name, const std::optional<std::string>& value) {
    const std::string key = config::canonical_key(std::string_view(name).substr(5));
    if (is_harmless_key(key)) return {};
    const SettingInfo* setting = config::find_setting(key);
    if (setting == nullptr || value) return unknown_flag(name);
    add_setting(line_.settings,
                flag_value(key, setting->type == SettingType::Boolean ? "false" : "", name), false);
    return {};
  }

  static Error missing_value(const std::string& name) {
    return Error(ErrorCode::USAGE, fmt::format("`{}` needs a value", name))
        .hint(fmt::format("write `{}{}VALUE`", name, name.starts_with("--") ? "=" : " "));
  }

  const std::vector<std::string>& arguments_;
  HandsOn (*hands_on_of_)(std::string_view);
  HandsOn hands_on_ = HandsOn::Nothing;
  std::size_t at_ = 0;
  CommandLine line_;
};

}  // namespace

bool asks_json(const std::vector<std::string>& arguments) {
  bool asks = false;
  for (const std::string& argument : arguments) {
    if (argument == "--") break;
    if (argument == "--json" || argument == "--json=true") asks = true;
    if (argument == "--no-json" || argument == "--json=false") asks = false;
  }
  return asks;
}

Result<CommandLine> parse_command_line(const std::vector<std::string>& arguments,
                                       HandsOn (*hands_on)(std::string_view command)) {
  return Parser(arguments, hands_on).parse();
}

}  // namespace lpm::cli
