#include "security/program_rules.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "security/node_command.h"
#include "security/paths.h"
#include "security/rules.h"

namespace lpm::security {
namespace {

constexpr std::array<std::string_view, 5> kNetworkShells = {"nc", "netcat", "ncat", "nc.openbsd",
                                                            "nc.traditional"};

std::string command_text(const Program& program) {
  std::string text = program.word->value;
  for (const Word& word : program.arguments) {
    if (text.size() > 200) break;
    text.append(" ").append(word.value);
  }
  return text;
}

bool has_letter(std::string_view option, char letter) {
  return option.size() > 1 && option[0] == '-' && option[1] != '-' &&
         option.find(letter) != std::string_view::npos;
}

struct RemoveOptions {
  bool recursive = false;
  bool force = false;
};

RemoveOptions remove_options(std::span<const Word> arguments) {
  RemoveOptions options;
  for (const Word& word : arguments) {
    const std::string& text = word.possible;
    if (text == "--recursive" || has_letter(text, 'r') || has_letter(text, 'R')) {
      options.recursive = true;
    }
    if (text == "--force" || has_letter(text, 'f')) options.force = true;
  }
  return options;
}

bool is_whole_root(std::string_view path) {
  return path == "/" || path == "/*" || path == "~" || path == "~/" || path == "~/*" ||
         path == "$HOME" || path == "$HOME/" || path == "$HOME/*";
}

bool removes_outside(const Program& program) {
  const RemoveOptions options = remove_options(program.arguments);
  if (!options.recursive) return false;
  return std::any_of(program.arguments.begin(), program.arguments.end(), [&](const Word& word) {
    if (is_whole_root(word.value)) return true;
    return options.force && (word.value == "*" || is_home_or_absolute(word.value));
  });
}

bool makes_executable(std::string_view mode) {
  if (!mode.empty() &&
      std::all_of(mode.begin(), mode.end(), [](char c) { return c >= '0' && c <= '7'; })) {
    return std::any_of(mode.begin(), mode.end(), [](char c) { return (c - '0') % 2 == 1; });
  }
  const std::size_t sign = mode.find_first_of("+=");
  return sign != std::string_view::npos &&
         mode.find_first_of("xXst", sign) != std::string_view::npos;
}

bool opens_outside(const Program& program) {
  bool executable = false;
  bool outside = false;
  for (const Word& word : program.arguments) {
    executable = executable || makes_executable(word.value);
    outside = outside || leaves_package(word.value);
  }
  return executable && outside;
}

// Where programs write that copy: the last word of cp, every word of tee.
std::vector<std::string_view> written_by(const Program& program) {
  std::vector<std::string_view> targets;
  const std::span<const Word> words = program.arguments;
  if (program.name == "tee" || program.name == "sed") {
    for (const Word& word : words) targets.push_back(word.value);
  } else if (program.name == "cp" || program.name == "mv" || program.name == "ln" ||
             program.name == "install" || program.name == "rsync") {
    if (!words.empty()) targets.push_back(words.back().value);
  } else if (program.name == "dd") {
    for (const Word& word : words) {
      if (word.value.starts_with("of=")) targets.push_back(std::string_view(word.value).substr(3));
    }
  } else if (program.name == "curl" || program.name == "wget") {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const std::string& option = words[i].value;
      if (option == "-o" || option == "-O" || option == "--output") {
        targets.push_back(words[i + 1].value);
      }
    }
  }
  return targets;
}

bool is_decoder(const Program& program) {
  const auto has = [&](auto&& condition) {
    return std::any_of(program.arguments.begin(), program.arguments.end(),
                       [&](const Word& word) { return condition(word.possible); });
  };
  if (program.name == "base64" || program.name == "base32" || program.name == "basenc") {
    return has([](std::string_view text) {
      return has_letter(text, 'd') || has_letter(text, 'D') ||
             (text.size() > 2 && std::string_view("--decode").starts_with(text));
    });
  }
  if (program.name == "openssl") return has([](std::string_view text) { return text == "-d"; });
  if (program.name == "xxd")
    return has([](std::string_view text) { return has_letter(text, 'r'); });
  return false;
}

// Interpreters with an option that takes code.
bool has_foreign_code(const Program& program) {
  const std::string_view name = program.name;
  std::string_view letters;
  if (name.starts_with("python") || name == "py") letters = "c";
  if (name == "perl") letters = "eE";
  if (name == "ruby" || name == "lua") letters = "e";
  if (name == "php") letters = "r";
  if (name == "bun" || name == "deno") letters = "e";
  return std::any_of(program.arguments.begin(), program.arguments.end(), [&](const Word& word) {
    return std::any_of(letters.begin(), letters.end(),
                       [&](char letter) { return has_letter(word.possible, letter); });
  });
}

std::string joined(std::span<const Word> words) {
  std::string text;
  for (const Word& word : words) {
    if (!text.empty()) text.push_back(' ');
    text.append(word.value);
  }
  return text;
}

}  // namespace

bool is_downloader(const Program& program) {
  return program.name == "curl" || program.name == "wget" || program.name == "fetch" ||
         is_decoder(program);
}

std::vector<Evidence> find_in_redirections(const std::vector<Redirection>& redirections) {
  std::vector<Evidence> found;
  for (const Redirection& redirection : redirections) {
    if (redirection.writes && is_sensitive(redirection.target.value)) {
      found.push_back(evidence_of("outside-write", redirection.target.value));
    }
  }
  return found;
}

std::vector<Evidence> find_in_program(const Program& program) {
  std::vector<Evidence> found;
  const auto add = [&](std::string_view id) {
    found.push_back(evidence_of(id, command_text(program)));
  };
  const std::string& name = program.name;
  if (name == "eval") add("run-text");
  if (name == "iex") add("powershell-code");
  if (std::find(kNetworkShells.begin(), kNetworkShells.end(), name) != kNetworkShells.end()) {
    add("network-shell");
  }
  if (installs_packages(program)) add("nested-install");
  if (name == "rm" && removes_outside(program)) add("outside-remove");
  if (name == "chmod" && opens_outside(program)) add("outside-chmod");
  if (has_foreign_code(program)) add("foreign-code");
  if (name == "node" || name == "nodejs") {
    const NodeCommand node = read_node_command(program.arguments);
    const std::string_view id = rule_of(node.code);
    if (!id.empty()) add(id);
    if (node.script != nullptr && leaves_package(node.script->value)) add("outside-file");
  }
  for (std::string_view target : written_by(program)) {
    if (is_sensitive(target)) {
      add("outside-write");
      break;
    }
  }
  return found;
}

const Word* script_word_of(const Program& program) {
  if (program.name == "source" || program.name == "." || program.name == "eval") {
    return program.arguments.empty() ? nullptr : &program.arguments[0];
  }
  if (!is_shell(program.name)) return nullptr;
  bool wants_text = false;
  for (const Word& word : program.arguments) {
    const bool option =
        word.possible.size() > 1 && (word.possible[0] == '-' || word.possible[0] == '+');
    if (!option || wants_text) return &word;
    wants_text = has_letter(word.possible, 'c');
  }
  return nullptr;
}

std::vector<std::string> commands_given_by(const Program& program) {
  const std::span<const Word> words = program.arguments;
  if (is_shell(program.name) || program.name == "su") {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (has_letter(words[i].possible, 'c') || words[i].value == "--command") {
        return {words[i + 1].value};
      }
    }
  }
  if (program.name == "cmd" || program.name == "powershell" || program.name == "pwsh") {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string option = to_lower_ascii(words[i].value);
      if (option == "/c" || option == "/k" || option == "-c" || option == "-command") {
        return {joined(words.subspan(i + 1))};
      }
    }
  }
  if (program.name == "trap" && !words.empty()) return {words[0].value};
  if (program.name == "env") {
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      if (words[i].value == "-S") return {words[i + 1].value};
    }
  }
  return {};
}

}  // namespace lpm::security
