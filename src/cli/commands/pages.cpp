// docs, repo, bugs: prints the page of a package and opens it where somebody can see it.
#include "ops/pages.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/commands.h"
#include "formats/json.h"
#include "os/terminal.h"

namespace lpm::cli {
namespace {

bool opens(const CommandContext& context) {
  const config::SettingValue* browser = context.session.settings.find("browser");
  const bool is_refused = browser != nullptr && !browser->values.empty() &&
                          (browser->values.back().empty() || browser->values.back() == "false");
  return !is_refused && !context.json && os::is_terminal(os::Stream::Output);
}

Result<int> show_page(CommandContext& context, ops::Page page) {
  const std::vector<std::string>& words = context.line.positionals;
  const std::string wish = words.empty() ? "" : words.front();
  LPM_TRY_ASSIGN(const std::string url, ops::find_page(context.session, wish, page));
  if (context.json) {
    formats::json::Writer json;
    json.begin_object().key("schema_version").value(1).key("success").value(true);
    json.key("url").value(url).end_object();
    std::fputs(json.take().c_str(), stdout);
    return 0;
  }
  std::printf("%s\n", url.c_str());
  std::fflush(stdout);
  if (opens(context) && !ops::open_page(context.session, url))
    context.reporter.note("no program opened it; the setting `browser` names one");
  return 0;
}

}  // namespace

Result<int> run_docs(CommandContext& context) {
  return show_page(context, ops::Page::Documentation);
}

Result<int> run_repo(CommandContext& context) {
  return show_page(context, ops::Page::Repository);
}

Result<int> run_bugs(CommandContext& context) {
  return show_page(context, ops::Page::Issues);
}

}  // namespace lpm::cli
