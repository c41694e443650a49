// pnpm-lock.yaml, 5.0 to 9.0. A dependency is written as the end of a key of `packages`:
//
//   format   key of packages          dependency        with peers
//   5.x      /a/1.0.0                 1.0.0             /a/1.0.0_react@18.3.1, /a/1.0.0_<hash>
//   6.x      /a@1.0.0                 1.0.0             /a@1.0.0(react@18.3.1)
//   9.0      a@1.0.0                  1.0.0             snapshots: a@1.0.0(react@18.3.1)
//
// An alias and whatever does not come from a registry is written as the whole key.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>

#include "foreign/lock_builder.h"
#include "foreign/readers.h"
#include "formats/yaml.h"
#include "semver/semver.h"

namespace lpm::foreign {
namespace {

using formats::yaml::Value;
using manifest::DependencyKind;

enum class KeyForm { Slashes, SlashAt, At };  // formats 5, 6, 9

struct Group {
  std::string_view field;
  DependencyKind kind;
};
constexpr Group kGroups[] = {{"dependencies", DependencyKind::Production},
                             {"devDependencies", DependencyKind::Development},
                             {"optionalDependencies", DependencyKind::Optional}};

std::vector<std::string> texts_of(const Value* list) {
  std::vector<std::string> texts;
  if (list == nullptr) return texts;
  if (list->is_scalar()) return {list->text};
  for (const Value& item : list->children) texts.push_back(item.text);
  return texts;
}

// Name and version of a key, without peers; nothing when it has another form.
std::optional<NameAndRest> split_key(KeyForm form, std::string_view key) {
  if (form != KeyForm::At) {
    const bool is_plain = key.starts_with('/');
    if (!is_plain && form == KeyForm::SlashAt) return std::nullopt;
    // A host in front is that of a registry of its own.
    const std::size_t slash = is_plain ? 0 : key.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    key.remove_prefix(slash + 1);
  }
  key = key.substr(0, key.find('('));
  if (form != KeyForm::Slashes) return split_at_name(key);
  const std::size_t scope_end = key.starts_with('@') ? key.find('/') : 0;
  if (scope_end == std::string_view::npos) return std::nullopt;
  const std::size_t name_end = key.find('/', scope_end + 1);
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::string_view version = key.substr(name_end + 1);
  return NameAndRest{key.substr(0, name_end), version.substr(0, version.find('_'))};
}

class PnpmLockReader {
 public:
  PnpmLockReader(std::string_view file_name, std::string version, KeyForm form)
      : file_name_(file_name), form_(form), builder_(Format::Pnpm, version) {}

  Result<ForeignLock> read(const Value& root);

 private:
  Status add_package(const Value& package, std::string_view key, const Value* facts);
  Status add_snapshots(const Value& snapshots, const Value* packages);
  void set_source(Entry& entry, const Value& facts) const;
  void add_dependencies(std::vector<Edge>& edges, const Value& from, const Value* facts) const;
  void add_importer(std::string_view path, const Value& importer);
  EntryId target_of(std::string_view name, std::string_view reference) const;

  std::string_view file_name_;
  KeyForm form_;
  LockBuilder builder_;
  std::unordered_map<std::string_view, EntryId> by_key_;
  struct Unbound {
    EntryId entry;
    const Value* edges;
    const Value* facts;
  };
  std::vector<Unbound> unbound_;
};

// `facts` may name what the key does not.
void PnpmLockReader::set_source(Entry& entry, const Value& facts) const {
  using graph::SourceKind;
  const Value* resolution = facts.find("resolution");
  if (resolution == nullptr) return;
  const std::string_view type = resolution->text_at("type").value_or("");
  const auto tarball = resolution->text_at("tarball");
  if (tarball) entry.tarball = *tarball;
  if (type == "git") {
    entry.source = {SourceKind::Git, fmt::format("{}#{}", resolution->text_at("repo").value_or(""),
                                                 resolution->text_at("commit").value_or(""))};
  } else if (type == "directory") {
    entry.source = {SourceKind::Directory,
                    std::string(resolution->text_at("directory").value_or(""))};
  } else if (tarball && tarball->starts_with("file:")) {
    entry.source = {SourceKind::File, std::string(tarball->substr(5))};
    entry.tarball.clear();
  } else if (tarball && !semver::Version::parse(entry.version, semver::Mode::Strict)) {
    entry.source = {SourceKind::Url, std::string(*tarball)};
  } else if (tarball && resolution->find("integrity") == nullptr) {
    entry.source = {SourceKind::Url, std::string(*tarball)};
  }
}

Status PnpmLockReader::add_package(const Value& package, std::string_view key, const Value* facts) {
  const auto parts = split_key(form_, key);
  Entry entry;
  entry.line = package.line;
  if (parts) {
    entry.name = parts->name;
    entry.version = parts->rest;
  }
  if (facts != nullptr) {
    set_source(entry, *facts);
    if (const auto name = facts->text_at("name")) entry.name = *name;
    if (const auto version = facts->text_at("version")) entry.version = *version;
    entry.platform = {texts_of(facts->find("os")), texts_of(facts->find("cpu")),
                      texts_of(facts->find("libc"))};
    if (const Value* resolution = facts->find("resolution"))
      builder_.set_integrity(entry, resolution->text_at("integrity").value_or(""));
  }
  if (entry.name.empty())
    return bad_lockfile(file_name_, package.line, fmt::format("the key `{}` is not known", key));
  const Value* optional = package.find("optional");
  entry.is_optional = optional != nullptr && optional->boolean() == true;
  const EntryId id = builder_.add(std::move(entry));
  if (id == kNoEntry) return {};
  by_key_.emplace(key, id);
  unbound_.push_back({id, &package, facts});
  return {};
}

Status PnpmLockReader::add_snapshots(const Value& snapshots, const Value* packages) {
  std::unordered_map<std::string_view, const Value*> facts;
  if (packages != nullptr)
    for (const Value& package : packages->children) facts.emplace(package.key, &package);
  for (const Value& snapshot : snapshots.children) {
    const std::string_view key = snapshot.key;
    const auto found = facts.find(key.substr(0, key.find('(')));
    LPM_TRY(add_package(snapshot, key, found == facts.end() ? nullptr : found->second));
  }
  return {};
}

EntryId PnpmLockReader::target_of(std::string_view name, std::string_view reference) const {
  const auto find = [&](std::string_view key) {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? kNoEntry : found->second;
  };
  if (const EntryId whole = find(reference); whole != kNoEntry) return whole;
  std::string key(form_ == KeyForm::At ? "" : "/");
  key += name;
  key += form_ == KeyForm::Slashes ? '/' : '@';
  key += reference;
  return find(key);
}

// The peers that it was given stand among its dependencies.
void PnpmLockReader::add_dependencies(std::vector<Edge>& edges, const Value& from,
                                      const Value* facts) const {
  std::unordered_set<std::string_view> peers;
  if (const Value* map = facts == nullptr ? nullptr : facts->find("peerDependencies"))
    for (const Value& peer : map->children) peers.insert(peer.key);
  for (const Group& group : kGroups) {
    const Value* map = from.find(group.field);
    if (map == nullptr) continue;
    for (const Value& row : map->children)
      if (row.is_scalar() && graph::is_linkable_name(row.key))
        edges.push_back({row.key, "", peers.contains(row.key) ? DependencyKind::Peer : group.kind,
                         target_of(row.key, row.text)});
  }
}

// Formats 5 and 6.0 keep specifiers apart, later ones beside the version.
void PnpmLockReader::add_importer(std::string_view path, const Value& value) {
  std::unordered_map<std::string_view, std::string_view> specifiers;
  if (const Value* map = value.find("specifiers"))
    for (const Value& row : map->children) specifiers.emplace(row.key, row.text);
  std::vector<Edge> edges;
  for (const Group& group : kGroups) {
    const Value* map = value.find(group.field);
    if (map == nullptr) continue;
    for (const Value& row : map->children) {
      if (!graph::is_linkable_name(row.key)) continue;
      const std::string_view version =
          row.is_scalar() ? std::string_view(row.text) : row.text_at("version").value_or("");
      const auto specifier = specifiers.find(row.key);
      const std::string_view spec =
          specifier != specifiers.end() ? specifier->second : row.text_at("specifier").value_or("");
      edges.push_back({row.key, std::string(spec), group.kind, target_of(row.key, version)});
    }
  }
  builder_.add_importer(std::string(path)).edges = std::move(edges);
}

Result<ForeignLock> PnpmLockReader::read(const Value& root) {
  const Value* settings = root.find("settings");
  const Value* adds_peers = settings == nullptr ? nullptr : settings->find("autoInstallPeers");
  if (adds_peers == nullptr || adds_peers->boolean() != true) builder_.leave_peers_out();
  const Value* packages = root.find("packages");
  if (const Value* snapshots = root.find("snapshots")) {
    LPM_TRY(add_snapshots(*snapshots, packages));
  } else if (packages != nullptr) {
    for (const Value& package : packages->children)
      LPM_TRY(add_package(package, package.key, &package));
  }
  for (const auto& [id, edges, facts] : unbound_)
    add_dependencies(builder_.entry(id).edges, *edges, facts);
  if (const Value* importers = root.find("importers")) {
    for (const Value& importer : importers->children) add_importer(importer.key, importer);
  } else {
    add_importer(".", root);
  }
  return builder_.take();
}

std::optional<KeyForm> form_of(std::string_view version) {
  if (version.starts_with("5")) return KeyForm::Slashes;
  if (version.starts_with("6")) return KeyForm::SlashAt;
  if (version.starts_with("7") || version.starts_with("9")) return KeyForm::At;
  return std::nullopt;
}

}  // namespace

// Since pnpm 11 a first document may hold what pnpm itself needs; the project's is the last.
Result<ForeignLock> read_pnpm_lock(std::string_view text, std::string_view file_name) {
  LPM_TRY_ASSIGN(const std::vector<Value> documents,
                 formats::yaml::parse_documents(text, file_name));
  if (documents.empty()) return bad_lockfile(file_name, 1, "it is empty");
  const Value& root = documents.back();
  const auto version = root.text_at("lockfileVersion");
  if (!version) return bad_lockfile(file_name, root.line, "it has no `lockfileVersion`");
  const auto form = form_of(*version);
  if (!form)
    return bad_lockfile(file_name, root.line,
                        fmt::format("`lockfileVersion` {} is not known", *version));
  return PnpmLockReader(file_name, std::string(*version), *form).read(root);
}

}  // namespace lpm::foreign
