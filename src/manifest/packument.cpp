#include "manifest/packument.h"

#include <algorithm>

#include "base/text.h"
#include "manifest/packument_layout.h"

namespace lpm::manifest {
namespace {

std::vector<std::string> texts_of(std::span<const std::string_view> views) {
  return {views.begin(), views.end()};
}

}  // namespace

Packument::Packument(PaddedBuffer image, const Layout& layout)
    : image_(std::move(image)),
      layout_(std::make_unique<const Layout>(layout)),
      versions_(std::make_unique<std::atomic<const semver::Version*>[]>(layout.header->versions)) {}

Packument::~Packument() {
  for (std::size_t i = 0; i < version_count(); ++i)
    delete versions_[i].load(std::memory_order_relaxed);
}

std::shared_ptr<const Packument> Packument::from_image(PaddedBuffer image) {
  const auto layout = Layout::check(image.bytes());
  if (!layout) return nullptr;
  return std::shared_ptr<const Packument>(new Packument(std::move(image), *layout));
}

Bytes Packument::image() const {
  return image_.bytes().first(layout_->header->total_size);
}

std::string_view Packument::name() const {
  return layout_->string(layout_->header->name);
}

std::size_t Packument::version_count() const {
  return layout_->header->versions;
}

std::string_view Packument::version_text(VersionIndex index) const {
  return layout_->string(layout_->versions[index].text);
}

const semver::Version& Packument::version(VersionIndex index) const {
  std::atomic<const semver::Version*>& slot = versions_[index];
  if (const auto* known = slot.load(std::memory_order_acquire)) return *known;
  // A text that is no version can only come from a damaged image; it then orders as 0.0.0.
  auto parsed = std::make_unique<const semver::Version>(
      semver::Version::parse(version_text(index)).value_or(semver::Version{}));
  const semver::Version* expected = nullptr;
  if (slot.compare_exchange_strong(expected, parsed.get(), std::memory_order_acq_rel))
    return *parsed.release();
  return *expected;
}

std::optional<VersionIndex> Packument::find_version(const semver::Version& wanted) const {
  VersionIndex low = 0;
  auto high = static_cast<VersionIndex>(version_count());
  while (low < high) {
    const VersionIndex middle = low + (high - low) / 2;
    if (version(middle) > wanted) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low < version_count() && version(low) == wanted) return low;
  return std::nullopt;
}

std::optional<VersionIndex> Packument::find_version(std::string_view text) const {
  const auto wanted = semver::Version::parse(text);
  if (!wanted) return std::nullopt;
  const auto first = find_version(*wanted);
  if (!first) return std::nullopt;
  // Versions that differ only in build metadata or spelling stand side by side.
  for (VersionIndex i = *first; i < version_count() && version(i) == *wanted; ++i)
    if (version_text(i) == text) return i;
  return std::nullopt;
}

std::optional<std::string_view> Packument::dist_tag(std::string_view tag) const {
  for (std::uint32_t i = 0; i < layout_->header->tags; ++i)
    if (layout_->string(layout_->tags[i].name) == tag)
      return layout_->string(layout_->tags[i].version);
  return std::nullopt;
}

std::vector<NameAndText> Packument::dist_tags() const {
  std::vector<NameAndText> tags;
  for (std::uint32_t i = 0; i < layout_->header->tags; ++i)
    tags.push_back(
        {layout_->string(layout_->tags[i].name), layout_->string(layout_->tags[i].version)});
  return tags;
}

std::optional<UnixNanoseconds> Packument::modified() const {
  if (layout_->header->modified == image::kNoTime) return std::nullopt;
  return layout_->header->modified;
}

std::vector<NameAndText> Packument::pairs_of(std::uint32_t list) const {
  const auto ids = layout_->pair_list(list);
  std::vector<NameAndText> pairs;
  pairs.reserve(ids.size());
  for (const std::uint32_t id : ids) {
    const image::Pair& pair = layout_->pairs[id];
    pairs.push_back({layout_->string(pair.name), layout_->string(pair.text)});
  }
  return pairs;
}

std::vector<std::string_view> Packument::strings_of(std::uint32_t list) const {
  const auto ids = layout_->string_list(list);
  std::vector<std::string_view> strings;
  strings.reserve(ids.size());
  for (const image::StringId id : ids) strings.push_back(layout_->string(id));
  return strings;
}

std::vector<NameAndText> Packument::dependencies(VersionIndex index) const {
  return pairs_of(layout_->shape(index).dependencies);
}

std::vector<NameAndText> Packument::optional_dependencies(VersionIndex index) const {
  return pairs_of(layout_->shape(index).optional);
}

std::vector<NameAndText> Packument::peer_dependencies(VersionIndex index) const {
  return pairs_of(layout_->shape(index).peers);
}

std::vector<std::string_view> Packument::optional_peers(VersionIndex index) const {
  return strings_of(layout_->shape(index).optional_peers);
}

bool Packument::is_optional_peer(VersionIndex index, std::string_view peer) const {
  const auto ids = layout_->string_list(layout_->shape(index).optional_peers);
  return std::any_of(ids.begin(), ids.end(),
                     [&](image::StringId id) { return layout_->string(id) == peer; });
}

std::vector<std::string_view> Packument::bundled(VersionIndex index) const {
  return strings_of(layout_->shape(index).bundled);
}

PlatformFilter Packument::platform(VersionIndex index) const {
  const image::Shape& shape = layout_->shape(index);
  return {.os = texts_of(strings_of(shape.os)),
          .cpu = texts_of(strings_of(shape.cpu)),
          .libc = texts_of(strings_of(shape.libc))};
}

std::string_view Packument::engines_node(VersionIndex index) const {
  return layout_->string(layout_->shape(index).engines_node);
}

bool Packument::is_deprecated(VersionIndex index) const {
  return (layout_->versions[index].flags & image::kDeprecated) != 0;
}

bool Packument::has_install_script(VersionIndex index) const {
  return (layout_->versions[index].flags & image::kInstallScript) != 0;
}

bool Packument::has_bin(VersionIndex index) const {
  return (layout_->versions[index].flags & image::kBin) != 0;
}

bool Packument::is_attested(VersionIndex index) const {
  return (layout_->versions[index].flags & image::kAttested) != 0;
}

crypto::Integrity Packument::integrity(VersionIndex index) const {
  const Bytes digest = layout_->digest(index);
  switch (layout_->versions[index].digest_kind()) {
    case image::DigestKind::None:
      return {};
    case image::DigestKind::Sha1:
      return crypto::Integrity::from_shasum(to_hex(digest)).value_or(crypto::Integrity{});
    case image::DigestKind::Text:
      return crypto::Integrity::parse(as_text(digest)).value_or(crypto::Integrity::unusable());
    case image::DigestKind::Sha512:
      break;
  }
  crypto::Sha512 sha512;
  std::copy(digest.begin(), digest.end(), sha512.begin());
  return crypto::Integrity::from_sha512(sha512);
}

bool Packument::has_derivable_tarball(VersionIndex index) const {
  const image::VersionRecord& record = layout_->versions[index];
  return (record.flags & image::kPrefixed) != 0 && record.tarball == 0;
}

std::string Packument::tarball_url(VersionIndex index) const {
  const image::VersionRecord& record = layout_->versions[index];
  if ((record.flags & image::kPrefixed) == 0) return std::string(layout_->string(record.tarball));
  const std::string_view base_name =
      name().substr(name().find('/') + 1);  // npos + 1 is 0: an unscoped name
  std::string url(
      layout_->string(record.tarball == 0 ? layout_->header->registry_base : record.tarball));
  url.append(name())
      .append("/-/")
      .append(base_name)
      .append("-")
      .append(version_text(index))
      .append(".tgz");
  return url;
}

std::uint64_t Packument::unpacked_size(VersionIndex index) const {
  return layout_->versions[index].unpacked_size;
}

std::optional<UnixNanoseconds> Packument::published(VersionIndex index) const {
  if (layout_->header->published == 0 || layout_->published[index] == image::kNoTime)
    return std::nullopt;
  return layout_->published[index];
}

}  // namespace lpm::manifest
