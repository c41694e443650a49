#include "resolver/instances.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace lpm::resolver {
namespace {

// How often a package may lie below itself with ever other peers before the innermost of them is
// used again.
constexpr std::size_t kMostNested = 2;

// A few dozen packages can be made to differ in every combination of their peers. The largest real
// projects have a tenth of this.
constexpr std::size_t kMostInstances = 200'000;

constexpr std::uint32_t kCycleMark = UINT32_MAX;  // no node has this number

void append(std::vector<std::uint32_t>& key, const std::vector<Binding>& bindings) {
  for (const Binding& binding : bindings) {
    key.push_back(binding.name);
    key.push_back(binding.to);
  }
}

std::string_view bytes_of(const std::vector<std::uint32_t>& key) {
  return {reinterpret_cast<const char*>(key.data()), key.size() * sizeof key[0]};
}

std::vector<std::uint32_t> key_of(NodeId node, const std::vector<Binding>& environment) {
  std::vector<std::uint32_t> key = {node};
  append(key, environment);
  return key;
}

void sort(std::vector<Binding>& bindings) {
  std::sort(bindings.begin(), bindings.end(),
            [](const Binding& a, const Binding& b) { return a.name < b.name; });
}

}  // namespace

InstanceId Instance::supplier_of(NameId name) const {
  for (const Binding& binding : environment)
    if (binding.name == name) return binding.to;
  return kNoInstance;
}

// The dependencies of one instance while they are made: suppliers before those who need them
// (Tarjan's algorithm gives the components of the supply relation in that order).
class Instances::Siblings {
 public:
  Siblings(const Decisions& decisions, const FreeNames& free, const Instance& above)
      : above_(above), edges_(decisions.node(above.node).edges), made(edges_.size(), kNoInstance) {
    needs_.resize(edges_.size());
    marks_.resize(edges_.size());
    for (std::uint32_t i = 0; i < edges_.size(); ++i)
      if (edges_[i].target < kOpen && free.any(edges_[i].target))
        needs_[i] = free.names(edges_[i].target);
    if (std::all_of(needs_.begin(), needs_.end(), [](const auto& names) { return names.empty(); }))
      return;
    for (std::uint32_t i = 0; i < edges_.size(); ++i) by_name_.emplace_back(edges_[i].name, i);
    std::sort(by_name_.begin(), by_name_.end());
  }

  template <class OnComponent>
  void each_component(OnComponent on_component) {
    for (std::uint32_t i = 0; i < edges_.size(); ++i)
      if (edges_[i].target < kOpen && marks_[i].number == 0) visit(i, on_component);
  }

  const Edge& edge(std::uint32_t i) const { return edges_[i]; }
  const std::vector<NameId>& needs(std::uint32_t i) const { return needs_[i]; }
  // Which sibling has this name, left open or not.
  std::optional<std::uint32_t> find(NameId name) const {
    const auto found =
        std::lower_bound(by_name_.begin(), by_name_.end(), std::pair(name, std::uint32_t{0}));
    if (found == by_name_.end() || found->first != name) return std::nullopt;
    return found->second;
  }
  bool supplies_itself(std::uint32_t i) const {
    return std::find(needs_[i].begin(), needs_[i].end(), edges_[i].name) != needs_[i].end();
  }
  // The made supplier of a name that one of the siblings needs; kNoInstance when nothing supplies
  // it.
  InstanceId supplier(NameId name) const {
    // A dependency that was left open hides what is further out.
    if (const auto sibling = find(name)) return made[*sibling];
    return above_.supplier_of(name);
  }

 private:
  struct Mark {
    std::uint32_t number = 0;  // 0: not visited
    std::uint32_t low = 0;
    bool on_stack = false;
  };

  template <class OnComponent>
  void visit(std::uint32_t i, OnComponent& on_component) {
    marks_[i] = {++counter_, counter_, true};
    stack_.push_back(i);
    for (const NameId name : needs_[i]) {
      const auto next = find(name);
      if (!next || edges_[*next].target >= kOpen) continue;
      if (marks_[*next].number == 0) visit(*next, on_component);
      if (marks_[*next].on_stack) marks_[i].low = std::min(marks_[i].low, marks_[*next].low);
    }
    if (marks_[i].low != marks_[i].number) return;
    const auto first = std::find(stack_.begin(), stack_.end(), i);
    std::vector<std::uint32_t> component(first, stack_.end());
    stack_.erase(first, stack_.end());
    for (const std::uint32_t member : component) marks_[member].on_stack = false;
    std::sort(component.begin(), component.end());
    on_component(component);
  }

  const Instance& above_;
  const std::vector<Edge>& edges_;
  std::vector<std::vector<NameId>> needs_;
  std::vector<std::pair<NameId, std::uint32_t>> by_name_;  // sorted; empty when nobody needs
  std::vector<Mark> marks_;
  std::vector<std::uint32_t> stack_;
  std::uint32_t counter_ = 0;

 public:
  std::vector<InstanceId> made;  // by edge
};

Instances::Instances(const Decisions& decisions, const FreeNames& free)
    : decisions_(decisions), free_(free) {
  for (NodeId importer = 0; importer < decisions.importer_count(); ++importer)
    add(kNoInstance, importer, kNoCycle, {});
  for (InstanceId id = 0; id < instances_.size() && !are_too_many(); ++id) expand(id);
  find_representatives();
}

void Instances::expand(InstanceId id) {
  const Instance above = instances_[id];  // a copy: the vector grows below
  Siblings siblings(decisions_, free_, above);
  siblings.each_component([&](const std::vector<std::uint32_t>& component) {
    if (component.size() > 1 || siblings.supplies_itself(component[0]))
      return make_cycle(id, siblings, component);
    std::vector<Binding> environment;
    for (const NameId name : siblings.needs(component[0]))
      if (const InstanceId supplier = siblings.supplier(name); supplier != kNoInstance)
        environment.push_back({name, supplier});
    sort(environment);
    siblings.made[component[0]] =
        make(id, siblings.edge(component[0]).target, std::move(environment));
  });
  instances_[id].targets = std::move(siblings.made);
}

bool Instances::are_too_many() const {
  return instances_.size() > kMostInstances;
}

InstanceId Instances::make(InstanceId above, NodeId node, std::vector<Binding> environment) {
  const auto next = static_cast<InstanceId>(instances_.size());
  InstanceId instance = environment.empty() ? kNoInstance : repeated_above(above, node);
  if (instance == kNoInstance) instance = next;
  const std::uint32_t known = remember(key_of(node, environment), instance);
  if (known != Interner::kAbsent) return known;
  if (instance == next) add(above, node, kNoCycle, std::move(environment));
  return instance;
}

void Instances::make_cycle(InstanceId above, Siblings& siblings,
                           const std::vector<std::uint32_t>& members) {
  std::vector<Binding> outside;
  for (const std::uint32_t member : members) {
    for (const NameId name : siblings.needs(member)) {
      const auto sibling = siblings.find(name);
      if (sibling && std::find(members.begin(), members.end(), *sibling) != members.end()) continue;
      const Binding binding{name, siblings.supplier(name)};
      if (binding.to != kNoInstance &&
          std::find(outside.begin(), outside.end(), binding) == outside.end())
        outside.push_back(binding);
    }
  }
  sort(outside);

  std::vector<std::uint32_t> key = {kCycleMark, static_cast<std::uint32_t>(members.size())};
  for (const std::uint32_t member : members) {
    key.push_back(siblings.edge(member).name);
    key.push_back(siblings.edge(member).target);
  }
  append(key, outside);
  const auto id = static_cast<std::uint32_t>(cycles_.size());
  if (const std::uint32_t known = remember(key, id); known != Interner::kAbsent) {
    for (std::size_t i = 0; i < members.size(); ++i)
      siblings.made[members[i]] = cycles_[known].members[i].instance;
    return;
  }
  Cycle cycle{.members = {}, .outside = outside};
  for (const std::uint32_t member : members) {
    const Edge& edge = siblings.edge(member);
    InstanceId instance = repeated_above(above, edge.target);
    if (instance == kNoInstance) instance = add(above, edge.target, id, {});
    siblings.made[member] = instance;
    cycle.members.push_back({edge.name, edge.target, instance});
  }
  for (const std::uint32_t member : members) {
    Instance& instance = instances_[siblings.made[member]];
    if (instance.cycle != id) continue;  // one that was used again
    for (const NameId name : siblings.needs(member))
      if (const InstanceId supplier = siblings.supplier(name); supplier != kNoInstance)
        instance.environment.push_back({name, supplier});
    sort(instance.environment);
  }
  cycles_.push_back(std::move(cycle));
  // Elsewhere, a package that finds the members of this cycle without being one is the same as the
  // member.
  for (const Cycle::Member& member : cycles_[id].members)
    if (instances_[member.instance].cycle == id)
      remember(key_of(member.node, instances_[member.instance].environment), member.instance);
}

// The number that was remembered for a key, or kAbsent after remembering this one.
std::uint32_t Instances::remember(const std::vector<std::uint32_t>& key, std::uint32_t number) {
  const Interner::Entry entry = keys_.add(bytes_of(key));
  if (!entry.is_new) return number_of_key_[entry.id];
  keys_.rebind(entry.id, key_texts_.keep(bytes_of(key)));
  number_of_key_.push_back(number);
  return Interner::kAbsent;
}

// A cycle can be met in several places, cut open at different members: what is made there differs
// in nothing that can be seen. Instances of one package are the same until their suppliers differ;
// those that never come to differ are one.
void Instances::find_representatives() {
  representatives_.resize(instances_.size());
  std::iota(representatives_.begin(), representatives_.end(), 0);
  if (cycles_.empty()) return;
  std::vector<std::uint32_t> classes;
  for (const Instance& instance : instances_) classes.push_back(instance.node);
  for (std::uint32_t count = 0; refine(classes, count);) {
  }
  std::vector<InstanceId> first(instances_.size(), kNoInstance);
  for (InstanceId id = 0; id < instances_.size(); ++id) {
    if (first[classes[id]] == kNoInstance) first[classes[id]] = id;
    representatives_[id] = first[classes[id]];
  }
}

// Splits classes by what supplies their members; false when there was nothing to split.
bool Instances::refine(std::vector<std::uint32_t>& classes, std::uint32_t& count) const {
  Interner numbers(instances_.size());
  TextArena texts;
  std::vector<std::uint32_t> refined;
  for (InstanceId id = 0; id < instances_.size(); ++id) {
    std::vector<std::uint32_t> seen = {classes[id]};
    for (const Binding& binding : instances_[id].environment) {
      seen.push_back(binding.name);
      seen.push_back(classes[binding.to]);
    }
    const Interner::Entry entry = numbers.add(bytes_of(seen));
    if (entry.is_new) numbers.rebind(entry.id, texts.keep(bytes_of(seen)));
    refined.push_back(entry.id);
  }
  classes = std::move(refined);
  return std::exchange(count, numbers.size()) != numbers.size();
}

// Dependency cycles can nest a package in itself with ever other peers, without end. Then the
// innermost one serves.
InstanceId Instances::repeated_above(InstanceId above, NodeId node) {
  std::size_t count = 0;
  InstanceId innermost = kNoInstance;
  for (InstanceId at = above; at != kNoInstance; at = instances_[at].made_by) {
    if (instances_[at].node != node) continue;
    if (innermost == kNoInstance) innermost = at;
    if (++count < kMostNested) continue;
    are_cut_ = true;
    return innermost;
  }
  return kNoInstance;
}

InstanceId Instances::add(InstanceId above, NodeId node, std::uint32_t cycle,
                          std::vector<Binding> environment) {
  instances_.push_back({.node = node,
                        .made_by = above,
                        .cycle = cycle,
                        .environment = std::move(environment),
                        .targets = {}});
  return static_cast<InstanceId>(instances_.size() - 1);
}

}  // namespace lpm::resolver
