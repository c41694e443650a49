// Runs one case folder: its project, its registry, its steps; compares with its goldens or rewrites
// them.
#pragma once

#include <string>
#include <vector>

#include "runner/normalize.h"
#include "runner/steps.h"
#include "support/fake_registry.h"
#include "support/test_project.h"

namespace lpm::cases {

class Case {
 public:
  // `accept`: goldens that do not match are rewritten, missing ones are made.
  Case(std::string folder, bool accept);

  // True when everything is as expected; problems() says what is not.
  bool run();
  const std::vector<std::string>& problems() const { return problems_; }
  const std::vector<std::string>& accepted() const { return accepted_; }

 private:
  struct Section {
    std::string command;
    std::string text;
  };

  bool set_up(Steps& steps);
  void run_step(const Step& step);
  bool run_command(const Step& step);
  bool run_file_step(const Step& step);
  bool run_expectation(const Step& step);
  using Snapshot = std::map<std::string, std::string>;  // path -> what it is
  Snapshot snapshot(const std::string& path) const;
  static std::string changes(const Snapshot& before, const Snapshot& after);
  void expect_requests(const Step& step);
  void expect_contains(const Step& step);
  void fail(const Step& step, const std::string& reason);

  void compare();
  void compare_golden(const std::string& name, const std::string& actual, bool make_when_missing);
  static std::string joined(const std::vector<Section>& sections);
  std::string statuses() const;

  std::string folder_;
  bool accept_;
  support::TestProject project_;
  support::FakeRegistry registry_;
  Replacements named_;
  std::string directory_;  // of the commands, relative to the project
  support::Ran last_;
  std::vector<Section> out_, err_, status_, trees_;
  std::map<std::string, Snapshot> remembered_;
  std::vector<std::string> problems_;
  std::vector<std::string> accepted_;
};

}  // namespace lpm::cases
