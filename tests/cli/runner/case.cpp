#include "runner/case.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "support/registry_file.h"

namespace lpm::cases {
namespace {

namespace fs = std::filesystem;

std::string slurp(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// `env A=1 B=2 lpm install`: the assignments go into `environment`, the rest remains.
std::vector<std::string> without_environment(const Step& step, support::Environment& environment) {
  std::vector<std::string> words = step.words;
  if (words[0] != "env") return words;
  words.erase(words.begin());
  while (!words.empty() && words[0].find('=') != std::string::npos) {
    std::size_t equals = words[0].find('=');
    environment[words[0].substr(0, equals)] = words[0].substr(equals + 1);
    words.erase(words.begin());
  }
  return words;
}

bool compare_count(std::string_view condition, std::size_t count) {
  auto number = [](std::string_view text) {
    return static_cast<std::size_t>(std::stoul(std::string(text)));
  };
  if (condition.starts_with("<=")) return count <= number(condition.substr(2));
  if (condition.starts_with(">=")) return count >= number(condition.substr(2));
  return count == number(condition);
}

}  // namespace

Case::Case(std::string folder, bool accept) : folder_(std::move(folder)), accept_(accept) {}

bool Case::run() {
  Steps steps;
  if (!set_up(steps)) return false;
  for (Step& step : steps.steps) {
    for (std::string& word : step.words) word = expand(word, named_);
    step.document = expand(step.document, named_);
    run_step(step);
  }
  compare();
  return problems_.empty();
}

bool Case::set_up(Steps& steps) {
  named_ = {{project_.path(), "[ROOT]"},
            {project_.home(), "[HOME]"},
            {project_.root(), "[TEMP]"},
            {registry_.origin(), "[REGISTRY]"}};
  steps = parse_steps(slurp(folder_ + "/steps"));
  if (steps.steps.empty() && steps.problem.empty()) steps.problem = "there is none, or it is empty";
  if (!steps.problem.empty()) problems_.push_back("steps: " + steps.problem);
  project_.use(registry_);
  if (fs::exists(folder_ + "/registry.json"))
    support::load_registry_file(registry_, folder_ + "/registry.json");
  if (fs::exists(folder_ + "/project"))
    fs::copy(folder_ + "/project", project_.path(),
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  return problems_.empty();
}

void Case::fail(const Step& step, const std::string& reason) {
  problems_.push_back("steps:" + std::to_string(step.line) + ": " + step.text + "\n  " + reason);
}

void Case::run_step(const Step& step) {
  if (!run_command(step) && !run_file_step(step) && !run_expectation(step))
    fail(step, "no such step, or wrong number of words");
}

bool Case::run_command(const Step& step) {
  support::RunOptions options;
  options.directory = directory_;
  std::vector<std::string> words = without_environment(step, options.environment);
  if (words.empty() || (words[0] != "lpm" && words[0] != "run")) return false;
  options.input = step.document;
  std::string verb = words[0];
  words.erase(words.begin());
  last_ = verb == "lpm" ? project_.lpm(words, options) : project_.run(words, options);
  if (last_.timed_out) fail(step, "did not end within its time limit");
  out_.push_back({step.text, normalize(last_.out, named_)});
  err_.push_back({step.text, normalize(last_.err, named_)});
  status_.push_back({step.text, std::to_string(last_.status)});
  return true;
}

bool Case::run_file_step(const Step& step) {
  const std::vector<std::string>& words = step.words;
  auto is = [&](std::string_view verb, std::size_t count) {
    return words[0] == verb && words.size() == count + 1;
  };
  std::error_code error;
  if (is("write", 1))
    project_.write(words[1], step.document);
  else if (words[0] == "rm")
    for (std::size_t i = 1; i < words.size(); ++i) project_.remove(words[i]);
  else if (is("mkdir", 1))
    project_.make_directory(words[1]);
  else if (is("mv", 2))
    fs::rename(project_.path(words[1]), project_.path(words[2]), error);
  else if (is("cp", 2))
    fs::copy(project_.path(words[1]), project_.path(words[2]), fs::copy_options::recursive, error);
  else if (is("symlink", 2))
    fs::create_symlink(words[1], project_.path(words[2]), error);
  else if (is("chmod", 2))
    fs::permissions(project_.path(words[2]),
                    static_cast<fs::perms>(std::stoul(words[1], nullptr, 8)), error);
  else if (is("cd", 1))
    directory_ = words[1] == "." ? "" : words[1];
  else if (is("registry", 1))
    support::load_registry_file(registry_, folder_ + "/" + words[1]);
  else if (is("clear-requests", 0))
    registry_.clear_log();
  else if (is("remember", 1))
    remembered_[words[1]] = snapshot(words[1]);
  else if (is("tree", 1))
    trees_.push_back({step.text, normalize(project_.tree(words[1]), named_)});
  else
    return false;
  if (error) fail(step, error.message());
  return true;
}

bool Case::run_expectation(const Step& step) {
  const std::vector<std::string>& words = step.words;
  auto is = [&](std::string_view verb, std::size_t count) {
    return words[0] == verb && words.size() == count + 1;
  };
  if (is("expect-exists", 1)) {
    if (!project_.exists(words[1])) fail(step, "is absent");
  } else if (is("expect-absent", 1)) {
    if (project_.exists(words[1])) fail(step, "is there");
  } else if (is("expect-file", 1)) {
    std::string actual = normalize(project_.read(words[1]), named_);
    if (!matches(normalize(step.document, named_), actual)) fail(step, "holds:\n" + actual);
  } else if (is("expect-unchanged", 1)) {
    if (remembered_.find(words[1]) == remembered_.end())
      fail(step, "was not remembered");
    else if (const std::string changed = changes(remembered_[words[1]], snapshot(words[1]));
             !changed.empty())
      fail(step, "has changed:" + changed);
  } else if (words[0] == "expect-contains" && words.size() == 3) {
    expect_contains(step);
  } else if (words[0] == "expect-requests" && (words.size() == 3 || words.size() == 4)) {
    expect_requests(step);
  } else {
    return false;
  }
  return true;
}

// " a/b c", the paths that differ; "" when there are none.
std::string Case::changes(const Snapshot& before, const Snapshot& after) {
  std::string paths;
  for (const auto& [path, what] : before)
    if (const auto now = after.find(path); now == after.end() || now->second != what)
      paths += " " + path;
  for (const auto& [path, what] : after)
    if (!before.contains(path)) paths += " " + path;
  return paths;
}

// Without the lock of installs: it names the last process that held it.
Case::Snapshot Case::snapshot(const std::string& path) const {
  Snapshot snapshot = project_.snapshot(path);
  snapshot.erase(".lpm/.install.lock");
  return snapshot;
}

// `expect-contains stdout|stderr|FILE TEXT`: of the last command, or of a file.
void Case::expect_contains(const Step& step) {
  const std::string& place = step.words[1];
  std::string text = place == "stdout"   ? last_.out
                     : place == "stderr" ? last_.err
                                         : project_.read(place);
  if (text.find(step.words[2]) == std::string::npos) fail(step, "not in:\n" + text);
}

// `expect-requests [METHOD] PATTERN COUNT`, COUNT as 3, <=3 or >=3.
void Case::expect_requests(const Step& step) {
  bool has_method = step.words.size() == 4;
  const std::string& pattern = step.words[has_method ? 2 : 1];
  std::size_t count = registry_.count(pattern, has_method ? step.words[1] : "GET");
  if (compare_count(step.words.back(), count)) return;
  std::string seen;
  for (const support::HttpRequest& request : registry_.requests())
    seen += "    " + request.method + " " + request.path + "\n";
  fail(step, "there were " + std::to_string(count) + "; all requests:\n" + seen);
}

// One command: its text alone. Several: each under a line `$ command`.
std::string Case::joined(const std::vector<Section>& sections) {
  if (sections.size() == 1) return sections[0].text;
  std::string text;
  for (const Section& section : sections) {
    text += "$ " + section.command + "\n" + section.text;
    if (!text.ends_with("\n")) text += "\n";
  }
  return text;
}

std::string Case::statuses() const {
  if (status_.size() == 1) return status_[0].text + "\n";
  std::string text;
  for (const Section& section : status_) text += section.text + " " + section.command + "\n";
  return text;
}

void Case::compare() {
  bool all_succeeded = true;
  for (const Section& section : status_) all_succeeded = all_succeeded && section.text == "0";
  if (fs::exists(folder_ + "/status") || !all_succeeded) compare_golden("status", statuses(), true);
  compare_golden("stdout", joined(out_), accept_);
  compare_golden("stderr", joined(err_), accept_);
  std::string tree = trees_.empty() ? normalize(project_.tree(), named_) : joined(trees_);
  compare_golden("tree", tree, !trees_.empty());
}

void Case::compare_golden(const std::string& name, const std::string& actual,
                          bool make_when_missing) {
  fs::path path = folder_ + "/" + name;
  bool is_there = fs::exists(path);
  if (!is_there && !make_when_missing) return;
  std::string expected = is_there ? slurp(path) : "";
  if (is_there && matches(expected, actual)) return;
  if (accept_) {
    std::ofstream(path, std::ios::binary) << actual;
    accepted_.push_back(path.string());
    return;
  }
  problems_.push_back(
      name +
      (is_there ? " differs\n--- expected\n" + expected : std::string(" is not recorded\n")) +
      "--- actual\n" + actual + "---");
}

}  // namespace lpm::cases
