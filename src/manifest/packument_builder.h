// Collects what a registry document says and writes the packument image: interns strings, lists and
// shapes, orders versions. Texts handed in must outlive the builder.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/interner.h"
#include "manifest/packument_layout.h"

namespace lpm::manifest::image {

// Distinct byte strings, kept; id 0 is the empty one.
class Table {
 public:
  Table() { interner_.add({}); }
  std::uint32_t add(std::string_view bytes) {
    const Interner::Entry entry = interner_.add(bytes);
    if (entry.is_new) interner_.rebind(entry.id, arena_.keep(bytes));
    return entry.id;
  }
  // For bytes that outlive the table.
  std::uint32_t add_kept(std::string_view bytes) { return interner_.add(bytes).id; }
  std::uint32_t count() const { return interner_.size(); }
  std::string_view operator[](std::uint32_t id) const { return interner_.text(id); }

 private:
  Interner interner_;
  TextArena arena_;
};

struct Digest {
  DigestKind kind = DigestKind::None;
  std::string_view bytes;  // kept by the builder, see keep()
};

struct VersionDraft {
  std::string_view text;
  Shape shape{};
  std::string_view tarball;  // whole URL; empty: derivable
  std::uint64_t unpacked_size = 0;
  std::uint32_t flags = 0;
  Digest digest;
};

class Builder {
 public:
  Builder(std::string_view name, std::string_view registry_base);

  StringId string(std::string_view text) { return strings_.add_kept(text); }
  std::string_view text(StringId id) const { return strings_[id]; }
  std::uint32_t pair(StringId name, StringId text);
  StringId name_of_pair(std::uint32_t pair_id) const;
  ListId pair_list(std::span<const std::uint32_t> pair_ids);
  ListId string_list(std::span<const StringId> ids);
  std::string_view keep(std::string_view bytes) { return arena_.keep(bytes); }

  // A version whose text is not semver is left out. Of two with the same text the later counts.
  void version(const VersionDraft& draft);
  void tag(std::string_view name, std::string_view version_text);
  void published(std::string_view version_text, std::int64_t time);
  void modified(std::int64_t time) { modified_ = time; }

  PaddedBuffer finish();

 private:
  struct Entry {
    semver::Version order;
    VersionRecord record;
    Digest digest;
  };
  void order_versions();
  void order_tags();
  Header header() const;
  void write_versions(std::uint8_t* out, const Offsets& offsets) const;
  StringId tarball_of(const VersionDraft& draft, std::uint32_t& flags);

  StringId name_ = 0;
  StringId registry_base_ = 0;
  std::int64_t modified_ = kNoTime;
  Table strings_;
  Table pairs_;         // Pair bytes; ids are shifted by one, since no pair is empty
  Table pair_lists_;    // bytes of pair ids
  Table string_lists_;  // bytes of string ids
  Table shapes_;        // Shape bytes; shifted likewise
  TextArena arena_;
  std::vector<Entry> versions_;       // as read
  std::vector<std::uint32_t> order_;  // which of them, descending
  std::vector<Tag> tags_;
  std::vector<std::pair<StringId, std::int64_t>> times_;
};

}  // namespace lpm::manifest::image
