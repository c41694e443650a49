// The YAML reader over any bytes. Promises: an error names its place; depth and keys are what the
// header says; a tree written out in flow form is read back as it was. Inputs: up to 16 KiB.
#include <fmt/format.h>

#include <set>

#include "formats/yaml.h"
#include "fuzz.h"

namespace lpm::formats::yaml {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;
constexpr Limits kLimits{.values = 20'000, .depth = 16, .copied_values = 2'000};

// The reader promises valid UTF-8.
std::uint32_t take_code_point(std::string_view text, std::size_t& at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at++);
  const int more = first < 0x80 ? 0 : first < 0xE0 ? 1 : first < 0xF0 ? 2 : 3;
  std::uint32_t code = more == 0 ? first : first & (0x3FU >> more);
  require(at + static_cast<std::size_t>(more) <= text.size(), "texts are UTF-8");
  for (int i = 0; i < more; ++i) code = code << 6 | (byte(at++) & 0x3FU);
  return code;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const std::uint32_t code = take_code_point(text, at);
    if (code < 0x20 || code >= 0x7F || code == '"' || code == '\\') {
      out += fmt::format("\\U{:08x}", code);
    } else {
      out += static_cast<char>(code);
    }
  }
  return out + '"';
}

std::string written(const Value& value) {
  if (value.is_scalar())
    return value.is_null() || value.boolean() ? value.text : quoted(value.text);
  std::string out;
  for (const Value& child : value.children) {
    if (!out.empty()) out += ", ";
    if (value.is_mapping()) out += "? " + quoted(child.key) + " : ";
    const std::string text = written(child);
    out += text.empty() ? "~" : text;
  }
  return value.is_mapping() ? "{" + out + "}" : "[" + out + "]";
}

void require_sound(const Value& value, std::uint32_t depth) {
  require(value.is_scalar() ? value.children.empty() : value.text.empty(), "a value is one thing");
  require(value.is_scalar() || depth < kLimits.depth, "depth is bounded");
  std::set<std::string_view> keys;
  for (const Value& child : value.children) {
    require(value.is_mapping() ? keys.insert(child.key).second : child.key.empty(),
            "keys are of mappings, and unique");
    require(child.line > 0, "a value has a line");
    if (value.is_mapping()) require(value.find(child.key) == &child, "what is there is found");
    require_sound(child, depth + 1);
  }
}

void require_same(const Value& a, const Value& b) {
  require(a.kind == b.kind && a.key == b.key && a.is_null() == b.is_null() &&
              a.boolean() == b.boolean() && a.children.size() == b.children.size(),
          "what is written is read");
  require(a.text == b.text || a.is_null(), "texts are as they were");
  for (std::size_t i = 0; i < a.children.size(); ++i) require_same(a.children[i], b.children[i]);
}

}  // namespace
}  // namespace lpm::formats::yaml

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats::yaml;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const auto documents = parse_documents(text, "f", kLimits);
  const auto one = parse(text, "f", kLimits);
  if (!documents) {
    require(documents.error().where.starts_with("f"), "an error names its place");
    require(!one && one.error().where == documents.error().where, "both ways refuse the same");
    return 0;
  }
  require(one.has_value() == (documents->size() < 2), "one document is one");
  for (const Value& document : *documents) {
    require_sound(document, 0);
    const auto again = parse(written(document), "again", kLimits);
    require(again.has_value(), "what is written is understood");
    require_same(document, *again);
  }
  return 0;
}
