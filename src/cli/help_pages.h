// The pages of docs/commands, compiled in.
#pragma once

#include <string_view>
#include <vector>

namespace lpm::cli {

struct HelpPage {
  std::string_view name;
  std::string_view text;  // Markdown
};
const std::vector<HelpPage>& help_pages();

}  // namespace lpm::cli
