// init: asks at a terminal, takes the defaults with -y or without one.
#include <cstdio>
#include <string>

#include "base/text.h"
#include "cli/commands.h"
#include "formats/json.h"
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

}  // namespace

Result<int> run_init(CommandContext& context) {
  ops::InitAnswers answers = ops::default_answers(context.session);
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
  LPM_TRY_ASSIGN(const std::string text, ops::init_project(context.session, answers));
  if (context.json) {
    formats::json::Writer json;
    json.begin_object().key("schema_version").value(1).key("success").value(true);
    json.key("file").value(context.session.initial_directory + "/package.json");
    json.key("manifest").raw(trim(text)).end_object();
    std::fputs(json.take().c_str(), stdout);
    return 0;
  }
  context.reporter.note("wrote package.json");
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace lpm::cli
