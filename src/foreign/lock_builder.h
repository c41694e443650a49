// What the readers share: entries and edges that are checked before they go into a ForeignLock, and
// lines of offsets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/interner.h"
#include "base/text.h"
#include "foreign/foreign.h"

namespace lpm::foreign {

inline constexpr std::size_t kMostBytes = 32U << 20;  // ten times the largest that were seen

Error bad_lockfile(std::string_view file_name, std::uint32_t line, std::string problem);

// Lines of offsets that come in any order.
class Lines {
 public:
  explicit Lines(std::string_view text);
  std::uint32_t of(std::size_t offset) const;  // 1-based

 private:
  std::vector<std::size_t> begins_;
};

// Where a package comes from, by the text that stands in place of a version or as its address.
// Nothing for a text that names no source of its own.
std::optional<graph::Source> source_of(std::string_view text);
bool is_web_address(std::string_view text);  // http: or https:

// The name behind `npm:` of a specifier like `npm:lodash@^3`, and the range behind that.
struct Alias {
  std::string_view name;
  std::string_view range;
};
std::optional<Alias> alias_of(std::string_view spec);

// `name@rest`, at the first `@` that is not the scope's; nothing without one.
struct NameAndRest {
  std::string_view name;
  std::string_view rest;
};
std::optional<NameAndRest> split_at_name(std::string_view text);

class LockBuilder {
 public:
  LockBuilder(Format format, std::string_view version);

  // kNoEntry, and an omission, when the name or the version is none that could be kept.
  EntryId add(Entry entry);
  Entry& entry(EntryId id) { return lock_.entries[id]; }
  std::size_t size() const { return lock_.entries.size(); }
  Importer& add_importer(std::string path);  // or the one that is there; valid until the next one
  void add_pattern(std::string_view name, std::string_view spec, EntryId target) {
    lock_.patterns.push_back({std::string(name), std::string(spec), target, "", false});
  }
  void add_pattern(Pattern pattern) { lock_.patterns.push_back(std::move(pattern)); }
  void omit(std::string what, std::string reason, std::uint32_t line);
  // Reads an integrity; one that is none is left out and told of.
  void set_integrity(Entry& entry, std::string_view text);
  void leave_peers_out() { lock_.has_peers = false; }
  ForeignLock take();

 private:
  ForeignLock lock_;
  std::unordered_map<std::string, std::size_t> importer_at_;
};

// Packages at places of a hoisted tree: a dependency is looked for below its dependent, then below
// the one above that, up to the root.
class HoistedTree {
 public:
  using Place = std::uint32_t;
  static constexpr Place kRoot = 0;
  static constexpr std::uint32_t kDeepest = 64;  // npm's own trees are a tenth as deep

  HoistedTree() : above_(1, kRoot), depth_(1, 0) {}
  // Nothing when the place is taken or too deep.
  std::optional<Place> add(Place above, std::string_view name, EntryId entry);
  // A folder of its own besides node_modules: what is below it is seen by it, then the root's.
  Place add_folder();
  // kNoEntry: there is none.
  EntryId find(Place from, std::string_view name) const;
  std::optional<Place> child(Place above, std::string_view name) const;

 private:
  struct Taken {
    Place place;
    EntryId entry;
  };
  std::uint64_t key(Place above, std::uint32_t name) const {
    return std::uint64_t{above} << 32 | name;
  }
  Interner names_;  // texts are the caller's
  std::unordered_map<std::uint64_t, Taken> places_;
  std::vector<Place> above_;
  std::vector<std::uint32_t> depth_;
};

}  // namespace lpm::foreign
