// A project in a temporary folder whose scripts leave what they saw in files.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>

#include "os/files.h"
#include "tasks/tasks.h"

namespace lpm::tasks {

class ProjectTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = *os::real_path(*os::make_temporary_directory(testing::TempDir(), "lpm-tasks-"));
    project_ = root_ + "/project";
    ASSERT_TRUE(os::make_directories(root_ + "/home"));
    ASSERT_TRUE(os::make_directories(project_ + "/node_modules/.bin"));
    set_variable("HOME", root_ + "/home");
    set_variable("PATH", os::environment_variable("PATH").value_or("/usr/bin:/bin"));
    set_variable("npm_config_globalconfig", root_ + "/global-npmrc");
  }
  void TearDown() override { ASSERT_TRUE(os::remove_tree(root_)); }

  void set_variable(const std::string& name, std::string value) {
    std::erase_if(environment_, [&](const auto& variable) { return variable.first == name; });
    environment_.emplace_back(name, std::move(value));
    std::sort(environment_.begin(), environment_.end());
  }
  void write(const std::string& path, std::string_view text, std::uint32_t mode = 0644) {
    ASSERT_TRUE(os::write_file(root_ + "/" + path, text, mode));
  }
  std::string read(const std::string& path) {
    return os::read_file(root_ + "/" + path).value_or("<no file>");
  }

  // Reads package.json and the settings anew.
  ScriptContext& context(std::string_view package_json) {
    write("project/package.json", package_json);
    auto manifest =
        manifest::read_manifest(package_json, "package.json", manifest::Strictness::Project);
    EXPECT_TRUE(manifest);
    manifest_ = *manifest;
    config::ConfigSources sources;
    sources.project_directory = project_;
    sources.home = root_ + "/home";
    sources.environment = environment_;
    auto settings = config::Settings::load(sources);
    EXPECT_TRUE(settings);
    settings_ = *settings;
    context_.project = project_;
    context_.initial_directory = project_;
    context_.manifest = &manifest_;
    context_.settings = &settings_;
    context_.user_agent = "lpm/0 npm/? node/v20 linux x64";
    context_.executable = "/opt/lpm/bin/lpm";
    context_.environment = environment_;
    return context_;
  }

  int run(const ScriptContext& script_context, std::string_view name,
          const std::vector<std::string>& arguments = {}) {
    const auto status = run_script(script_context, name, arguments, false);
    EXPECT_TRUE(status) << (status ? "" : status.error().what);
    return status ? *status : -1;
  }

  std::string root_;
  std::string project_;
  os::EnvironmentMap environment_;
  manifest::Manifest manifest_;
  config::Settings settings_;
  ScriptContext context_;
};

}  // namespace lpm::tasks
