// The reader of config.toml over any bytes. Promises: entries are in order; an error names its
// place; entries that are written out flat are read back as they were. Inputs: up to 16 KiB.
#include <fmt/format.h>

#include <set>

#include "formats/toml.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (fuzz::is_control(c)) {
      out += fmt::format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

std::string list_of(const TomlEntry& entry) {
  std::string out = "[";
  for (const std::string& value : entry.values) out += quoted(value) + ", ";
  return out + "]";
}

void require_in_order(const std::vector<TomlEntry>& entries) {
  std::uint32_t line = 0;
  for (const TomlEntry& entry : entries) {
    require(entry.line >= line, "entries are in order");
    require(entry.is_array || entry.values.size() == 1, "a plain entry has one value");
    line = entry.line;
  }
}

void require_round_trip(const std::vector<TomlEntry>& entries) {
  std::string text;
  std::set<std::string_view> keys;
  for (const TomlEntry& entry : entries) {
    if (!keys.insert(entry.key).second) return;  // `a.b` and `"a.b"`
    text += quoted(entry.key) + " = " + (entry.is_array ? list_of(entry) : quoted(entry.values[0]));
    text += '\n';
  }
  const auto again = parse_toml(text, "again");
  require(again && again->size() == entries.size(), "what is written is read");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const TomlEntry& read = (*again)[i];
    require(read.key == entries[i].key && read.values == entries[i].values &&
                read.is_array == entries[i].is_array && read.line == i + 1,
            "what is written means the same");
  }
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const auto entries = parse_toml(lpm::fuzz::text_of(data, size), "f");
  if (!entries) {
    require(entries.error().where.starts_with("f"), "an error names its place");
    return 0;
  }
  require_in_order(*entries);
  require_round_trip(*entries);
  return 0;
}
