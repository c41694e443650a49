// init: asks at a terminal, takes the defaults with -y or without one.
#include <fmt/format.h>

#include <cstdio>
#include <string>
#include <vector>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
#include "ops/init_member.h"
#include "ops/init_project.h"
#include "os/terminal.h"

namespace lpm::cli {
namespace {

// The answer, or `fallback` when the line is empty or input ends.
std::string ask(const char* question, const std::string& fallback) {
  std::fprintf(stderr, "%s%s%s%s: ", question, fallback.empty() ? "" : " (", fallback.c_str(),
               fallback.empty() ? "" : ")");
  std::fflush(stderr);
  std::string line;
  for (int c = std::fgetc(stdin); c != EOF && c != '\n'; c = std::fgetc(stdin))
    line += static_cast<char>(c);
  const std::string answer(trim(line));
  return answer.empty() ? fallback : answer;
}

// `-w DIR`, npm's `--workspace DIR`; "" without.
Result<std::string> member_wanted(const CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  std::vector<std::string> folders = settings.list("workspace");
  const std::vector<std::string>& given = context.line.positionals;
  const bool is_member = settings.flag("workspace-root");
  if (is_member) folders.insert(folders.end(), given.begin(), given.end());
  if ((!is_member && !given.empty()) || (is_member && given.empty()) || folders.size() > 1)
    return Error(ErrorCode::USAGE, "`lpm init` makes one package.json")
        .hint("here without arguments; `lpm init -w DIR` for a new member of the workspace");
  return folders.empty() ? "" : folders.front();
}

Status name_member(CommandContext& context, const std::string& folder) {
  LPM_TRY_ASSIGN(const ops::Naming naming, ops::name_member(context.session, folder));
  const std::string path = folder.substr(context.session.project.size() + 1);
  if (naming == ops::Naming::Added)
    context.reporter.note(fmt::format("added `{}` to `workspaces` of package.json", path));
  if (naming == ops::Naming::IsForTheUser)
    context.reporter.warning(
        fmt::format("`{}` is no member yet: add it to `packages` of pnpm-workspace.yaml", path));
  return {};
}

}  // namespace

Result<int> run_init(CommandContext& context) {
  LPM_TRY_ASSIGN(const std::string member, member_wanted(context));
  std::string folder = context.session.initial_directory;
  if (!member.empty()) {
    LPM_TRY_ASSIGN(folder, ops::make_member_folder(context.session, member));
  }
  ops::InitAnswers answers = ops::default_answers(context.session, folder);
  const bool questions =
      !context.json && !context.session.settings.flag("yes") && os::is_terminal(os::Stream::Input);
  if (questions) {
    answers.name = ask("package name", answers.name);
    answers.version = ask("version", answers.version);
    answers.description = ask("description", "");
    answers.entry = ask("entry point", answers.entry);
    answers.author = ask("author", answers.author);
    answers.license = ask("license", answers.license);
  }
  LPM_TRY_ASSIGN(const std::string text, ops::init_project(folder, answers));
  if (!member.empty()) LPM_TRY(name_member(context, folder));
  if (context.json) {
    formats::json::Writer json;
    json.begin_object().key("schema_version").value(1).key("success").value(true);
    json.key("file").value(folder + "/package.json");
    json.key("manifest").raw(trim(text)).end_object();
    std::fputs(json.take().c_str(), stdout);
    return 0;
  }
  context.reporter.note("wrote package.json");
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
