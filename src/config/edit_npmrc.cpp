#include <fmt/format.h>

#include "base/text.h"
#include "config/settings.h"
#include "formats/ini.h"
#include "formats/json.h"

namespace lpm::config {
namespace {

// Lines with their ends.
std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::size_t size = end == std::string_view::npos ? text.size() : end + 1;
    lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return lines;
}

bool sets_key(std::string_view line, std::string_view key) {
  const auto entries = formats::parse_ini(line);
  return !entries.empty() && entries[0].key == key;
}

// What follows a section header is no setting any more.
bool begins_section(std::string_view line) {
  return formats::parse_ini(std::string(line) + "\nprobe=1\n").empty();
}

// Quotes what the reader would otherwise take for a comment, a blank or another type.
Result<std::string> written_value(std::string_view key, std::string_view value) {
  for (const std::string& candidate : {std::string(value), formats::json::quote(value)}) {
    const auto entries = formats::parse_ini(fmt::format("k={}\n", candidate));
    if (entries.size() == 1 && entries[0].value == value) return candidate;
  }
  return Error(ErrorCode::BAD_CONFIG,
               fmt::format("the value of `{}` cannot be written into a .npmrc", key));
}

bool is_writable_key(std::string_view key) {
  const auto entries = formats::parse_ini(fmt::format("{}=x\n", key));
  return entries.size() == 1 && entries[0].key == key && entries[0].value == "x" &&
         !entries[0].is_list_item;
}

}  // namespace

Result<std::string> edit_npmrc(std::string_view text, std::string_view key,
                               std::string_view value) {
  if (!is_writable_key(key)) {
    return Error(ErrorCode::BAD_CONFIG, fmt::format("`{}` cannot be a key of a .npmrc", key));
  }
  LPM_TRY_ASSIGN(const std::string written, written_value(key, value));
  const std::string_view line_end = text.find("\r\n") == std::string_view::npos ? "\n" : "\r\n";
  const std::string new_line = fmt::format("{}={}{}", key, written, line_end);
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  std::string result;
  if (text.starts_with(kByteOrderMark)) {
    result = kByteOrderMark;
    text.remove_prefix(kByteOrderMark.size());
  }
  bool is_done = value.empty();
  bool in_section = false;
  for (std::string_view line : lines_of(text)) {
    if (begins_section(line) && !in_section) {
      in_section = true;
      if (!std::exchange(is_done, true))
        result += new_line;  // keys below a section header would not count
    }
    if (!in_section && sets_key(line, key)) {
      if (!std::exchange(is_done, true)) result += new_line;
      continue;
    }
    result += line;
  }
  if (is_done) return result;
  if (!text.empty() && !result.ends_with('\n')) result += line_end;
  return result + new_line;
}

}  // namespace lpm::config
