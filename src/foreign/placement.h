// Where each package of a graph stands in one hoisted node_modules: as high as it can without
// hiding another version that something between needs. A peer is seen from its dependent's place.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "foreign/write.h"

namespace lpm::foreign {

using PlaceId = std::uint32_t;
inline constexpr PlaceId kNoPlace = UINT32_MAX;

struct PlacedEdge {
  std::string name;
  manifest::DependencyKind kind = manifest::DependencyKind::Production;
  PlaceId target = kNoPlace;
};

enum class PlaceKind : std::uint8_t {
  Project,
  Folder,   // a member, or a folder that something links to
  Link,     // in node_modules, to a folder
  Package,  // in node_modules, unpacked
};

struct Place {
  PlaceKind kind = PlaceKind::Package;
  graph::PackageId package = graph::kNoPackage;  // of a Package, and of a Folder that is linked to
  const manifest::Manifest* manifest = nullptr;  // of the Project and of members
  std::string path;                              // "node_modules/a", "packages/web"; "" the project
  std::string name;                              // of its folder in node_modules
  PlaceId above = 0;                             // whose node_modules it stands in
  PlaceId folder = kNoPlace;                     // of a Link
  bool is_outside = false;        // a Folder that does not see the project's packages
  std::vector<PlacedEdge> edges;  // by name
};

struct Placement {
  std::vector<Place> places;        // the first is the project
  std::vector<Omission> omissions;  // peers that no place satisfies
};

Placement place_packages(const LockSource& source);

}  // namespace lpm::foreign
