#include "support/json_value.h"

#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace lpm::support {
namespace {

// Recursive descent over the whole grammar; `fail` ends the process.
class Parser {
 public:
  Parser(std::string_view text, std::string_view origin) : text_(text), origin_(origin) {}

  JsonValue document() {
    JsonValue value = parse_value();
    skip_space();
    if (at_ != text_.size()) fail("text after the value");
    return value;
  }

 private:
  [[noreturn]] void fail(const char* reason) {
    std::fprintf(stderr, "%.*s: not JSON at byte %zu: %s\n", static_cast<int>(origin_.size()),
                 origin_.data(), at_, reason);
    std::exit(2);
  }

  void skip_space() {
    while (at_ < text_.size() && std::strchr(" \t\r\n", text_[at_]) != nullptr) ++at_;
  }

  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  JsonValue parse_value() {
    skip_space();
    if (at_ >= text_.size()) fail("ends early");
    char c = text_[at_];
    if (c == '{') return parse_object();
    if (c == '[') return parse_array();
    if (c == '"') return JsonValue(parse_string());
    if (take_word("true")) return JsonValue(true);
    if (take_word("false")) return JsonValue(false);
    if (take_word("null")) return JsonValue();
    if (c == '-' || std::isdigit(static_cast<unsigned char>(c))) return parse_number();
    fail("no value");
  }

  JsonValue parse_object() {
    JsonValue object = JsonValue::object();
    take('{');
    if (take('}')) return object;
    do {
      skip_space();
      if (at_ >= text_.size() || text_[at_] != '"') fail("no key");
      std::string key = parse_string();
      if (!take(':')) fail("no colon");
      object[key] = parse_value();
    } while (take(','));
    if (!take('}')) fail("object does not end");
    return object;
  }

  JsonValue parse_array() {
    JsonValue array = JsonValue::array();
    take('[');
    if (take(']')) return array;
    do array.push(parse_value());
    while (take(','));
    if (!take(']')) fail("array does not end");
    return array;
  }

  JsonValue parse_number() {
    std::size_t begin = at_;
    while (at_ < text_.size() && std::strchr("+-.eE0123456789", text_[at_]) != nullptr) ++at_;
    return JsonValue::number_as_written(std::string(text_.substr(begin, at_ - begin)));
  }

  unsigned parse_hex4() {
    if (at_ + 4 > text_.size()) fail("short escape");
    unsigned value =
        static_cast<unsigned>(std::strtoul(std::string(text_.substr(at_, 4)).c_str(), nullptr, 16));
    at_ += 4;
    return value;
  }

  void append_utf8(std::string& out, unsigned code) {
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 63));
    } else if (code < 0x10000) {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    } else {
      out += static_cast<char>(0xF0 | code >> 18);
      out += static_cast<char>(0x80 | (code >> 12 & 63));
      out += static_cast<char>(0x80 | (code >> 6 & 63));
      out += static_cast<char>(0x80 | (code & 63));
    }
  }

  std::string parse_string() {
    std::string out;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] != '\\') {
        out += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      const char* known = std::strchr("\"\\/bfnrt", text_[at_]);
      if (known != nullptr) {
        out += "\"\\/\b\f\n\r\t"[known - "\"\\/bfnrt"];
      } else if (text_[at_] == 'u') {
        ++at_;
        unsigned code = parse_hex4();
        if (code >= 0xD800 && code < 0xDC00 && take_word("\\u"))
          code = 0x10000 + ((code - 0xD800) << 10) + (parse_hex4() - 0xDC00);
        append_utf8(out, code);
        --at_;
      } else {
        fail("unknown escape");
      }
    }
    if (at_ >= text_.size()) fail("string does not end");
    ++at_;
    return out;
  }

  std::string_view text_;
  std::string_view origin_;
  std::size_t at_ = 0;
};

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (byte < 0x20) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

JsonValue JsonValue::strings(const std::vector<std::string>& items) {
  JsonValue array = JsonValue::array();
  for (const std::string& item : items) array.push(item);
  return array;
}

JsonValue JsonValue::number_as_written(std::string text) {
  JsonValue value(Kind::Number);
  value.text_ = std::move(text);
  return value;
}

JsonValue JsonValue::parse(std::string_view text, std::string_view origin) {
  return Parser(text, origin).document();
}

long long JsonValue::integer() const {
  return kind_ == Kind::Number ? std::atoll(text_.c_str()) : 0;
}

JsonValue& JsonValue::operator[](std::string_view key) {
  if (kind_ == Kind::Null) kind_ = Kind::Object;
  for (Member& member : members_)
    if (member.first == key) return member.second;
  return members_.emplace_back(std::string(key), JsonValue()).second;
}

JsonValue& JsonValue::push(JsonValue item) {
  if (kind_ == Kind::Null) kind_ = Kind::Array;
  return items_.emplace_back(std::move(item));
}

void JsonValue::remove(std::string_view key) {
  std::erase_if(members_, [&](const Member& member) { return member.first == key; });
}

const JsonValue* JsonValue::find(std::string_view key) const {
  for (const Member& member : members_)
    if (member.first == key) return &member.second;
  return nullptr;
}

const JsonValue& JsonValue::at(std::string_view key) const {
  static const JsonValue null;
  const JsonValue* found = find(key);
  return found != nullptr ? *found : null;
}

void JsonValue::merge(const JsonValue& patch) {
  if (!patch.is_object()) {
    *this = patch;
    return;
  }
  if (!is_object()) *this = object();
  for (const auto& [key, value] : patch.members_) {
    if (value.is_null())
      remove(key);
    else
      (*this)[key].merge(value);
  }
}

void JsonValue::merge_patch(const JsonValue& patch) {
  if (!patch.is_object() || !is_object()) {
    *this = patch;
    return;
  }
  for (const auto& [key, value] : patch.members_) (*this)[key].merge_patch(value);
}

// A negative indent writes everything on one line.
void JsonValue::write(std::string& out, int indent) const {
  auto new_line = [&](int depth) {
    if (indent >= 0) out += '\n' + std::string(static_cast<std::size_t>(depth) * 2, ' ');
  };
  int inner = indent < 0 ? -1 : indent + 1;
  bool first = true;
  switch (kind_) {
    case Kind::Null:
      out += "null";
      break;
    case Kind::Bool:
      out += bool_ ? "true" : "false";
      break;
    case Kind::Number:
      out += text_;
      break;
    case Kind::String:
      write_string(out, text_);
      break;
    case Kind::Array:
      out += '[';
      for (const JsonValue& item : items_) {
        if (!std::exchange(first, false)) out += ',';
        new_line(inner);
        item.write(out, inner);
      }
      if (!first) new_line(indent);
      out += ']';
      break;
    case Kind::Object:
      out += '{';
      for (const auto& [key, value] : members_) {
        if (!std::exchange(first, false)) out += ',';
        new_line(inner);
        write_string(out, key);
        out += indent < 0 ? ":" : ": ";
        value.write(out, inner);
      }
      if (!first) new_line(indent);
      out += '}';
      break;
  }
}

std::string JsonValue::dump() const {
  std::string out;
  write(out, -1);
  return out;
}

std::string JsonValue::dump_pretty() const {
  std::string out;
  write(out, 0);
  return out + '\n';
}

}  // namespace lpm::support
