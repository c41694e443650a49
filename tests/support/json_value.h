// JsonValue: a small JSON tree that keeps key order, for what tests send and read. Written apart
// from src/formats, so that a defect there cannot hide itself in the tests.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lpm::support {

class JsonValue {
 public:
  enum class Kind { Null, Bool, Number, String, Array, Object };
  using Member = std::pair<std::string, JsonValue>;

  JsonValue() = default;
  JsonValue(bool value) : kind_(Kind::Bool), bool_(value) {}
  JsonValue(int value) : JsonValue(static_cast<long long>(value)) {}
  JsonValue(long long value) : kind_(Kind::Number), text_(std::to_string(value)) {}
  JsonValue(std::size_t value) : JsonValue(static_cast<long long>(value)) {}
  JsonValue(const char* text) : kind_(Kind::String), text_(text) {}
  JsonValue(std::string text) : kind_(Kind::String), text_(std::move(text)) {}
  JsonValue(std::string_view text) : kind_(Kind::String), text_(text) {}
  static JsonValue object() { return JsonValue(Kind::Object); }
  static JsonValue array() { return JsonValue(Kind::Array); }
  static JsonValue strings(const std::vector<std::string>& items);
  static JsonValue number_as_written(std::string text);

  // Ends the process with a message when the text is not JSON: tests own their data.
  static JsonValue parse(std::string_view text, std::string_view origin = "test data");

  Kind kind() const { return kind_; }
  bool is_object() const { return kind_ == Kind::Object; }
  bool is_array() const { return kind_ == Kind::Array; }
  bool is_string() const { return kind_ == Kind::String; }
  bool is_null() const { return kind_ == Kind::Null; }
  bool is_true() const { return kind_ == Kind::Bool && bool_; }
  const std::string& text() const { return text_; }  // of a string, or a number as written
  long long integer() const;

  // Members of an object, elements of an array; both empty for other kinds.
  const std::vector<Member>& members() const { return members_; }
  const std::vector<JsonValue>& items() const { return items_; }

  // A null turns into an object or array when written to.
  JsonValue& operator[](std::string_view key);
  JsonValue& push(JsonValue item);
  void remove(std::string_view key);
  bool has(std::string_view key) const { return find(key) != nullptr; }
  const JsonValue* find(std::string_view key) const;
  // An absent member reads as null.
  const JsonValue& at(std::string_view key) const;

  // RFC 7386: objects merge member by member, null removes, everything else replaces.
  void merge(const JsonValue& patch);
  // Adds a patch to this patch: as merge(), but nulls are kept for the merge to come.
  void merge_patch(const JsonValue& patch);

  std::string dump() const;         // compact
  std::string dump_pretty() const;  // two spaces, final newline, as package.json

 private:
  explicit JsonValue(Kind kind) : kind_(kind) {}
  void write(std::string& out, int indent) const;

  Kind kind_ = Kind::Null;
  bool bool_ = false;
  std::string text_;
  std::vector<Member> members_;
  std::vector<JsonValue> items_;
};

}  // namespace lpm::support
