// verbs.tsv: command lines as users of npm, pnpm, bun and yarn type them, and what lpm does. Each
// row is run by lpm against the fake registry.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <optional>

#include "runner/normalize.h"
#include "support/fake_registry.h"
#include "support/test_project.h"
#include "table.h"

namespace lpm::compat {
namespace {

using support::FakeRegistry;
using support::Ran;
using support::RunOptions;
using support::TestProject;
using ::testing::HasSubstr;

constexpr std::string_view kManifest = R"({
  "name": "app",
  "version": "1.2.3",
  "homepage": "https://home.example/app",
  "repository": "https://code.example/me/app.git",
  "bugs": "https://code.example/me/app/issues",
  "scripts": {"hello": "echo hello", "test": "echo tested", "start": "echo started", "stop": "echo stopped"},
  "dependencies": {"a": "^1.0.0"},
  "devDependencies": {"tool": "^1.0.0"}
}
)";

void fill(FakeRegistry& registry) {
  registry.publish("a", "1.0.0").depends("deep", "^1.0.0").file("index.js", "1");
  registry.publish("a", "1.1.0").depends("deep", "^1.0.0").file("index.js", "1");
  registry.tag("a", "latest", "1.1.0");
  registry.publish("b", "1.0.0").file("index.js", "1");
  registry.publish("deep", "1.0.0").file("index.js", "1");
  registry.publish("tool", "1.0.0")
      .bin("tool", "cli.js")
      .file("cli.js", "#!/usr/bin/env node\nconsole.log('tool ran')\n");
}

// A project by the name in the column `project`, with a home of its own.
class Scene {
 public:
  Scene(const FakeRegistry& registry, const std::string& kind) {
    project_.use(registry);
    project_.set("LPM_TEST_MODE", "1");
    project_.set("LPM_RETRY_BACKOFF_MS_OVERRIDE", "10");
    project_.set("npm_config_globalconfig", project_.home() + "/no-global-npmrc");
    project_.make_directory("sub");
    if (kind == "app" || kind == "installed") project_.write("package.json", kManifest);
    if (kind == "empty")
      project_.write("package.json", "{\"name\": \"app\", \"version\": \"1.0.0\"}\n");
    if (kind == "workspace") make_workspace();
    if (kind == "npm-lock") {
      project_.write("package.json", kManifest);
      project_.write("package-lock.json", R"({"lockfileVersion": 3, "packages": {}})");
    }
    if (kind == "installed" || kind == "workspace") {
      const Ran ran = project_.lpm({"install"});
      EXPECT_EQ(ran.status, 0) << ran;
    }
  }

  // `env K=V ... WORDS`, with NAME and DIR filled in.
  Ran run(const std::string& spelling) const {
    std::vector<std::string> words = words_of(spelling);
    RunOptions options;
    if (!words.empty() && words.front() == "env") {
      words.erase(words.begin());
      while (!words.empty() && words.front().find('=') != std::string::npos) {
        const std::size_t equals = words.front().find('=');
        options.environment[words.front().substr(0, equals)] = words.front().substr(equals + 1);
        words.erase(words.begin());
      }
    }
    for (std::string& word : words) {
      if (word.starts_with("NAME")) word.replace(0, 4, "b");
      if (word == "DIR") word = project_.path();
    }
    if (spelling.find("DIR") != std::string::npos) options.directory = "sub";
    return project_.lpm(words, options);
  }

  // What of the project is the same however the command was spelled.
  std::map<std::string, std::string> content() const {
    std::map<std::string, std::string> content = project_.snapshot();
    std::erase_if(content, [](const auto& entry) {
      return entry.first.starts_with(".lpm") || entry.first.ends_with("/.record");
    });
    return content;
  }
  std::string normalized(const std::string& text) const {
    return cases::normalize(text, {{project_.path(), "[ROOT]"}, {project_.root(), "[TEMP]"}});
  }
  const TestProject& project() const { return project_; }

 private:
  void make_workspace() const {
    project_.write("package.json",
                   R"({"name": "root", "private": true, "workspaces": ["packages/*"]})");
    project_.write("packages/one/package.json",
                   R"({"name": "one", "version": "1.0.0", "scripts": {"hello": "echo one"},
"dependencies": {"a": "^1.0.0"}})");
    project_.write("packages/two/package.json",
                   R"({"name": "two", "version": "1.0.0", "scripts": {"hello": "echo two"}})");
  }

  TestProject project_;
};

class Check {
 public:
  explicit Check(const TableRow& row) : row_(row) {
    fill(registry_);
    scene_.emplace(registry_, row["project"]);
  }

  void run() {
    const auto before = scene_->content();
    const Ran ran = scene_->run(row_["spelling"]);
    std::string_view expected = row_["expect"];
    const std::size_t blank = expected.find(' ');
    EXPECT_EQ(std::to_string(ran.status), expected.substr(0, blank)) << ran;
    while (blank != expected.npos && !expected.empty()) {
      expected.remove_prefix(expected.find(' ') + 1);
      const std::size_t end = std::min(expected.find("; "), expected.size());
      statement(std::string(expected.substr(0, end)), ran, before);
      expected.remove_prefix(end);
    }
  }

 private:
  using Content = std::map<std::string, std::string>;

  void statement(const std::string& text, const Ran& ran, const Content& before) {
    SCOPED_TRACE(text);
    const std::size_t colon = std::min(text.find(':'), text.size());
    const std::string what = text.substr(0, colon);
    const std::string value = colon < text.size() ? text.substr(colon + 1) : "";
    const TestProject& project = scene_->project();
    if (what == "same-as")
      same_as(value, ran);
    else if (what == "stdout")
      EXPECT_EQ(scene_->normalized(ran.out), value + "\n") << ran;
    else if (what == "stdout-contains")
      EXPECT_THAT(scene_->normalized(ran.out), HasSubstr(value)) << ran;
    else if (what == "stderr-contains")
      EXPECT_THAT(scene_->normalized(ran.err), HasSubstr(value)) << ran;
    else if (what == "file")
      EXPECT_TRUE(project.exists(value)) << ran;
    else if (what == "no-file")
      EXPECT_FALSE(project.exists(value)) << ran;
    else if (what == "manifest")
      EXPECT_THAT(project.read("package.json"), HasSubstr(value)) << ran;
    else if (what == "unchanged")
      EXPECT_EQ(scene_->content(), before) << ran;
    else if (what == "refused")
      EXPECT_THAT(ran.err, HasSubstr("code: LPM_" + value)) << ran;
    else if (what == "later")
      later(ran);
    else
      ADD_FAILURE() << "unknown statement `" << what << "`";
  }

  // A command that lpm does not have yet says so, and what to type.
  static void later(const Ran& ran) {
    EXPECT_EQ(ran.out, "") << ran;
    EXPECT_THAT(ran.err, HasSubstr("error: lpm has no `")) << ran;
    EXPECT_THAT(ran.err, HasSubstr("\nhint: ")) << ran;
    EXPECT_THAT(ran.err, HasSubstr("code: LPM_UNKNOWN_COMMAND")) << ran;
  }

  void same_as(const std::string& spelling, const Ran& ran) {
    const Scene other(registry_, row_["project"]);
    const Ran same = other.run(spelling);
    EXPECT_EQ(ran.status, same.status) << ran << same;
    EXPECT_EQ(scene_->normalized(ran.out), other.normalized(same.out)) << ran << same;
    EXPECT_EQ(scene_->normalized(ran.err), other.normalized(same.err)) << ran << same;
    EXPECT_EQ(scene_->content(), other.content());
  }

  const TableRow& row_;
  FakeRegistry registry_;
  std::optional<Scene> scene_;
};

class VerbRow : public ::testing::Test {
 public:
  explicit VerbRow(TableRow row) : row_(std::move(row)) {}
  void TestBody() override {
    SCOPED_TRACE("verbs.tsv:" + std::to_string(row_.line) + ": lpm " + row_["spelling"]);
    Check(row_).run();
  }

 private:
  TableRow row_;
};

}  // namespace

void register_verbs() {
  int number = 0;
  for (const TableRow& row : read_table(LPM_COMPAT "/verbs.tsv")) {
    char prefix[16];
    std::snprintf(prefix, sizeof prefix, "%03d_", ++number);
    const std::string name = prefix + slug(row["from"] + " " + row["spelling"]);
    ::testing::RegisterTest("verbs", name.c_str(), nullptr, nullptr, __FILE__, __LINE__,
                            [row]() -> VerbRow* { return new VerbRow(row); });
  }
}

}  // namespace lpm::compat
