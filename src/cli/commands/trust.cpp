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
  return Error(ErrorCode::USAGE, "`lpm trust` needs one of: classify, explain")
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

std::string explained_text(const ops::ExplainedPackage& package) {
  std::string text = fmt::format("{}: {}\n", package.package, package.tier);
  if (package.commands.empty()) text += "  no lifecycle script\n";
  for (const ops::ExplainedCommand& command : package.commands) {
    text += fmt::format("  {}{}: `{}`\n", command.phase, command.implied ? " (binding.gyp)" : "",
                        printable(command.command));
    for (const ops::ScriptFinding& finding : command.text.findings)
      text += "  " + finding_line(finding);
  }
  for (const ops::ScriptCapability& found : package.capabilities) {
    const std::string place =
        found.line == 0 ? found.path : fmt::format("{}:{}", found.path, found.line);
    text += fmt::format("  {:<5}  {}{}{}: {}{}\n", found.tier, printable(place),
                        place.empty() ? "" : "  ", found.id, found.why,
                        found.text.empty() ? "" : fmt::format(": `{}`", printable(found.text)));
  }
  if (package.commands.empty()) return text;
  text += "  files";
  for (const std::string& path : package.files) text += " " + printable(path);
  return text + fmt::format("\n  closure {}{}\n", package.closure_hash,
                            package.complete ? "" : " (not all that runs)");
}

void write_explained(Writer& json, const ops::ExplainedPackage& package) {
  json.begin_object().key("package").value(package.package).key("tier").value(package.tier);
  json.key("commands").begin_array();
  for (const ops::ExplainedCommand& command : package.commands) {
    json.begin_object().key("phase").value(command.phase).key("command").value(command.command);
    json.key("implied").value(command.implied).key("tier").value(command.text.tier);
    write_findings(json, command.text.findings);
    json.key("files").begin_array();
    for (const std::string& path : command.files) json.value(path);
    json.end_array().end_object();
  }
  json.end_array().key("files").begin_array();
  for (const std::string& path : package.files) json.value(path);
  json.end_array().key("capabilities").begin_array();
  for (const ops::ScriptCapability& found : package.capabilities) {
    json.begin_object().key("id").value(found.id).key("tier").value(found.tier);
    json.key("path").value(found.path).key("line").value(std::uint64_t{found.line});
    json.key("text").value(found.text).key("why").value(found.why).end_object();
  }
  json.end_array().key("complete").value(package.complete);
  json.key("closure_hash").value(package.closure_hash).end_object();
}

Result<int> explain(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  if (words.size() < 2)
    return Error(ErrorCode::USAGE, "`lpm trust explain` needs a package")
        .hint("lpm trust explain esbuild");
  LPM_TRY_ASSIGN(const std::vector<ops::ExplainedPackage> packages,
                 ops::explain_scripts(context.session, words[1]));
  std::string text;
  Writer json;
  json.begin_object().key("schema_version").value(1).key("packages").begin_array();
  for (const ops::ExplainedPackage& package : packages) {
    text += explained_text(package);
    write_explained(json, package);
  }
  json.end_array().end_object();
  std::fputs(context.json ? json.take().c_str() : text.c_str(), stdout);
  return 0;
}

}  // namespace

Result<int> run_trust(CommandContext& context) {
  const std::vector<std::string>& words = context.line.positionals;
  if (!words.empty() && words[0] == "classify") return classify(context);
  if (!words.empty() && words[0] == "explain") return explain(context);
  return usage();
}

}  // namespace lpm::cli
