#include "resolver/free_names.h"

#include <algorithm>
#include <bit>

namespace lpm::resolver {

FreeNames::FreeNames(const Decisions& decisions, const Reachable& reachable) {
  number_peers(decisions, reachable);
  words_ = (names_.size() + 63) / 64;
  bits_.resize(decisions.nodes().size() * words_);
  if (words_ == 0) return;
  // Dependencies mostly come after their dependents in this order: backwards, one pass does nearly
  // all, a second one what cycles need.
  std::vector<std::uint64_t> scratch;
  for (bool changed = true; changed;) {
    changed = false;
    for (auto id = reachable.order.rbegin(); id != reachable.order.rend(); ++id)
      changed |= update(decisions.node(*id), bits_.data() + std::size_t{*id} * words_, scratch);
  }
}

void FreeNames::number_peers(const Decisions& decisions, const Reachable& reachable) {
  ordinals_.assign(decisions.name_count(), kNoOrdinal);
  for (const NodeId id : reachable.order) {
    for (const Peer& peer : decisions.node(id).peers) {
      if (ordinals_[peer.name] != kNoOrdinal) continue;
      ordinals_[peer.name] = static_cast<std::uint32_t>(names_.size());
      names_.push_back(peer.name);
    }
  }
}

bool FreeNames::update(const Node& node, std::uint64_t* bits,
                       std::vector<std::uint64_t>& scratch) const {
  scratch.assign(words_, 0);
  for (const Edge& edge : node.edges) {
    if (edge.target >= kOpen) continue;
    const auto below = of(edge.target);
    for (std::size_t word = 0; word < words_; ++word) scratch[word] |= below[word];
  }
  // A dependency that was left open binds nothing, but a name that is one is not looked for outside
  // either.
  for (const Edge& edge : node.edges)
    if (const std::uint32_t ordinal = ordinals_[edge.name]; ordinal != kNoOrdinal)
      scratch[ordinal / 64] &= ~(std::uint64_t{1} << (ordinal % 64));
  for (const Peer& peer : node.peers) {
    const std::uint32_t ordinal = ordinals_[peer.name];
    scratch[ordinal / 64] |= std::uint64_t{1} << (ordinal % 64);
  }
  if (std::equal(scratch.begin(), scratch.end(), bits)) return false;
  std::copy(scratch.begin(), scratch.end(), bits);
  return true;
}

std::vector<NameId> FreeNames::names(NodeId node) const {
  std::vector<NameId> names;
  const auto words = of(node);
  for (std::size_t word = 0; word < words.size(); ++word)
    for (std::uint64_t left = words[word]; left != 0; left &= left - 1)
      names.push_back(names_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]);
  return names;
}

bool FreeNames::any(NodeId node) const {
  const auto words = of(node);
  return std::any_of(words.begin(), words.end(), [](std::uint64_t word) { return word != 0; });
}

}  // namespace lpm::resolver
