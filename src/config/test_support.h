// A home, a project and an environment in a temporary folder, for the tests of this module.
#pragma once

#include <gtest/gtest.h>

#include "config/config.h"
#include "os/files.h"

namespace lpm::config {

class ConfigTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = *os::real_path(*os::make_temporary_directory(testing::TempDir(), "lpm-config-"));
    ASSERT_TRUE(os::make_directories(root_ + "/home/.lpm"));
    ASSERT_TRUE(os::make_directories(root_ + "/project"));
    sources_.home = root_ + "/home";
    sources_.project_directory = root_ + "/project";
    // No file of this machine: an empty PATH hides node's prefix, a named file replaces /etc/npmrc.
    set_variable("npm_config_globalconfig", root_ + "/global-npmrc");
  }
  void TearDown() override { ASSERT_TRUE(os::remove_tree(root_)); }

  void write(const std::string& path, std::string_view text) {
    ASSERT_TRUE(os::write_file(root_ + "/" + path, text));
  }
  void set_variable(std::string name, std::string value) {
    sources_.environment.emplace_back(std::move(name), std::move(value));
    std::sort(sources_.environment.begin(), sources_.environment.end());
  }
  void set_flag(std::string key, std::string value) {
    sources_.command_line.push_back(
        {std::move(key), {std::move(value)}, Layer::CommandLine, "", false});
  }
  Settings load() {
    auto settings = Settings::load(sources_);
    EXPECT_TRUE(settings) << (settings ? ""
                                       : settings.error().what + " at " + settings.error().where);
    return settings ? *settings : Settings();
  }
  Error load_error() {
    auto settings = Settings::load(sources_);
    EXPECT_FALSE(settings);
    return settings ? Error(ErrorCode::INTERNAL, "no error") : settings.error();
  }
  Registries registries() {
    const auto made = Registries::create(load());
    EXPECT_TRUE(made) << (made ? "" : made.error().what);
    return made ? *made : Registries();
  }
  Error registries_error() {
    const auto made = Registries::create(load());
    EXPECT_FALSE(made);
    return made ? Error(ErrorCode::INTERNAL, "no error") : made.error();
  }

  std::string root_;
  ConfigSources sources_;
};

}  // namespace lpm::config
