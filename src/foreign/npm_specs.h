// What packages ask for, in words that npm accepts together with what was chosen: the specifiers of
// their package.json where these are known and hold, exact versions otherwise.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "foreign/peer_needs.h"
#include "foreign/write.h"

namespace lpm::foreign {

// False only for a range, and a version out of it.
bool admits(std::string_view range, std::string_view version);

class NpmSpecs {
 public:
  using Map = std::map<std::string, std::string>;
  struct Maps {
    Map dependencies;
    Map optional;
  };
  explicit NpmSpecs(const LockSource& source)
      : source_(source), needs_(source.graph, source.facts) {}

  const PackageFacts* facts_of(graph::PackageId id) const {
    return source_.facts.empty() ? nullptr : source_.facts[graph::index(id)];
  }
  Maps of(graph::PackageId id);
  Map peers_of(graph::PackageId id);
  bool is_supplied(graph::PackageId id, std::string_view peer) const;
  // Notes what in a manifest npm does not understand.
  void tell_of(const std::string& file, const manifest::Manifest& manifest);
  std::vector<Omission> take_omissions();

 private:
  std::string spec_of(graph::PackageId id, const graph::Edge& edge);
  std::string exact(const graph::Edge& edge) const;
  void tell(std::string what, std::string reason) {
    told_.emplace(std::move(what), std::move(reason));
  }
  const LockSource& source_;
  PeerNeeds needs_;
  std::set<std::pair<std::string, std::string>> told_;
};

}  // namespace lpm::foreign
