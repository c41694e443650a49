// trust: how dangerous lifecycle scripts look.
#include "ops/trust.h"

#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/printable.h"
#include "cli/commands.h"
#include "formats/json.h"

namespace lpm::cli {
namespace {

using formats::json::Writer;

constexpr std::size_t kMostInput = std::size_t{1} << 20;  // bytes; no script of a package is longer

Error usage() {
  return Error(ErrorCode::USAGE, "`lpm trust` needs one of: classify")
      .hint("`lpm help trust` explains them");
}

Result<std::string> read_input() {
  std::string text;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), stdin)) {
    text.append(buffer.data(), count);
    if (text.size() > kMostInput)
      return Error(ErrorCode::USAGE, "the command on standard input is longer than 1 MiB");
  }
  return text;
}

void write_findings(Writer& json, const std::vector<ops::ScriptFinding>& findings) {
  json.key("evidence").begin_array();
  for (const ops::ScriptFinding& finding : findings) {
    json.begin_object().key("rule").value(finding.rule).key("tier").value(finding.tier);
    json.key("text").value(finding.text).key("why").value(finding.why).end_object();
  }
  json.end_array();
}

std::string finding_line(const ops::ScriptFinding& finding) {
  const std::string text = printable(finding.text);
  return fmt::format("  {:<5}  {}: {}{}\n", finding.tier, finding.rule, finding.why,
                     text.empty() ? "" : fmt::format(": `{}`", text));
}

Result<int> classify(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  if (words.size() < 2) {
    return Error(ErrorCode::USAGE, "`lpm trust classify` needs a command")
        .hint("lpm trust classify 'node-gyp rebuild', or `-` to read it from standard input");
  }
  std::string command = words[1];
  if (command == "-") {
    LPM_TRY_ASSIGN(command, read_input());
  }
  const ops::ClassifiedCommand found = ops::classify_script(command);
  if (context.json) {
    Writer json;
    json.begin_object().key("schema_version").value(1).key("tier").value(found.tier);
    write_findings(json, found.findings);
    std::fputs(json.end_object().take().c_str(), stdout);
    return 0;
  }
  std::string text = found.tier + "\n";
  for (const ops::ScriptFinding& finding : found.findings) text += finding_line(finding);
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

Result<int> run_trust(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  if (!words.empty() && words[0] == "classify") return classify(context);
  return usage();
}

}  // namespace lpm::cli
