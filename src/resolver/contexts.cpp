#include "resolver/contexts.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "crypto/digest.h"
#include "resolver/failures.h"

namespace lpm::resolver {
namespace {

constexpr std::size_t kLongestContext = 400;  // bytes; longer ones are hashed
constexpr std::size_t kHashBytes = 16;

// "react@18.3.1"; "alias=react@18.3.1" under another name.
std::string aliased_title(const Decisions& decisions, NameId alias, NodeId node) {
  const std::string title = title_of(decisions, node);
  const bool is_own = decisions.name(decisions.node(node).name).own_name == alias;
  return is_own ? title : decisions.name(alias).text + "=" + title;
}

// Below some packages nested overrides may have changed something, below the same packages
// elsewhere not. By node: what they changed, where that tells nodes of one package and version
// apart.
class OverrideMarks {
 public:
  OverrideMarks(const Decisions& decisions, const Overrides& overrides, const Reachable& reachable)
      : decisions_(decisions), overrides_(overrides) {
    std::map<std::pair<NameId, VersionId>, std::vector<NodeId>> nodes;
    for (const NodeId id : reachable.order)
      if (id >= decisions.importer_count())
        nodes[{decisions.node(id).name, decisions.node(id).version}].push_back(id);
    for (const auto& [package, same] : nodes)
      if (same.size() > 1) mark(same);
  }

  const std::vector<std::string>& of(NodeId node) const {
    static const std::vector<std::string> none;
    const auto found = marks_.find(node);
    return found == marks_.end() ? none : found->second;
  }

 private:
  void mark(const std::vector<NodeId>& same) {
    std::vector<std::vector<std::string>> changes;
    for (const NodeId id : same) changes.push_back(changes_below(id));
    if (std::all_of(changes.begin(), changes.end(),
                    [&](const auto& other) { return other == changes[0]; }))
      return;
    for (std::size_t i = 0; i < same.size(); ++i) marks_[same[i]] = std::move(changes[i]);
  }

  std::vector<std::string> changes_below(NodeId top) const {
    std::vector<std::string> changes;
    std::vector<NodeId> queue = {top};
    std::vector<bool> seen(decisions_.nodes().size());
    for (std::size_t next = 0; next < queue.size(); ++next) {
      for (const RemovedEdge& edge : decisions_.node(queue[next]).removed)
        if (overrides_.is_nested(edge.override_rule))
          changes.push_back(title_of(decisions_, queue[next]) + ">" +
                            decisions_.name(edge.name).text + "=none");
      for (const Edge& edge : decisions_.node(queue[next]).edges) {
        if (edge.target >= kOpen) continue;
        if (overrides_.is_nested(edge.override_rule))
          changes.push_back(title_of(decisions_, queue[next]) + ">" +
                            aliased_title(decisions_, edge.name, edge.target));
        if (seen[edge.target]) continue;
        seen[edge.target] = true;
        queue.push_back(edge.target);
      }
    }
    std::sort(changes.begin(), changes.end());
    changes.erase(std::unique(changes.begin(), changes.end()), changes.end());
    return changes;
  }

  const Decisions& decisions_;
  const Overrides& overrides_;
  std::map<NodeId, std::vector<std::string>> marks_;
};

class Writer {
 public:
  Writer(const Decisions& decisions, const FreeNames& free, const Instances& instances,
         const OverrideMarks& marks)
      : decisions_(decisions), free_(free), instances_(instances), marks_(marks) {}

  std::vector<std::string> run() && {
    // Suppliers come before those whom they supply; cycles name their members without context.
    for (InstanceId id = 0; id < instances_.all().size(); ++id) {
      const InstanceId same = instances_.representative(id);
      contexts_.push_back(same == id ? context_of(id) : contexts_[same]);
    }
    return std::move(contexts_);
  }

 private:
  std::string context_of(InstanceId id) const {
    const Instance& instance = instances_[id];
    std::vector<std::string> items;
    if (instance.cycle == kNoCycle) {
      for (const Binding& binding : instance.environment) items.push_back(item(binding));
    } else {
      const Cycle& cycle = instances_.cycle(instance.cycle);
      for (const Cycle::Member& member : cycle.members)
        if (cycle.members.size() > 1 || member.name != own_name(member.node))
          items.push_back(aliased_title(decisions_, member.name, member.node));
      for (const Binding& binding : cycle.outside) items.push_back(item(binding));
    }
    if (misses_itself(instance)) items.push_back(decisions_.name(name_of(instance)).text + "=none");
    for (const std::string& mark : marks_.of(instance.node)) items.push_back(mark);
    std::sort(items.begin(), items.end());
    items.erase(std::unique(items.begin(), items.end()), items.end());
    return text_of(items);
  }

  // A package that reaches itself under its own name does not say so; so it must say when it looks
  // and does not.
  bool misses_itself(const Instance& instance) const {
    return instance.node >= decisions_.importer_count() &&
           free_.contains(instance.node, name_of(instance)) &&
           instance.supplier_of(name_of(instance)) == kNoInstance;
  }
  NameId own_name(NodeId node) const {
    return decisions_.name(decisions_.node(node).name).own_name;
  }
  NameId name_of(const Instance& instance) const { return own_name(instance.node); }

  std::string item(const Binding& binding) const {
    return aliased_title(decisions_, binding.name, instances_[binding.to].node) +
           contexts_[binding.to];
  }

  static std::string text_of(const std::vector<std::string>& items) {
    std::string text;
    for (const std::string& one : items) text.append("(").append(one).append(")");
    if (text.size() <= kLongestContext) return text;
    const crypto::Sha256 digest = crypto::sha256(as_bytes(text));
    return "(" + to_hex(Bytes(digest).first(kHashBytes)) + ")";
  }

  const Decisions& decisions_;
  const FreeNames& free_;
  const Instances& instances_;
  const OverrideMarks& marks_;
  std::vector<std::string> contexts_;
};

}  // namespace

std::vector<std::string> contexts_of(const Decisions& decisions, const Overrides& overrides,
                                     const Reachable& reachable, const FreeNames& free,
                                     const Instances& instances) {
  // Without overrides no package has two nodes of one version.
  const Reachable none = overrides.empty() ? Reachable() : reachable;
  const OverrideMarks marks(decisions, overrides, none);
  return Writer(decisions, free, instances, marks).run();
}

}  // namespace lpm::resolver
