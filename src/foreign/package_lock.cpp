// package-lock.json and npm-shrinkwrap.json. Version 3 (and 2) names each place by its path:
// `packages/a/node_modules/b`. Version 1 nests objects, as the folders do, and says nothing of the
// project's own dependencies.
#include <fmt/format.h>

#include <unordered_map>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"

namespace lpm::foreign {
namespace {

using formats::json::Value;
using manifest::DependencyKind;

constexpr std::string_view kModules = "node_modules/";
constexpr std::uint32_t kDeepestJson = 4 * HoistedTree::kDeepest;

// The part of a path behind its last `node_modules/`, and what is in front of that without slash.
struct SplitPath {
  std::string_view above;
  std::string_view name;  // "" for a path outside of node_modules
};

SplitPath split_path(std::string_view path) {
  const std::size_t at = path.rfind(kModules);
  if (at == std::string_view::npos || (at > 0 && path[at - 1] != '/')) return {path, ""};
  return {path.substr(0, at > 0 ? at - 1 : 0), path.substr(at + kModules.size())};
}

class PackageLockReader {
 public:
  PackageLockReader(Format format, std::string_view text, std::string_view file_name,
                    const Value& root, std::string version)
      : file_name_(file_name), lines_(text), root_(root), builder_(format, version) {}

  Result<ForeignLock> read_packages(const Value& packages);
  Result<ForeignLock> read_nested();

 private:
  // A package at its place; its edges are bound when all places are known.
  struct Placed {
    EntryId entry;
    HoistedTree::Place place;
  };
  struct PlacedImporter {
    std::string path;
    HoistedTree::Place place;
    std::vector<Edge> edges;
  };

  std::uint32_t line_of(const Value& value) const { return lines_.of(value.begin); }
  Error problem(const Value& value, std::string text) const {
    return bad_lockfile(file_name_, line_of(value), std::move(text));
  }
  void set_source(Entry& entry, std::string_view resolved);
  Entry entry_of(std::string_view name, const Value& value);
  void add_edges(std::vector<Edge>& edges, const Value& value) const;
  void add_folder(std::string_view path, const Value& value);
  Status add_package(std::string_view path, const Value& value);
  Status add_nested(HoistedTree::Place above, const Value& dependencies, std::uint32_t depth);
  void add_patterns_of_members();
  ForeignLock bind();

  std::string_view file_name_;
  Lines lines_;
  const Value& root_;
  LockBuilder builder_;
  HoistedTree tree_;
  std::unordered_map<std::string_view, HoistedTree::Place> folders_;
  std::vector<Placed> placed_;
  std::vector<PlacedImporter> importers_;
  bool has_peers_ = false;  // of version 1
};

// A tarball of a registry is told from another one by who asks for it, see bind().
void PackageLockReader::set_source(Entry& entry, std::string_view resolved) {
  if (is_web_address(resolved)) entry.tarball = resolved;
  auto source = source_of(resolved);
  if (source && source->kind != graph::SourceKind::Url) entry.source = *std::move(source);
}

Entry PackageLockReader::entry_of(std::string_view name, const Value& value) {
  Entry entry;
  entry.line = line_of(value);
  entry.name = value.text_at("name").value_or(name);
  entry.version = value.text_at("version").value_or("");
  entry.platform = json_platform(value);
  entry.is_optional = json_flag(value, "optional") || json_flag(value, "devOptional");
  entry.is_bundled = json_flag(value, "inBundle") || json_flag(value, "bundled");
  set_source(entry, value.text_at("resolved").value_or(""));
  return entry;
}

void PackageLockReader::add_edges(std::vector<Edge>& edges, const Value& value) const {
  add_json_edges(edges, value.find("dependencies"), DependencyKind::Production);
  add_json_edges(edges, value.find("optionalDependencies"), DependencyKind::Optional);
  add_json_edges(edges, value.find("peerDependencies"), DependencyKind::Peer);
}

// The project, a member of its workspace, or a folder that something links to.
void PackageLockReader::add_folder(std::string_view path, const Value& value) {
  const HoistedTree::Place place = path.empty() ? HoistedTree::kRoot : tree_.add_folder();
  folders_.emplace(path, place);
  PlacedImporter importer{std::string(path), place, {}};
  add_edges(importer.edges, value);
  add_json_edges(importer.edges, value.find("devDependencies"), DependencyKind::Development);
  importers_.push_back(std::move(importer));
}

Status PackageLockReader::add_package(std::string_view path, const Value& value) {
  if (!value.is_object()) return problem(value, fmt::format("`{}` must be an object", path));
  const SplitPath split = split_path(path);
  if (split.name.empty()) {
    add_folder(path, value);
    return {};
  }
  if (json_flag(value, "extraneous")) return {};
  Entry entry = entry_of(split.name, value);
  if (json_flag(value, "link")) {
    entry.source = {graph::SourceKind::Workspace,
                    std::string(value.text_at("resolved").value_or(""))};
  }
  builder_.set_integrity(entry, value.text_at("integrity").value_or(""));
  add_edges(entry.edges, value);
  const EntryId id = builder_.add(std::move(entry));
  if (id == kNoEntry) return {};
  const auto above = folders_.find(split.above);
  if (above == folders_.end()) {
    builder_.omit(fmt::format("`{}`", split.name), "stands below a folder that is not in the file",
                  line_of(value));
    return {};
  }
  const auto place = tree_.add(above->second, split.name, id);
  if (!place) return problem(value, fmt::format("`{}` is there twice or too deep", split.name));
  folders_.emplace(path, *place);
  placed_.push_back({id, *place});
  return {};
}

Result<ForeignLock> PackageLockReader::read_packages(const Value& packages) {
  if (!packages.is_object()) return problem(packages, "`packages` must be an object");
  if (packages.find("") == nullptr) folders_.emplace("", HoistedTree::kRoot);
  // Folders of the workspace come first, by their own names; what is in them may stand before them.
  for (const auto& [path, value] : packages.members)
    if (value.is_object() && split_path(path).name.empty()) LPM_TRY(add_package(path, value));
  for (const auto& [path, value] : packages.members)
    if (!split_path(path).name.empty()) LPM_TRY(add_package(path, value));
  return bind();
}

Status PackageLockReader::add_nested(HoistedTree::Place above, const Value& dependencies,
                                     std::uint32_t depth) {
  if (!dependencies.is_object()) return problem(dependencies, "`dependencies` must be an object");
  if (depth > HoistedTree::kDeepest) return problem(dependencies, "it is nested too deeply");
  for (const auto& [name, value] : dependencies.members) {
    if (!value.is_object()) return problem(value, fmt::format("`{}` must be an object", name));
    Entry entry = entry_of(name, value);
    const std::string_view version = value.text_at("version").value_or("");
    if (const auto alias = alias_of(version)) {
      entry.version = alias->range;
      entry.name = alias->name;
    } else if (auto source = source_of(version)) {
      if (source->kind == graph::SourceKind::Url) entry.tarball = source->locator;
      entry.source = *std::move(source);
    }
    builder_.set_integrity(entry, value.text_at("integrity").value_or(""));
    add_json_edges(entry.edges, value.find("requires"), DependencyKind::Production);
    const EntryId id = builder_.add(std::move(entry));
    if (id == kNoEntry) continue;
    const auto place = tree_.add(above, name, id);
    if (!place) return problem(value, fmt::format("`{}` is there twice", name));
    placed_.push_back({id, *place});
    if (above == HoistedTree::kRoot) {
      has_peers_ |= json_flag(value, "peer");
      builder_.add_pattern({name, "", id, "", json_flag(value, "peer")});
    }
    if (const Value* nested = value.find("dependencies"))
      LPM_TRY(add_nested(*place, *nested, depth + 1));
  }
  return {};
}

Result<ForeignLock> PackageLockReader::read_nested() {
  if (const Value* dependencies = root_.find("dependencies"))
    LPM_TRY(add_nested(HoistedTree::kRoot, *dependencies, 1));
  if (!has_peers_) builder_.leave_peers_out();  // npm 6 installed none
  add_patterns_of_members();
  return bind();
}

// A member stands among the packages with its folder as version, and what it needs stands below it.
void PackageLockReader::add_patterns_of_members() {
  for (const Placed& placed : placed_) {
    const Entry& member = builder_.entry(placed.entry);
    if (member.source.kind != graph::SourceKind::File) continue;
    for (const Edge& edge : member.edges)
      if (const EntryId target = tree_.find(placed.place, edge.name); target != kNoEntry)
        builder_.add_pattern({edge.name, "", target, member.source.locator, false});
  }
}

ForeignLock PackageLockReader::bind() {
  const auto bind_edges = [&](std::vector<Edge>& edges, HoistedTree::Place from) {
    for (Edge& edge : edges) {
      edge.target = tree_.find(from, edge.name);
      if (edge.target == kNoEntry || !is_web_address(edge.spec)) continue;
      Entry& target = builder_.entry(edge.target);
      if (target.source == graph::Source{})
        target.source = {graph::SourceKind::Url, target.tarball};
    }
  };
  for (const Placed& placed : placed_) bind_edges(builder_.entry(placed.entry).edges, placed.place);
  for (PlacedImporter& importer : importers_) {
    bind_edges(importer.edges, importer.place);
    builder_.add_importer(std::move(importer.path)).edges = std::move(importer.edges);
  }
  return builder_.take();
}

}  // namespace

Result<ForeignLock> read_package_lock(Format format, std::string_view text,
                                      std::string_view file_name) {
  formats::json::ParseOptions options;
  options.max_depth = kDeepestJson;
  LPM_TRY_ASSIGN(const Value root, formats::json::parse(text, file_name, options));
  if (!root.is_object()) return bad_lockfile(file_name, 1, "it must hold an object");
  const Value* version = root.find("lockfileVersion");
  const bool is_number = version != nullptr && version->kind == formats::json::Kind::Number;
  const double number = is_number ? version->number : 1;  // npm 4 wrote none
  if (number < 1 || number > 3)
    return bad_lockfile(file_name, 1, fmt::format("`lockfileVersion` {} is not known", number));
  PackageLockReader reader(format, text, file_name, root, fmt::format("{}", number));
  if (const Value* packages = root.find("packages")) return reader.read_packages(*packages);
  return reader.read_nested();
}

}  // namespace lpm::foreign
