#include "manifest/packument_builder.h"

#include <algorithm>
#include <cstring>
#include <numeric>

namespace lpm::manifest::image {
namespace {

template <class T>
std::string_view bytes_of(std::span<const T> items) {
  return {reinterpret_cast<const char*>(items.data()), items.size_bytes()};
}

template <class T>
std::string_view bytes_of(const T& item) {
  return {reinterpret_cast<const char*>(&item), sizeof item};
}

std::uint32_t total_bytes(const Table& table) {
  std::uint32_t total = 0;
  for (std::uint32_t id = 0; id < table.count(); ++id)
    total += static_cast<std::uint32_t>(table[id].size());
  return total;
}

// Writes the entries of a table one after the other, and where each starts, counted in `element`
// bytes.
void write_table(const Table& table, std::uint8_t* starts, std::uint8_t* items,
                 std::uint32_t element) {
  std::uint32_t written = 0;
  for (std::uint32_t id = 0; id <= table.count(); ++id) {
    const std::uint32_t start = written / element;
    std::memcpy(starts + std::size_t{id} * sizeof start, &start, sizeof start);
    if (id == table.count()) return;
    if (!table[id].empty()) std::memcpy(items + written, table[id].data(), table[id].size());
    written += static_cast<std::uint32_t>(table[id].size());
  }
}

// Tables of one fixed size: entry 0, the empty one, has no place in the file.
void write_records(const Table& table, std::uint8_t* out) {
  for (std::uint32_t id = 1; id < table.count(); ++id) {
    std::memcpy(out, table[id].data(), table[id].size());
    out += table[id].size();
  }
}

}  // namespace

Builder::Builder(std::string_view name, std::string_view registry_base) {
  name_ = string(name);
  registry_base_ = string(registry_base);
}

std::uint32_t Builder::pair(StringId name, StringId text) {
  return pairs_.add(bytes_of(Pair{name, text})) - 1;
}

StringId Builder::name_of_pair(std::uint32_t pair_id) const {
  Pair pair;
  std::memcpy(&pair, pairs_[pair_id + 1].data(), sizeof pair);
  return pair.name;
}

ListId Builder::pair_list(std::span<const std::uint32_t> pair_ids) {
  if (pair_ids.empty()) return 0;
  return pair_lists_.add(bytes_of(pair_ids));
}

ListId Builder::string_list(std::span<const StringId> ids) {
  if (ids.empty()) return 0;
  return string_lists_.add(bytes_of(ids));
}

// What stands before `<name>/-/<base name>-<version>.tgz`, or the whole URL.
StringId Builder::tarball_of(const VersionDraft& draft, std::uint32_t& flags) {
  flags |= kPrefixed;
  if (draft.tarball.empty()) return 0;
  const std::string_view name = text(name_);
  const std::string_view base_name = name.substr(name.find('/') + 1);
  std::string_view rest = draft.tarball;
  for (const std::string_view end : {std::string_view(".tgz"), draft.text, std::string_view("-"),
                                     base_name, std::string_view("/-/"), name}) {
    if (!rest.ends_with(end)) {
      flags &= ~std::uint32_t{kPrefixed};
      return string(draft.tarball);
    }
    rest.remove_suffix(end.size());
  }
  if (rest.empty() || rest == text(registry_base_)) return 0;
  return string(rest);
}

void Builder::version(const VersionDraft& draft) {
  auto order = semver::Version::parse(draft.text);
  if (!order || !is_version_text(draft.text)) return;
  VersionRecord record{};
  record.text = string(draft.text);
  record.shape = shapes_.add(bytes_of(draft.shape)) - 1;
  record.unpacked_size =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(draft.unpacked_size, UINT32_MAX));
  record.flags = draft.flags | (static_cast<std::uint32_t>(draft.digest.kind) << kDigestShift);
  record.tarball = tarball_of(draft, record.flags);
  versions_.push_back({*std::move(order), record, draft.digest});
}

void Builder::tag(std::string_view name, std::string_view version_text) {
  tags_.push_back({string(name), string(version_text)});
}

void Builder::published(std::string_view version_text, std::int64_t time) {
  times_.emplace_back(string(version_text), time);
}

// Documents mostly list versions in ascending order: turned around, there is little left to sort.
void Builder::order_versions() {
  order_.resize(versions_.size());
  std::iota(order_.rbegin(), order_.rend(), 0);
  const auto comes_before = [this](std::uint32_t i, std::uint32_t j) {
    const Entry& a = versions_[i];
    const Entry& b = versions_[j];
    if (const auto order = compare_build(a.order, b.order); order != 0) return order > 0;
    if (a.record.text != b.record.text) return text(a.record.text) > text(b.record.text);
    return i > j;
  };
  if (!std::is_sorted(order_.begin(), order_.end(), comes_before))
    std::sort(order_.begin(), order_.end(), comes_before);
  // Of equal texts the last one read counts, which now comes first.
  const auto same_text = [this](std::uint32_t i, std::uint32_t j) {
    return versions_[i].record.text == versions_[j].record.text;
  };
  order_.erase(std::unique(order_.begin(), order_.end(), same_text), order_.end());
}

void Builder::order_tags() {
  const auto by_name = [this](const Tag& a, const Tag& b) { return text(a.name) < text(b.name); };
  std::reverse(tags_.begin(), tags_.end());
  std::stable_sort(tags_.begin(), tags_.end(), by_name);
  tags_.erase(std::unique(tags_.begin(), tags_.end(),
                          [](const Tag& a, const Tag& b) { return a.name == b.name; }),
              tags_.end());
}

Header Builder::header() const {
  Header header{};
  header.magic = kMagic;
  header.format = kFormat;
  header.modified = modified_;
  header.name = name_;
  header.registry_base = registry_base_;
  header.versions = static_cast<std::uint32_t>(order_.size());
  header.published = times_.empty() ? 0 : header.versions;
  header.strings = strings_.count();
  header.pairs = pairs_.count() - 1;
  header.pair_lists = pair_lists_.count();
  header.pair_items = total_bytes(pair_lists_) / sizeof(std::uint32_t);
  header.string_lists = string_lists_.count();
  header.string_items = total_bytes(string_lists_) / sizeof(StringId);
  header.shapes = shapes_.count() - 1;
  header.tags = static_cast<std::uint32_t>(tags_.size());
  for (const std::uint32_t i : order_)
    header.digest_bytes += static_cast<std::uint32_t>(versions_[i].digest.bytes.size());
  header.text_bytes = total_bytes(strings_);
  header.total_size = offsets_of(header).total;
  return header;
}

void Builder::write_versions(std::uint8_t* out, const Offsets& offsets) const {
  std::vector<std::int64_t> time_of_string(times_.empty() ? 0 : strings_.count(), kNoTime);
  for (const auto& [text, time] : times_) time_of_string[text] = time;

  std::uint32_t digest_end = 0;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const auto& [order, record, digest] = versions_[order_[i]];
    std::memcpy(out + offsets.versions + i * sizeof record, &record, sizeof record);
    if (!times_.empty())
      std::memcpy(out + offsets.published + i * sizeof(std::int64_t), &time_of_string[record.text],
                  sizeof(std::int64_t));
    if (!digest.bytes.empty())
      std::memcpy(out + offsets.digests + digest_end, digest.bytes.data(), digest.bytes.size());
    digest_end += static_cast<std::uint32_t>(digest.bytes.size());
    std::memcpy(out + offsets.digest_starts + (i + 1) * sizeof digest_end, &digest_end,
                sizeof digest_end);
  }
}

PaddedBuffer Builder::finish() {
  order_versions();
  order_tags();
  const Header head = header();
  const Offsets offsets = offsets_of(head);
  PaddedBuffer image;
  image.resize(offsets.total);
  std::uint8_t* out = image.data();
  std::memset(out, 0, offsets.total);
  std::memcpy(out, &head, sizeof head);
  write_table(strings_, out + offsets.string_starts, out + offsets.text, 1);
  write_table(pair_lists_, out + offsets.pair_list_starts, out + offsets.pair_items,
              sizeof(std::uint32_t));
  write_table(string_lists_, out + offsets.string_list_starts, out + offsets.string_items,
              sizeof(StringId));
  write_records(pairs_, out + offsets.pairs);
  write_records(shapes_, out + offsets.shapes);
  write_versions(out, offsets);
  if (!tags_.empty()) std::memcpy(out + offsets.tags, tags_.data(), tags_.size() * sizeof(Tag));
  return image;
}

}  // namespace lpm::manifest::image
