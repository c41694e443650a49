#include "security/node_command.h"

#include <algorithm>
#include <array>
#include <string>

#include "security/paths.h"

namespace lpm::security {
namespace {

// Options of node whose value is the next word.
constexpr std::array<std::string_view, 14> kWithValue = {"-r",
                                                         "--require",
                                                         "--import",
                                                         "--loader",
                                                         "--experimental-loader",
                                                         "-C",
                                                         "--conditions",
                                                         "--env-file",
                                                         "--input-type",
                                                         "--title",
                                                         "--icu-data-dir",
                                                         "--openssl-config",
                                                         "--inspect-port",
                                                         "--stack-trace-limit"};

class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  void skip_blanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == ';')) text_.remove_prefix(1);
  }
  bool take(std::string_view part) {
    skip_blanks();
    if (!text_.starts_with(part)) return false;
    text_.remove_prefix(part.size());
    return true;
  }
  std::string_view take_until(char end) {
    const std::size_t at = std::min(text_.find(end), text_.size());
    const std::string_view taken = text_.substr(0, at);
    text_.remove_prefix(at);
    return taken;
  }
  bool at_end() {
    skip_blanks();
    return text_.empty();
  }

 private:
  std::string_view text_;
};

// try { require('./x') } catch (e) {}   with './x' inside the package; the path, or empty.
std::string_view guarded_require(std::string_view code) {
  Cursor cursor(code);
  if (!cursor.take("try") || !cursor.take("{") || !cursor.take("require") || !cursor.take("(")) {
    return {};
  }
  const char quote = cursor.take("'") ? '\'' : cursor.take("\"") ? '"' : '\0';
  if (quote == '\0') return {};
  const std::string_view path = cursor.take_until(quote);
  if (!path.starts_with("./") || !is_plain_inner_path(path)) return {};
  if (!cursor.take(std::string_view(&quote, 1)) || !cursor.take(")") || !cursor.take("}")) {
    return {};
  }
  if (!cursor.take("catch")) return {};
  if (cursor.take("(")) {
    const std::string_view name = cursor.take_until(')');
    if (name.size() > 8 || name.find_first_of("={[.") != std::string_view::npos) return {};
    if (!cursor.take(")")) return {};
  }
  if (!cursor.take("{") || !cursor.take("}") || !cursor.at_end()) return {};
  return path;
}

void note_code(NodeCommand& command, const Word* text) {
  command.text = text;
  command.required =
      text != nullptr && !text->expands ? guarded_require(text->value) : std::string_view();
  command.code = command.required.empty() ? NodeCode::Inline : NodeCode::GuardedRequire;
}

bool is_data_url(std::string_view text) {
  return text.find("data:") != std::string_view::npos;
}

}  // namespace

std::string_view rule_of(NodeCode code) {
  switch (code) {
    case NodeCode::None:
      return {};
    case NodeCode::Inline:
      return "inline-code";
    case NodeCode::Printed:
      return "foreign-code";
    case NodeCode::GuardedRequire:
      return "guarded-require";
  }
  return {};
}

NodeCommand read_node_command(std::span<const Word> arguments) {
  NodeCommand command;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& text = arguments[i].possible;
    const Word* next = i + 1 < arguments.size() ? &arguments[i + 1] : nullptr;
    if (text.empty() || text[0] != '-') {
      command.script = &arguments[i];
      command.plain = command.plain && next == nullptr;
      return command;
    }
    command.plain = false;
    if (text == "-e" || text == "--eval" || text.starts_with("--eval=")) {
      note_code(command, text.size() > 7 ? nullptr : next);
      return command;
    }
    if (text == "-p" || text == "-pe" || text == "-ep" || text.starts_with("--print")) {
      command.code = NodeCode::Printed;
      command.text = next;
      return command;
    }
    if (text.starts_with("--import=data:") || text.starts_with("--loader=data:")) {
      command.code = NodeCode::Inline;
      return command;
    }
    if (std::find(kWithValue.begin(), kWithValue.end(), text) != kWithValue.end()) {
      if (next != nullptr && is_data_url(next->value)) {
        command.code = NodeCode::Inline;
        return command;
      }
      ++i;
    }
  }
  return command;
}

}  // namespace lpm::security
