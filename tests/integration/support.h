// What the integration tests share: a project with a registry and a fast retry, JSON of a run.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "support/fake_registry.h"
#include "support/json_value.h"
#include "support/test_project.h"

namespace lpm::integration {

using support::FakeRegistry;
using support::JsonValue;
using support::Ran;
using support::RunOptions;
using support::TestProject;
using ::testing::HasSubstr;
using ::testing::Not;

// A project that asks for `dependencies` ({"a": "^1"}), pointed at a registry; waits between
// attempts take 10 ms.
class Workplace {
 public:
  explicit Workplace(std::string_view dependencies = "{}") {
    project.use(registry);
    project.set("LPM_TEST_MODE", "1");
    project.set("LPM_RETRY_BACKOFF_MS_OVERRIDE", "10");
    project.set("npm_config_globalconfig", project.home() + "/no-global-npmrc");
    ask_for(dependencies);
  }
  void ask_for(std::string_view dependencies) {
    project.write("package.json", "{\n  \"name\": \"app\",\n  \"dependencies\": " +
                                      std::string(dependencies) + "\n}\n");
  }
  // As on a machine that has the project from version control and nothing else.
  void forget_all_but_the_lockfile() {
    for (const char* path : {"node_modules", ".lpm"}) project.remove(path);
    project.remove(project.home() + "/.lpm");
    registry.clear_log();
  }
  JsonValue install_document(std::vector<std::string> arguments = {}) {
    arguments.insert(arguments.begin(), {"install", "--json"});
    const Ran ran = project.lpm(arguments);
    EXPECT_EQ(ran.status, 0) << ran;
    return JsonValue::parse(ran.out, "install --json");
  }

  FakeRegistry registry;
  TestProject project;
};

}  // namespace lpm::integration
