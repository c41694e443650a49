#include <fmt/format.h>

#include <cmath>

#include "formats/json.h"
#include "formats/json_text.h"

namespace lpm::formats::json {
namespace {

std::string_view short_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return "";
  }
}

std::string unit_escape(unsigned unit) {
  return fmt::format("\\u{:04x}", unit);
}

// The UTF-16 unit behind the three-byte form of a surrogate.
unsigned surrogate_at(std::string_view text, std::size_t at) {
  return 0xD000U | (static_cast<unsigned char>(text[at + 1]) & 0x3FU) << 6 |
         (static_cast<unsigned char>(text[at + 2]) & 0x3FU);
}

}  // namespace

std::string quote(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    if (const std::string_view escape = short_escape(text[at]); !escape.empty()) {
      out += escape;
      ++at;
    } else if (static_cast<unsigned char>(text[at]) < 0x20) {
      out += unit_escape(static_cast<unsigned char>(text[at++]));
    } else if (const std::size_t size = utf8_size_at(text, at); size > 0) {
      out += text.substr(at, size);
      at += size;
    } else if (is_lone_surrogate_at(text, at)) {
      out += unit_escape(surrogate_at(text, at));
      at += 3;
    } else {
      out += kReplacementCharacter;
      ++at;
    }
  }
  return out + "\"";
}

void Writer::new_line() {
  if (indent_ == 0) return;
  out_ += '\n';
  out_.append(has_items_.size() * static_cast<std::size_t>(indent_), ' ');
}

void Writer::before_value() {
  if (std::exchange(after_key_, false) || has_items_.empty()) return;
  if (has_items_.back()) out_ += ',';
  has_items_.back() = true;
  new_line();
}

Writer& Writer::begin_object() {
  before_value();
  out_ += '{';
  has_items_.push_back(false);
  return *this;
}

Writer& Writer::end_object() {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) new_line();
  out_ += '}';
  return *this;
}

Writer& Writer::begin_array() {
  before_value();
  out_ += '[';
  has_items_.push_back(false);
  return *this;
}

Writer& Writer::end_array() {
  const bool had_items = has_items_.back();
  has_items_.pop_back();
  if (had_items) new_line();
  out_ += ']';
  return *this;
}

Writer& Writer::key(std::string_view name) {
  before_value();
  out_ += quote(name);
  out_ += indent_ == 0 ? ":" : ": ";
  after_key_ = true;
  return *this;
}

Writer& Writer::raw(std::string_view json_text) {
  before_value();
  out_ += json_text;
  return *this;
}

Writer& Writer::value(std::string_view text) {
  return raw(quote(text));
}
Writer& Writer::value(bool boolean) {
  return raw(boolean ? "true" : "false");
}
Writer& Writer::value(std::int64_t number) {
  return raw(std::to_string(number));
}
Writer& Writer::value(std::uint64_t number) {
  return raw(std::to_string(number));
}
Writer& Writer::value(double number) {
  return std::isfinite(number) ? raw(fmt::format("{}", number)) : null();
}
Writer& Writer::null() {
  return raw("null");
}

std::string Writer::take() {
  if (indent_ != 0) out_ += '\n';
  return std::move(out_);
}

}  // namespace lpm::formats::json
