// The JSON reader and editor over any bytes. Promises: spans are in order and inside the text,
// strings survive quoting, a document that was edited still parses and holds the edit.
#include <array>

#include "base/bytes.h"
#include "formats/json.h"
#include "fuzz.h"

namespace lpm::formats::json {
namespace {

using fuzz::require;

void require_sound(const Value& value, std::string_view text) {
  require(value.begin < value.end && value.end <= text.size(), "spans lie in the text");
  if (value.is_string()) {
    const Result<Value> again = parse(quote(value.string), "again");
    require(again && again->string == value.string, "strings survive quoting");
  }
  std::uint32_t at = value.begin;
  const auto check_inner = [&](const Value& inner) {
    require(inner.begin > at && inner.end < value.end, "spans are in order");
    at = inner.end;
    require_sound(inner, text);
  };
  for (const Value& item : value.items) check_inner(item);
  for (const auto& [name, member] : value.members) check_inner(member);
}

void require_editable(std::string_view text) {
  Result<Editor> editor = Editor::open(std::string(text), "f");
  if (!editor) return;
  const std::array<std::string_view, 2> path = {"dependencies", "\xC3\xA9\"b"};
  if (!editor->set(path, "\"^1\"", Editor::Placement::Sorted)) return;
  const Value* parent = editor->root().find(path[0]);
  require(parent != nullptr && parent->text_at(path[1]) == "^1", "a value that was set is there");
  const Result<bool> removed = editor->remove(path, true);
  require(removed && *removed, "a value that was set can be removed");
  parent = editor->root().find(path[0]);
  require(parent == nullptr || parent->find(path[1]) == nullptr,
          "a value that was removed is gone");
}

}  // namespace
}  // namespace lpm::formats::json

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats::json;
  const std::string_view text = lpm::as_text({data, size});
  (void)parse(text, "f", {.comments = true, .max_depth = 20});
  const lpm::Result<Value> value = parse(text, "f");
  if (!value) return 0;
  require_sound(*value, text);
  require_editable(text);
  return 0;
}
