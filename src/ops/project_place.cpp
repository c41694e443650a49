#include "ops/project_place.h"

#include "workspace/workspace.h"

namespace lpm::ops {

ProjectPlace find_project(const std::string& start) {
  workspace::Place place = workspace::find_place(start);
  return {std::move(place.root), std::move(place.package)};
}

}  // namespace lpm::ops
