// Walks the table of commands, as `lpm help --json` tells it: no flag is taken and ignored, none is
// missing from help and completion, --json is one document, --dry-run changes nothing. A new
// command needs a line in kScenes.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <memory>
#include <set>
#include <thread>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using Words = std::vector<std::string>;

struct Flag {
  std::string name;
  std::string setting;
  bool takes_value;
  std::string help;
};

// A command, or a part of one: `store gc`.
struct Row {
  std::string name;
  bool takes_lock;  // a part may, although its command does not
  bool has_parts;
  std::vector<Flag> flags;
  bool has(std::string_view flag) const {
    for (const Flag& known : flags)
      if (known.name == flag) return true;
    return false;
  }
};

// What each command is run with to do its whole job; the project has been installed before.
const std::map<std::string, Words> kScenes = {
    {"install", {"install", "b"}},
    {"install -g", {"install", "-g", "tool"}},
    {"uninstall", {"uninstall", "a"}},
    {"uninstall -g", {"uninstall", "-g", "other-tool"}},
    {"update", {"update"}},
    {"update -g", {"update", "-g"}},
    {"dedupe", {"dedupe"}},
    {"outdated", {"outdated"}},
    {"ci", {"ci"}},
    {"migrate", {"migrate", "--force"}},
    {"export", {"export", "--format", "package-lock"}},
    {"init", {"init", "-C", "empty"}},
    {"run", {"run", "hello"}},
    {"exec", {"exec", "tool"}},
    {"why", {"why", "a"}},
    {"list", {"list"}},
    {"list -g", {"list", "-g"}},
    {"doctor", {"doctor"}},
    {"global", {"global", "list"}},
    {"global list", {"global", "list"}},
    {"global bin", {"global", "bin"}},
    {"global path", {"global", "path"}},
    {"config", {"config"}},
    {"config list", {"config", "list"}},
    {"config get", {"config", "get", "registry"}},
    {"config set", {"config", "set", "save-exact=true"}},
    {"config delete", {"config", "delete", "registry"}},
    {"cache", {"cache"}},
    {"cache status", {"cache", "status"}},
    {"cache path", {"cache", "path"}},
    {"cache clean", {"cache", "clean"}},
    {"store", {"store"}},
    {"store status", {"store", "status"}},
    {"store path", {"store", "path"}},
    {"store verify", {"store", "verify"}},
    {"store gc", {"store", "gc"}},
    {"store clean", {"store", "clean"}},
    {"trust", {"trust", "classify", "tsc"}},
    {"trust classify", {"trust", "classify", "tsc"}},
    {"trust explain", {"trust", "explain", "a"}},
    {"version", {"version", "patch"}},
    {"prune", {"prune"}},
    {"bin", {"bin"}},
    {"bin -g", {"bin", "-g"}},
    {"root", {"root"}},
    {"root -g", {"root", "-g"}},
    {"prefix", {"prefix"}},
    {"prefix -g", {"prefix", "-g"}},
    {"pkg", {"pkg", "get"}},
    {"pkg get", {"pkg", "get"}},
    {"pkg set", {"pkg", "set", "license=MIT"}},
    {"pkg delete", {"pkg", "delete", "scripts.hello"}},
    {"view", {"view", "a"}},
    {"docs", {"docs"}},
    {"repo", {"repo"}},
    {"bugs", {"bugs"}},
    {"fund", {"fund"}},
    {"ping", {"ping"}},
    {"help", {"help"}},
    {"completion", {"completion", "bash"}},
};

const std::map<std::string, std::string> kValues = {
    {"save-prefix", "~"},      {"tag", "latest"},        {"trust-base", "HEAD"},
    {"format", "pnpm"},        {"from", "package-lock"}, {"output", "-"},
    {"omit", "dev"},           {"include", "optional"},  {"depth", "1"},
    {"location", "project"},   {"replace-bin", "other"}, {"keep-bin", "other"},
    {"message", "m"},          {"preid", "beta"},        {"tag-version-prefix", "x"},
    {"init-version", "2.0.0"}, {"init-license", "MIT"},  {"init-author-name", "me"},
    {"filter", "member"},      {"workspace", "member"},
};

// `include` is taken off `omit` when the settings are read, `global` is looked for before they are.
// A frozen lockfile admits no `b`.
const std::set<std::string> kReadElsewhere = {"include", "global", "frozen-lockfile"};

struct Scene : Workplace {
  Scene() {
    project.write("package.json", R"({
  "name": "app",
  "version": "1.0.0",
  "homepage": "https://home.example/",
  "repository": "https://code.example/me/app.git",
  "workspaces": ["packages/*"],
  "scripts": {"hello": "node -p 1", "version": "true"},
  "dependencies": {"a": "^1.0.0"},
  "devDependencies": {"tool": "^1.0.0"}
}
)");
    project.write("packages/member/package.json", R"({"name": "member", "version": "1.0.0"})");
    project.make_directory("empty");
    registry.publish("a", "1.0.0").depends("deep", "^1.0.0").file("index.js", "1");
    registry.publish("b", "1.0.0").file("index.js", "1");
    registry.publish("deep", "1.0.0").file("index.js", "1");
    registry.publish("tool", "1.0.0")
        .bin("tool", "cli.js")
        .file("cli.js", "#!/usr/bin/env node\nconsole.log(1)\n");
    registry.publish("other-tool", "1.0.0").bin("other", "cli.js").file("cli.js", "1");
    const Ran ran = project.lpm({"install"});
    EXPECT_EQ(ran.status, 0) << ran;
    // Of another tool, beside lpm.lock: `migrate` alone looks at it.
    project.write("package-lock.json", R"({"lockfileVersion": 3, "packages": {}})");
    const Ran global = project.lpm({"install", "-g", "other-tool"});
    EXPECT_EQ(global.status, 0) << global;
  }
  Ran run(const Row& row, const Words& flags) {
    const auto scene = kScenes.find(row.name);
    if (scene == kScenes.end()) {
      ADD_FAILURE() << "no scene for `lpm " << row.name << "`: add a line to kScenes";
      return {};
    }
    Words words = scene->second;
    const bool starts_child = words.front() == "run" || words.front() == "exec";
    words.insert(starts_child ? words.begin() + 1 : words.end(), flags.begin(), flags.end());
    return project.lpm(words, {.environment = {{"LPM_LOG", "settings"}}});
  }
};

std::vector<Flag> flags_of(const JsonValue& json) {
  std::vector<Flag> flags;
  for (const JsonValue& flag : json.at("flags").items())
    flags.push_back({flag.at("flag").text(), flag.at("setting").text(),
                     flag.at("takes_value").is_true(), flag.at("help").text()});
  return flags;
}

std::vector<Row> table() {
  const TestProject project;
  const Ran ran = project.lpm({"help", "--json"});
  EXPECT_EQ(ran.status, 0) << ran;
  const JsonValue document = JsonValue::parse(ran.out, "help --json");
  std::vector<Row> rows;
  for (const JsonValue& command : document.at("commands").items()) {
    const std::string name = command.at("name").text();
    const bool takes_lock = command.at("takes_project_lock").is_true();
    const auto& parts = command.at("subcommands").items();
    const auto& forms = command.at("global_form").items();
    const std::vector<Flag> shared = flags_of(command);
    const bool is_global_only = shared.empty() && !forms.empty();
    if (!is_global_only) rows.push_back({name, takes_lock, !parts.empty(), shared});
    for (const JsonValue& part : forms)
      rows.push_back({name + " " + part.at("name").text(), false, false, flags_of(part)});
    for (const JsonValue& part : parts) {
      const bool part_takes_lock = takes_lock || part.at("takes_project_lock").is_true();
      Row row{name + " " + part.at("name").text(), part_takes_lock, false, flags_of(part)};
      row.flags.insert(row.flags.end(), shared.begin(), shared.end());
      rows.push_back(std::move(row));
    }
  }
  EXPECT_GE(rows.size(), kScenes.size());
  return rows;
}

Words words_of(const Flag& flag) {
  if (!flag.takes_value) return {flag.name};
  const auto value = kValues.find(flag.setting);
  EXPECT_NE(value, kValues.end()) << "no value for " << flag.name << ": add it to kValues";
  return {flag.name, value == kValues.end() ? "" : value->second};
}

TEST(CommandTable, ReadsEveryFlagThatItTakes) {
  for (const Row& row : table()) {
    for (const Flag& flag : row.flags) {
      SCOPED_TRACE("lpm " + row.name + " " + flag.name);
      if (row.name == "run" || row.name == "exec") continue;  // the child sees them
      if (kReadElsewhere.contains(flag.setting)) continue;
      Scene scene;
      const Ran ran = scene.run(row, words_of(flag));
      EXPECT_NE(ran.status, 2) << ran;
      const std::size_t at = ran.err.find("settings.read ");
      ASSERT_NE(at, std::string::npos) << ran;
      const std::string read = ran.err.substr(at, ran.err.find('\n', at) - at) + " ";
      EXPECT_THAT(read, HasSubstr(" " + flag.setting + " "));
    }
  }
}

TEST(CommandTable, RefusesWhatItDoesNotTake) {
  const std::vector<std::string> kSome = {"--dry-run",          "--fix",           "--depth=1",
                                          "--if-present",       "--location=user", "--all",
                                          "--before=2020-01-01"};
  for (const Row& row : table()) {
    if (row.name == "run" || row.name == "exec") continue;
    Scene scene;
    const auto before = scene.project.snapshot();
    for (const std::string& flag : kSome) {
      const std::string name = flag.substr(0, flag.find('='));
      if (row.has(name) || row.has_parts || (row.name == "config get" && name == "--all")) continue;
      SCOPED_TRACE("lpm " + row.name + " " + flag);
      const Ran ran = scene.run(row, {flag});
      EXPECT_EQ(ran.status, 2) << ran;
      EXPECT_THAT(ran.err, HasSubstr("LPM_UNKNOWN_FLAG"));
      EXPECT_THAT(ran.err, HasSubstr("`" + name + "`"));
      EXPECT_EQ(ran.out, "");
    }
    EXPECT_EQ(scene.project.snapshot(), before) << row.name;
  }
}

TEST(CommandTable, ChangesNothingInADryRun) {
  int seen = 0;
  for (const Row& row : table()) {
    if (!row.has("--dry-run")) continue;
    ++seen;
    SCOPED_TRACE("lpm " + row.name + " --dry-run");
    Scene scene;
    const std::string store = scene.project.home() + "/.lpm/store/x1";
    const std::string cache = scene.project.home() + "/.lpm/cache";
    const auto project_before = scene.project.snapshot();
    const auto store_before = scene.project.snapshot(store);
    const std::string cache_before = scene.project.tree(cache);
    const Ran ran = scene.run(row, {"--dry-run"});
    EXPECT_EQ(ran.status, 0) << ran;
    EXPECT_THAT(ran.out, ::testing::ContainsRegex("dry run|would|up to date")) << ran;
    EXPECT_EQ(scene.project.snapshot(), project_before);
    EXPECT_EQ(scene.project.snapshot(store), store_before);
    if (row.name.starts_with("cache")) {
      EXPECT_EQ(scene.project.tree(cache), cache_before);
    }
  }
  EXPECT_GE(seen, 5);
}

// labels: contract:K.3
TEST(CommandTable, PrintsOneDocumentWithJson) {
  for (const Row& row : table()) {
    if (!row.has("--json")) continue;
    SCOPED_TRACE("lpm " + row.name + " --json");
    Scene scene;
    Words flags = {"--json"};
    if (row.name == "init") flags.push_back("-y");
    const Ran ran =
        row.name == "run" ? scene.project.lpm({"run", "--json"}) : scene.run(row, flags);
    EXPECT_EQ(ran.status, 0) << ran;
    const JsonValue document = JsonValue::parse(ran.out, "stdout");
    EXPECT_EQ(document.at("schema_version").integer(), 1) << ran;
    const Ran refused = scene.run(row, {"--json", "--no-such-flag"});
    EXPECT_EQ(refused.status, 2) << refused;
    const JsonValue error = JsonValue::parse(refused.out, "stdout");
    EXPECT_EQ(error.at("schema_version").integer(), 1);
    EXPECT_FALSE(error.at("success").is_true());
    EXPECT_EQ(error.at("error").at("code").text(), "LPM_UNKNOWN_FLAG");
  }
}

TEST(CommandTable, ExplainsAndCompletesEveryFlag) {
  const TestProject project;
  std::map<std::string, std::string> scripts;
  for (const char* shell : {"bash", "zsh", "fish"})
    scripts[shell] = project.lpm({"completion", shell}).out;
  for (const Row& row : table()) {
    const std::string command = row.name.substr(0, row.name.find(' '));
    const std::string page = project.lpm({command, "-h"}).out;
    for (const Flag& flag : row.flags) {
      SCOPED_TRACE("lpm " + row.name + " " + flag.name);
      EXPECT_NE(flag.help, "");
      EXPECT_NE(flag.setting, "");
      EXPECT_THAT(page, HasSubstr(flag.name));
      for (const char* shell : {"bash", "zsh"}) {
        const std::string& script = scripts[shell];
        std::size_t line = script.find("\n    " + command + "|", script.find("case $"));
        if (line == std::string::npos)
          line = script.find("\n    " + command + ")", script.find("case $"));
        ASSERT_NE(line, std::string::npos) << shell;
        EXPECT_THAT(script.substr(line, script.find('\n', line + 1) - line), HasSubstr(flag.name))
            << shell;
      }
      const std::size_t dashes = flag.name.starts_with("--") ? 2 : 1;
      EXPECT_THAT(scripts["fish"],
                  HasSubstr((dashes == 2 ? " -l " : " -s ") + flag.name.substr(dashes)));
    }
  }
}

// Holds the project's lock as another lpm would.
class HeldLock {
 public:
  explicit HeldLock(const TestProject& project)
      : file_(open(project.path(".lpm/.install.lock").c_str(), O_RDWR | O_CLOEXEC)) {
    EXPECT_EQ(flock(file_, LOCK_EX | LOCK_NB), 0);
  }
  ~HeldLock() { close(file_); }
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;

 private:
  int file_;
};

// labels: contract:A.1 slow
TEST(CommandTable, TakesTheProjectLockWhereItSaysSo) {
  for (const Row& row : table()) {
    SCOPED_TRACE("lpm " + row.name);
    Scene scene;
    auto lock = std::make_unique<HeldLock>(scene.project);
    const auto manifest = scene.project.snapshot("package.json");
    TestProject::Child child = scene.project.start_lpm(kScenes.at(row.name));
    if (!row.takes_lock) {
      const Ran ran = child.wait();
      EXPECT_EQ(ran.status, 0) << ran;
      continue;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_TRUE(child.is_running());
    EXPECT_EQ(scene.project.snapshot("package.json"), manifest);
    lock.reset();
    const Ran ran = child.wait();
    EXPECT_EQ(ran.status, 0) << ran;
  }
}

}  // namespace
}  // namespace lpm::integration
