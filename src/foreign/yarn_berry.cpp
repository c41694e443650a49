// yarn.lock of yarn 2 and later: YAML. Its members are keyed by the descriptors that led to them;
// the projects of the workspace are among them.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"
#include "formats/yaml.h"

namespace lpm::foreign {
namespace {

using formats::yaml::Value;
using manifest::DependencyKind;

// Yarn gives it to every package with a build script; nobody asked.
bool is_added_by_yarn(const Value& dependency) {
  return dependency.key == "node-gyp" &&
         (dependency.text == "npm:latest" || dependency.text == "latest");
}

// Decodes %XX, which nests descriptors in descriptors.
std::string decode(std::string_view text) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
        digit(text[at + 2]) >= 0) {
      out += static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2]));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

// `os=linux & cpu=x64`, and `(os=linux | os=darwin) & !(cpu=ia32)`, which becomes no filter.
manifest::PlatformFilter platform_of(std::string_view conditions) {
  manifest::PlatformFilter filter;
  for (std::string_view part : split(conditions, '&')) {
    part = trim(part);
    const bool is_group = part.starts_with('(') && part.ends_with(')');
    if (is_group) part = part.substr(1, part.size() - 2);
    for (std::string_view one : split(part, '|')) {
      one = trim(one);
      const std::size_t equals = one.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view key = one.substr(0, equals);
      const std::string value(one.substr(equals + 1));
      if (key == "os") filter.os.push_back(value);
      if (key == "cpu") filter.cpu.push_back(value);
      if (key == "libc") filter.libc.push_back(value);
    }
  }
  return filter;
}

std::unordered_set<std::string_view> optional_names(const Value& entry, std::string_view field) {
  std::unordered_set<std::string_view> names;
  const Value* meta = entry.find(field);
  if (meta == nullptr) return names;
  for (const Value& row : meta->children)
    if (const Value* flag = row.find("optional"); flag != nullptr && flag->boolean() == true)
      names.insert(row.key);
  return names;
}

class YarnBerryReader {
 public:
  YarnBerryReader(std::string_view file_name, std::string version)
      : file_name_(file_name), builder_(Format::YarnBerry, version) {}

  Result<ForeignLock> read(const Value& root);

 private:
  struct Project {
    std::string path;
    std::vector<Edge> edges;
  };

  Status add(const Value& value);
  Status set_resolution(Entry& entry, const Value& value, std::string_view reference);
  std::vector<Edge> edges_of(const Value& value) const;
  EntryId target_of(const Edge& edge) const;

  std::string_view file_name_;
  LockBuilder builder_;
  std::vector<Project> projects_;
  std::unordered_map<std::string, EntryId> by_descriptor_;
  std::unordered_map<std::string, EntryId> only_one_;  // by name; kNoEntry: several
};

std::vector<Edge> YarnBerryReader::edges_of(const Value& value) const {
  std::vector<Edge> edges;
  const auto optional = optional_names(value, "dependenciesMeta");
  const auto add = [&](std::string_view field, DependencyKind kind) {
    const Value* map = value.find(field);
    if (map == nullptr) return;
    for (const Value& row : map->children) {
      if (!row.is_scalar() || !graph::is_linkable_name(row.key)) continue;
      if (is_added_by_yarn(row)) continue;
      const bool is_optional = optional.contains(row.key) && kind == DependencyKind::Production;
      edges.push_back({row.key, row.text, is_optional ? DependencyKind::Optional : kind, kNoEntry});
    }
  };
  add("dependencies", DependencyKind::Production);
  add("optionalDependencies", DependencyKind::Optional);
  add("peerDependencies", DependencyKind::Peer);
  return edges;
}

// `reference` is what stands behind the name: `npm:1.0.0`, `patch:...`, `https://...`.
Status YarnBerryReader::set_resolution(Entry& entry, const Value& value,
                                       std::string_view reference) {
  if (reference.starts_with("patch:")) {
    const std::string patched = decode(reference.substr(6));
    if (const auto parts = split_at_name(patched); parts && parts->rest.starts_with("npm:"))
      return {};
  }
  if (reference.starts_with("npm:")) {
    constexpr std::string_view kAddress = "__archiveUrl=";
    if (const std::size_t at = reference.find(kAddress); at != std::string_view::npos) {
      std::string_view address = reference.substr(at + kAddress.size());
      entry.tarball = decode(address.substr(0, address.find('&')));
    }
    return {};
  }
  // What stands behind `::` binds it to the project that asks.
  const std::string_view plain = reference.substr(0, reference.find("::"));
  if (auto source = source_of(plain)) {
    entry.source = *std::move(source);
    if (entry.source.kind == graph::SourceKind::Url) entry.tarball = plain;
    return {};
  }
  return bad_lockfile(file_name_, value.line,
                      fmt::format("the resolution of `{}` is not known", entry.name));
}

Status YarnBerryReader::add(const Value& value) {
  if (value.key == "__metadata") return {};
  const auto resolution = value.text_at("resolution");
  const auto parts = resolution ? split_at_name(*resolution) : std::nullopt;
  if (!parts) return bad_lockfile(file_name_, value.line, "an entry has no `resolution`");
  constexpr std::string_view kWorkspace = "workspace:";
  Entry entry;
  entry.line = value.line;
  entry.name = parts->name;
  entry.version = value.text_at("version").value_or("");
  entry.platform = platform_of(value.text_at("conditions").value_or(""));
  entry.edges = edges_of(value);
  LPM_TRY(set_resolution(entry, value, parts->rest));
  const bool is_workspace = parts->rest.starts_with(kWorkspace);
  if (is_workspace)
    projects_.push_back({std::string(parts->rest.substr(kWorkspace.size())), entry.edges});
  const std::string name = entry.name;
  const EntryId id = builder_.add(std::move(entry));
  if (id == kNoEntry) return {};
  for (const std::string_view descriptor : split(value.key, ','))
    by_descriptor_.emplace(std::string(trim(descriptor)), id);
  const auto [at, is_first] = only_one_.emplace(name, id);
  if (!is_first) at->second = kNoEntry;
  return {};
}

// Until format 6 a dependency stands there without the protocol of its descriptor. A patched one
// is found under its name: the patch stands in its descriptor, and not in the wish.
EntryId YarnBerryReader::target_of(const Edge& edge) const {
  if (const auto found = by_descriptor_.find(edge.name + "@" + edge.spec);
      found != by_descriptor_.end())
    return found->second;
  if (const auto found = by_descriptor_.find(edge.name + "@npm:" + edge.spec);
      found != by_descriptor_.end())
    return found->second;
  const auto only = only_one_.find(edge.name);
  return only == only_one_.end() ? kNoEntry : only->second;
}

Result<ForeignLock> YarnBerryReader::read(const Value& root) {
  builder_.leave_peers_out();
  for (const Value& value : root.children) LPM_TRY(add(value));
  for (EntryId id = 0; id < builder_.size(); ++id)
    for (Edge& edge : builder_.entry(id).edges) edge.target = target_of(edge);
  for (Project& project : projects_) {
    for (Edge& edge : project.edges) edge.target = target_of(edge);
    builder_.add_importer(std::move(project.path)).edges = std::move(project.edges);
  }
  return builder_.take();
}

}  // namespace

Result<ForeignLock> read_yarn_berry(std::string_view text, std::string_view file_name) {
  LPM_TRY_ASSIGN(const Value root, formats::yaml::parse(text, file_name));
  const Value* metadata = root.find("__metadata");
  const auto version = metadata == nullptr ? std::nullopt : metadata->text_at("version");
  if (!version) return bad_lockfile(file_name, 1, "`__metadata` has no `version`");
  return YarnBerryReader(file_name, std::string(*version)).read(root);
}

}  // namespace lpm::foreign
