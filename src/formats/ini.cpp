// The dialect is that of npm's configuration files. Quoting is JSON inside double quotes; inside
// single quotes a text that happens to be JSON is read as such, too.
#include "formats/ini.h"

#include <optional>

#include "base/text.h"
#include "formats/json.h"

namespace lpm::formats {
namespace {

bool is_quoted(std::string_view text) {
  return text.size() > 1 && (text.front() == '"' || text.front() == '\'') &&
         text.back() == text.front();
}

// A JSON string is decoded; anything else stays as it is.
std::string unquoted(std::string_view text) {
  if (text.front() == '\'') text = text.substr(1, text.size() - 2);
  Result<json::Value> value = json::parse(text, "");
  return value && value->is_string() ? std::move(value->string) : std::string(text);
}

bool is_escapable(char c) {
  return c == ';' || c == '#' || c == '\\';
}

// Up to a comment; a backslash takes the meaning of `;`, `#` and itself.
std::string without_comment(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ';' || text[i] == '#') break;
    if (text[i] == '\\' && i + 1 < text.size() && is_escapable(text[i + 1])) ++i;
    out += text[i];
  }
  return std::string(trim(out));
}

std::string decoded(std::string_view text) {
  text = trim(text);
  return is_quoted(text) ? unquoted(text) : without_comment(text);
}

// Only at the very start of a line.
bool is_section(std::string_view line) {
  return line.starts_with('[') && line.find(']') == trim(line).size() - 1;
}

// Nothing for lines without an entry.
std::optional<IniEntry> read_entry(std::string_view line) {
  line = trim(line);
  if (line.empty() || line.front() == ';' || line.front() == '#' || line.front() == '=')
    return std::nullopt;
  const std::size_t equals = line.find('=');
  IniEntry entry;
  entry.key = decoded(line.substr(0, equals));
  entry.has_value = equals != std::string_view::npos;
  entry.value = entry.has_value ? decoded(line.substr(equals + 1)) : "true";
  if (entry.key.size() > 2 && entry.key.ends_with("[]")) {
    entry.is_list_item = true;
    entry.key.resize(entry.key.size() - 2);
  }
  if (entry.key.empty()) return std::nullopt;
  return entry;
}

}  // namespace

std::vector<IniEntry> parse_ini(std::string_view text) {
  std::vector<IniEntry> entries;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::uint32_t number = 0;
  for (const std::string_view numbered_line : split(text, '\n')) {
    ++number;
    for (const std::string_view line : split(numbered_line, '\r')) {
      if (is_section(line)) return entries;  // what follows belongs to sections, which nobody reads
      std::optional<IniEntry> entry = read_entry(line);
      if (!entry) continue;
      entry->line = number;
      entries.push_back(std::move(*entry));
    }
  }
  return entries;
}

}  // namespace lpm::formats
