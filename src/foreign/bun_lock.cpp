// bun.lock: JSON with trailing commas. Its packages stand at places of a hoisted tree, `a/b` being
// the `b` below `a`; each is a list that begins with `name@resolution`.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"

namespace lpm::foreign {
namespace {

using formats::json::Value;
using manifest::DependencyKind;

constexpr std::uint32_t kDeepestJson = 16;

// The first package name of a place: `@scope/a/b` gives `@scope/a`.
std::string_view first_name(std::string_view place) {
  std::size_t end = place.find('/');
  if (place.starts_with('@') && end != std::string_view::npos) end = place.find('/', end + 1);
  return place.substr(0, end);
}

// How many names a place has.
std::size_t depth_of(std::string_view place) {
  std::size_t depth = 0;
  while (!place.empty()) {
    const std::string_view name = first_name(place);
    place.remove_prefix(std::min(name.size() + 1, place.size()));
    if (++depth > HoistedTree::kDeepest) break;
  }
  return depth;
}

class BunLockReader {
 public:
  BunLockReader(std::string_view text, std::string_view file_name, std::string version)
      : file_name_(file_name), lines_(text), builder_(Format::Bun, version) {}

  Result<ForeignLock> read(const Value& root);

 private:
  struct Placed {
    EntryId entry;
    HoistedTree::Place place;
  };

  Status add_packages(const Value& packages);
  Status add_package(std::string_view place, const Value& row);
  Status place_package(std::string_view place, EntryId id, std::uint32_t line);
  void set_source(Entry& entry, std::string_view resolution) const;
  void add_edges(std::vector<Edge>& edges, const Value& facts) const;
  void bind(std::vector<Edge>& edges, HoistedTree::Place from) const;
  void add_workspaces(const Value& workspaces);

  std::string_view file_name_;
  Lines lines_;
  LockBuilder builder_;
  HoistedTree tree_;
  std::vector<Placed> placed_;
};

void BunLockReader::set_source(Entry& entry, std::string_view resolution) const {
  using graph::SourceKind;
  if (resolution.starts_with("github:")) {
    entry.source = {SourceKind::Git, std::string(resolution)};
  } else if (auto source = source_of(resolution)) {
    entry.source = *std::move(source);
    if (entry.source.kind == SourceKind::Url) entry.tarball = resolution;
  } else if (resolution == "root:") {
    entry.source = {SourceKind::Workspace, ""};
  } else if (!resolution.empty() && (resolution[0] == '.' || resolution[0] == '/')) {
    entry.source = {SourceKind::File, std::string(resolution)};
  } else {
    entry.version = resolution;
  }
}

void BunLockReader::add_edges(std::vector<Edge>& edges, const Value& facts) const {
  add_json_edges(edges, facts.find("dependencies"), DependencyKind::Production);
  add_json_edges(edges, facts.find("optionalDependencies"), DependencyKind::Optional);
  add_json_edges(edges, facts.find("peerDependencies"), DependencyKind::Peer);
}

// [resolution, registry or facts, facts, integrity], less what the kind of source does not need.
Status BunLockReader::add_package(std::string_view place, const Value& row) {
  const std::uint32_t line = lines_.of(row.begin);
  if (!row.is_array() || row.items.empty() || !row.items[0].is_string())
    return bad_lockfile(file_name_, line, fmt::format("`{}` must be a list", place));
  const auto parts = split_at_name(row.items[0].string);
  if (!parts)
    return bad_lockfile(file_name_, line, fmt::format("`{}` has no name and resolution", place));
  Entry entry;
  entry.line = line;
  entry.name = parts->name;
  set_source(entry, parts->rest);
  const bool is_registry = entry.source == graph::Source{};
  const Value* facts = nullptr;
  for (const Value& item : row.items) {
    if (item.is_object()) facts = &item;
    if (&item != &row.items[0] && item.is_string() && is_web_address(item.string) && is_registry)
      entry.tarball = item.string.ends_with(".tgz") ? item.string : "";
  }
  if (row.items.size() > 1 && row.items.back().is_string() && facts != nullptr &&
      row.items.back().string.find('-') != std::string::npos &&
      entry.source.kind != graph::SourceKind::Git)
    builder_.set_integrity(entry, row.items.back().string);
  if (facts != nullptr) {
    add_edges(entry.edges, *facts);
    entry.platform = json_platform(*facts);
    entry.is_bundled = json_flag(*facts, "bundled");
  }
  const EntryId id = builder_.add(std::move(entry));
  if (id == kNoEntry) return {};
  return place_package(place, id, line);
}

Status BunLockReader::place_package(std::string_view place, EntryId id, std::uint32_t line) {
  HoistedTree::Place above = HoistedTree::kRoot;
  std::string_view rest = place;
  while (true) {
    const std::string_view name = first_name(rest);
    if (name.size() == rest.size()) break;
    const auto next = tree_.child(above, name);
    if (!next) {
      builder_.omit(fmt::format("`{}`", place), "stands below a package that is not in the file",
                    line);
      return {};
    }
    above = *next;
    rest.remove_prefix(name.size() + 1);
  }
  const auto added = tree_.add(above, rest, id);
  if (!added)
    return bad_lockfile(file_name_, line, fmt::format("`{}` is there twice or too deep", place));
  placed_.push_back({id, *added});
  return {};
}

// What is above first, in whatever order they stand there.
Status BunLockReader::add_packages(const Value& packages) {
  std::vector<std::vector<const std::pair<std::string, Value>*>> by_depth(HoistedTree::kDeepest +
                                                                          2);
  for (const auto& member : packages.members)
    by_depth[std::min(depth_of(member.first), by_depth.size() - 1)].push_back(&member);
  for (const auto& members : by_depth)
    for (const auto* member : members) LPM_TRY(add_package(member->first, member->second));
  return {};
}

void BunLockReader::bind(std::vector<Edge>& edges, HoistedTree::Place from) const {
  for (Edge& edge : edges) edge.target = tree_.find(from, edge.name);
}

void BunLockReader::add_workspaces(const Value& workspaces) {
  for (const auto& [path, value] : workspaces.members) {
    if (!value.is_object()) continue;
    std::vector<Edge> edges;
    add_edges(edges, value);
    add_json_edges(edges, value.find("devDependencies"), DependencyKind::Development);
    const auto own = path.empty()
                         ? std::nullopt
                         : tree_.child(HoistedTree::kRoot, value.text_at("name").value_or(""));
    bind(edges, own.value_or(HoistedTree::kRoot));
    builder_.add_importer(path).edges = std::move(edges);
  }
}

Result<ForeignLock> BunLockReader::read(const Value& root) {
  if (const Value* packages = root.find("packages")) LPM_TRY(add_packages(*packages));
  for (const Placed& placed : placed_) bind(builder_.entry(placed.entry).edges, placed.place);
  if (const Value* workspaces = root.find("workspaces")) add_workspaces(*workspaces);
  return builder_.take();
}

}  // namespace

Result<ForeignLock> read_bun_lock(std::string_view text, std::string_view file_name) {
  formats::json::ParseOptions options;
  options.comments = true;
  options.max_depth = kDeepestJson;
  LPM_TRY_ASSIGN(const Value root, formats::json::parse(text, file_name, options));
  const Value* version = root.find("lockfileVersion");
  if (version == nullptr || version->kind != formats::json::Kind::Number)
    return bad_lockfile(file_name, 1, "it has no `lockfileVersion`");
  if (version->number < 0 || version->number > 2)
    return bad_lockfile(file_name, 1,
                        fmt::format("`lockfileVersion` {} is not known", version->number));
  return BunLockReader(text, file_name, fmt::format("{}", version->number)).read(root);
}

}  // namespace lpm::foreign
