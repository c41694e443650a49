// Specifiers by text: each distinct text is parsed once, and its version picked once per package.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>

#include "base/interner.h"
#include "manifest/manifest.h"

namespace lpm::resolver {

using SpecId = std::uint32_t;

// What a text asks for, whatever name it stands behind.
struct Spec {
  enum class Kind : std::uint8_t { Range, Tag, Source, Other, Bad };
  Kind kind = Kind::Bad;
  std::string_view text;            // as written; owned by the table
  std::string target;               // real name of an `npm:` alias; empty: the edge's own name
  bool is_jsr_of_own_name = false;  // `jsr:^1.0.0`: JSR's package of the edge's name
  semver::Range range{};            // Kind::Range
  std::string tag;                  // Kind::Tag
  std::string source;               // Kind::Source: see graph/source_text.h

  // A version that the picker may have chosen for the range: `*` takes `latest` even when that is a
  // prerelease.
  bool admits(const semver::Version& version) const;
  // Peers: what cannot be compared with a version counts as met.
  bool admits_peer(const semver::Version& version) const;
};

class SpecTable {
 public:
  SpecId add(std::string_view text);
  const Spec& operator[](SpecId id) const { return specs_[id]; }

 private:
  Interner texts_;
  TextArena arena_;
  std::deque<Spec> specs_;
};

}  // namespace lpm::resolver
