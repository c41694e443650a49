// Fields of a JSON document by npm's way to name them: `scripts.test`, `contributors[0].name`,
// `exports[.].import`, `keywords[]`.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/json.h"

namespace lpm::ops {

struct FieldStep {
  enum class Kind : std::uint8_t { Member, Index, Append };
  Kind kind = Kind::Member;
  std::string name;       // Member, as written for Index
  std::size_t index = 0;  // Index
};
using FieldPath = std::vector<FieldStep>;

// USAGE for a text that names no field.
Result<FieldPath> parse_field(std::string_view text);

// What the field names, each with the place where it was found: a member of a list is looked for in
// all its items (`maintainers.name`). Empty when there is nothing.
using FoundFields = std::vector<std::pair<std::string, const formats::json::Value*>>;
FoundFields find_fields(const formats::json::Value& root, const FieldPath& path);
// Is the place the one that the path names, and not one of several items?
bool leads_to(const FieldPath& path, std::string_view place);

// Sets the field, making what is missing on the way. USAGE when something on the way is neither an
// object nor a list, an index leaves a gap, or a name is `__proto__`.
Status set_field(formats::json::Value& root, const FieldPath& path, formats::json::Value value);
// Whether it was there.
bool remove_field(formats::json::Value& root, const FieldPath& path);

void write_value(formats::json::Writer& writer, const formats::json::Value& value);
std::string json_text(const formats::json::Value& value);  // without a final newline
formats::json::Value text_value(std::string text);

}  // namespace lpm::ops
