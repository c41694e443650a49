#include "manifest/package_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

namespace lpm::manifest {
namespace {

using formats::json::Kind;
using formats::json::Value;

std::string_view describe(const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      return "null";
    case Kind::Boolean:
      return "a boolean";
    case Kind::Number:
      return "a number";
    case Kind::String:
      return "a string";
    case Kind::Array:
      return "an array";
    case Kind::Object:
      return "an object";
  }
  return "";
}

struct Problem {
  std::string field;
  std::string complaint;
  std::string place;
};

// What JavaScript takes for true.
bool is_truthy(const Value& value) {
  switch (value.kind) {
    case Kind::Null:
      return false;
    case Kind::Boolean:
      return value.boolean;
    case Kind::Number:
      return value.number != 0;
    case Kind::String:
      return !value.string.empty();
    case Kind::Array:
    case Kind::Object:
      return true;
  }
  return false;
}

using Member = std::pair<std::string, Value>;

// The members that count: of duplicate keys the last, as in JavaScript. Linear, since the input is
// hostile.
std::vector<const Member*> last_members(const Value& object) {
  std::vector<const Member*> members;
  std::unordered_set<std::string_view> seen;
  for (auto member = object.members.rbegin(); member != object.members.rend(); ++member) {
    if (seen.insert(member->first).second) members.push_back(&*member);
  }
  std::reverse(members.begin(), members.end());
  return members;
}

class Reader {
 public:
  Reader(std::string_view text, std::string_view file_name, Strictness strictness)
      : text_(text), file_name_(file_name), strict_(strictness == Strictness::Project) {}

  Result<Manifest> read(const Value& root) {
    if (!root.is_object()) {
      return Error(ErrorCode::BAD_MANIFEST,
                   fmt::format("package.json must hold an object, not {}", describe(root)))
          .at(place_of(root));
    }
    root_ = &root;
    read_identity();
    read_dependencies();
    read_bundled();
    read_bins();
    read_requirements();
    read_project_fields();
    if (!problems_.empty()) return all_problems();
    return std::move(manifest_);
  }

 private:
  // Null counts as absent everywhere: npm reads such manifests, and nothing is lost.
  const Value* member(const Value& object, std::string_view key) const {
    const Value* value = object.find(key);
    return value == nullptr || value->kind == Kind::Null ? nullptr : value;
  }

  std::string place_of(const Value& value) const {
    const auto position = formats::json::position_of(text_, value.begin);
    return fmt::format("{}:{}:{}", file_name_, position.line, position.column);
  }

  void refuse(const std::string& field, std::string_view wanted, const Value& value) {
    if (!strict_) return;
    problems_.push_back(
        {field, fmt::format("must be {}, not {}", wanted, describe(value)), place_of(value)});
  }

  std::string read_text(const Value& object, std::string_view key, const std::string& field) {
    const Value* value = member(object, key);
    if (value == nullptr) return {};
    if (value->is_string()) return value->string;
    refuse(field, "a string", *value);
    return {};
  }
  std::string read_text(std::string_view key) { return read_text(*root_, key, std::string(key)); }

  StringPairs read_map(std::string_view key) {
    const Value* map = member(*root_, key);
    if (map == nullptr) return {};
    if (!map->is_object()) {
      refuse(std::string(key), "an object of strings", *map);
      return {};
    }
    StringPairs pairs;
    for (const Member* entry : last_members(*map)) {
      if (entry->second.is_string())
        pairs.emplace_back(entry->first, entry->second.string);
      else
        refuse(fmt::format("{}.{}", key, entry->first), "a string", entry->second);
    }
    return pairs;
  }

  // A list of strings; a lone string counts as one item.
  std::vector<std::string> read_list(const Value* list, const std::string& field) {
    if (list == nullptr) return {};
    if (list->is_string()) return {list->string};
    if (!list->is_array()) {
      refuse(field, "an array of strings", *list);
      return {};
    }
    std::vector<std::string> items;
    for (std::size_t i = 0; i < list->items.size(); ++i) {
      const Value& item = list->items[i];
      if (item.is_string())
        items.push_back(item.string);
      else
        refuse(fmt::format("{}[{}]", field, i), "a string", item);
    }
    return items;
  }

  void read_identity() {
    manifest_.name = read_text("name");
    manifest_.version = read_text("version");
    if (const Value* value = member(*root_, "private")) manifest_.is_private = is_truthy(*value);
  }

  void read_dependencies() {
    manifest_.dependencies = read_map(field_of(DependencyKind::Production));
    manifest_.dev_dependencies = read_map(field_of(DependencyKind::Development));
    manifest_.optional_dependencies = read_map(field_of(DependencyKind::Optional));
    manifest_.peer_dependencies = read_map(field_of(DependencyKind::Peer));
    read_peer_meta();
  }

  void read_peer_meta() {
    const Value* meta = member(*root_, "peerDependenciesMeta");
    if (meta == nullptr) return;
    if (!meta->is_object()) return refuse("peerDependenciesMeta", "an object", *meta);
    for (const Member* entry : last_members(*meta)) {
      const auto& [name, value] = *entry;
      if (!value.is_object()) {
        refuse("peerDependenciesMeta." + name, "an object", value);
        continue;
      }
      const Value* optional = member(value, "optional");
      if (optional != nullptr && is_truthy(*optional)) manifest_.optional_peers.push_back(name);
    }
  }

  // Reads `dependencies` before the optional ones leave it: `true` bundles what it names.
  void read_bundled() {
    std::string field = "bundleDependencies";
    const Value* bundled = member(*root_, field);
    if (bundled == nullptr) {
      field = "bundledDependencies";
      bundled = member(*root_, field);
    }
    if (bundled != nullptr) read_bundled_value(*bundled, field);
    std::unordered_set<std::string_view> optional;
    for (const auto& [name, spec] : manifest_.optional_dependencies) optional.insert(name);
    std::erase_if(manifest_.dependencies,
                  [&](const auto& dependency) { return optional.contains(dependency.first); });
  }

  void read_bundled_value(const Value& bundled, const std::string& field) {
    if (bundled.kind == Kind::Boolean) {
      if (!bundled.boolean) return;
      for (const auto& [name, spec] : manifest_.dependencies) manifest_.bundled.push_back(name);
    } else if (bundled.is_object() && !strict_) {
      for (const Member* entry : last_members(bundled)) manifest_.bundled.push_back(entry->first);
    } else if (bundled.is_array()) {
      manifest_.bundled = read_list(&bundled, field);
    } else {
      refuse(field, "an array of names or a boolean", bundled);
    }
  }

  static std::string_view unscoped(std::string_view name) {
    const std::size_t slash = name.find('/');
    return name.starts_with('@') && slash != std::string_view::npos ? name.substr(slash + 1) : name;
  }

  void read_bins() {
    if (const Value* bin = member(*root_, "bin")) read_bin(*bin);
    const Value* directories = member(*root_, "directories");
    if (directories == nullptr) return;
    if (!directories->is_object()) return refuse("directories", "an object", *directories);
    manifest_.directories_bin = read_text(*directories, "bin", "directories.bin");
  }

  void read_bin(const Value& bin) {
    if (bin.is_string()) {
      const std::string_view command = unscoped(manifest_.name);
      if (!command.empty()) manifest_.bins.emplace_back(command, bin.string);
    } else if (bin.is_object()) {
      for (const auto& [name, path] : read_map("bin"))
        manifest_.bins.emplace_back(unscoped(name), path);
    } else if (bin.is_array() && !strict_) {
      for (const std::string& path : read_list(&bin, "bin")) {
        manifest_.bins.emplace_back(path.substr(path.rfind('/') + 1), path);
      }
    } else {
      refuse("bin", "a string or an object of strings", bin);
    }
  }

  void read_requirements() {
    if (const Value* engines = member(*root_, "engines")) {
      manifest_.engines = *engines;
      read_engines(*engines);
    }
    manifest_.platform.os = read_list(member(*root_, "os"), "os");
    manifest_.platform.cpu = read_list(member(*root_, "cpu"), "cpu");
    manifest_.platform.libc = read_list(member(*root_, "libc"), "libc");
  }

  // Old packages write "node >= 0.8" or ["node >= 0.8"]: npm reads past these forms.
  void read_engines(const Value& engines) {
    if (engines.is_object()) {
      manifest_.engines_node = read_text(engines, "node", "engines.node");
    } else if (!engines.is_array() && !engines.is_string()) {
      refuse("engines", "an object of strings", engines);
    }
  }

  void read_project_fields() {
    manifest_.scripts = read_map("scripts");
    manifest_.package_manager = read_text("packageManager");
    manifest_.overrides = read_object("overrides");
    manifest_.resolutions = read_object("resolutions");
    manifest_.pnpm = read_object("pnpm");
    manifest_.patched_dependencies = read_object("patchedDependencies");
    manifest_.config = read_object("config");
    manifest_.lpm = read_object("lpm");
    read_workspaces();
  }

  Value read_object(std::string_view key) {
    const Value* value = member(*root_, key);
    if (value == nullptr) return {};
    if (value->is_object()) return *value;
    refuse(std::string(key), "an object", *value);
    return {};
  }

  void read_workspaces() {
    const Value* workspaces = member(*root_, "workspaces");
    if (workspaces == nullptr) return;
    if (workspaces->is_array()) {
      manifest_.workspaces = read_list(workspaces, "workspaces");
    } else if (workspaces->is_object()) {
      manifest_.workspaces = read_list(member(*workspaces, "packages"), "workspaces.packages");
    } else {
      refuse("workspaces", "an array of strings or an object with `packages`", *workspaces);
    }
  }

  Error all_problems() const {
    if (problems_.size() == 1) {
      const Problem& only = problems_.front();
      return Error(ErrorCode::BAD_MANIFEST, fmt::format("`{}` {}", only.field, only.complaint))
          .at(only.place)
          .fact(only.field, fmt::format("{}  {}", only.complaint, only.place));
    }
    Error error(ErrorCode::BAD_MANIFEST,
                fmt::format("{} entries of package.json have the wrong shape", problems_.size()));
    error.where = problems_.front().place;
    for (const Problem& problem : problems_) {
      error.facts.push_back(
          {problem.field, fmt::format("{}  {}", problem.complaint, problem.place)});
    }
    return error;
  }

  std::string_view text_;
  std::string_view file_name_;
  bool strict_;
  const Value* root_ = nullptr;
  Manifest manifest_;
  std::vector<Problem> problems_;
};

}  // namespace

std::string_view field_of(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::Production:
      return "dependencies";
    case DependencyKind::Development:
      return "devDependencies";
    case DependencyKind::Optional:
      return "optionalDependencies";
    case DependencyKind::Peer:
      return "peerDependencies";
  }
  return "";
}

const StringPairs& pairs_of(const Manifest& manifest, DependencyKind kind) {
  switch (kind) {
    case DependencyKind::Production:
      return manifest.dependencies;
    case DependencyKind::Development:
      return manifest.dev_dependencies;
    case DependencyKind::Optional:
      return manifest.optional_dependencies;
    case DependencyKind::Peer:
      return manifest.peer_dependencies;
  }
  return manifest.dependencies;
}

StringPairs& pairs_of(Manifest& manifest, DependencyKind kind) {
  return const_cast<StringPairs&>(pairs_of(std::as_const(manifest), kind));
}

Result<Manifest> read_manifest(std::string_view text, std::string_view file_name,
                               Strictness strictness) {
  LPM_TRY_ASSIGN(const Value root, formats::json::parse(text, file_name));
  return Reader(text, file_name, strictness).read(root);
}

}  // namespace lpm::manifest
