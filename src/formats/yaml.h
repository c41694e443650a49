// YAML as people and package managers write it: mappings, sequences and scalars of one or several
// documents, with a line each. libyaml reads the syntax in one place; what a plain scalar means is
// up to the caller. Refused: keys that are not texts, tags of other kinds than YAML's own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace lpm::formats::yaml {

enum class Kind : std::uint8_t { Scalar, Sequence, Mapping };

// One node of a document. Aliases are copies of what they name, and `<<` is merged already.
struct Value {
  Kind kind = Kind::Scalar;
  bool is_plain = true;         // Scalar without quotes: need not mean a text
  std::uint32_t line = 0;       // 1-based; of the key, when it is in a mapping
  std::string key;              // what it stands under in a mapping; keys are unique
  std::string text;             // Scalar
  std::vector<Value> children;  // in source order

  bool is_scalar() const { return kind == Kind::Scalar; }
  bool is_sequence() const { return kind == Kind::Sequence; }
  bool is_mapping() const { return kind == Kind::Mapping; }
  bool is_null() const;                            // `~`, `null`, or nothing at all
  std::optional<bool> boolean() const;             // plain `true` or `false`, as YAML 1.2 has it
  const Value* find(std::string_view name) const;  // of a mapping; null when absent
  std::optional<std::string_view> text_at(std::string_view name) const;  // a scalar, not null
};

struct Limits {
  std::size_t bytes = 32U << 20;
  std::size_t values = 2'000'000;
  std::uint32_t depth = 64;
  std::size_t copied_values = 100'000;  // by anchors, aliases and merges
  std::size_t copied_bytes = 4U << 20;
};

// All documents of a stream; none for a text without content. BAD_YAML at `file:line:column` with
// the line shown.
Result<std::vector<Value>> parse_documents(std::string_view text, std::string_view file_name,
                                           const Limits& limits = {});

// The same for a text that is one document; one without content is a null scalar.
Result<Value> parse(std::string_view text, std::string_view file_name, const Limits& limits = {});

}  // namespace lpm::formats::yaml
