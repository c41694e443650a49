#include "config/expand_variables.h"

#include <algorithm>
#include <optional>

namespace lpm::config {
namespace {

struct Reference {
  std::string_view name;
  std::optional<std::string_view> fallback;
};

// The inside of `${...}`; nothing when npm would not take it for a variable.
std::optional<Reference> read_reference(std::string_view inside,
                                        const os::EnvironmentMap& environment) {
  Reference reference{inside, std::nullopt};
  if (inside.ends_with('?')) {
    reference = {inside.substr(0, inside.size() - 1), ""};
  } else if (find_variable(environment, inside) == nullptr) {
    const std::size_t dash = inside.find('-');
    if (dash != std::string_view::npos && dash > 0) {
      const bool has_colon = inside[dash - 1] == ':';
      reference = {inside.substr(0, has_colon ? dash - 1 : dash), inside.substr(dash + 1)};
    }
  }
  if (reference.name.empty() || reference.name.find_first_of("${}?") != std::string_view::npos) {
    return std::nullopt;
  }
  return reference;
}

}  // namespace

const std::string* find_variable(const os::EnvironmentMap& environment, std::string_view name) {
  const auto found = std::find_if(environment.begin(), environment.end(),
                                  [&](const auto& variable) { return variable.first == name; });
  return found == environment.end() ? nullptr : &found->second;
}

Expansion expand_variables(std::string_view text, const os::EnvironmentMap& environment) {
  Expansion result;
  std::size_t done = 0;
  for (std::size_t at = text.find("${"); at != std::string_view::npos;
       at = text.find("${", at + 1)) {
    const std::size_t close = text.find('}', at);
    if (close == std::string_view::npos) break;
    const auto reference = read_reference(text.substr(at + 2, close - at - 2), environment);
    if (!reference) continue;
    std::size_t backslashes = 0;
    while (at - backslashes > done && text[at - backslashes - 1] == '\\') ++backslashes;
    result.text.append(text.substr(done, at - backslashes - done)).append(backslashes / 2, '\\');
    done = close + 1;
    const std::string_view as_written = text.substr(at, done - at);
    const std::string* value = find_variable(environment, reference->name);
    const bool is_empty_counting_unset =
        value != nullptr && value->empty() && as_written.find(":-") != std::string_view::npos;
    if (backslashes % 2 == 1) {
      result.text.append(as_written);
    } else if (value != nullptr && !is_empty_counting_unset) {
      result.text.append(*value);
    } else if (reference->fallback) {
      result.text.append(*reference->fallback);
    } else {
      result.text.append(as_written);
      result.unset.emplace_back(reference->name);
    }
    at = close;
  }
  result.text.append(text.substr(done));
  return result;
}

}  // namespace lpm::config
