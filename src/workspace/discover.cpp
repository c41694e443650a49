// Members: the patterns are walked together, one listing for each folder, and only where a segment
// needs one.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "formats/json.h"
#include "workspace/definition.h"
#include "workspace/pattern.h"
#include "workspace/workspace.h"

namespace lpm::workspace {
namespace {

// How far a pattern has come in a folder: the segment that the next name must match.
struct State {
  const Pattern* pattern;
  std::size_t next;
  bool operator==(const State&) const = default;

  bool is_done() const { return next == pattern->segments.size(); }
  const Segment& segment() const { return pattern->segments[next]; }
};

// `**` may be nothing: the segment behind it is open, too.
void add_state(std::vector<State>& states, State state) {
  if (std::find(states.begin(), states.end(), state) != states.end()) return;
  states.push_back(state);
  if (!state.is_done() && state.segment().kind == Segment::Kind::AnyDepth)
    add_state(states, {state.pattern, state.next + 1});
}

std::vector<State> after(const std::vector<State>& states, std::string_view name) {
  std::vector<State> next;
  for (const State& state : states) {
    if (state.is_done() || !state.segment().matches(name)) continue;
    const bool stays = state.segment().kind == Segment::Kind::AnyDepth;
    add_state(next, {state.pattern, stays ? state.next : state.next + 1});
  }
  return next;
}

class Search {
 public:
  Search(const std::string& root, const Definition& definition, Workspace& workspace)
      : root_(root), definition_(definition), workspace_(workspace) {}

  // The paths of all folders that match, each once, in no order.
  Result<std::vector<std::string>> run() {
    std::vector<State> states;
    for (const Pattern& pattern : definition_.patterns)
      if (!pattern.excludes) add_state(states, {&pattern, 0});
    LPM_TRY(enter("", states));
    return std::move(found_);
  }

 private:
  std::string absolute(const std::string& path) const { return root_ + "/" + path; }
  static std::string below(const std::string& folder, std::string_view name) {
    return folder.empty() ? std::string(name) : fmt::format("{}/{}", folder, name);
  }

  Status enter(const std::string& folder, const std::vector<State>& states) {
    const bool needs_listing = std::any_of(states.begin(), states.end(), [](const State& state) {
      return !state.is_done() && state.segment().kind != Segment::Kind::Literal;
    });
    if (needs_listing) return list(folder, states);
    std::vector<std::string_view> names;
    for (const State& state : states)
      if (!state.is_done()) names.push_back(state.segment().text);
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    for (const std::string_view name : names) {
      const std::string path = below(folder, name);
      LPM_TRY(visit(path, os::stamp_link(absolute(path)).type, after(states, name)));
    }
    return {};
  }

  Status list(const std::string& folder, const std::vector<State>& states) {
    const std::string path = folder.empty() ? root_ : absolute(folder);
    LPM_TRY_ASSIGN(const std::vector<os::DirectoryEntry> entries, os::list_directory(path));
    workspace_.searched.push_back(path);
    for (const os::DirectoryEntry& entry : entries) {
      if (entry.type != os::FileType::Directory && entry.type != os::FileType::Symlink) continue;
      LPM_TRY(visit(below(folder, entry.name), entry.type, after(states, entry.name)));
    }
    return {};
  }

  Status visit(const std::string& path, os::FileType type, const std::vector<State>& states) {
    if (states.empty()) return {};
    const bool matches = std::any_of(states.begin(), states.end(),
                                     [](const State& state) { return state.is_done(); });
    if (type == os::FileType::Directory) {
      if (matches) found_.push_back(path);
      return enter(path, states);
    }
    if (matches && definition_.takes(path)) refuse(path, type);
    return {};
  }

  // A folder that is not there may come.
  void refuse(const std::string& path, os::FileType type) {
    if (type == os::FileType::Symlink && os::exists(absolute(path) + "/package.json"))
      workspace_.warnings.push_back(
          fmt::format("`{}` is a link and no member of the workspace", path));
    if (type == os::FileType::Missing)
      workspace_.absent.push_back(absolute(path) + "/package.json");
  }

  const std::string& root_;
  const Definition& definition_;
  Workspace& workspace_;
  std::vector<std::string> found_;
};

// Where the name stands: "packages/web/package.json:2:11".
std::string place_of_name(const Member& member) {
  const std::string file = member.path + "/package.json";
  const auto root = formats::json::parse(member.text, file);
  const formats::json::Value* name = root ? root->find("name") : nullptr;
  if (name == nullptr) return file;
  const auto position = formats::json::position_of(member.text, name->begin);
  return fmt::format("{}:{}:{}", file, position.line, position.column);
}

Status require_distinct_names(const std::vector<Member>& members) {
  std::map<std::string_view, const Member*> seen;
  for (const Member& member : members) {
    if (member.manifest.name.empty()) continue;
    const auto [first, is_new] = seen.emplace(member.manifest.name, &member);
    if (is_new) continue;
    return Error(ErrorCode::BAD_WORKSPACE,
                 fmt::format("two members of the workspace are called `{}`", member.manifest.name))
        .at(place_of_name(member))
        .fact("also", place_of_name(*first->second))
        .hint("give one of them another name, or exclude its folder with a pattern `!FOLDER`");
  }
  return {};
}

// "" when there is none, or nothing in it.
Result<std::string> read_pnpm_file(const std::string& root, Workspace& workspace) {
  const std::string path = fmt::format("{}/{}", root, kPnpmFile);
  const os::FileStamp stamp = os::stamp(path);
  LPM_TRY_ASSIGN(std::optional<std::string> text, os::read_file_if_exists(path));
  if (!text) {
    workspace.absent.push_back(path);
    return std::string();
  }
  workspace.read.push_back({path, stamp, *text});
  return std::move(*text);
}

// Nothing when the folder has no package.json.
Result<std::optional<Member>> read_member(const std::string& root, const std::string& path,
                                          Workspace& workspace) {
  const std::string shown = path + "/package.json";
  const std::string file = root + "/" + shown;
  const os::FileStamp stamp = os::stamp(file);
  if (stamp.type != os::FileType::Regular) {
    workspace.absent.push_back(file);
    return std::optional<Member>();
  }
  LPM_TRY_ASSIGN(std::string text, os::read_file(file));
  LPM_TRY_ASSIGN(manifest::Manifest manifest,
                 manifest::read_manifest(text, shown, manifest::Strictness::Project));
  return std::optional(Member{path, std::move(text), stamp, std::move(manifest)});
}

}  // namespace

Result<Workspace> discover(const std::string& root, const manifest::Manifest& manifest,
                           std::string_view text) {
  Workspace workspace;
  LPM_TRY_ASSIGN(const std::string pnpm_text, read_pnpm_file(root, workspace));
  LPM_TRY_ASSIGN(Definition definition, read_definition(manifest, text, pnpm_text));
  workspace.is_pnpm = definition.is_pnpm;
  workspace.catalogs = std::move(definition.catalogs);
  workspace.rules = std::move(definition.rules);
  if (definition.patterns.empty()) return workspace;
  LPM_TRY_ASSIGN(std::vector<std::string> paths, Search(root, definition, workspace).run());
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    if (!definition.takes(path)) continue;
    if (path.find('\n') != std::string::npos) {
      workspace.warnings.push_back("a folder whose name has a line break is no member");
      continue;
    }
    LPM_TRY_ASSIGN(std::optional<Member> member, read_member(root, path, workspace));
    if (member) workspace.members.push_back(std::move(*member));
  }
  LPM_TRY(require_distinct_names(workspace.members));
  return workspace;
}

}  // namespace lpm::workspace
