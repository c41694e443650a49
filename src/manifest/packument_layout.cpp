#include "manifest/packument_layout.h"

#include <algorithm>
#include <cstring>

namespace lpm::manifest {
namespace image {
namespace {

constexpr std::uint64_t aligned(std::uint64_t offset) {
  return (offset + 7) & ~std::uint64_t{7};
}

constexpr auto kVersionCharacters = [] {
  std::array<bool, 256> allowed{};
  for (const char c :
       std::string_view("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-."))
    allowed[static_cast<unsigned char>(c)] = true;
  return allowed;
}();

}  // namespace

bool is_version_text(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  for (const char c : text)
    if (!kVersionCharacters[static_cast<unsigned char>(c)]) return false;
  return true;
}

Offsets offsets_of(const Header& header) {
  std::uint64_t end = sizeof(Header);
  const auto section = [&end](std::uint64_t count, std::uint64_t element) {
    const std::uint64_t begin = aligned(end);
    end = begin + count * element;
    return begin;
  };
  const auto starts = [&section](std::uint64_t count) {
    return section(count + 1, sizeof(std::uint32_t));
  };
  Offsets offsets{};
  offsets.published = section(header.published, sizeof(std::int64_t));
  offsets.string_starts = starts(header.strings);
  offsets.pairs = section(header.pairs, sizeof(Pair));
  offsets.pair_list_starts = starts(header.pair_lists);
  offsets.pair_items = section(header.pair_items, sizeof(std::uint32_t));
  offsets.string_list_starts = starts(header.string_lists);
  offsets.string_items = section(header.string_items, sizeof(StringId));
  offsets.shapes = section(header.shapes, sizeof(Shape));
  offsets.versions = section(header.versions, sizeof(VersionRecord));
  offsets.digest_starts = starts(header.versions);
  offsets.tags = section(header.tags, sizeof(Tag));
  offsets.digests = section(header.digest_bytes, 1);
  offsets.text = section(header.text_bytes, 1);
  offsets.total = end;
  return offsets;
}

}  // namespace image

namespace {

// `starts` has count + 1 entries, begins with 0, never falls, and ends at `end`.
bool ascends(const std::uint32_t* starts, std::uint32_t count, std::uint32_t end) {
  std::uint32_t falls = 0;
  for (std::uint32_t i = 0; i < count; ++i)
    falls |= static_cast<std::uint32_t>(starts[i] > starts[i + 1]);
  return starts[0] == 0 && falls == 0 && starts[count] == end;
}

bool all_below(const std::uint32_t* ids, std::size_t count, std::uint32_t limit) {
  std::uint32_t bad = 0;
  for (std::size_t i = 0; i < count; ++i) bad |= static_cast<std::uint32_t>(ids[i] >= limit);
  return bad == 0;
}

template <class T>
const T* section(const std::uint8_t* data, std::uint64_t offset) {
  return reinterpret_cast<const T*>(data + offset);
}

bool digest_has_its_size(image::DigestKind kind, std::size_t size) {
  switch (kind) {
    case image::DigestKind::None:
      return size == 0;
    case image::DigestKind::Sha1:
      return size == 20;
    case image::DigestKind::Sha512:
      return size == 64;
    case image::DigestKind::Text:
      return size > 0;
  }
  return false;
}

}  // namespace

Packument::Layout Packument::Layout::at(const std::uint8_t* data, const image::Offsets& offsets) {
  return {.header = section<image::Header>(data, 0),
          .published = section<std::int64_t>(data, offsets.published),
          .string_starts = section<std::uint32_t>(data, offsets.string_starts),
          .pairs = section<image::Pair>(data, offsets.pairs),
          .pair_list_starts = section<std::uint32_t>(data, offsets.pair_list_starts),
          .pair_items = section<std::uint32_t>(data, offsets.pair_items),
          .string_list_starts = section<std::uint32_t>(data, offsets.string_list_starts),
          .string_items = section<image::StringId>(data, offsets.string_items),
          .shapes = section<image::Shape>(data, offsets.shapes),
          .versions = section<image::VersionRecord>(data, offsets.versions),
          .digest_starts = section<std::uint32_t>(data, offsets.digest_starts),
          .tags = section<image::Tag>(data, offsets.tags),
          .digests = section<std::uint8_t>(data, offsets.digests),
          .text = section<char>(data, offsets.text)};
}

std::optional<Packument::Layout> Packument::Layout::check(Bytes bytes) {
  image::Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != image::kMagic || header.format != image::kFormat) return std::nullopt;
  if (header.published != 0 && header.published != header.versions) return std::nullopt;
  const image::Offsets offsets = image::offsets_of(header);
  if (offsets.total != header.total_size || header.total_size > bytes.size()) return std::nullopt;

  const Layout layout = at(bytes.data(), offsets);
  if (!layout.starts_ascend() || !layout.ids_are_known() || !layout.versions_are_sound())
    return std::nullopt;
  return layout;
}

bool Packument::Layout::starts_ascend() const {
  return ascends(string_starts, header->strings, header->text_bytes) &&
         ascends(pair_list_starts, header->pair_lists, header->pair_items) &&
         ascends(string_list_starts, header->string_lists, header->string_items) &&
         ascends(digest_starts, header->versions, header->digest_bytes);
}

bool Packument::Layout::ids_are_known() const {
  const std::uint32_t strings = header->strings;
  const auto* pair_ids = reinterpret_cast<const std::uint32_t*>(pairs);
  const auto* tag_ids = reinterpret_cast<const std::uint32_t*>(tags);
  if (header->name >= strings || header->registry_base >= strings ||
      !all_below(pair_ids, std::size_t{header->pairs} * 2, strings) ||
      !all_below(tag_ids, std::size_t{header->tags} * 2, strings) ||
      !all_below(pair_items, header->pair_items, header->pairs) ||
      !all_below(string_items, header->string_items, strings))
    return false;
  return std::all_of(shapes, shapes + header->shapes, [this](const image::Shape& shape) {
    return std::max({shape.dependencies, shape.optional, shape.peers}) < header->pair_lists &&
           std::max({shape.optional_peers, shape.bundled, shape.os, shape.cpu, shape.libc}) <
               header->string_lists &&
           shape.engines_node < header->strings;
  });
}

bool Packument::Layout::versions_are_sound() const {
  for (VersionIndex i = 0; i < header->versions; ++i) {
    const image::VersionRecord& record = versions[i];
    if (record.text >= header->strings || record.tarball >= header->strings ||
        record.shape >= header->shapes ||
        !digest_has_its_size(record.digest_kind(), digest_starts[i + 1] - digest_starts[i]) ||
        !image::is_version_text(string(record.text)))
      return false;
  }
  return true;
}

}  // namespace lpm::manifest
