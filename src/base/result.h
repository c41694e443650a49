// Result<T>: a value or an Error, for everything that input, disk, network or a child can make
// fail. Our own defects are asserts. No exception crosses a module boundary.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <variant>

#include "base/error.h"

namespace lpm {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::make_unique<Error>(std::move(error))) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool has_value() const { return state_.index() == 0; }

  T& operator*() & { return std::get<0>(state_); }
  const T& operator*() const& { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  T* operator->() { return &std::get<0>(state_); }
  const T* operator->() const { return &std::get<0>(state_); }
  T value_or(T fallback) && {
    return has_value() ? std::get<0>(std::move(state_)) : std::move(fallback);
  }

  const Error& error() const& { return *std::get<1>(state_); }
  Error& error() & { return *std::get<1>(state_); }
  Error&& error() && { return std::move(*std::get<1>(state_)); }

 private:
  std::variant<T, std::unique_ptr<Error>> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  explicit operator bool() const { return error_ == nullptr; }
  bool has_value() const { return error_ == nullptr; }

  const Error& error() const& { return *error_; }
  Error& error() & { return *error_; }
  Error&& error() && { return std::move(*error_); }

 private:
  std::unique_ptr<Error> error_;
};

using Status = Result<void>;

}  // namespace lpm

#define LPM_CONCAT_INNER(a, b) a##b
#define LPM_CONCAT(a, b) LPM_CONCAT_INNER(a, b)

// Returns the error of `expression` from the enclosing function, if it failed.
#define LPM_TRY(expression)                                  \
  do {                                                       \
    if (auto lpm_try_result = (expression); !lpm_try_result) \
      return std::move(lpm_try_result).error();              \
  } while (false)

// `LPM_TRY_ASSIGN(auto text, read_file(path));`
#define LPM_TRY_ASSIGN(declaration, expression) \
  LPM_TRY_ASSIGN_IMPL(declaration, expression, LPM_CONCAT(lpm_try_result_, __LINE__))
#define LPM_TRY_ASSIGN_IMPL(declaration, expression, temporary) \
  auto temporary = (expression);                                \
  if (!temporary) return std::move(temporary).error();          \
  declaration = std::move(*temporary)
