#include "resolver/peer_conflict.h"

#include <algorithm>

#include "resolver/clash.h"
#include "resolver/failures.h"
#include "resolver/remedies.h"

namespace lpm::resolver {
namespace {

using manifest::VersionIndex;

constexpr std::size_t kCommandsShown = 2;

// Of the place that supplies the peer: its own dependency, or a peer of something below it.
struct Requirement {
  NodeId from;
  SpecId spec;
  bool is_dependency;
};

class Conflict {
 public:
  Conflict(const Decisions& decisions, const Reachable& reachable, const Instances& instances,
           const UnmetPeer& unmet)
      : decisions_(decisions),
        reachable_(reachable),
        instances_(instances),
        unmet_(unmet),
        dependent_(instances[unmet.dependent].node),
        name_(decisions.name(unmet.peer.name).text) {}

  Error run() && {
    find_place();
    if (unmet_.supplier == kNoInstance || edge_ == nullptr) return not_supplied();
    collect_requirements();
    collect_candidates();
    std::vector<std::vector<bool>> admitted;
    for (const Requirement& one : requirements_) admitted.push_back(admits_which(one));
    const std::vector<std::size_t> clash = smallest_clash(admitted);
    return clash.empty() ? badly_chosen(admitted) : clashing(admitted, clash);
  }

 private:
  // The instance above the dependent whose dependency is the supplier.
  void find_place() {
    for (InstanceId at = instances_[unmet_.dependent].made_by; at != kNoInstance;
         at = instances_[at].made_by) {
      place_ = instances_[at].node;
      for (const Edge& edge : decisions_.node(place_).edges)
        if (edge.name == unmet_.peer.name) edge_ = &edge;
      if (edge_ != nullptr || decisions_.node(place_).is_importer) return;
    }
  }

  // Those nearest to the place first.
  void collect_requirements() {
    if (edge_->peer_of == kOpen) requirements_.push_back({place_, edge_->spec, true});
    const FreeNames free(decisions_, reachable_);
    first_dependent_.assign(decisions_.nodes().size(), kOpen);
    std::vector<bool> seen(decisions_.nodes().size());
    std::vector<NodeId> queue = {place_};
    seen[place_] = true;
    for (std::size_t next = 0; next < queue.size(); ++next) {
      for (const Peer& peer : decisions_.node(queue[next]).peers)
        if (peer.name == unmet_.peer.name && queue[next] != place_)
          requirements_.push_back({queue[next], peer.spec, false});
      for (const Edge& edge : decisions_.node(queue[next]).edges) {
        if (edge.target >= kOpen || seen[edge.target] ||
            !free.contains(edge.target, unmet_.peer.name))
          continue;
        seen[edge.target] = true;
        first_dependent_[edge.target] = queue[next];
        queue.push_back(edge.target);
      }
    }
  }

  // What is published; without its document, what is known and the lowest version of each range.
  void collect_candidates() {
    const Name& wanted = decisions_.name(edge_->wanted);
    if (wanted.state == Name::State::Here && !wanted.is_source) {
      packument_ = wanted.packument.get();
      for (VersionIndex i = 0; i < packument_->version_count(); ++i)
        if (is_old_enough(i)) candidates_.push_back(packument_->version(i));
      return;
    }
    for (const KnownVersion& version : wanted.versions) candidates_.push_back(version.parsed);
    if (wanted.is_source) return;
    for (const Requirement& one : requirements_)
      if (const auto lowest = decisions_.spec(one.spec).range.minimum())
        candidates_.push_back(*lowest);
  }

  bool is_old_enough(VersionIndex version) const {
    const auto before = decisions_.pick_rules().before;
    if (!before) return true;
    const auto published = packument_->published(version);
    return published && *published <= *before;
  }

  const semver::Version& supplied() const {
    return decisions_.version_of(decisions_.node(instances_[unmet_.supplier].node)).parsed;
  }

  bool admits(const Requirement& one, const semver::Version& version) const {
    const Spec& spec = decisions_.spec(one.spec);
    if (one.is_dependency)
      return spec.kind == Spec::Kind::Range ? spec.admits(version) : version == supplied();
    const Node& node = decisions_.node(one.from);
    return spec.admits_peer(version) ||
           decisions_.rules().peers.allows(
               {decisions_.real_name(node), decisions_.version_of(node).parsed}, name_, version);
  }

  std::vector<bool> admits_which(const Requirement& one) const {
    std::vector<bool> admitted;
    for (const semver::Version& version : candidates_) admitted.push_back(admits(one, version));
    return admitted;
  }

  // The highest version that all requirements but one admit.
  std::optional<std::size_t> suits_all_but(const std::vector<std::vector<bool>>& admitted,
                                           std::size_t left_out) const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
      bool suits = true;
      for (std::size_t one = 0; one < admitted.size(); ++one)
        suits = suits && (one == left_out || admitted[one][i]);
      if (suits && (!best || is_better(i, *best))) best = i;
    }
    return best;
  }
  bool is_better(std::size_t a, std::size_t b) const {
    const bool is_release = !candidates_[a].has_prerelease();
    if (is_release != !candidates_[b].has_prerelease()) return is_release;
    return compare_build(candidates_[b], candidates_[a]) < 0;
  }
  std::string exact(std::size_t candidate) const {
    return exactly(decisions_, edge_->name, edge_->wanted, candidates_[candidate].to_string());
  }

  std::string path(NodeId node) const {
    return path_to(decisions_, node, reachable_.first_dependent);
  }
  std::string path(const Requirement& one) const {
    std::string below;
    for (NodeId at = one.from; at != place_ && at != kOpen; at = first_dependent_[at])
      below = kArrow + title_of(decisions_, at) + below;
    return path(place_) + below + kArrow + wanted(one.spec);
  }
  std::string wanted(SpecId spec) const {
    return name_ + "@" + std::string(decisions_.spec(spec).text);
  }
  std::string needs() const {
    return "`" + title_of(decisions_, dependent_) + "` needs the peer `" +
           wanted(unmet_.peer.spec) + "`";
  }
  bool is_root(NodeId id) const {
    return decisions_.node(id).is_importer && decisions_.inputs().importers[id].path == ".";
  }

  Error not_supplied() const {
    Error error = Error(ErrorCode::PEER_CONFLICT, needs() + ", and nothing supplies it")
                      .fact("required by", path(dependent_) + kArrow + wanted(unmet_.peer.spec));
    if (edge_ != nullptr)
      error.facts.push_back({"left open", path(place_) + kArrow + wanted(edge_->spec)});
    error.hints.push_back(
        "allow it with `ignoreMissing` in `lpm.peerDependencyRules`, or turn strict-peer-deps off");
    return error;
  }

  // A version for all exists; another one was locked, preferred or asked for by its tag.
  Error badly_chosen(const std::vector<std::vector<bool>>& admitted) const {
    const NodeId supplier = instances_[unmet_.supplier].node;
    Error error =
        Error(ErrorCode::PEER_CONFLICT,
              needs() + ", and it finds " + title_of(decisions_, supplier))
            .fact("required by", path({dependent_, unmet_.peer.spec, false}))
            .fact("which it finds by", path(place_) + kArrow + title_of(decisions_, supplier));
    const auto best = suits_all_but(admitted, admitted.size());
    if (best && decisions_.node(place_).is_importer)
      error.hints.push_back(install_hint(decisions_, place_, name_, exact(*best)) +
                            ": all who need it admit that version");
    else if (best)
      error.hints.push_back("write " +
                            override_text(name_at(decisions_, place_, reachable_.first_dependent),
                                          name_, exact(*best)) +
                            " in package.json: all who need it admit that version");
    error.hints.push_back(allowing());
    return error;
  }

  Error clashing(const std::vector<std::vector<bool>>& admitted,
                 const std::vector<std::size_t>& clash) const {
    Error error(ErrorCode::PEER_CONFLICT,
                clash.size() == 1
                    ? "no version of the peer `" + name_ + "` is in the range that it must be in"
                    : "no version of the peer `" + name_ + "` suits all who need it");
    for (const std::size_t one : clash)
      error.facts.push_back({"required by", path(requirements_[one])});
    if (packument_ != nullptr)
      error.facts.push_back({"published", published_versions(*packument_)});
    for (const std::size_t one : clash)
      if (error.hints.size() < kCommandsShown)
        if (auto command = without(admitted, one)) error.hints.push_back(*std::move(command));
    error.hints.push_back(overriding(admitted, clash));
    error.hints.push_back(allowing());
    return error;
  }

  // A command that takes one requirement away.
  std::optional<std::string> without(const std::vector<std::vector<bool>>& admitted,
                                     std::size_t index) const {
    const Requirement& one = requirements_[index];
    const auto best = suits_all_but(admitted, index);
    if (!best || !decisions_.node(place_).is_importer) return std::nullopt;
    if (one.is_dependency) return install_hint(decisions_, place_, name_, exact(*best));
    for (const Edge& edge : decisions_.node(place_).edges)
      if (edge.target == one.from && edge.peer_of == kOpen)
        if (const auto version = other_version(edge, candidates_[*best]))
          return install_hint(decisions_, place_, decisions_.name(edge.name).text,
                              exactly(decisions_, edge.name, edge.wanted, *version));
    return std::nullopt;
  }

  // The newest version of a direct dependency that has no quarrel with this version of the peer.
  std::optional<std::string> other_version(const Edge& edge, const semver::Version& peer) const {
    const Name& name = decisions_.name(edge.wanted);
    if (name.state != Name::State::Here || name.is_source) return std::nullopt;
    const manifest::Packument& packument = *name.packument;
    for (VersionIndex i = 0; i < packument.version_count(); ++i) {
      if (packument.version(i).has_prerelease() || packument.is_deprecated(i)) continue;
      const auto peers = packument.peer_dependencies(i);
      const auto own = std::find_if(peers.begin(), peers.end(),
                                    [&](const auto& pair) { return pair.name == name_; });
      if (own == peers.end()) return std::string(packument.version_text(i));
      const auto range = semver::Range::parse(own->text);
      if (!range || range->contains(peer, semver::Prereleases::Any))
        return std::string(packument.version_text(i));
    }
    return std::nullopt;
  }

  // The last one that is a peer gets what the others want; where others ask the same, all do.
  std::string overriding(const std::vector<std::vector<bool>>& admitted,
                         const std::vector<std::size_t>& clash) const {
    for (auto one = clash.rbegin(); one != clash.rend(); ++one) {
      const auto best = suits_all_but(admitted, *one);
      if (best && !requirements_[*one].is_dependency)
        return "to have them meet all the same, write " +
               override_text(name_at(decisions_, requirements_[*one].from, first_dependent_), name_,
                             exact(*best)) +
               " in package.json";
    }
    return "to have them meet all the same, write " + overriding_all() + " in package.json";
  }

  // Whoever asks for it here. Rules for a direct dependency of the root may only follow that.
  std::string overriding_all() const {
    const std::string version = supplied().to_string();
    if (!decisions_.node(place_).is_importer)
      return override_text(name_at(decisions_, place_, reachable_.first_dependent), name_, version);
    if (!is_root(place_))
      return override_text(name_at(decisions_, dependent_, first_dependent_), name_, version);
    return override_text("", name_, edge_->peer_of == kOpen ? "$" + name_ : version);
  }

  static std::string allowing() {
    return "or allow it in `lpm.peerDependencyRules`, or turn strict-peer-deps off";
  }

  const Decisions& decisions_;
  const Reachable& reachable_;
  const Instances& instances_;
  const UnmetPeer& unmet_;
  const NodeId dependent_;
  const std::string& name_;
  NodeId place_ = kOpen;
  const Edge* edge_ = nullptr;
  std::vector<Requirement> requirements_;
  std::vector<NodeId> first_dependent_;
  const manifest::Packument* packument_ = nullptr;
  std::vector<semver::Version> candidates_;
};

}  // namespace

Error peer_conflict(const Decisions& decisions, const Reachable& reachable,
                    const Instances& instances, const UnmetPeer& unmet) {
  return Conflict(decisions, reachable, instances, unmet).run();
}

}  // namespace lpm::resolver
