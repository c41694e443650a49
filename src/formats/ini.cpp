#include "formats/ini.h"

#include "base/text.h"
#include "formats/json.h"

namespace lpm::formats {
namespace {

// Quoted text: a JSON string in double quotes (certificates hold `\n`), else what stands between
// the quotes.
std::string unquote(std::string_view text) {
  const bool is_single = text.front() == '\'';
  const std::string_view candidate = is_single ? text.substr(1, text.size() - 2) : text;
  if (!candidate.starts_with('"')) return std::string(candidate);
  const auto value = json::parse(candidate, "");
  return value && value->is_string() ? value->string : std::string(candidate);
}

// A value in quotes loses them; otherwise a `;` or `#` begins a comment unless a backslash stands
// before it.
std::string plain_value(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
      text.back() == text.front())
    return unquote(text);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() &&
                         (text[i + 1] == ';' || text[i + 1] == '#' || text[i + 1] == '\\');
    if (escapes) {
      value += text[++i];
    } else if (text[i] == ';' || text[i] == '#') {
      break;
    } else {
      value += text[i];
    }
  }
  return std::string(trim(value));
}

bool is_section(std::string_view line) {
  return line.front() == '[' && line.find(']') == line.size() - 1;
}

}  // namespace

std::vector<IniEntry> parse_ini(std::string_view text) {
  std::vector<IniEntry> entries;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::uint32_t number = 0;
  for (std::string_view line : split(text, '\n')) {
    ++number;
    line = trim(line);
    if (line.empty() || line.front() == ';' || line.front() == '#') continue;
    if (is_section(line)) break;
    IniEntry entry;
    entry.line = number;
    const std::size_t equals = line.find('=');
    std::string_view key = trim(line.substr(0, equals));
    entry.has_value = equals != std::string_view::npos;
    entry.value = entry.has_value ? plain_value(line.substr(equals + 1)) : "true";
    if (key.ends_with("[]")) {
      entry.is_list_item = true;
      key.remove_suffix(2);
    }
    entry.key = plain_value(key);
    if (!entry.key.empty()) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace lpm::formats
