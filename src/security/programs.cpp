#include "security/programs.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::security {
namespace {

constexpr std::size_t kMostWrappers = 64;  // one inside the other; more is no command of a person

// A program whose arguments are another command.
struct Wrapper {
  std::string_view name;
  std::string_view options_with_value;  // letters
  std::string_view switches;            // letters of options that take none
  int operands = 0;                     // words of its own before the command
};

constexpr std::array kWrappers = {
    Wrapper{"sudo", "CDghpRrTtUu", "AbEeHiKklnPSsVv"},
    Wrapper{"doas", "Cu", "Lns"},
    Wrapper{"env", "CSu", "0iv"},
    Wrapper{"command", "", "pvV"},
    Wrapper{"builtin", "", ""},
    Wrapper{"exec", "a", "cl"},
    Wrapper{"nohup", "", ""},
    Wrapper{"time", "fo", "apvV"},
    Wrapper{"nice", "n", ""},
    Wrapper{"ionice", "cnpPu", "t"},
    Wrapper{"setsid", "", "cfw"},
    Wrapper{"stdbuf", "ioe", ""},
    Wrapper{"timeout", "ks", "v", 1},
    Wrapper{"xargs", "adEIiLlnPs", "0optrx"},
    Wrapper{"cross-env", "", ""},
    Wrapper{"cross-env-shell", "", ""},
    Wrapper{"corepack", "", ""},
    Wrapper{"busybox", "", ""},
    Wrapper{"chroot", "", "", 1},
    Wrapper{"unshare", "", "fimnpruUC"},
    Wrapper{"strace", "aeosSpEPuOX", "cCdfiqrtTvVwxyz"},
    Wrapper{"watch", "nq", "bcdegtx"},
    Wrapper{"winpty", "", ""},
    Wrapper{"start", "", ""},
    Wrapper{"call", "", ""},
    Wrapper{"!", "", ""},
};

constexpr std::array<std::string_view, 11> kShells = {"sh",   "bash", "zsh", "dash", "ksh",  "csh",
                                                      "tcsh", "fish", "ash", "mksh", "rbash"};

constexpr std::array<std::string_view, 5> kExtensions = {".exe", ".cmd", ".bat", ".com", ".ps1"};

const Wrapper* wrapper_of(std::string_view program) {
  const auto found = std::find_if(kWrappers.begin(), kWrappers.end(),
                                  [&](const Wrapper& row) { return row.name == program; });
  return found == kWrappers.end() ? nullptr : &*found;
}

bool is_assignment(std::string_view word) {
  return word.find('=') != std::string_view::npos && word[0] != '=' && word[0] != '/' &&
         word[0] != '.';
}

enum class Takes { Nothing, Value, Unknown };

Takes value_of_option(const Wrapper& wrapper, std::string_view option) {
  if (option == "--" || option.find('=') != std::string_view::npos) return Takes::Nothing;
  if (option.starts_with("--") || option.starts_with("/")) return Takes::Unknown;
  const char last = option.back();
  if (option.size() == 2 && wrapper.options_with_value.find(last) != std::string_view::npos) {
    return Takes::Value;
  }
  if (wrapper.switches.find(last) != std::string_view::npos) return Takes::Nothing;
  return option.size() == 2 ? Takes::Unknown : Takes::Nothing;
}

// Indices of the words that the wrapper at `index` may start.
std::vector<std::size_t> started_by(const Wrapper& wrapper, std::span<const Word> words,
                                    std::size_t index) {
  int operands = wrapper.operands;
  bool may_be_value = false;
  std::vector<std::size_t> found;
  for (std::size_t i = index + 1; i < words.size(); ++i) {
    const std::string& word = words[i].possible;
    if (word.empty()) continue;
    const bool option = word[0] == '-' || (wrapper.name == "start" && word[0] == '/');
    if (option && word.size() > 1) {
      const Takes takes = value_of_option(wrapper, word);
      if (takes == Takes::Value) ++i;
      may_be_value = takes == Takes::Unknown;
      continue;
    }
    if (is_assignment(word)) continue;
    if (operands > 0) {
      --operands;
      continue;
    }
    found.push_back(i);
    if (!may_be_value) break;
    may_be_value = false;
  }
  return found;
}

// find ... -exec COMMAND ;
std::vector<std::size_t> started_by_find(std::span<const Word> words, std::size_t index) {
  std::vector<std::size_t> found;
  for (std::size_t i = index + 1; i + 1 < words.size() && found.size() < kMostWrappers; ++i) {
    const std::string& word = words[i].value;
    if (word == "-exec" || word == "-execdir" || word == "-ok" || word == "-okdir") {
      found.push_back(i + 1);
    }
  }
  return found;
}

}  // namespace

bool is_shell(std::string_view program) {
  return std::find(kShells.begin(), kShells.end(), program) != kShells.end();
}

std::string program_name(const Word& word) {
  std::string name;
  for (char c : word.possible) {
    if (c == '/' || c == '\\') {
      name.clear();
    } else if (c != '^') {
      name.push_back(c);
    }
  }
  name = to_lower_ascii(name);
  for (std::string_view extension : kExtensions) {
    if (name.size() > extension.size() && name.ends_with(extension)) {
      name.resize(name.size() - extension.size());
    }
  }
  return name;
}

Programs programs_of(std::span<const Word> words) {
  Programs programs;
  if (words.empty()) return programs;
  std::vector<std::size_t> waiting = {0};
  std::vector<bool> seen(words.size(), false);
  while (!waiting.empty()) {
    const std::size_t index = waiting.back();
    waiting.pop_back();
    if (seen[index]) continue;
    seen[index] = true;
    if (programs.all.size() >= kMostWrappers) {
      programs.too_deep = true;
      break;
    }
    Program program{program_name(words[index]), words.subspan(index + 1), &words[index]};
    std::vector<std::size_t> next;
    if (program.name == "find") {
      next = started_by_find(words, index);
    } else if (const Wrapper* wrapper = wrapper_of(program.name)) {
      next = started_by(*wrapper, words, index);
    }
    programs.all.push_back(std::move(program));
    waiting.insert(waiting.end(), next.begin(), next.end());
  }
  return programs;
}

}  // namespace lpm::security
