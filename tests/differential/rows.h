// Reads the rows that tests/differential/generate.mjs writes (the format is described in
// oracle.mjs).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace lpm::differential {

using Row = std::vector<std::string>;

// Unescaped; "-" stands for "nothing" in answers, and a literal one is kept apart from it.
inline const std::string kNothing = std::string("\0-", 2);
inline std::string or_nothing(const std::optional<std::string>& text) {
  return text ? *text : kNothing;
}

// The cases in the folder LPM_DIFFERENTIAL_CASES, else the committed sample.
std::string case_file(const std::string& kind);

void for_each_row(const std::string& file, const std::function<void(const Row&)>& use);

// Counts differences, shows the first few, and fails the test if there are any.
class Tally {
 public:
  Tally(std::string file, std::string kind) : file_(std::move(file)), kind_(std::move(kind)) {}
  ~Tally();
  void compare(const Row& row, const std::string& what, const std::string& expected,
               const std::string& actual);

 private:
  std::string file_;
  std::string kind_;
  std::size_t compared_ = 0;
  std::size_t different_ = 0;
};

}  // namespace lpm::differential
