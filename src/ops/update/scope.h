// The packages of a project that update and outdated look at.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/install/project.h"
#include "ops/install/wishes.h"
#include "ops/member_choice.h"
#include "ops/session.h"

namespace lpm::ops::update {

struct Scope {
  install::Project project;
  install::WantedProject written;   // the manifests, with what catalogs say
  std::vector<std::size_t> chosen;  // packages of the project, by index
  bool is_whole = false;            // whatever stands in the tree is meant

  // Packages of lpm.lock that the chosen ones need, by PackageId; empty without lpm.lock.
  std::vector<bool> needed() const;
};

// NO_MANIFEST, what load_project() reports, and the errors of a choice of members.
Result<Scope> load_scope(const Session& session, const MemberChoice& members);

// A dependency that a manifest asks for itself.
struct Direct {
  std::string_view importer;  // path of the package
  std::string_view name;
  std::string_view spec;
  manifest::DependencyKind kind;
};
// Of the chosen packages, of these kinds (empty: all), less those that go to members. Of a name in
// several fields of one manifest the first counts, in the resolver's order.
std::vector<Direct> direct_dependencies(const Scope& scope,
                                        const std::vector<manifest::DependencyKind>& kinds);

}  // namespace lpm::ops::update
