#include "ops/run_members.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <set>
#include <thread>

#include "ops/script_context.h"
#include "ops/scripts.h"
#include "ops/workspace_packages.h"
#include "workspace/workspace.h"

namespace lpm::ops {
namespace {

// Whole lines of one package, each with its title, to stdout or stderr; never two mixed in one
// line.
class PrefixedOutput {
 public:
  PrefixedOutput(std::string title, std::mutex& terminal)
      : prefix_(std::move(title) + ": "), terminal_(terminal) {}
  ~PrefixedOutput() {
    for (const os::Stream stream : {os::Stream::Output, os::Stream::Error})
      if (!rest(stream).empty()) write(stream, "\n");
  }
  PrefixedOutput(const PrefixedOutput&) = delete;
  PrefixedOutput& operator=(const PrefixedOutput&) = delete;

  void write(os::Stream stream, std::string_view text) {
    std::string& open = rest(stream);
    std::string lines;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      lines.append(prefix_).append(open).append(text.substr(0, end + 1));
      open.clear();
      text.remove_prefix(end + 1);
    }
    open.append(text);
    if (lines.empty()) return;
    const std::lock_guard lock(terminal_);
    std::FILE* const file = stream == os::Stream::Output ? stdout : stderr;
    std::fwrite(lines.data(), 1, lines.size(), file);
    std::fflush(file);
  }

 private:
  std::string& rest(os::Stream stream) { return stream == os::Stream::Output ? out_ : err_; }
  const std::string prefix_;
  std::mutex& terminal_;
  std::string out_, err_;  // lines that have no end yet
};

// Hands out packages whose dependencies are done.
class Schedule {
 public:
  // `order` is topological; of the dependencies those count that come earlier in it.
  Schedule(const std::vector<workspace::Selectable>& packages,
           const std::vector<std::size_t>& order)
      : place_(packages.size()), waiting_for_(packages.size()), dependents_(packages.size()) {
    for (std::size_t i = 0; i < order.size(); ++i) place_[order[i]] = i;
    for (std::size_t i = 0; i < packages.size(); ++i) {
      for (const std::size_t dependency : packages[i].dependencies) {
        if (place_[dependency] >= place_[i]) continue;
        ++waiting_for_[i];
        dependents_[dependency].push_back(i);
      }
    }
    for (std::size_t i = 0; i < packages.size(); ++i)
      if (waiting_for_[i] == 0) ready_.insert({place_[i], i});
    open_ = packages.size();
  }

  // Nothing when all is done, or was called off.
  std::optional<std::size_t> next() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_off_ || open_ == 0 || !ready_.empty(); });
    if (is_off_ || ready_.empty()) return std::nullopt;
    const std::size_t package = ready_.begin()->second;
    ready_.erase(ready_.begin());
    return package;
  }
  void done(std::size_t package) {
    {
      const std::lock_guard lock(mutex_);
      --open_;
      for (const std::size_t dependent : dependents_[package])
        if (--waiting_for_[dependent] == 0) ready_.insert({place_[dependent], dependent});
    }
    changed_.notify_all();
  }
  void call_off() {
    {
      const std::lock_guard lock(mutex_);
      is_off_ = true;
    }
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> place_;
  std::vector<std::size_t> waiting_for_;
  std::vector<std::vector<std::size_t>> dependents_;
  std::set<std::pair<std::size_t, std::size_t>> ready_;  // place, package
  std::size_t open_ = 0;
  bool is_off_ = false;
};

std::string title_of(const workspace::Selectable& package) {
  return package.name.empty() ? package.path : package.name;
}

class MemberRun {
 public:
  MemberRun(const Session& session, const WorkspacePackages& packages,
            const MemberRunOptions& options, std::vector<bool> chosen)
      : session_(session),
        packages_(packages),
        options_(options),
        chosen_(std::move(chosen)),
        is_only_one_(std::count(chosen_.begin(), chosen_.end(), true) == 1),
        outcomes_(chosen_.size()) {}

  Result<int> run() {
    std::vector<std::vector<std::size_t>> dependencies;
    for (const workspace::Selectable& package : packages_.names)
      dependencies.push_back(package.dependencies);
    const std::vector<std::size_t> order = workspace::topological_order(dependencies);
    Schedule schedule(packages_.names, order);
    std::vector<std::thread> threads;
    const std::size_t count = std::clamp<std::size_t>(options_.concurrency, 1, 64);
    for (std::size_t i = 1; i < std::min(count, chosen_.size()); ++i)
      threads.emplace_back([&] { work(schedule); });
    work(schedule);
    for (std::thread& thread : threads) thread.join();
    for (const std::size_t i : order) {
      if (!outcomes_[i]) continue;
      if (!*outcomes_[i]) return std::move(*outcomes_[i]).error();
      if (**outcomes_[i] != 0) return failed(i, **outcomes_[i]);
    }
    return 0;
  }

 private:
  void work(Schedule& schedule) {
    while (const auto package = schedule.next()) {
      if (chosen_[*package]) {
        outcomes_[*package] = run_one(*package);
        const Result<int>& outcome = *outcomes_[*package];
        if (options_.bail && (!outcome || *outcome != 0)) schedule.call_off();
      }
      schedule.done(*package);
    }
  }

  Result<int> run_one(std::size_t package) {
    const WorkspacePackages::Package& one = packages_.packages[package];
    tasks::ScriptContext context = script_context(session_, one.manifest, one.directory);
    const bool shows = session_.settings.text("loglevel") != "silent";
    if (is_only_one_) return tasks::run_script(context, options_.script, options_.arguments, shows);
    PrefixedOutput output(fmt::format("{} {}", title_of(packages_.names[package]), options_.script),
                          terminal_);
    context.on_output = [&output](os::Stream stream, std::string_view text) {
      output.write(stream, text);
    };
    return tasks::run_script(context, options_.script, options_.arguments, shows);
  }

  Error failed(std::size_t package, int status) const {
    Error error(ErrorCode::SCRIPT, fmt::format("the script `{}` of `{}` failed", options_.script,
                                               title_of(packages_.names[package])));
    error.where = packages_.packages[package].directory;
    error.facts.push_back({"status", std::to_string(status)});
    error.exit_status = status;
    return error;
  }

  const Session& session_;
  const WorkspacePackages& packages_;
  const MemberRunOptions& options_;
  const std::vector<bool> chosen_;  // those that have the script
  const bool is_only_one_;
  std::vector<std::optional<Result<int>>> outcomes_;
  std::mutex terminal_;
};

}  // namespace

Result<int> run_in_members(const Session& session, const MemberChoice& choice,
                           const MemberRunOptions& options) {
  LPM_TRY_ASSIGN(const WorkspacePackages packages, read_packages(session));
  LPM_TRY_ASSIGN(const std::vector<std::size_t> chosen,
                 chosen_packages(session, choice, packages.names));
  std::vector<bool> runs(packages.packages.size());
  for (const std::size_t i : chosen)
    runs[i] = has_script(packages.packages[i].manifest, options.script);
  if (std::find(runs.begin(), runs.end(), true) != runs.end())
    return MemberRun(session, packages, options, std::move(runs)).run();
  if (options.if_present || chosen.empty()) return 0;
  return Error(ErrorCode::SCRIPT_NOT_FOUND,
               fmt::format("none of the chosen packages has a script `{}`", options.script))
      .hint("`--if-present` makes that no error");
}

}  // namespace lpm::ops
