// What a `node ...` command runs.
#pragma once

#include <span>
#include <string_view>

#include "security/shell_text.h"

namespace lpm::security {

enum class NodeCode {
  None,
  Inline,          // -e CODE, --import data:...
  Printed,         // -p CODE
  GuardedRequire,  // -e "try{require('./x')}catch(e){}"
};

struct NodeCommand {
  NodeCode code = NodeCode::None;
  const Word* text = nullptr;    // the code
  const Word* script = nullptr;  // the file
  bool plain = true;             // no option at all, nothing after the file
  std::string_view required;     // the path of a guarded require; a view into `text`
};

NodeCommand read_node_command(std::span<const Word> arguments);

// The rule that speaks about the code; empty for none.
std::string_view rule_of(NodeCode code);

}  // namespace lpm::security
