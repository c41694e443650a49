// On-demand JSON with the leniency that registry documents need: a value of a type that nobody
// expects counts as absent, only broken JSON is an error. Private to packument_parse.cpp, since it
// drags simdjson in.
#pragma once

#include <simdjson.h>

#include <optional>
#include <string_view>

namespace lpm::manifest {

namespace json = simdjson::ondemand;

// Walks values and keeps the first structural error; after one, walks end early.
class LenientJson {
 public:
  simdjson::error_code error() const { return error_; }
  // A wrong type means "absent"; anything else is damage.
  void note(simdjson::error_code error) {
    const bool is_damage = error != simdjson::SUCCESS && error != simdjson::INCORRECT_TYPE;
    if (is_damage && error_ == simdjson::SUCCESS) error_ = error;
  }

  // Calls `on_member(field)` for each member; nothing when it is no object.
  template <class OnMember>
  void each_member(json::value value, OnMember on_member) {
    json::object object;
    if (const auto error = value.get_object().get(object)) return note(error);
    each_member(object, on_member);
  }
  template <class OnMember>
  void each_member(json::object& object, OnMember on_member) {
    for (auto member : object) {
      json::field field;
      if (const auto error = std::move(member).get(field)) return note(error);
      on_member(field);
      if (error_ != simdjson::SUCCESS) return;
    }
  }
  // Likewise with the decoded key: `on_member(key, value)`.
  template <class Container, class OnMember>
  void each_entry(Container&& container, OnMember on_member) {
    each_member(container, [&](json::field& field) {
      const auto key = field.unescaped_key(true);
      if (key.error()) return note(key.error());
      on_member(key.value_unsafe(), field.value());
    });
  }
  // Calls `on_item(value)` for each item; nothing when it is no array.
  template <class OnItem>
  void each_item(json::value value, OnItem on_item) {
    json::array array;
    if (const auto error = value.get_array().get(array)) return note(error);
    for (auto item : array) {
      json::value element;
      if (const auto error = std::move(item).get(element)) return note(error);
      on_item(element);
      if (error_ != simdjson::SUCCESS) return;
    }
  }

  // The decoded string, valid until the parser's next document; nothing when it is no string, or a
  // broken one.
  std::optional<std::string_view> text(json::value value) {
    json::json_type type;
    if (value.type().get(type) || type != json::json_type::string) return std::nullopt;
    std::string_view result;
    if (const auto error = value.get_string(true).get(result)) {
      if (error != simdjson::STRING_ERROR) note(error);
      return std::nullopt;
    }
    return result;
  }

  // As JavaScript has it.
  bool is_truthy(json::value value) {
    json::json_type type;
    if (value.type().get(type)) return false;
    switch (type) {
      case json::json_type::string:
        return !text(value).value_or("").empty();
      case json::json_type::boolean:
        return bool(value.get_bool().value_unsafe());
      case json::json_type::number:
        return value.get_double().value_unsafe() != 0;
      case json::json_type::null:
        return false;
      case json::json_type::object:
      case json::json_type::array:
        return true;
    }
    return false;
  }

 private:
  simdjson::error_code error_ = simdjson::SUCCESS;
};

}  // namespace lpm::manifest
