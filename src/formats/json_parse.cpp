// A strict RFC 8259 reader by recursive descent. It keeps member order and byte spans, because
// files that people edit must come back byte for byte; speed matters less than the message. Bytes
// that are not UTF-8 are read as U+FFFD, as JavaScript does: packages with Latin-1 names of authors
// exist.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "formats/json.h"
#include "formats/json_text.h"

namespace lpm::formats::json {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_plain(char c) {
  return c >= 0x20 && c < 0x7F && c != '"' && c != '\\';
}

int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

double to_double(const std::string& digits) {
  double number = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  // Too large or too small: strtod gives infinity or zero, as JavaScript does.
  return result.ec == std::errc() ? number : std::strtod(digits.c_str(), nullptr);
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  bool parse(Value& value) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    if (!skip_space() || !parse_value(value, 0) || !skip_space()) return false;
    return at_end() || fail("there is more text after the value");
  }
  std::string_view problem() const { return problem_; }
  std::size_t offset() const { return std::min(at_, text_.size()); }

 private:
  // Always false; the place is where the reader stands.
  bool fail(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }
  bool fail_expecting(std::string_view what) {
    if (at_end()) return fail(fmt::format("the text ends where {} was expected", what));
    if (peek() == '/') return fail("comments are not allowed");
    if (peek() == '\'') return fail("a string needs double quotes");
    return fail(fmt::format("{} was expected", what));
  }
  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool skip_space() {
    while (!at_end()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        ++at_;
      } else if (c == '/' && options_.comments) {
        if (!skip_comment()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  bool skip_comment() {
    const std::string_view rest = text_.substr(at_);
    if (rest.starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (!rest.starts_with("/*")) return fail("a value was expected");
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return fail("this comment does not end");
    at_ = end + 2;
    return true;
  }

  bool parse_value(Value& value, std::uint32_t depth) {
    if (depth > options_.max_depth) return fail("values are nested too deeply");
    value.begin = static_cast<std::uint32_t>(at_);
    const bool is_parsed = parse_by_first_byte(value, depth);
    value.end = static_cast<std::uint32_t>(at_);
    return is_parsed;
  }

  bool parse_by_first_byte(Value& value, std::uint32_t depth) {
    switch (peek()) {
      case '{':
        return parse_object(value, depth);
      case '[':
        return parse_array(value, depth);
      case '"':
        value.kind = Kind::String;
        return parse_string(value.string);
      case 't':
        return parse_word("true", value, Kind::Boolean);
      case 'f':
        return parse_word("false", value, Kind::Boolean);
      case 'n':
        return parse_word("null", value, Kind::Null);
      default:
        return parse_number(value);
    }
  }

  bool parse_word(std::string_view word, Value& value, Kind kind) {
    if (!text_.substr(at_).starts_with(word)) return fail_expecting("a value");
    at_ += word.size();
    value.kind = kind;
    value.boolean = word == "true";
    return true;
  }

  bool skip_digits() {
    if (!is_digit(peek())) return fail_expecting("a digit");
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool parse_number(Value& value) {
    const std::size_t start = at_;
    if (!is_digit(peek()) && peek() != '-') return fail_expecting("a value");
    take('-');
    if (!take('0') && !skip_digits()) return false;
    if (take('.') && !skip_digits()) return false;
    if (take('e') || take('E')) {
      if (!take('+')) take('-');
      if (!skip_digits()) return false;
    }
    value.kind = Kind::Number;
    value.string = text_.substr(start, at_ - start);
    value.number = to_double(value.string);
    return true;
  }

  bool parse_string(std::string& out) {
    const std::size_t opening = at_++;
    while (!at_end()) {
      append_plain(out);
      if (take('"')) return true;
      const char c = peek();
      if (c == '\\') {
        if (!parse_escape(out)) return false;
      } else if (!at_end() && static_cast<unsigned char>(c) < 0x20) {
        return fail("a control character in a string must be written as an escape");
      } else if (!at_end()) {
        append_character(out);
      }
    }
    at_ = opening;
    return fail("this string does not end");
  }

  // The run of characters that stand for themselves in one byte.
  void append_plain(std::string& out) {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
    out.append(text_, start, at_ - start);
  }

  void append_character(std::string& out) {
    const std::size_t size = utf8_size_at(text_, at_);
    out += size > 0 ? text_.substr(at_, size) : kReplacementCharacter;
    at_ += std::max<std::size_t>(size, 1);
  }

  bool parse_escape(std::string& out) {
    ++at_;
    const char c = peek();
    constexpr std::string_view kLetters = "\"\\/bfnrt", kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t letter = at_end() ? std::string_view::npos : kLetters.find(c);
    if (letter != std::string_view::npos) {
      out += kMeanings[letter];
      ++at_;
      return true;
    }
    return take('u') ? parse_unicode_escape(out) : fail("this escape is not known");
  }

  bool parse_hex4(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const int digit = hex_digit(peek());
      if (digit < 0) return fail("four hex digits were expected");
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  bool parse_unicode_escape(std::string& out) {
    std::uint32_t unit = 0;
    if (!parse_hex4(unit)) return false;
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    if (is_high && text_.substr(at_).starts_with("\\u")) {
      const std::size_t behind_high = at_;
      at_ += 2;
      std::uint32_t low = 0;
      if (!parse_hex4(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return true;
      }
      at_ = behind_high;
    }
    append_utf8(out, unit);
    return true;
  }

  bool parse_array(Value& value, std::uint32_t depth) {
    value.kind = Kind::Array;
    ++at_;
    if (!skip_space()) return false;
    if (take(']')) return true;
    while (true) {
      if (!parse_value(value.items.emplace_back(), depth + 1) || !skip_space()) return false;
      if (take(']')) return true;
      if (!take(',')) return fail_expecting("`,` or `]`");
      if (!skip_space()) return false;
      if (peek() != ']') continue;
      if (!options_.comments) return fail("a comma before `]` is not allowed");
      return take(']');
    }
  }

  bool parse_object(Value& value, std::uint32_t depth) {
    value.kind = Kind::Object;
    ++at_;
    if (!skip_space()) return false;
    if (take('}')) return true;
    while (true) {
      if (peek() != '"') return fail_expecting("a name in double quotes");
      auto& [name, member] = value.members.emplace_back();
      if (!parse_string(name) || !skip_space()) return false;
      if (!take(':')) return fail_expecting("`:`");
      if (!skip_space() || !parse_value(member, depth + 1) || !skip_space()) return false;
      if (take('}')) return true;
      if (!take(',')) return fail_expecting("`,` or `}`");
      if (!skip_space()) return false;
      if (peek() != '}') continue;
      if (!options_.comments) return fail("a comma before `}` is not allowed");
      return take('}');
    }
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::size_t at_ = 0;
  std::string problem_;
};

}  // namespace

const Value* Value::find(std::string_view key) const {
  for (auto member = members.rbegin(); member != members.rend(); ++member)
    if (member->first == key) return &member->second;
  return nullptr;
}

std::optional<std::string_view> Value::text_at(std::string_view key) const {
  const Value* member = find(key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->string;
}

Position position_of(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const std::size_t last_line = before.rfind('\n');
  Position position{1, 1};
  position.line += static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n'));
  std::size_t start = last_line == std::string_view::npos ? 0 : last_line + 1;
  if (start == 0 && before.starts_with(kByteOrderMark)) start = kByteOrderMark.size();
  position.column += static_cast<std::uint32_t>(before.size() - start);
  return position;
}

Result<Value> parse(std::string_view text, std::string_view file_name,
                    const ParseOptions& options) {
  if (text.size() > UINT32_MAX)
    return Error(ErrorCode::LIMIT, fmt::format("`{}` is too large", file_name))
        .at(std::string(file_name));
  Value value;
  Parser parser(text, options);
  if (parser.parse(value)) return value;
  const Position position = position_of(text, parser.offset());
  return Error(ErrorCode::BAD_JSON,
               fmt::format("`{}` is not valid JSON: {}", file_name, parser.problem()))
      .at(fmt::format("{}:{}:{}", file_name, position.line, position.column))
      .fact("line", line_with_caret(text, parser.offset()));
}

}  // namespace lpm::formats::json
