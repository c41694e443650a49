#include "ops/install/spec_places.h"

#include "base/url_password.h"

namespace lpm::ops::install {
namespace {

constexpr std::string_view kArrow = " → ";

// `a@^1.0.0` of "required by  app → a@^1.0.0"; "" when it is a package below that asks.
std::string_view asked_by_the_project(const Error& error) {
  for (const Fact& fact : error.facts) {
    if (fact.label != "required by") continue;
    const std::string_view path = fact.text;
    const std::size_t arrow = path.find(kArrow);
    if (arrow == path.npos || path.find(kArrow, arrow + kArrow.size()) != path.npos) continue;
    return path.substr(arrow + kArrow.size());
  }
  return {};
}

}  // namespace

Error with_place(Error error, const Project& project, const WantedProject& wanted) {
  const bool is_of_specs = error.code == ErrorCode::BAD_SPEC ||
                           error.code == ErrorCode::UNSUPPORTED_SPEC ||
                           error.code == ErrorCode::BAD_NAME;
  const std::string asked(asked_by_the_project(error));
  if (!is_of_specs || !error.where.empty() || asked.empty()) return error;
  for (std::size_t i = 0; i < project.package_count(); ++i) {
    const ProjectPackage& package = project.package(i);
    for (const manifest::DependencyKind kind : kDependencyKinds)
      for (const auto& [name, spec] : pairs_of(wanted.package(i).manifest, kind))
        if (asked == name + "@" + without_password(spec))
          return std::move(error).at(
              workspace::place_in({package.path, package.manifest_text, package.manifest},
                                  manifest::field_of(kind), name));
  }
  return error;
}

}  // namespace lpm::ops::install
