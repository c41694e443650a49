// The packument image in memory: docs/formats/packument-image.md as types.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "manifest/packument.h"

namespace lpm::manifest {

namespace image {

using StringId = std::uint32_t;
using ListId = std::uint32_t;

inline constexpr std::array<char, 4> kMagic = {'L', 'P', 'M', 'P'};
inline constexpr std::uint32_t kFormat = 1;
inline constexpr std::int64_t kNoTime = 0;

struct Header {
  std::array<char, 4> magic;
  std::uint32_t format;
  std::uint64_t total_size;
  std::int64_t modified;  // kNoTime: unknown
  StringId name;
  StringId registry_base;
  std::uint32_t versions;
  std::uint32_t published;  // 0 or equal to versions
  std::uint32_t strings;
  std::uint32_t pairs;
  std::uint32_t pair_lists;
  std::uint32_t pair_items;
  std::uint32_t string_lists;
  std::uint32_t string_items;
  std::uint32_t shapes;
  std::uint32_t tags;
  std::uint32_t digest_bytes;
  std::uint32_t text_bytes;
};
static_assert(sizeof(Header) == 80);

struct Pair {
  StringId name;
  StringId text;
};

struct Shape {
  ListId dependencies;  // pair lists
  ListId optional;
  ListId peers;
  ListId optional_peers;  // string lists
  ListId bundled;
  ListId os;
  ListId cpu;
  ListId libc;
  StringId engines_node;
};

enum VersionFlag : std::uint32_t {
  kDeprecated = 1,
  kInstallScript = 2,
  kBin = 4,
  kAttested = 8,
  kPrefixed = 16,
};
enum class DigestKind : std::uint32_t { None, Sha1, Sha512, Text };
inline constexpr std::uint32_t kDigestShift = 8;

struct VersionRecord {
  StringId text;
  std::uint32_t shape;
  StringId tarball;
  std::uint32_t unpacked_size;
  std::uint32_t flags;

  DigestKind digest_kind() const { return static_cast<DigestKind>((flags >> kDigestShift) & 3); }
};

struct Tag {
  StringId name;
  StringId version;
};

// Byte offsets of the sections that the counts of a header imply.
struct Offsets {
  std::uint64_t published, string_starts, pairs, pair_list_starts, pair_items, string_list_starts,
      string_items, shapes, versions, digest_starts, tags, digests, text, total;
};
Offsets offsets_of(const Header& header);

bool is_version_text(std::string_view text);  // a digit, then only characters that semver has

}  // namespace image

// Where the sections of one image are.
struct Packument::Layout {
  const image::Header* header;
  const std::int64_t* published;
  const std::uint32_t* string_starts;
  const image::Pair* pairs;
  const std::uint32_t* pair_list_starts;
  const std::uint32_t* pair_items;
  const std::uint32_t* string_list_starts;
  const image::StringId* string_items;
  const image::Shape* shapes;
  const image::VersionRecord* versions;
  const std::uint32_t* digest_starts;
  const image::Tag* tags;
  const std::uint8_t* digests;
  const char* text;

  // Nothing when any offset or id is out of its bounds.
  static std::optional<Layout> check(Bytes bytes);

  std::string_view string(image::StringId id) const {
    return {text + string_starts[id], string_starts[id + 1] - string_starts[id]};
  }
  const image::Shape& shape(VersionIndex index) const { return shapes[versions[index].shape]; }
  std::span<const std::uint32_t> pair_list(image::ListId id) const {
    return {pair_items + pair_list_starts[id], pair_items + pair_list_starts[id + 1]};
  }
  std::span<const image::StringId> string_list(image::ListId id) const {
    return {string_items + string_list_starts[id], string_items + string_list_starts[id + 1]};
  }
  Bytes digest(VersionIndex index) const {
    return {digests + digest_starts[index], digests + digest_starts[index + 1]};
  }

 private:
  static Layout at(const std::uint8_t* data, const image::Offsets& offsets);
  bool starts_ascend() const;
  bool ids_are_known() const;
  bool versions_are_sound() const;
};

}  // namespace lpm::manifest
