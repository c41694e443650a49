// What is known under one package name while a resolution runs. A package that no registry has goes
// by the text of its source (graph/source_text.h) and has one version.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"
#include "resolver/resolver.h"
#include "resolver/spec_table.h"

namespace lpm::resolver {

using NameId = std::uint32_t;
using NodeId = std::uint32_t;
using VersionId = std::uint32_t;  // of one name

// A version that is locked or was picked.
struct KnownVersion {
  std::string text;
  semver::Version parsed;
  std::optional<manifest::VersionIndex> published;  // its place in the packument, once that is here
  graph::PackageId locked = graph::kNoPackage;      // its first instance in the locked graph
  bool told = false;                                // the listener knows
};

struct Name {
  enum class State : std::uint8_t { Unknown, Requested, Here, Failed };
  std::string text;
  bool is_valid = false;
  // Of a source: what came or what is locked.
  bool is_source = false;
  bool is_on_disk = false;  // it can have changed since it was locked, and asking costs nothing
  bool is_member = false;   // another importer: one version, and no edges here
  graph::Source source = {};
  NameId own_name = 0;      // the package's real name; for others itself
  bool is_locked = false;   // some version of it is in the locked graph
  bool is_updated = false;  // its locked versions do not count
  State state = State::Unknown;
  PackumentPointer packument;  // State::Here
  std::optional<Error> error;  // State::Failed
  std::vector<KnownVersion> versions;

  struct EdgeAt {
    NodeId node;
    std::uint32_t edge;
  };
  std::vector<EdgeAt> waiting;     // edges that want a version of this name
  std::vector<NodeId> unexpanded;  // packages of this name whose edges are not known yet

  struct Direct {
    NameId alias;
    VersionId version;
  };
  std::vector<Direct> directs;  // the importers' own picks
  std::vector<NodeId> nodes;
  struct Picked {
    SpecId spec;
    std::optional<VersionId> version;
  };
  std::vector<Picked> picked;  // npm's picker, by specifier

  // The version of this text; made when it is new and a version at all.
  std::optional<VersionId> version_id(std::string_view version_text);
  VersionId version_id(manifest::VersionIndex published);
  // The only version of a source, as the packument has it.
  void renew_source_version();
};

}  // namespace lpm::resolver
