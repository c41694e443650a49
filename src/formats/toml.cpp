// toml++ appears here only; its exceptions stop here.
#include "formats/toml.h"

// Some bad documents (`[ = ]`) run into assertions of toml++ 3.3, which release builds turn into
// assumptions. Here they throw in all builds.
#undef NDEBUG
namespace {
struct TomlAssertionFailed {};
[[noreturn]] void fail_toml_assertion() {
  throw TomlAssertionFailed{};
}
}  // namespace
#define TOML_ASSERT(condition) ((condition) ? void() : fail_toml_assertion())

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "formats/json.h"
#include "formats/json_text.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kMostBytes = 128U << 10;
// A dotted key makes a table for each part, and toml++ frees tables by recursion.
constexpr std::size_t kMostKeyParts = 32;

// Behind the string that begins with the quote at `at`.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string three(3, quote);
  const bool is_long = text.substr(at).starts_with(three);
  const std::string_view closing = std::string_view(three).substr(0, is_long ? 3 : 1);
  for (at += closing.size(); at < text.size(); ++at) {
    if (text.substr(at).starts_with(closing)) {
      at += closing.size();
      // A long string may end in quotes of its own.
      for (int i = 0; is_long && i < 2 && at < text.size() && text[at] == quote; ++i) ++at;
      return at;
    }
    if (!is_long && text[at] == '\n') return at;  // not closed, as toml++ will say
    if (text[at] == '\\' && quote == '"') ++at;
  }
  return text.size();
}

struct Problem {
  std::size_t offset;
  std::string_view text;
};

// What toml++ 3.3 does not survive: deep keys, and, outside strings, characters that are not ASCII,
// for which it runs into undefined behaviour instead of its own error.
std::optional<Problem> find_indigestible(std::string_view text) {
  std::size_t dots = 0;
  std::size_t at = text.starts_with(json::kByteOrderMark) ? json::kByteOrderMark.size() : 0;
  while (at < text.size()) {
    switch (text[at]) {
      case '"':
      case '\'':
        at = end_of_string(text, at);
        continue;
      case '#':
        at = std::min(text.find('\n', at), text.size());
        continue;
      case '.':
        if (++dots >= kMostKeyParts) return Problem{at, "a key has too many parts"};
        break;
      case '\n':
      case '=':
      case ',':
      case '[':
      case ']':
      case '{':
      case '}':
        dots = 0;
        break;
      default:
        if (static_cast<unsigned char>(text[at]) >= 0x80)
          return Problem{at, "this character is allowed inside quotes only"};
    }
    ++at;
  }
  return std::nullopt;
}

std::string date_text(const toml::date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string time_text(const toml::time& time) {
  std::string text = fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second);
  if (time.nanosecond != 0) text += fmt::format(".{:09}", time.nanosecond);
  return text;
}

std::string date_time_text(const toml::date_time& value) {
  std::string text = date_text(value.date) + "T" + time_text(value.time);
  if (!value.offset) return text;
  const int minutes = value.offset->minutes, distance = std::abs(minutes);
  if (minutes == 0) return text + "Z";
  return text + fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', distance / 60, distance % 60);
}

// Nothing for a table or an array.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  if (const auto* date = node.as_date()) return date_text(date->get());
  if (const auto* time = node.as_time()) return time_text(time->get());
  if (const auto* date_time = node.as_date_time()) return date_time_text(date_time->get());
  return std::nullopt;
}

struct Source {
  std::string_view text;
  std::string_view file_name;
};

// Byte offset of a place that toml++ counts in lines and characters.
std::size_t offset_of(std::string_view text, toml::source_position place) {
  std::size_t at = 0;
  for (toml::source_index line = 1; line < place.line && at < text.size(); ++line)
    at = std::min(text.find('\n', at), text.size() - 1) + 1;
  for (toml::source_index column = 1; column < place.column && at < text.size(); ++column)
    at += std::max<std::size_t>(json::utf8_size_at(text, at), 1);
  return std::min(at, text.size());
}

Error bad_toml(const Source& source, toml::source_position place, std::string_view problem) {
  return Error(ErrorCode::BAD_CONFIG,
               fmt::format("`{}` is not understood: {}", source.file_name, problem))
      .at(fmt::format("{}:{}:{}", source.file_name, place.line, place.column))
      .fact("line", json::line_with_caret(source.text, offset_of(source.text, place)));
}

struct PlacedEntry {
  toml::source_position place;
  TomlEntry entry;
};

Result<TomlEntry> read_entry(const Source& source, std::string key, const toml::node& node) {
  TomlEntry entry;
  entry.key = std::move(key);
  entry.line = node.source().begin.line;
  const auto add = [&](const toml::node& value) -> Status {
    std::optional<std::string> text = scalar_text(value);
    if (!text)
      return bad_toml(source, value.source().begin, "a list may hold texts and numbers only");
    entry.values.push_back(std::move(*text));
    return {};
  };
  const toml::array* items = node.as_array();
  entry.is_array = items != nullptr;
  if (items == nullptr) {
    LPM_TRY(add(node));
    return entry;
  }
  for (const toml::node& item : *items) LPM_TRY(add(item));
  return entry;
}

// `key` is the path to the table, with a dot behind it; it comes back as it was.
Status flatten(const Source& source, const toml::table& table, std::string& key,
               std::vector<PlacedEntry>& entries) {
  const std::size_t prefix = key.size();
  for (const auto& [name, node] : table) {
    key.resize(prefix);
    key += name.str();
    if (const toml::table* inner = node.as_table()) {
      key += '.';
      LPM_TRY(flatten(source, *inner, key, entries));
      continue;
    }
    LPM_TRY_ASSIGN(TomlEntry entry, read_entry(source, key, node));
    entries.push_back({node.source().begin, std::move(entry)});
  }
  key.resize(prefix);
  return {};
}

// toml++ says "Error while parsing X: what is wrong".
std::string problem_of(std::string_view description) {
  const std::size_t colon = description.find(": ");
  return std::string(colon == std::string_view::npos ? description : description.substr(colon + 2));
}

Result<std::vector<TomlEntry>> read_table(const Source& source, const toml::table& table) {
  std::vector<PlacedEntry> placed;
  std::string key;
  LPM_TRY(flatten(source, table, key, placed));
  std::sort(placed.begin(), placed.end(),
            [](const PlacedEntry& a, const PlacedEntry& b) { return a.place < b.place; });
  std::vector<TomlEntry> entries;
  entries.reserve(placed.size());
  for (PlacedEntry& entry : placed) entries.push_back(std::move(entry.entry));
  return entries;
}

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text, std::string_view file_name) {
  if (text.size() > kMostBytes)
    return Error(ErrorCode::BAD_CONFIG, fmt::format("`{}` is larger than 128 KiB", file_name))
        .at(std::string(file_name));
  const Source source{text, file_name};
  if (const std::optional<Problem> problem = find_indigestible(text)) {
    const json::Position place = json::position_of(text, problem->offset);
    return bad_toml(source, {place.line, place.column}, problem->text);
  }
  try {
    return read_table(source, toml::parse(text));
  } catch (const toml::parse_error& problem) {
    return bad_toml(source, problem.source().begin, problem_of(problem.description()));
  } catch (const TomlAssertionFailed&) {
    return Error(ErrorCode::BAD_CONFIG, fmt::format("`{}` is not understood", file_name))
        .at(std::string(file_name));
  }
}

}  // namespace lpm::formats
