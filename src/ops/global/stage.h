// Stage: one package installed in a root of its own, by the ordinary install.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "ops/global/global.h"
#include "ops/global/places.h"
#include "ops/session.h"

namespace lpm::ops::global {

struct Wish {
  std::string name;
  std::string spec;
};
// An argument of `install -g`. BAD_NAME, BAD_SPEC, UNSUPPORTED_SPEC.
Result<Wish> read_wish(const std::string& argument, const std::string& default_tag);

struct Staged {
  GlobalPackage package;  // `commands` are all that the package has
  install::InstallResult result;
  bool same = false;  // as `present`, which stays
};

// Fills the empty root. With `present`, versions are chosen first; when they are those of that root
// and it is whole, nothing more is done.
Result<Staged> stage_package(const Session& session, const Places& places, const Wish& wish,
                             const std::string& root, const GlobalPackage* present,
                             const install::InstallOptions& options);

// What would be installed (with options.dry_run); the root stays empty but for its manifest.
Result<Staged> preview_package(const Session& session, const Places& places, const Wish& wish,
                               const std::string& root, const install::InstallOptions& options);

}  // namespace lpm::ops::global
