// Records of lpm.lockb as they lie in the file (docs/formats/lockb.md).
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "crypto/crypto.h"

namespace lpm::lockfile::image {

static_assert(std::endian::native == std::endian::little, "records are copied as they are");

inline constexpr std::string_view kMagic = "lpmlockb";
inline constexpr std::uint32_t kVersion = 3;
inline constexpr std::uint32_t kNoTarget = UINT32_MAX;
inline constexpr std::uint32_t kHasBin = 1;
inline constexpr std::uint32_t kHasScripts = 2;
// Header::inputs.
inline constexpr std::uint32_t kLegacyPeers = 1;

struct Text {
  std::uint32_t offset = 0;
  std::uint32_t size = 0;
};
struct List {
  std::uint32_t first = 0;
  std::uint32_t count = 0;
};
struct Section {
  std::uint32_t offset = 0;
  std::uint32_t count = 0;
};

struct Header {
  char magic[8] = {};
  std::uint32_t version = 0;
  std::uint32_t size = 0;
  crypto::Sha256 lockfile{};
  crypto::Sha256 check{};
  Section importers, importer_edges, packages, edges, peers, rules, list_texts, bytes;
  Text node, overrides, extensions, peer_rules;
  std::uint32_t inputs = 0;
};
static_assert(sizeof(Header) == 180);
inline constexpr std::size_t kCheckOffset = 48;
inline constexpr std::size_t kCheckedFrom = 80;

struct Importer {
  Text path;
  List edges, rules;
};
struct ImporterEdge {
  Text name, spec;
  std::uint32_t kind = 0;
  std::uint32_t target = 0;
};
struct Package {
  Text name, version, context, locator, integrity, tarball, engines_node;
  List os, cpu, libc, bundled, peers, edges, rules;
  std::uint64_t size = 0;
  std::uint32_t source = 0;
  std::uint32_t flags = 0;
};
static_assert(sizeof(Package) == 128);
struct Edge {
  Text name;
  std::uint32_t target = 0;
  std::uint32_t optional = 0;
};
struct Peer {
  Text name, range;
  std::uint32_t optional = 0;
};

struct Rule {
  Text name, from, rule;
  std::uint32_t kind = 0;
};

// The check over a whole image.
crypto::Sha256 check_of(Bytes image, std::string_view key);

}  // namespace lpm::lockfile::image
