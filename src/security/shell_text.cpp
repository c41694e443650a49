#include "security/shell_text.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lpm::security {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

constexpr std::array<std::string_view, 11> kOpeners = {
    "if", "while", "until", "for", "case", "select", "{", "[[", "function", "coproc", "do"};
constexpr std::array<std::string_view, 5> kClosers = {"fi", "done", "esac", "}", "]]"};
constexpr std::array<std::string_view, 3> kInnerKeywords = {"then", "elif", "else"};

template <std::size_t Size>
bool is_one_of(std::string_view word, const std::array<std::string_view, Size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

bool is_assignment(std::string_view word) {
  if (word.empty() || !is_name_start(word[0])) return false;
  for (std::size_t i = 1; i < word.size(); ++i) {
    if (word[i] == '=') return true;
    if (word[i] == '+' && i + 1 < word.size() && word[i + 1] == '=') return true;
    if (!is_name_start(word[i]) && !is_digit(word[i])) return false;
  }
  return false;
}

// Where the bracket closes whose inside begins at `begin`; kNowhere when it never does. One pass
// with a stack of its own: nesting is as deep as the text says.
std::size_t find_close(std::string_view text, std::size_t begin, char closer) {
  std::string open(1, closer);  // closers that are waited for, innermost last
  for (std::size_t i = begin; i < text.size(); ++i) {
    const char c = text[i];
    const char wanted = open.back();
    if (c == '\\') {
      ++i;
    } else if (c == wanted) {
      open.pop_back();
      if (open.empty()) return i;
    } else if (c == '$' && i + 1 < text.size() && (text[i + 1] == '(' || text[i + 1] == '{')) {
      open.push_back(text[++i] == '(' ? ')' : '}');
    } else if (c == '"' || c == '`') {
      open.push_back(c);
    } else if (wanted != '"' && c == '\'') {
      i = text.find('\'', i + 1);
      if (i == kNowhere) return kNowhere;
    } else if (wanted == ')' && c == '(') {
      open.push_back(')');
    }
  }
  return kNowhere;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  ShellText read() {
    while (at_ < text_.size()) step();
    end_command();
    return std::move(result_);
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  void step() {
    const char c = peek();
    if (is_blank(c)) {
      end_word();
      ++at_;
    } else if (c == '\n' || c == ';' || c == '|' || c == '(' || c == ')') {
      read_operator(c);
    } else if (c == '&') {
      read_ampersand();
    } else if (c == '<' || c == '>') {
      read_redirection();
    } else if (c == '\\') {
      read_backslash();
    } else if (broken_ && (c == '"' || c == '\'' || c == '`')) {
      ++at_;
    } else if (c == '\'') {
      read_single_quotes();
    } else if (c == '"') {
      read_double_quotes();
    } else if (c == '$') {
      read_dollar(false);
    } else if (c == '`') {
      read_backtick();
    } else {
      take(c);
      ++at_;
    }
  }

  void take(char c) {
    in_word_ = true;
    word_.value.push_back(c);
    word_.possible.push_back(c);
  }

  // From here on quotes and brackets of substitutions are ordinary: each text is read once more at
  // most.
  void give_up_quotes() {
    broken_ = true;
    result_.whole = false;
  }

  void read_operator(char c) {
    end_command();
    if (c == '|') {
      add(peek(1) == '|' ? Piece::Separator : Piece::Pipe);
      at_ += peek(1) == '|' || peek(1) == '&' ? 2 : 1;
      return;
    }
    add(c == '(' ? Piece::Open : c == ')' ? Piece::Close : Piece::Separator);
    ++at_;
  }

  void read_ampersand() {
    if (peek(1) == '>') {
      end_word();
      ++at_;
      read_redirection();
      return;
    }
    end_command();
    add(Piece::Separator);
    at_ += peek(1) == '&' ? 2 : 1;
  }

  void read_redirection() {
    const char c = peek();
    if (peek(1) == '(' && !broken_) {
      read_substitution(2);
      return;
    }
    const bool is_descriptor = in_word_ && !word_.disguised && !word_.value.empty() &&
                               std::all_of(word_.value.begin(), word_.value.end(), is_digit);
    if (is_descriptor) drop_word();
    end_word();
    Redirection redirection;
    redirection.writes = c == '>' || peek(1) == '>';
    redirection.here_document = c == '<' && peek(1) == '<' && peek(2) != '<';
    ++at_;
    while (peek() == '<' || peek() == '>' || peek() == '&' || peek() == '|') {
      if (peek() == '&' && peek(1) == '&') break;
      ++at_;
    }
    if (redirection.here_document && peek() == '-') ++at_;
    command_.redirections.push_back(std::move(redirection));
    awaits_target_ = true;
  }

  void read_backslash() {
    if (at_ + 1 >= text_.size()) {
      result_.whole = false;
      ++at_;
      return;
    }
    const char escaped = peek(1);
    at_ += 2;
    word_.disguised = true;
    if (escaped == '\n') return;
    take(escaped);
  }

  void read_single_quotes() {
    const std::size_t end = text_.find('\'', at_ + 1);
    if (end == kNowhere) return give_up_quotes();
    note_quote(end + 1);
    for (char c : text_.substr(at_ + 1, end - at_ - 1)) take(c);
    at_ = end + 1;
  }

  // A word that is quoted as a whole is no disguise.
  void note_quote(std::size_t after) {
    const bool begins_word = !in_word_;
    in_word_ = true;
    const char next = after < text_.size() ? text_[after] : ' ';
    const bool ends_word = is_blank(next) || next == '\n' || next == ';' || next == '|' ||
                           next == '&' || next == ')' || next == '>' || next == '<';
    if (!begins_word || !ends_word) word_.disguised = true;
  }

  void read_double_quotes() {
    const std::size_t end = find_close(text_, at_ + 1, '"');
    if (end == kNowhere) return give_up_quotes();
    note_quote(end + 1);
    ++at_;
    while (at_ < end) {
      const char c = peek();
      if (c == '$') {
        read_dollar(true);
      } else if (c == '`' && !broken_) {
        read_backtick();
      } else if (c == '\\' && is_one_of(text_.substr(at_ + 1, 1), kEscapable)) {
        if (peek(1) != '\n') take(peek(1));
        at_ += 2;
      } else {
        take(c);
        ++at_;
      }
    }
    at_ = std::max(at_, end + 1);
  }
  static constexpr std::array<std::string_view, 5> kEscapable = {"$", "`", "\"", "\\", "\n"};

  void read_dollar(bool quoted) {
    const char next = peek(1);
    if (broken_) {
      ++at_;  // `$(` is then a bracket
      if (next != '(') take('$');
    } else if (next == '(') {
      read_substitution(2);
    } else if (next == '{') {
      read_parameter(quoted);
    } else if (next == '\'' && !quoted) {
      word_.disguised = true;
      ++at_;
      read_ansi_quotes();
    } else if (next == '"' && !quoted) {
      word_.disguised = true;
      ++at_;
    } else {
      read_variable(quoted);
    }
  }

  void read_variable(bool quoted) {
    std::size_t end = at_ + 1;
    if (end < text_.size() && is_name_start(text_[end])) {
      while (end < text_.size() && (is_name_start(text_[end]) || is_digit(text_[end]))) ++end;
    } else if (end < text_.size() &&
               (is_digit(text_[end]) || std::string_view("@*#?-$!").find(text_[end]) != kNowhere)) {
      ++end;
    } else {
      take('$');
      ++at_;
      return;
    }
    take_variable(text_.substr(at_ + 1, end - at_ - 1), quoted);
    at_ = end;
  }

  void take_variable(std::string_view name, bool quoted) {
    word_.expands = true;
    if (name == "IFS" && !quoted) {
      end_word();  // what stands for a blank
      return;
    }
    in_word_ = true;
    word_.value.append("$").append(name);
    if (name == "HOME") word_.possible.append("$HOME");
  }

  // ${name}, ${name:-default}
  void read_parameter(bool quoted) {
    const std::size_t end = find_close(text_, at_ + 2, '}');
    if (end == kNowhere) return give_up_quotes();
    const std::string_view inside = text_.substr(at_ + 2, end - at_ - 2);
    at_ = end + 1;
    std::size_t name_end = 0;
    while (name_end < inside.size() &&
           (is_name_start(inside[name_end]) || is_digit(inside[name_end]))) {
      ++name_end;
    }
    const std::string_view name = inside.substr(0, name_end);
    std::string_view rest = inside.substr(name_end);
    take_variable(name.empty() ? inside : name, quoted);
    if (rest.find_first_of("$`") != kNowhere) word_.substitutions.emplace_back(rest);
    if (!rest.empty() && rest[0] == ':') rest.remove_prefix(1);
    if (!rest.empty() && (rest[0] == '-' || rest[0] == '=' || rest[0] == '+')) {
      word_.possible.append(rest.substr(1));
      word_.disguised = true;
    }
  }

  // $'...' of bash.
  void read_ansi_quotes() {
    std::size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '\'') end += text_[end] == '\\' ? 2 : 1;
    if (end >= text_.size()) return give_up_quotes();
    in_word_ = true;
    for (std::size_t i = at_ + 1; i < end; ++i) {
      if (text_[i] != '\\') {
        take(text_[i]);
        continue;
      }
      i = take_ansi_escape(i + 1, end);
    }
    at_ = end + 1;
  }

  std::size_t take_ansi_escape(std::size_t i, std::size_t end) {
    const bool hex = text_[i] == 'x';
    const std::size_t begin = hex ? i + 1 : i;
    std::size_t stop = begin;
    int code = 0;
    while (stop < end && stop - begin < (hex ? 2U : 3U)) {
      const char digit = text_[stop];
      if (is_digit(digit) && (hex || digit < '8')) {
        code = code * (hex ? 16 : 8) + (digit - '0');
      } else if (hex && std::string_view("abcdefABCDEF").find(digit) != kNowhere) {
        code = code * 16 + ((digit | 0x20) - 'a' + 10);
      } else {
        break;
      }
      ++stop;
    }
    if (stop == begin) {
      take(text_[i] == 'n' || text_[i] == 't' ? ' ' : text_[i]);
      return i;
    }
    take(static_cast<char>(code));
    return stop - 1;
  }

  // $(...), <(...), >(...): `lead` characters, then the inside.
  void read_substitution(std::size_t lead) {
    const std::size_t end = find_close(text_, at_ + lead, ')');
    if (end == kNowhere) return give_up_quotes();
    take_substitution(std::string(text_.substr(at_ + lead, end - at_ - lead)));
    at_ = end + 1;
  }

  void read_backtick() {
    std::string inside;
    std::size_t i = at_ + 1;
    for (; i < text_.size() && text_[i] != '`'; ++i) {
      if (text_[i] == '\\' && i + 1 < text_.size() &&
          std::string_view("`\\$").find(text_[i + 1]) != kNowhere) {
        ++i;
      }
      inside.push_back(text_[i]);
    }
    if (i >= text_.size()) return give_up_quotes();
    take_substitution(std::move(inside));
    at_ = i + 1;
  }

  void take_substitution(std::string inside) {
    in_word_ = true;
    word_.expands = true;
    word_.value.append("$(").append(inside).append(")");
    word_.substitutions.push_back(std::move(inside));
  }

  void drop_word() {
    word_ = Word{};
    in_word_ = false;
  }

  void end_word() {
    if (!in_word_) {
      word_ = Word{};  // flags of a continued line
      return;
    }
    Word word = std::exchange(word_, Word{});
    in_word_ = false;
    if (awaits_target_) {
      awaits_target_ = false;
      command_.redirections.back().target = std::move(word);
      return;
    }
    if (command_.words.empty() && !word.disguised && take_keyword(word)) return;
    if (command_.words.empty() && is_assignment(word.value)) {
      command_.assignments.push_back(std::move(word));
      return;
    }
    if (command_.words.empty() && split_braces(word)) return;
    command_.words.push_back(std::move(word));
  }

  bool take_keyword(const Word& word) {
    if (is_one_of(word.value, kOpeners)) {
      end_command();
      add(word.value == "do" ? Piece::Separator : Piece::Open);
      return true;
    }
    if (is_one_of(word.value, kClosers)) {
      end_command();
      add(Piece::Close);
      return true;
    }
    if (!is_one_of(word.value, kInnerKeywords)) return false;
    end_command();
    add(Piece::Separator);
    return true;
  }

  // {npm,install,x} is three words to bash.
  bool split_braces(const Word& word) {
    const std::string& text = word.value;
    if (text.size() < 3 || text.front() != '{' || text.back() != '}') return false;
    if (text.find(',') == kNowhere) return false;
    std::size_t begin = 1;
    for (std::size_t i = 1; i < text.size(); ++i) {
      if (text[i] != ',' && i + 1 != text.size()) continue;
      Word part;
      part.value = part.possible = text.substr(begin, i - begin);
      part.disguised = true;
      command_.words.push_back(std::move(part));
      begin = i + 1;
    }
    return true;
  }

  void end_command() {
    end_word_only();
    awaits_target_ = false;
    const bool empty =
        command_.words.empty() && command_.assignments.empty() && command_.redirections.empty();
    if (!empty) result_.items.push_back({Piece::Command, std::move(command_)});
    command_ = Command{};
  }

  // A keyword ends the command before it, which may not end words again.
  void end_word_only() {
    if (in_word_) end_word();
    word_ = Word{};
  }

  void add(Piece piece) { result_.items.push_back({piece, {}}); }

  std::string_view text_;
  std::size_t at_ = 0;
  ShellText result_;
  Command command_;
  Word word_;
  bool in_word_ = false;
  bool awaits_target_ = false;
  bool broken_ = false;
};

}  // namespace

ShellText read_shell_text(std::string_view text) {
  return Reader(text).read();
}

}  // namespace lpm::security
