// `sandbox_test run`: a script of a package in the sandbox, for tests that are not written in C++.
#pragma once

#include <string>
#include <vector>

namespace lpm::sandbox_test {

// --level LEVEL --package FOLDER [--project FOLDER] [--readable PATH]... [--network] EVENT SCRIPT
int run_tool(const std::vector<std::string>& words);

}  // namespace lpm::sandbox_test
