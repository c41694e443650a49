#include "foreign/placement.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "base/interner.h"
#include "foreign/peer_needs.h"

namespace lpm::foreign {
namespace {

using graph::PackageId;
using manifest::DependencyKind;

class Placer {
 public:
  explicit Placer(const LockSource& source)
      : source_(source), graph_(source.graph), needs_(source.graph, source.facts) {}

  Placement place() {
    add_root(PlaceKind::Project, ".", source_.packages[0].manifest);
    for (std::size_t i = 1; i < source_.packages.size(); ++i)
      add_root(PlaceKind::Folder, source_.packages[i].path, source_.packages[i].manifest);
    put_direct_dependencies();
    put_members();
    // The project's own are there; what they need, level by level.
    for (std::size_t i = 0; i < places_.size(); ++i) put_dependencies(static_cast<PlaceId>(i));
    for (Place& place : places_)
      std::sort(place.edges.begin(), place.edges.end(),
                [](const PlacedEdge& a, const PlacedEdge& b) { return a.name < b.name; });
    return {std::move(places_), std::move(omissions_)};
  }

 private:
  struct Wish {
    std::string_view name;
    PackageId package;
    DependencyKind kind;
  };

  std::uint64_t key(PlaceId place, std::string_view name) {
    return std::uint64_t{place} << 32 | names_.add(name).id;
  }
  PlaceId child(PlaceId place, std::string_view name) {
    const auto found = children_.find(key(place, name));
    return found == children_.end() ? kNoPlace : found->second;
  }
  bool is_top(PlaceId place) const { return place == 0 || places_[place].is_outside; }

  void add_root(PlaceKind kind, std::string_view path, const manifest::Manifest& manifest) {
    Place place;
    place.kind = kind;
    place.manifest = &manifest;
    place.path = path == "." ? "" : path;
    folders_.emplace(path, static_cast<PlaceId>(places_.size()));
    places_.push_back(std::move(place));
  }

  std::string path_below(PlaceId above, std::string_view name) const {
    const std::string& path = places_[above].path;
    return fmt::format("{}{}node_modules/{}", path, path.empty() ? "" : "/", name);
  }

  // The folder of a link, which is a place of its own.
  PlaceId folder_of(PackageId id) {
    const std::string& path = graph_[id].source.locator;
    const auto [found, is_new] = folders_.emplace(path, static_cast<PlaceId>(places_.size()));
    if (is_new) {
      Place folder;
      folder.kind = PlaceKind::Folder;
      folder.package = id;
      folder.path = path;
      folder.is_outside = path.starts_with("..") || path.starts_with('/');
      places_.push_back(std::move(folder));
    } else if (places_[found->second].package == graph::kNoPackage) {
      places_[found->second].package = id;
    }
    return found->second;
  }

  PlaceId put(PlaceId above, std::string_view name, PackageId id) {
    const graph::SourceKind source = graph_[id].source.kind;
    const bool is_link =
        source == graph::SourceKind::Link || source == graph::SourceKind::Workspace;
    Place place;
    place.kind = is_link ? PlaceKind::Link : PlaceKind::Package;
    place.package = id;
    place.path = path_below(above, name);
    place.name = name;
    place.above = above;
    if (is_link) place.folder = folder_of(id);
    const auto added = static_cast<PlaceId>(places_.size());
    children_.emplace(key(above, name), added);
    places_.push_back(std::move(place));
    return added;
  }

  // What stands there and is the package that is meant.
  bool is(PlaceId place, PackageId id) const {
    if (places_[place].package == id) return true;
    return places_[place].kind == PlaceKind::Link && places_[place].folder != kNoPlace &&
           places_[places_[place].folder].package == id;
  }

  // Places from `from` up to the top whose node_modules can hold what `from` needs.
  std::vector<PlaceId> chain(PlaceId from) const {
    std::vector<PlaceId> all = {from};
    while (!is_top(all.back())) all.push_back(places_[all.back()].above);
    return all;
  }

  struct Seen {
    PlaceId place = kNoPlace;
    std::size_t level = 0;  // in the chain
  };
  Seen look_up(const std::vector<PlaceId>& levels, std::string_view name) {
    for (std::size_t i = 0; i < levels.size(); ++i) {
      const PlaceId found = child(levels[i], name);
      if (found != kNoPlace) return {found, i};
    }
    return {kNoPlace, levels.size()};
  }
  bool is_free(PlaceId place, std::string_view name) {
    return !passed_.contains(key(place, name)) && child(place, name) == kNoPlace;
  }

  // Would all that `id` wants around it be seen, or find room, when it stands below levels[at]?
  bool peers_find_room(PackageId id, const std::vector<PlaceId>& levels, std::size_t at) {
    const std::vector<PlaceId> above(levels.begin() + static_cast<std::ptrdiff_t>(at),
                                     levels.end());
    for (const auto& [name, peer] : needs_.of(id)) {
      const Seen seen = look_up(above, name);
      if (seen.place != kNoPlace && is(seen.place, peer)) continue;
      const auto end = above.begin() + static_cast<std::ptrdiff_t>(seen.level);
      if (std::none_of(above.begin(), end, [&, wanted = std::string_view(name)](PlaceId level) {
            return is_free(level, wanted);
          }))
        return false;
    }
    return true;
  }

  // Nobody may put another package of the name between a dependent and what it sees.
  void pass(PlaceId from, const std::vector<PlaceId>& levels, std::size_t level,
            std::string_view name) {
    passed_.insert(key(from, name));
    for (std::size_t i = 0; i < level; ++i) passed_.insert(key(levels[i], name));
  }

  void note_conflict(PlaceId from, const Wish& wish) {
    const graph::Package& dependent = graph_[places_[from].package];
    omissions_.push_back(
        {fmt::format("`{}` at `{}`", dependent.id_without_peers(), places_[from].path),
         fmt::format("does not see `{}` there", graph_[wish.package].key()), 0});
  }

  PlaceId satisfy(PlaceId from, const Wish& wish) {
    const bool is_peer = wish.kind == DependencyKind::Peer && !is_top(from) &&
                         places_[from].kind == PlaceKind::Package;
    const std::vector<PlaceId> levels = chain(is_peer ? places_[from].above : from);
    const Seen seen = look_up(levels, wish.name);
    if (seen.place != kNoPlace && is(seen.place, wish.package)) {
      pass(from, levels, seen.level, wish.name);
      return seen.place;
    }
    std::optional<std::size_t> level;
    for (std::size_t i = seen.level; i-- > 0 && !level;)
      if (is_free(levels[i], wish.name) && peers_find_room(wish.package, levels, i)) level = i;
    for (std::size_t i = 0; i < seen.level && !level; ++i)  // where its own peers differ
      if (is_free(levels[i], wish.name)) level = i;
    if (!level) {
      note_conflict(from, wish);
      return seen.place;
    }
    pass(from, levels, *level, wish.name);
    const PlaceId added = put(levels[*level], wish.name, wish.package);
    put_peers(added);
    return added;
  }

  void connect(PlaceId from, const Wish& wish) {
    const PlaceId target = satisfy(from, wish);
    places_[from].edges.push_back({std::string(wish.name), wish.kind, target});
  }

  // A package's peers come with it: they must be seen from where it was put.
  void put_peers(PlaceId at) {
    if (places_[at].kind != PlaceKind::Package) return;
    for (const graph::Edge& edge : graph_[places_[at].package].dependencies)
      if (edge.target != graph::kNoPackage && needs_.is_peer(places_[at].package, edge.name))
        connect(at, {edge.name, edge.target, DependencyKind::Peer});
  }

  static bool is_wish(const graph::ImporterEdge& edge, const manifest::Manifest& manifest) {
    if (edge.target == graph::kNoPackage) return false;
    if (edge.kind != DependencyKind::Peer) return true;
    // The others are peers of packages, put beside these.
    return std::any_of(manifest.peer_dependencies.begin(), manifest.peer_dependencies.end(),
                       [&](const auto& peer) { return peer.first == edge.name; });
  }

  const graph::Importer* importer_of(const Place& place) const {
    const std::string_view path = place.path.empty() ? "." : std::string_view(place.path);
    for (const graph::Importer& importer : graph_.importers)
      if (importer.path == path) return &importer;
    return nullptr;
  }

  void put_direct_dependencies() {
    const graph::Importer* importer = importer_of(places_[0]);
    if (importer == nullptr) return;
    std::vector<PlaceId> direct;
    for (const graph::ImporterEdge& edge : importer->dependencies) {
      if (!is_wish(edge, *places_[0].manifest)) continue;
      passed_.insert(key(0, edge.name));
      direct.push_back(put(0, edge.name, edge.target));
      places_[0].edges.push_back({edge.name, edge.kind, direct.back()});
    }
    for (const PlaceId place : direct) put_peers(place);
  }

  static std::string_view name_of_member(const LockSource::Package& member) {
    if (!member.manifest.name.empty()) return member.manifest.name;
    return member.path.substr(member.path.rfind('/') + 1);
  }
  // A member is installed for its own sake, whatever the project's own dependency on it says.
  void member_counts_as_wanted(PlaceId link) {
    for (PlacedEdge& edge : places_[0].edges)
      if (edge.target == link) edge.kind = DependencyKind::Production;
  }

  // Every member has a link at the top, as npm makes one.
  void put_members() {
    for (std::size_t i = 1; i < source_.packages.size(); ++i) {
      const std::string_view path = source_.packages[i].path;
      const std::string_view name = name_of_member(source_.packages[i]);
      const PlaceId link = child(0, name);
      if (link != kNoPlace && places_[link].kind == PlaceKind::Link) {
        member_counts_as_wanted(link);
        continue;
      }
      if (link != kNoPlace) {
        omissions_.push_back({fmt::format("`{}`", path),
                              fmt::format("`node_modules/{}` is another package", name), 0});
        continue;
      }
      Place place;
      place.kind = PlaceKind::Link;
      place.path = path_below(0, name);
      place.name = name;
      place.folder = static_cast<PlaceId>(i);
      children_.emplace(key(0, name), static_cast<PlaceId>(places_.size()));
      passed_.insert(key(0, name));
      places_[0].edges.push_back(
          {std::string(name), DependencyKind::Production, static_cast<PlaceId>(places_.size())});
      if (const auto id = graph_.find(fmt::format("{}@workspace:{}", name, path)))
        places_[i].package = place.package = *id;
      places_.push_back(std::move(place));
    }
  }

  void put_dependencies(PlaceId at) {
    if (at == 0 || places_[at].kind == PlaceKind::Link) return;
    if (const graph::Importer* importer =
            places_[at].manifest != nullptr ? importer_of(places_[at]) : nullptr) {
      for (const graph::ImporterEdge& edge : importer->dependencies)
        if (is_wish(edge, *places_[at].manifest)) connect(at, {edge.name, edge.target, edge.kind});
      return;
    }
    const PackageId id = places_[at].package;
    if (id == graph::kNoPackage) return;
    const bool is_folder = places_[at].kind == PlaceKind::Folder;
    for (const graph::Edge& edge : graph_[id].dependencies) {
      if (edge.target == graph::kNoPackage) continue;
      if (needs_.is_peer(id, edge.name)) {
        if (is_folder) connect(at, {edge.name, edge.target, DependencyKind::Peer});
        continue;
      }
      connect(at, {edge.name, edge.target,
                   edge.optional ? DependencyKind::Optional : DependencyKind::Production});
    }
  }

  const LockSource& source_;
  const graph::DependencyGraph& graph_;
  PeerNeeds needs_;
  Interner names_;  // of the graph's and the manifests' texts
  std::vector<Place> places_;
  std::unordered_map<std::uint64_t, PlaceId> children_;
  std::unordered_set<std::uint64_t> passed_;
  std::map<std::string, PlaceId, std::less<>> folders_;
  std::vector<Omission> omissions_;
};

}  // namespace

Placement place_packages(const LockSource& source) {
  return Placer(source).place();
}

}  // namespace lpm::foreign
