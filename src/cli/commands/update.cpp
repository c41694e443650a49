// update: install's relative that chooses anew; with -i from a list.
#include "ops/update/update.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>

#include "base/text.h"
#include "cli/commands/install.h"
#include "ops/interrupt.h"
#include "os/terminal.h"

namespace lpm::cli {
namespace {

using ops::install::InstallResult;
using ops::update::Candidate;
using ops::update::Candidates;
using ops::update::Goal;
using ops::update::UpdateOptions;

Goal goal_of(const config::Settings& settings) {
  if (settings.flag("major")) return Goal::NeverLower;
  return settings.flag("latest") ? Goal::Latest : Goal::InRange;
}

// npm's `update`, too, writes package.json only when `save` is asked for.
bool saves_ranges(const config::Settings& settings) {
  const config::SettingValue* save = settings.find("save");
  return save != nullptr && save->layer != config::Layer::Default && settings.flag("save");
}

UpdateOptions options_from(const CommandContext& context) {
  const config::Settings& settings = context.session.settings;
  UpdateOptions options;
  options.names = context.line.positionals;
  options.kinds = named_kinds(context);
  options.goal = goal_of(settings);
  options.save_ranges = saves_ranges(settings);
  options.install = install_options(context);
  options.install.command = "update";
  options.install.save.kind.reset();
  // In range lpm.lock is all that changes, and that is what the command is for.
  if (options.goal == Goal::InRange) options.install.save.save = true;
  return options;
}

const std::string& goal_version(const Candidate& candidate, Goal goal) {
  return goal == Goal::InRange ? candidate.wanted : candidate.latest;
}

// One of each name: what is chosen is chosen for all members that ask for it.
std::vector<Candidate> movable(const Candidates& found, Goal goal) {
  std::vector<Candidate> list;
  for (const Candidate& candidate : found.list) {
    const std::string& version = goal_version(candidate, goal);
    const bool is_listed = !list.empty() && list.back().name == candidate.name;
    if (!version.empty() && version != candidate.current && !is_listed) list.push_back(candidate);
  }
  return list;
}

std::string numbered_list(const std::vector<Candidate>& list, Goal goal) {
  std::size_t width = 0;
  for (const Candidate& candidate : list) width = std::max(width, candidate.name.size());
  std::string text;
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Candidate& candidate = list[i];
    text += fmt::format("{:3}  {:<{}}  {} -> {}", i + 1, candidate.name, width,
                        candidate.current.empty() ? "none" : candidate.current,
                        goal_version(candidate, goal));
    if (goal == Goal::InRange && candidate.latest != candidate.wanted)
      text += fmt::format("  (latest {})", candidate.latest);
    text += "\n";
  }
  return text;
}

// `1 3-5`, commas allowed; `a` is all. Nothing for what is neither.
std::optional<std::vector<std::size_t>> chosen_numbers(std::string_view answer, std::size_t count) {
  std::vector<std::size_t> numbers;
  const std::string words = replace_all(std::string(answer), ",", " ");
  for (const std::string_view word : split(words, ' ')) {
    if (trim(word).empty()) continue;
    const std::vector<std::string_view> ends = split(trim(word), '-');
    const bool is_all = ends.front() == "a" || ends.front() == "all";
    const auto first = is_all ? 1 : parse_decimal(ends.front());
    const auto last = is_all ? count : parse_decimal(ends.back());
    if (!first || !last || ends.size() > 2 || *first < 1 || *first > *last || *last > count)
      return std::nullopt;
    for (std::size_t number = *first; number <= *last; ++number) numbers.push_back(number);
  }
  return numbers;
}

Status require_terminal(const CommandContext& context) {
  if (!context.json && os::is_terminal(os::Stream::Input) && os::is_terminal(os::Stream::Error))
    return {};
  return Error(ErrorCode::NO_TERMINAL, "`lpm update -i` asks, and nobody can answer here")
      .hint("name the packages: `lpm update NAME...`")
      .hint("`lpm outdated` lists what could be updated");
}

std::vector<std::string> ask_which(const std::vector<Candidate>& list, Goal goal) {
  std::fputs(numbered_list(list, goal).c_str(), stderr);
  for (;;) {
    std::fputs("update which? (as `1 3-5`, `a` for all, nothing for none): ", stderr);
    std::fflush(stderr);
    const std::optional<std::string> line = os::read_line();
    if (!line) return {};
    const auto numbers = chosen_numbers(*line, list.size());
    if (!numbers) continue;
    std::vector<std::string> names;
    for (const std::size_t number : *numbers) names.push_back(list[number - 1].name);
    return names;
  }
}

// Puts the answer into the options. False: nothing is to be done, and that was said.
Result<bool> choose(CommandContext& context, UpdateOptions& options) {
  LPM_TRY(require_terminal(context));
  LPM_TRY_ASSIGN(Candidates found,
                 ops::update::find_candidates(context.session, {.names = options.names,
                                                                .kinds = options.kinds,
                                                                .members = options.install.members,
                                                                .documents = {}}));
  context.reporter.clear_live_line();
  const std::vector<Candidate> list = movable(found, options.goal);
  if (list.empty()) {
    context.reporter.note("there is nothing newer");
    return false;
  }
  options.names = ask_which(list, options.goal);
  if (std::optional<Error> stop = ops::interruption()) return std::move(*stop);
  if (options.names.empty()) context.reporter.note("nothing was chosen, nothing was changed");
  options.documents = std::move(found.documents);
  return !options.names.empty();
}

}  // namespace

std::vector<manifest::DependencyKind> named_kinds(const CommandContext& context) {
  using manifest::DependencyKind;
  std::vector<DependencyKind> kinds;
  const auto add = [&](std::string_view key, DependencyKind kind) {
    const std::vector<config::SettingValue>& given = context.line.settings;
    const bool is_flag = std::any_of(given.begin(), given.end(),
                                     [&](const auto& setting) { return setting.key == key; });
    // From a file it says where to save what is added, and nothing here.
    if (context.session.settings.flag(key) && is_flag) kinds.push_back(kind);
  };
  add("save-prod", DependencyKind::Production);
  add("save-dev", DependencyKind::Development);
  add("save-optional", DependencyKind::Optional);
  return kinds;
}

Result<int> run_update(CommandContext& context) {
  warn_about_what_is_not_followed(context);
  UpdateOptions options = options_from(context);
  if (context.session.settings.flag("interactive")) {
    LPM_TRY_ASSIGN(const bool goes_on, choose(context, options));
    if (!goes_on) return 0;
  }
  LPM_TRY_ASSIGN(const InstallResult result, ops::update::update(context.session, options));
  ops::install::InstallOptions shown = options.install;
  shown.update.emplace();
  return tell_installed(context, result, shown);
}

}  // namespace lpm::cli
