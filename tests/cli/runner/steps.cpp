#include "runner/steps.h"

namespace lpm::cases {
namespace {

std::string_view take_line(std::string_view& rest) {
  std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

// Words as a shell splits them: single quotes keep all, double quotes keep all but `\"` and `\\`.
bool split_words(std::string_view line, std::vector<std::string>& words) {
  std::string word;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    if (quote == 0 && (c == ' ' || c == '\t')) {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
      in_word = true;
    } else if (c == quote) {
      quote = 0;
    } else {
      if (quote == '"' && c == '\\' && i + 1 < line.size()) c = line[++i];
      word += c;
      in_word = true;
    }
  }
  if (in_word) words.push_back(std::move(word));
  return quote == 0;
}

}  // namespace

Steps parse_steps(std::string_view text) {
  Steps result;
  int number = 0;
  while (!text.empty() && result.problem.empty()) {
    Step step;
    step.line = ++number;
    step.text = take_line(text);
    if (!split_words(step.text, step.words))
      result.problem = "line " + std::to_string(number) + ": open quote";
    if (step.words.empty() || step.words[0].starts_with("#")) continue;
    if (step.words.back().starts_with("<<")) {
      std::string end = step.words.back().substr(2);
      step.words.pop_back();
      bool closed = false;
      while (!text.empty() && !closed) {
        std::string_view line = take_line(text);
        ++number;
        closed = line == end;
        if (!closed) step.document.append(line).append("\n");
      }
      if (!closed)
        result.problem = "line " + std::to_string(step.line) + ": no line `" + end + "` ends it";
    }
    result.steps.push_back(std::move(step));
  }
  return result;
}

}  // namespace lpm::cases
