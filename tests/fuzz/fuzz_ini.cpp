// The reader of .npmrc lines over any bytes. Promises: keys are not empty, lines count up, a text
// means what its lines mean one after the other, and what was read can be written and read again.
// Inputs: up to 16 KiB.
#include "base/bytes.h"
#include "formats/ini.h"
#include "formats/json.h"
#include "formats/json_text.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 16U << 10;

bool same(const IniEntry& a, const IniEntry& b) {
  return a.key == b.key && a.value == b.value && a.is_list_item == b.is_list_item;
}

void require_in_order(const std::vector<IniEntry>& entries) {
  std::uint32_t line = 1;
  for (const IniEntry& entry : entries) {
    require(!entry.key.empty(), "keys are not empty");
    require(entry.line >= line, "entries are in order");
    require(entry.has_value || entry.value == "true", "a key alone means true");
    line = entry.line;
  }
}

// Cut behind a line that is in no section, both parts mean together what the whole means.
void require_split_makes_no_difference(std::string_view text, const std::vector<IniEntry>& whole) {
  const std::size_t cut = text.find('\n', text.size() / 2);
  if (cut == std::string_view::npos || text.substr(cut + 1).starts_with("\xEF\xBB\xBF")) return;
  const std::string_view first = text.substr(0, cut + 1);
  const bool in_section =
      parse_ini(std::string(first) + "probe=1").size() == parse_ini(first).size();
  if (in_section) return;
  std::vector<IniEntry> parts = parse_ini(first);
  for (IniEntry& entry : parse_ini(text.substr(cut + 1))) parts.push_back(std::move(entry));
  require(parts.size() == whole.size(), "parts have the entries of the whole");
  for (std::size_t i = 0; i < whole.size(); ++i)
    require(same(parts[i], whole[i]), "parts mean what the whole means");
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0, size = 0; at < text.size(); at += size)
    if ((size = json::utf8_size_at(text, at)) == 0) return false;
  return true;
}

bool can_be_written(const IniEntry& entry) {
  return entry.key.find('=') == std::string::npos && !entry.key.ends_with("[]") &&
         is_utf8(entry.key) && is_utf8(entry.value);
}

void require_round_trip(const std::vector<IniEntry>& entries) {
  std::string text;
  std::vector<const IniEntry*> written;
  for (const IniEntry& entry : entries) {
    if (!can_be_written(entry)) continue;
    text += json::quote(entry.key + (entry.is_list_item ? "[]" : "")) + " = " +
            json::quote(entry.value) + "\n";
    written.push_back(&entry);
  }
  const std::vector<IniEntry> again = parse_ini(text);
  require(again.size() == written.size(), "what is written is read");
  for (std::size_t i = 0; i < again.size(); ++i)
    require(same(again[i], *written[i]), "what is written means the same");
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  const std::string_view text = lpm::fuzz::text_of(data, size);
  const std::vector<IniEntry> entries = parse_ini(text);
  require_in_order(entries);
  require_split_makes_no_difference(text, entries);
  require_round_trip(entries);
  return 0;
}
