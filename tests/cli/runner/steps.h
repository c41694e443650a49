// A case's `steps` file: one command a line, with here-documents (docs/testing.md lists the
// commands).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lpm::cases {

struct Step {
  int line = 0;
  std::string text;                // the line as written, for sections and messages
  std::vector<std::string> words;  // quotes removed
  std::string document;            // of `<<EOF`, each line with its end
};

struct Steps {
  std::vector<Step> steps;
  std::string problem;  // not empty: the file is not understood
};

Steps parse_steps(std::string_view text);

}  // namespace lpm::cases
