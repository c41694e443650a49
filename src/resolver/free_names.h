// Which peers are looked up from outside of a package.
//
// Peers resolve as free variables do in a language with lexical scopes: a package's dependencies
// are bindings that everything below it sees, the nearest first. A name is free in a package when
// the package has it as a peer, or when it is free in one of its dependencies and is not itself one
// of them. The instances of a package differ exactly in what its free names are bound to. What is
// free in an importer is missing.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "resolver/reachable.h"

namespace lpm::resolver {

class FreeNames {
 public:
  FreeNames(const Decisions& decisions, const Reachable& reachable);

  // By ordinal: a small number for each name that some package has as a peer.
  std::span<const std::uint64_t> of(NodeId node) const {
    return {bits_.data() + std::size_t{node} * words_, words_};
  }
  bool contains(NodeId node, NameId name) const {
    const std::uint32_t ordinal = ordinals_[name];
    return ordinal != kNoOrdinal && ((of(node)[ordinal / 64] >> (ordinal % 64)) & 1) != 0;
  }
  std::vector<NameId> names(NodeId node) const;
  bool any(NodeId node) const;

 private:
  static constexpr std::uint32_t kNoOrdinal = UINT32_MAX;
  void number_peers(const Decisions& decisions, const Reachable& reachable);
  bool update(const Node& node, std::uint64_t* bits, std::vector<std::uint64_t>& scratch) const;

  std::vector<std::uint32_t> ordinals_;  // by NameId
  std::vector<NameId> names_;            // by ordinal
  std::size_t words_ = 0;
  std::vector<std::uint64_t> bits_;  // words_ for each NodeId
};

}  // namespace lpm::resolver
