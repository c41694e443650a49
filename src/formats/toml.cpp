// toml++ appears here only; its exceptions stop here.
#include "formats/toml.h"

#include <fmt/format.h>

#include <toml++/toml.h>

namespace lpm::formats {
namespace {

std::string scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
  if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
  if (const auto* number = node.as_floating_point()) return fmt::format("{}", number->get());
  return "";
}

void flatten(const toml::table& table, const std::string& prefix, std::vector<TomlEntry>& entries) {
  for (const auto& [name, node] : table) {
    const std::string key = prefix.empty() ? std::string(name.str()) : fmt::format("{}.{}", prefix, name.str());
    if (const toml::table* inner = node.as_table()) {
      flatten(*inner, key, entries);
      continue;
    }
    TomlEntry entry;
    entry.key = key;
    entry.line = node.source().begin.line;
    if (const toml::array* items = node.as_array()) {
      entry.is_array = true;
      for (const toml::node& item : *items) entry.values.push_back(scalar_text(item));
    } else {
      entry.values.push_back(scalar_text(node));
    }
    entries.push_back(std::move(entry));
  }
}

}  // namespace

Result<std::vector<TomlEntry>> parse_toml(std::string_view text, std::string_view file_name) {
  try {
    const toml::table table = toml::parse(text);
    std::vector<TomlEntry> entries;
    flatten(table, "", entries);
    std::stable_sort(entries.begin(), entries.end(), [](const TomlEntry& a, const TomlEntry& b) { return a.line < b.line; });
    return entries;
  } catch (const toml::parse_error& problem) {
    const toml::source_position place = problem.source().begin;
    return Error(ErrorCode::BAD_CONFIG, fmt::format("`{}` is not valid TOML: {}", file_name, problem.description()))
        .at(fmt::format("{}:{}:{}", file_name, place.line, place.column));
  }
}

}  // namespace lpm::formats
