// pkg: reads and changes fields of package.json, with npm's grammar and npm's output.
#include <fmt/format.h>

#include <cstdio>

#include "base/printable.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/json_fields.h"
#include "ops/package_fields.h"

namespace lpm::cli {
namespace {

using formats::json::Kind;
using formats::json::Value;
using ops::ChosenManifest;

Value object_value() {
  Value value;
  value.kind = Kind::Object;
  return value;
}

// One field's value alone when just one is asked for and found; else an object of what was found.
Result<Value> asked_for(const Value& root, const std::vector<std::string>& fields) {
  if (fields.empty()) return root;
  Value result = object_value();
  for (const std::string& field : fields) {
    LPM_TRY_ASSIGN(const ops::FieldPath path, ops::parse_field(field));
    for (const auto& [place, value] : ops::find_fields(root, path)) {
      if (fields.size() == 1 && ops::leads_to(path, place)) return *value;
      result.members.emplace_back(place, *value);
    }
  }
  return result;
}

Result<int> get(CommandContext& context, const std::vector<std::string>& fields) {
  const ops::MemberChoice choice = ops::member_choice(context.session.settings);
  LPM_TRY_ASSIGN(const std::vector<ChosenManifest> manifests,
                 ops::chosen_manifests(context.session, choice));
  Value result = object_value();
  for (const ChosenManifest& manifest : manifests) {
    LPM_TRY_ASSIGN(Value value, asked_for(manifest.root, fields));
    if (choice.is_made())
      result.members.emplace_back(manifest.name, std::move(value));
    else
      result = std::move(value);
  }
  std::printf("%s\n", ops::json_text(result).c_str());
  return 0;
}

Error usage(std::string_view what) {
  return Error(ErrorCode::USAGE, fmt::format("`lpm pkg {}`", what))
      .hint("`lpm help pkg` explains it");
}

// More often a variable of the shell that is not set than a wish.
Error no_value(const std::string& field) {
  return Error(ErrorCode::USAGE, fmt::format("`{}=` gives no value", field))
      .hint(fmt::format("`lpm pkg set --json '{}=\"\"'` sets the empty text, `lpm pkg delete {}` "
                        "takes the field out",
                        field, field));
}

Error not_json(Error error, const std::string& field) {
  error.where.clear();  // of the value alone
  return std::move(error).hint(fmt::format(
      "values are JSON after --json, so a text needs quotes of its own: '{}=\"TEXT\"'", field));
}

Result<int> set(CommandContext& context, const std::vector<std::string>& words) {
  std::vector<ops::FieldEdit> edits;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) return usage("set` needs `FIELD=VALUE");
    ops::FieldEdit edit{word.substr(0, equals)};
    const std::string text = word.substr(equals + 1);
    if (text.empty()) return no_value(edit.field);
    edit.value = ops::text_value(text);
    if (context.json) {
      auto value = formats::json::parse(text, edit.field);
      if (!value) return not_json(std::move(value).error(), edit.field);
      edit.value = *std::move(value);
    }
    edits.push_back(std::move(edit));
  }
  if (edits.empty()) return usage("set` needs `FIELD=VALUE");
  LPM_TRY_ASSIGN(
      [[maybe_unused]] const bool changed,
      ops::edit_fields(context.session, ops::member_choice(context.session.settings), edits));
  return 0;
}

Result<int> take_out(CommandContext& context, const std::vector<std::string>& fields) {
  if (fields.empty()) return usage("delete` needs a `FIELD");
  std::vector<ops::FieldEdit> edits;
  for (const std::string& field : fields) edits.push_back({field, /*removes=*/true});
  LPM_TRY_ASSIGN(
      [[maybe_unused]] const bool changed,
      ops::edit_fields(context.session, ops::member_choice(context.session.settings), edits));
  return 0;
}

}  // namespace

Result<int> run_pkg(CommandContext& context) {
  std::vector<std::string> words = context.line.positionals;
  const std::string what = words.empty() ? "" : words.front();
  if (!words.empty()) words.erase(words.begin());
  if (what == "get") return get(context, words);
  if (what == "set") return set(context, words);
  if (what == "delete" || what == "rm") return take_out(context, words);
  return Error(ErrorCode::USAGE,
               "`lpm pkg` needs one of: get [FIELD], set FIELD=VALUE, delete FIELD")
      .hint("`lpm help pkg` explains them");
}

}  // namespace lpm::cli
