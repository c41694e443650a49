#include "cli/render_error.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/printable.h"
#include "base/text.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

std::string coloured(std::string_view text, std::string_view code, Colour colour) {
  if (colour == Colour::Off) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

}  // namespace

std::string render_error(const Error& error, Colour colour) {
  std::string text = coloured("error", "1;31", colour) + ": " + printable_lines(error.what) + "\n";
  std::size_t width = error.where.empty() ? 0 : 2;
  for (const Fact& fact : error.facts) width = std::max(width, fact.label.size());
  if (!error.where.empty())
    text += fmt::format("  {:<{}}  {}\n", "at", width, printable_lines(error.where));
  for (const Fact& fact : error.facts) {
    const std::string margin(width + 4, ' ');
    text += fmt::format("  {:<{}}  {}\n", fact.label, width,
                        replace_all(printable_lines(fact.text), "\n", "\n" + margin));
  }
  for (const std::string& frame : error.context)
    text += fmt::format("  {}\n", printable_lines(frame));
  for (const std::string& hint : error.hints)
    text += coloured("hint", "1;36", colour) + ": " + printable_lines(hint) + "\n";
  text += fmt::format("code: {}\n", info(error.code).name);
  if (error.code == ErrorCode::INTERNAL)
    text += "this is a defect of lpm; please report it with `lpm version --json`\n";
  return text;
}

std::string error_document(const Error& error) {
  formats::json::Writer json;
  json.begin_object()
      .key("schema_version")
      .value(1)
      .key("success")
      .value(false)
      .key("error")
      .begin_object();
  json.key("code").value(info(error.code).name).key("exit_status").value(error.status());
  json.key("what").value(error.what);
  if (!error.where.empty()) json.key("where").value(error.where);
  json.key("facts").begin_array();
  for (const Fact& fact : error.facts)
    json.begin_object().key("label").value(fact.label).key("text").value(fact.text).end_object();
  json.end_array().key("context").begin_array();
  for (const std::string& frame : error.context) json.value(frame);
  json.end_array().key("hints").begin_array();
  for (const std::string& hint : error.hints) json.value(hint);
  json.end_array().end_object().end_object();
  return json.take();
}

}  // namespace lpm::cli
