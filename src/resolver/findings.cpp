#include "resolver/findings.h"

#include <algorithm>
#include <set>

#include "resolver/failures.h"
#include "resolver/peer_conflict.h"

namespace lpm::resolver {
namespace {

class Inspection {
 public:
  Inspection(const Decisions& decisions, const Reachable& reachable, const Instances& instances)
      : decisions_(decisions),
        overrides_(decisions.rules().overrides),
        reachable_(reachable),
        instances_(instances),
        options_(decisions.inputs().options),
        node_version_(semver::Version::parse(options_.running_node)) {}

  Result<Findings> run() && {
    if (options_.install_peers) LPM_TRY(inspect_peers());
    find_required();
    for (const NodeId id : reachable_.order) {
      if (id >= decisions_.importer_count() && !is_member(id)) {
        LPM_TRY(inspect_engine(id));
        inspect_deprecation(id);
      }
      inspect_overrides(id);
    }
    warn_of_unused_overrides();
    warn_of_unused_extensions();
    put_in_order();
    return std::move(findings_);
  }

 private:
  bool is_member(NodeId id) const { return decisions_.name(decisions_.node(id).name).is_member; }
  void warn(Warning::Kind kind, std::string text) {
    findings_.warnings.push_back({kind, std::move(text)});
  }
  std::string path(NodeId id) const { return path_to(decisions_, id, reachable_.first_dependent); }

  Status inspect_peers() {
    for (InstanceId id = 0; id < instances_.all().size(); ++id) {
      for (const Peer& peer : decisions_.node(instances_[id].node).peers) {
        const InstanceId supplier = instances_[id].supplier_of(peer.name);
        if (is_met(instances_[id].node, peer, supplier)) continue;
        if (options_.strict_peers)
          return peer_conflict(decisions_, reachable_, instances_, {id, peer, supplier});
        warn_of_unmet(instances_[id].node, peer, supplier);
      }
    }
    return {};
  }

  bool is_met(NodeId dependent, const Peer& peer, InstanceId supplier) const {
    if (supplier == kNoInstance)
      return peer.optional ||
             decisions_.rules().peers.ignores_missing(decisions_.name(peer.name).text);
    const Node& supplied = decisions_.node(instances_[supplier].node);
    return decisions_.spec(peer.spec).admits_peer(decisions_.version_of(supplied).parsed) ||
           is_allowed(dependent, peer, supplied);
  }

  bool is_allowed(NodeId id, const Peer& peer, const Node& supplied) const {
    const Node& node = decisions_.node(id);
    return !node.is_importer &&
           decisions_.rules().peers.allows(
               {decisions_.real_name(node), decisions_.version_of(node).parsed},
               decisions_.name(peer.name).text, decisions_.version_of(supplied).parsed);
  }

  // `supplier`: what it finds instead; kNoInstance for nothing.
  void warn_of_unmet(NodeId id, const Peer& peer, InstanceId supplier) {
    const std::string wanted =
        decisions_.name(peer.name).text + "@" + std::string(decisions_.spec(peer.spec).text);
    const std::string title = title_of(decisions_, id);
    const bool is_missing = supplier == kNoInstance;
    const NodeId found = is_missing ? kOpen : instances_[supplier].node;
    const std::string found_title = is_missing ? "" : title_of(decisions_, found);
    warn(Warning::Kind::Peer, "`" + title + "` needs the peer `" + wanted + "`, and " +
                                  (is_missing ? "nothing supplies it" : "it finds " + found_title));
    findings_.peers.push_back({.package = title,
                               .path = path(id),
                               .wanted = wanted,
                               .found = found_title,
                               .found_path = is_missing ? "" : path(found)});
  }

  // Packages on a path of edges that are not optional: the others are skipped when they do not fit.
  void find_required() {
    required_.assign(decisions_.nodes().size(), false);
    std::vector<NodeId> queue;
    for (NodeId id = 0; id < decisions_.importer_count(); ++id) queue.push_back(id);
    for (std::size_t next = 0; next < queue.size(); ++next) {
      for (const Edge& edge : decisions_.node(queue[next]).edges) {
        if (edge.optional() || edge.target >= kOpen || required_[edge.target]) continue;
        required_[edge.target] = true;
        queue.push_back(edge.target);
      }
    }
  }

  Status inspect_engine(NodeId id) {
    const Node& node = decisions_.node(id);
    const std::string_view wanted = engines_of(node);
    if (!node_version_ || wanted.empty()) return {};
    const auto range = semver::Range::parse(wanted);
    if (!range || range->contains(*node_version_, semver::Prereleases::Any)) return {};
    const std::string title = title_of(decisions_, id);
    if (options_.engine_strict && required_[id])
      return Error(ErrorCode::ENGINE,
                   "`" + title + "` does not support Node " + node_version_->to_string())
          .fact("supports", std::string(wanted))
          .fact("required by", path(id))
          .hint("use another Node, or turn engine-strict off");
    warn(Warning::Kind::Engine, "`" + title + "` supports Node " + std::string(wanted) +
                                    ", and this is " + node_version_->to_string());
    return {};
  }

  std::string_view engines_of(const Node& node) const {
    if (const graph::Package* locked = decisions_.trusted(node)) return locked->engines_node;
    return decisions_.name(node.name).packument->engines_node(
        *decisions_.version_of(node).published);
  }

  // The lockfile does not say what is deprecated: it was said when the version was chosen.
  void inspect_deprecation(NodeId id) {
    const Node& node = decisions_.node(id);
    if (decisions_.trusted(node) == nullptr &&
        decisions_.name(node.name).packument->is_deprecated(*decisions_.version_of(node).published))
      warn(Warning::Kind::Deprecated, "`" + title_of(decisions_, id) + "` is deprecated");
  }

  void warn_of_unused_extensions() {
    const std::vector<Extension>& all = decisions_.rules().extensions.all();
    if (all.empty()) return;
    std::vector<bool> is_used(all.size());
    for (const NodeId id : reachable_.order)
      for (const Node::Extended& one : decisions_.node(id).extended) is_used[one.extension] = true;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!is_used[i])
        warn(Warning::Kind::Override, "the package extension `" + all[i].title +
                                          "` is not used: nothing here lacks what it adds");
  }

  void inspect_overrides(NodeId id) {
    const auto inspect = [&](const auto& edge) {
      if (edge.override_rule == kNoRule) return;
      used_rules_.insert(edge.override_rule);
      if (edge.spec == edge.written) return;
      findings_.overrides.push_back({.rule = overrides_.title(edge.override_rule),
                                     .package = decisions_.name(edge.name).text,
                                     .from = std::string(decisions_.spec(edge.written).text),
                                     .to = std::string(decisions_.spec(edge.spec).text),
                                     .via = path(id)});
    };
    for (const Edge& edge : decisions_.node(id).edges) inspect(edge);
    for (const Peer& peer : decisions_.node(id).peers) inspect(peer);
    for (const RemovedEdge& edge : decisions_.node(id).removed) {
      used_rules_.insert(edge.override_rule);
      findings_.overrides.push_back({.rule = overrides_.title(edge.override_rule),
                                     .package = decisions_.name(edge.name).text,
                                     .from = std::string(decisions_.spec(edge.written).text),
                                     .to = "",
                                     .via = path(id)});
    }
  }

  bool has_used_rule_of_same_name(RuleId rule) const {
    return !overrides_.has_range(rule) &&
           std::any_of(used_rules_.begin(), used_rules_.end(),
                       [&](RuleId used) { return overrides_.name(used) == overrides_.name(rule); });
  }

  void warn_of_unused_overrides() {
    for (const std::string& rules : overrides_.shadowed())
      warn(Warning::Kind::Override, "two rules for one place: " + rules);
    for (const RuleId rule : overrides_.replacing())
      if (!used_rules_.contains(rule))
        warn(Warning::Kind::Override,
             "the override `" + overrides_.title(rule) + "` is not used: " +
                 (has_used_rule_of_same_name(rule) ? "other rules go before it"
                                                   : "nothing asks for it"));
  }

  void put_in_order() {
    auto& warnings = findings_.warnings;
    const auto less = [](const Warning& a, const Warning& b) {
      return a.kind != b.kind ? a.kind < b.kind : a.text < b.text;
    };
    std::sort(warnings.begin(), warnings.end(), less);
    const auto same = [](const Warning& a, const Warning& b) {
      return a.kind == b.kind && a.text == b.text;
    };
    std::sort(findings_.peers.begin(), findings_.peers.end());
    findings_.peers.erase(std::unique(findings_.peers.begin(), findings_.peers.end()),
                          findings_.peers.end());
    warnings.erase(std::unique(warnings.begin(), warnings.end(), same), warnings.end());
  }

  const Decisions& decisions_;
  const Overrides& overrides_;
  const Reachable& reachable_;
  const Instances& instances_;
  const ResolveOptions& options_;
  std::optional<semver::Version> node_version_;
  std::vector<bool> required_;
  std::set<RuleId> used_rules_;
  Findings findings_;
};

}  // namespace

Result<Findings> findings_of(const Decisions& decisions, const Reachable& reachable,
                             const Instances& instances) {
  return Inspection(decisions, reachable, instances).run();
}

}  // namespace lpm::resolver
