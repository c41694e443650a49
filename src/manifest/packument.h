// Packument: the registry's document of all versions of a name, in a compact columnar form that is
// also the bytes of the metadata cache file (docs/formats/packument-image.md): one buffer, no
// parse, views into it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/integrity.h"
#include "manifest/platform.h"
#include "semver/semver.h"

namespace lpm::manifest {

using VersionIndex = std::uint32_t;

struct NameAndText {
  std::string_view name;
  std::string_view text;
};

// All views point into the packument and live as long as it does. Thread-safe after construction.
class Packument {
 public:
  ~Packument();
  Packument(const Packument&) = delete;
  Packument& operator=(const Packument&) = delete;

  // From the registry's JSON (abbreviated or full). `registry_base` shortens tarball URLs that are
  // derivable from registry, name and version. Odd but real shapes are accepted (versions that are
  // not semver are skipped, wrong-typed fields are read as absent). BAD_METADATA otherwise.
  // `expected_name` must match.
  static Result<std::shared_ptr<const Packument>> parse(PaddedBuffer& json,
                                                        std::string_view expected_name,
                                                        std::string_view registry_base);
  // From bytes written earlier; checks every offset. Nothing when they are damaged or of another
  // version. Bytes behind the image are allowed: a cache may keep its own there.
  static std::shared_ptr<const Packument> from_image(PaddedBuffer image);
  Bytes image() const;

  std::string_view name() const;
  std::size_t version_count() const;  // versions are in descending semver order
  std::string_view version_text(VersionIndex index) const;
  const semver::Version& version(VersionIndex index) const;  // parsed on first use
  std::optional<VersionIndex> find_version(std::string_view text) const;
  std::optional<VersionIndex> find_version(const semver::Version& version) const;
  std::optional<std::string_view> dist_tag(
      std::string_view tag) const;  // the version text it names
  std::vector<NameAndText> dist_tags() const;
  std::optional<UnixNanoseconds> modified() const;

  // Dependencies without those that optionalDependencies repeats, in name order.
  std::vector<NameAndText> dependencies(VersionIndex index) const;
  std::vector<NameAndText> optional_dependencies(VersionIndex index) const;
  // Also, as `*`, optional peers that only peerDependenciesMeta names.
  std::vector<NameAndText> peer_dependencies(VersionIndex index) const;
  bool is_optional_peer(VersionIndex index, std::string_view peer) const;
  std::vector<std::string_view> optional_peers(VersionIndex index) const;
  std::vector<std::string_view> bundled(VersionIndex index) const;  // names; `true` is expanded
  PlatformFilter platform(VersionIndex index) const;
  std::string_view engines_node(VersionIndex index) const;  // "" when none
  bool is_deprecated(VersionIndex index) const;
  bool has_install_script(VersionIndex index) const;
  bool has_bin(VersionIndex index) const;
  bool is_attested(VersionIndex index) const;  // dist.attestations is present
  // dist.integrity, else from dist.shasum; empty when neither is given, unusable when nothing of
  // what is given can be verified.
  crypto::Integrity integrity(VersionIndex index) const;
  std::string tarball_url(VersionIndex index) const;  // whole URL
  // The URL follows from registry base, name and version, as registry::derived_tarball_url makes
  // it.
  bool has_derivable_tarball(VersionIndex index) const;
  std::uint64_t unpacked_size(VersionIndex index) const;               // 0 when unknown
  std::optional<UnixNanoseconds> published(VersionIndex index) const;  // only from a full document

 private:
  struct Layout;  // packument_layout.h
  Packument(PaddedBuffer image, const Layout& layout);
  std::vector<NameAndText> pairs_of(std::uint32_t list) const;
  std::vector<std::string_view> strings_of(std::uint32_t list) const;

  PaddedBuffer image_;
  std::unique_ptr<const Layout> layout_;  // pointers into image_
  mutable std::unique_ptr<std::atomic<const semver::Version*>[]>
      versions_;  // owned, null until asked for
};

// npm's picker (npm-pick-manifest): among `candidates` of one packument.
struct PickRules {
  const semver::Version* node = nullptr;  // engines preference; null: none
  std::optional<UnixNanoseconds> before;  // minimum release age as a moment; nothing: off
  std::string_view default_tag = "latest";
};
// The version npm would choose for the range: the default tag's version when it satisfies (and is
// not deprecated or unfit for Node), else not deprecated and engines-fit first, highest first.
std::optional<VersionIndex> pick_version(const Packument& packument, const semver::Range& range,
                                         const PickRules& rules);
// The version a dist-tag means; when `before` excludes it, the highest older one, as npm does.
std::optional<VersionIndex> pick_tag(const Packument& packument, std::string_view tag,
                                     const PickRules& rules);

}  // namespace lpm::manifest
