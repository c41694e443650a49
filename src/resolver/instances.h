// The third phase: packages with what their free names are bound to.
//
// An instance is a package and, for each of its free names, the instance that supplies it; equal
// ones are made once. The instances below an instance follow from it alone: each dependency looks
// its free names up among its siblings first, then in the environment of the instance above.
// Siblings that supply each other form a cycle, which is found as a strongly connected component of
// the siblings and made as one thing: the members and what they found outside.
//
//   importer ── a (peer r) ── c (peer r)        r@18 is a sibling of a: a(r@18), and c(r@18) below
//   it
//            ── r@18
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/interner.h"
#include "resolver/free_names.h"

namespace lpm::resolver {

using InstanceId = std::uint32_t;
inline constexpr InstanceId kNoInstance = UINT32_MAX;

struct Binding {
  NameId name;
  InstanceId to;
  bool operator==(const Binding&) const = default;
};

// Siblings that supply each other.
struct Cycle {
  struct Member {
    NameId name;  // as their dependent calls it
    NodeId node;
    InstanceId instance;
  };
  std::vector<Member> members;
  std::vector<Binding> outside;
};
inline constexpr std::uint32_t kNoCycle = UINT32_MAX;

struct Instance {
  NodeId node;
  InstanceId made_by;  // the instance above it that was met first
  std::uint32_t cycle = kNoCycle;
  std::vector<Binding> environment;  // bound free names; of a cycle's member, other members too
  std::vector<InstanceId> targets;   // of the node's edges; kNoInstance: open

  InstanceId supplier_of(NameId name) const;
};

class Instances {
 public:
  Instances(const Decisions& decisions, const FreeNames& free);

  // The limit was reached; nothing else here means anything then.
  bool are_too_many() const;
  // Something lay below itself so often that the innermost serves from there on.
  bool are_cut() const { return are_cut_; }
  // The importers first, then in breadth-first order.
  const std::vector<Instance>& all() const { return instances_; }
  // Of instances that are the same for everyone who looks at them, the first.
  InstanceId representative(InstanceId id) const { return representatives_[id]; }
  const Instance& operator[](InstanceId id) const { return instances_[id]; }
  const Cycle& cycle(std::uint32_t id) const { return cycles_[id]; }

 private:
  class Siblings;
  void expand(InstanceId id);
  InstanceId make(InstanceId above, NodeId node, std::vector<Binding> environment);
  void make_cycle(InstanceId above, Siblings& siblings, const std::vector<std::uint32_t>& members);
  std::uint32_t remember(const std::vector<std::uint32_t>& key, std::uint32_t number);
  InstanceId repeated_above(InstanceId above, NodeId node);
  void find_representatives();
  bool refine(std::vector<std::uint32_t>& classes, std::uint32_t& count) const;
  InstanceId add(InstanceId above, NodeId node, std::uint32_t cycle,
                 std::vector<Binding> environment);

  const Decisions& decisions_;
  const FreeNames& free_;
  std::vector<Instance> instances_;
  std::vector<InstanceId> representatives_;
  std::vector<Cycle> cycles_;
  Interner keys_;
  TextArena key_texts_;
  bool are_cut_ = false;
  std::vector<std::uint32_t> number_of_key_;  // an instance; of a cycle's key, the cycle
};

}  // namespace lpm::resolver
