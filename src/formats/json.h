// JSON for files that people edit: strict RFC 8259 reader that keeps order and positions, an editor
// that keeps every byte it need not change, and a writer. (Registry documents are read elsewhere,
// by simdjson.)
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace lpm::formats::json {

enum class Kind : std::uint8_t { Null, Boolean, Number, String, Array, Object };

// A parsed value. Members keep source order; of duplicate keys the last one counts, as in
// JavaScript.
struct Value {
  // Defined below: the type holds itself, which is not complete up here.
  Value();
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();

  Kind kind = Kind::Null;
  bool boolean = false;
  double number = 0;
  std::string string;                                  // String: decoded; Number: as written
  std::vector<Value> items;                            // Array
  std::vector<std::pair<std::string, Value>> members;  // Object
  std::uint32_t begin = 0;                             // byte span in the source text
  std::uint32_t end = 0;

  bool is_object() const { return kind == Kind::Object; }
  bool is_array() const { return kind == Kind::Array; }
  bool is_string() const { return kind == Kind::String; }
  const Value* find(std::string_view key) const;  // last member of this name; null when absent
  std::optional<std::string_view> text_at(
      std::string_view key) const;  // member when it is a string
};

inline Value::Value() = default;
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;

struct ParseOptions {
  bool comments = false;  // allow // and /* */ and trailing commas (tsconfig-like files)
  std::uint32_t max_depth = 512;
};

// A leading byte-order mark is skipped. The error is BAD_JSON at `file:line:column` with the line
// shown.
Result<Value> parse(std::string_view text, std::string_view file_name,
                    const ParseOptions& options = {});

// 1-based line and column (in bytes) of an offset.
struct Position {
  std::uint32_t line;
  std::uint32_t column;
};
Position position_of(std::string_view text, std::size_t offset);

// Edits the text of an object document: indentation, line ends, key order, byte-order mark and the
// final newline stay as they are. Paths are member names from the root.
class Editor {
 public:
  static Result<Editor> open(std::string text, std::string_view file_name);

  const Value& root() const { return root_; }
  const std::string& text() const { return text_; }

  using Path = std::span<const std::string_view>;
  // Sets a member to a JSON text; makes missing parent objects. Objects and arrays are laid out as
  // the document is; an equal value stays as it is written. A new member of a dependency map goes
  // to its sorted place with `Placement::Sorted`, else to the end of its object. BAD_JSON when a
  // parent is not an object; the text is then unchanged.
  enum class Placement { Last, Sorted };
  Status set(Path path, std::string_view json_text, Placement placement = Placement::Last);
  // True when it was there. An object that becomes empty stays as `{}`, or goes with
  // `drop_empty_parent`.
  Result<bool> remove(Path path, bool drop_empty_parent = false);

 private:
  Editor(std::string text, std::string file_name, Value root);
  Status replace(const Value& member, const Value& wanted, std::string_view json_text);
  Status insert(const Value& object, Path path, std::string_view json_text, Placement placement);
  Status splice(std::size_t begin, std::size_t end, std::string_view replacement);
  std::string text_;
  std::string file_name_;
  Value root_;
};

std::string quote(std::string_view text);  // as JSON.stringify does

// Builds documents for output; members in call order. indent 0 means one line.
class Writer {
 public:
  explicit Writer(int indent = 2) : indent_(indent) {}
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);
  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view(text)); }
  Writer& value(const std::string& text) { return value(std::string_view(text)); }
  Writer& value(bool boolean);
  Writer& value(std::int64_t number);
  Writer& value(std::uint64_t number);
  Writer& value(int number) { return value(static_cast<std::int64_t>(number)); }
  Writer& value(double number);
  Writer& null();
  Writer& raw(std::string_view json_text);
  std::string take();  // with a final newline when indent is not 0

 private:
  void before_value();
  void new_line();
  std::string out_;
  std::vector<bool> has_items_;
  bool after_key_ = false;
  int indent_;
};

}  // namespace lpm::formats::json
