// Secret: a credential that never prints. Only the code that puts it on the wire calls reveal().
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace lpm {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string text) : text_(std::move(text)) {}

  bool empty() const { return text_.empty(); }
  std::string_view reveal() const { return text_; }
  // For messages and logs.
  static constexpr std::string_view shown() { return "***"; }

  bool operator==(const Secret&) const = default;

 private:
  std::string text_;
};

}  // namespace lpm
