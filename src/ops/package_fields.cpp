#include "ops/package_fields.h"

#include <fmt/format.h>

#include <array>

#include "ops/install/project.h"
#include "ops/json_fields.h"
#include "ops/transaction.h"
#include "ops/workspace_packages.h"
#include "os/os.h"

namespace lpm::ops {
namespace {

using formats::json::Editor;
using formats::json::Value;

struct Place {
  std::string name;
  std::string directory;
};

// Without a choice the package where lpm was called, of which nothing but being JSON is asked.
Result<std::vector<Place>> chosen_places(const Session& session, const MemberChoice& choice) {
  std::vector<Place> places;
  if (!choice.is_made()) {
    places.push_back({"", session.package_folder()});
    return places;
  }
  LPM_TRY_ASSIGN(const WorkspacePackages packages, read_packages(session));
  LPM_TRY_ASSIGN(const std::vector<std::size_t> chosen,
                 some_chosen_packages(session, choice, packages.names));
  for (const std::size_t i : chosen) {
    const workspace::Selectable& member = packages.names[i];
    places.push_back(
        {member.name.empty() ? member.path : member.name, packages.packages[i].directory});
  }
  return places;
}

Result<std::string> read_package_json(const std::string& file) {
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(file));
  if (text) return std::move(*text);
  return Error(ErrorCode::NO_MANIFEST, "there is no package.json")
      .at(file)
      .hint("`lpm init` makes one");
}

// The edit goes to the member of the document that it is below, so that all else stays as it is
// written.
Status apply(Editor& editor, const FieldEdit& edit) {
  LPM_TRY_ASSIGN(const FieldPath path, parse_field(edit.field));
  Value root = editor.root();
  if (edit.removes && !remove_field(root, path)) return {};
  if (!edit.removes) LPM_TRY(set_field(root, path, edit.value));
  std::vector<std::string_view> place;
  const Value* value = &root;
  for (const FieldStep& step : path) {
    const Value* next = value->is_object() ? value->find(step.name) : nullptr;
    place.push_back(step.name);
    if (next == nullptr) break;  // taken out
    value = next;
    if (!value->is_object()) break;
  }
  const bool is_gone = place.size() == path.size() && edit.removes && value->is_object() &&
                       value->find(path.back().name) == nullptr;
  if (is_gone) {
    LPM_TRY_ASSIGN([[maybe_unused]] const bool removed, editor.remove(place));
    return {};
  }
  return editor.set(place, json_text(*value));
}

}  // namespace

Result<std::vector<ChosenManifest>> chosen_manifests(const Session& session,
                                                     const MemberChoice& choice) {
  LPM_TRY_ASSIGN(const std::vector<Place> places, chosen_places(session, choice));
  std::vector<ChosenManifest> manifests;
  for (const Place& place : places) {
    const std::string file = place.directory + "/package.json";
    LPM_TRY_ASSIGN(const std::string text, read_package_json(file));
    LPM_TRY_ASSIGN(Value root, formats::json::parse(text, "package.json"));
    if (!root.is_object())
      return Error(ErrorCode::BAD_JSON, "`package.json` is not a JSON object").at(file);
    manifests.push_back({place.name, file, std::move(root)});
  }
  return manifests;
}

Result<bool> edit_fields(const Session& session, const MemberChoice& choice,
                         const std::vector<FieldEdit>& edits) {
  LPM_TRY_ASSIGN(const std::vector<Place> places, chosen_places(session, choice));
  for (const Place& place : places) {  // before `.lpm` is made for the lock
    const Result<std::string> text = read_package_json(place.directory + "/package.json");
    if (!text) return text.error();
  }
  LPM_TRY_ASSIGN(const os::FileLock lock,
                 install::lock_project(session, "pkg", session.settings.flag("wait")));
  Transaction transaction(session.project, "pkg");
  bool changed = false;
  for (const Place& place : places) {
    const std::string file = place.directory + "/package.json";
    LPM_TRY_ASSIGN(const std::string text, read_package_json(file));
    LPM_TRY_ASSIGN(Editor editor, Editor::open(text, "package.json"));
    for (const FieldEdit& edit : edits) LPM_TRY(apply(editor, edit));
    if (editor.text() == text) continue;
    changed = true;
    LPM_TRY(transaction.replace(file.substr(session.project.size() + 1), editor.text()));
  }
  if (!changed) return false;
  LPM_TRY(transaction.begin());
  LPM_TRY(transaction.commit());
  return true;
}

}  // namespace lpm::ops
