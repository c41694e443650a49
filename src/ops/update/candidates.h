// What the registry has for the dependencies of a project: the versions that `outdated` shows and
// `update` goes to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "manifest/manifest.h"
#include "ops/install/install.h"
#include "ops/member_choice.h"
#include "ops/session.h"

namespace lpm::ops::update {

struct Candidate {
  std::string name;       // as its dependent calls it
  std::string package;    // as the registry calls it
  std::string importer;   // path of the package of the project that asks for it; "" none does
  std::string dependent;  // the package that asks for it, "next@14.2.13"; "" the project
  std::string spec;       // as written
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  std::string current;  // locked; "" not
  std::string wanted;   // what npm's picker takes for the specifier; "" nothing fits
  std::string latest;   // what the dist-tag `latest` means; "" there is none
};

struct CandidateOptions {
  std::vector<std::string> names;               // as dependents call them; empty: all
  std::vector<manifest::DependencyKind> kinds;  // of direct dependencies; empty: all
  bool transitive = false;                      // the dependencies of packages, too
  MemberChoice members;                         // whose
  install::Documents documents;                 // asked for a moment ago
};

struct Candidates {
  std::vector<Candidate> list;  // by name, then dependent or importer; without what no registry has
  std::vector<std::string> unknown;  // packages of which the registry knows nothing
  install::Documents documents;
};

// Asks the registry, whatever the cache holds. NO_MANIFEST, what load_project() and the registry
// report.
Result<Candidates> find_candidates(const Session& session, const CandidateOptions& options);

}  // namespace lpm::ops::update
