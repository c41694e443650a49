// A strict RFC 8259 reader by recursive descent. It keeps member order and byte spans, because files that people
// edit must come back byte for byte; speed matters less than the message.
#include <fmt/format.h>

#include <cstdlib>

#include "formats/json.h"

namespace lpm::formats::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

void append_utf8(std::string& out, std::uint32_t code_point) {
  if (code_point < 0x80) {
    out += static_cast<char>(code_point);
  } else if (code_point < 0x800) {
    out += static_cast<char>(0xC0 | code_point >> 6);
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    out += static_cast<char>(0xE0 | code_point >> 12);
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | code_point >> 18);
    out += static_cast<char>(0x80 | (code_point >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (code_point >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code_point & 0x3F));
  }
}

class Parser {
 public:
  Parser(std::string_view text, const ParseOptions& options) : text_(text), options_(options) {}

  bool parse(Value& value) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    if (!skip_space() || !parse_value(value, 0) || !skip_space()) return false;
    return at_ == text_.size() || fail("text after the end of the document");
  }
  std::string_view problem() const { return problem_; }
  std::size_t offset() const { return std::min(at_, text_.size()); }

 private:
  bool fail(std::string_view problem) {
    if (problem_.empty()) problem_ = problem;
    return false;
  }

  bool at_end() const { return at_ >= text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }

  bool skip_space() {
    while (!at_end()) {
      const char c = text_[at_];
      if (c == ' ' || c == '\t' || c == '\n' || c == '\r')
        ++at_;
      else if (c == '/' && options_.comments) {
        if (!skip_comment()) return false;
      } else
        break;
    }
    return true;
  }

  bool skip_comment() {
    if (text_.substr(at_).starts_with("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    if (!text_.substr(at_).starts_with("/*")) return fail("unexpected `/`");
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return fail("a comment that does not end");
    at_ = end + 2;
    return true;
  }

  bool parse_value(Value& value, std::uint32_t depth) {
    if (depth > options_.max_depth) return fail("nested too deeply");
    value.begin = static_cast<std::uint32_t>(at_);
    const bool parsed = [&] {
      switch (peek()) {
        case '{': return parse_object(value, depth);
        case '[': return parse_array(value, depth);
        case '"': value.kind = Kind::String; return parse_string(value.string);
        case 't': return parse_word("true", value, Kind::Boolean, true);
        case 'f': return parse_word("false", value, Kind::Boolean, false);
        case 'n': return parse_word("null", value, Kind::Null, false);
        default: return parse_number(value);
      }
    }();
    value.end = static_cast<std::uint32_t>(at_);
    return parsed;
  }

  bool parse_word(std::string_view word, Value& value, Kind kind, bool boolean) {
    if (!text_.substr(at_).starts_with(word)) return fail("a value was expected");
    at_ += word.size();
    value.kind = kind;
    value.boolean = boolean;
    return true;
  }

  bool digits() {
    const std::size_t start = at_;
    while (peek() >= '0' && peek() <= '9') ++at_;
    return at_ > start;
  }

  bool parse_number(Value& value) {
    const std::size_t start = at_;
    if (at_end()) return fail("the document ends where a value was expected");
    if (peek() == '-') ++at_;
    if (peek() == '0')
      ++at_;
    else if (!digits())
      return fail(at_ == start ? "a value was expected" : "a digit was expected");
    if (peek() == '.') {
      ++at_;
      if (!digits()) return fail("a digit was expected");
    }
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return fail("a digit was expected");
    }
    value.kind = Kind::Number;
    value.string = text_.substr(start, at_ - start);
    value.number = std::strtod(value.string.c_str(), nullptr);
    return true;
  }

  bool hex4(std::uint32_t& unit) {
    unit = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
      if (digit < 0) return fail("four hex digits were expected");
      unit = unit * 16 + static_cast<std::uint32_t>(digit);
    }
    return true;
  }

  // A lone surrogate becomes its three-byte form, so that nothing is lost (JavaScript accepts it too).
  bool unicode_escape(std::string& out) {
    std::uint32_t unit = 0;
    if (!hex4(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(std::min(at_, text_.size())).starts_with("\\u")) {
      const std::size_t before = at_;
      at_ += 2;
      std::uint32_t low = 0;
      if (!hex4(low)) return false;
      if (low >= 0xDC00 && low < 0xE000) {
        append_utf8(out, 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00));
        return true;
      }
      at_ = before;
    }
    append_utf8(out, unit);
    return true;
  }

  bool escape(std::string& out) {
    const char c = peek();
    ++at_;
    switch (c) {
      case '"': case '\\': case '/': out += c; return true;
      case 'b': out += '\b'; return true;
      case 'f': out += '\f'; return true;
      case 'n': out += '\n'; return true;
      case 'r': out += '\r'; return true;
      case 't': out += '\t'; return true;
      case 'u': return unicode_escape(out);
      default: --at_; return fail("an unknown escape");
    }
  }

  bool parse_string(std::string& out) {
    ++at_;
    while (!at_end()) {
      const std::size_t start = at_;
      while (!at_end() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) >= 0x20) ++at_;
      out.append(text_.substr(start, at_ - start));
      if (at_end()) break;
      if (text_[at_] == '"') {
        ++at_;
        return true;
      }
      if (text_[at_] != '\\') return fail("a control character inside a string");
      ++at_;
      if (!escape(out)) return false;
    }
    return fail("a string that does not end");
  }

  bool parse_array(Value& value, std::uint32_t depth) {
    value.kind = Kind::Array;
    ++at_;
    if (!skip_space()) return false;
    if (take(']')) return true;
    while (true) {
      value.items.emplace_back();
      if (!parse_value(value.items.back(), depth + 1) || !skip_space()) return false;
      if (take(']')) return true;
      if (!take(',')) return fail("`,` or `]` was expected");
      if (!skip_space()) return false;
      if (options_.comments && take(']')) return true;
    }
  }

  bool parse_object(Value& value, std::uint32_t depth) {
    value.kind = Kind::Object;
    ++at_;
    if (!skip_space()) return false;
    if (take('}')) return true;
    while (true) {
      if (peek() != '"') return fail("a name in double quotes was expected");
      auto& [name, member] = value.members.emplace_back();
      if (!parse_string(name) || !skip_space()) return false;
      if (!take(':')) return fail("`:` was expected");
      if (!skip_space() || !parse_value(member, depth + 1) || !skip_space()) return false;
      if (take('}')) return true;
      if (!take(',')) return fail("`,` or `}` was expected");
      if (!skip_space()) return false;
      if (options_.comments && take('}')) return true;
    }
  }

  bool take(char c) {
    if (peek() != c || at_end()) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  const ParseOptions& options_;
  std::size_t at_ = 0;
  std::string problem_;
};

constexpr std::size_t kShownColumns = 120;

// The line of an offset with a caret under the place; long lines are cut around it.
std::string shown_line(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  std::string_view line = text.substr(start, end - start);
  std::size_t column = offset - start;
  if (line.size() > kShownColumns) {
    const std::size_t skip = column > kShownColumns / 2 ? column - kShownColumns / 2 : 0;
    line = line.substr(skip, kShownColumns);
    column -= skip;
  }
  std::string shown;
  for (const char c : line) shown += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  return shown + "\n" + std::string(column, ' ') + "^";
}

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
  Position position{1, 1};
  for (const char c : text.substr(0, offset)) {
    if (c == '\n') {
      ++position.line;
      position.column = 1;
    } else {
      ++position.column;
    }
  }
  return position;
}

Result<Value> parse(std::string_view text, std::string_view file_name, const ParseOptions& options) {
  if (text.size() > UINT32_MAX)
    return Error(ErrorCode::LIMIT, fmt::format("`{}` is too large", file_name)).at(std::string(file_name));
  Value value;
  Parser parser(text, options);
  if (parser.parse(value)) return value;
  const Position position = position_of(text, parser.offset());
  return Error(ErrorCode::BAD_JSON, fmt::format("`{}` is not valid JSON: {}", file_name, parser.problem()))
      .at(fmt::format("{}:{}:{}", file_name, position.line, position.column))
      .fact("line", shown_line(text, parser.offset()));
}

}  // namespace lpm::formats::json
