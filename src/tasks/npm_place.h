// Where Node and npm are on this machine, as far as scripts are told.
#pragma once

#include <string>
#include <string_view>

namespace lpm::tasks {

struct NpmPlace {
  std::string node;      // real path of the node on PATH; empty when there is none
  std::string prefix;    // npm's default prefix: two folders above
  std::string node_gyp;  // npm's node-gyp.js; empty when there is none
  std::string gyp_bin;   // npm's folder with a `node-gyp` command; empty when there is none
};

NpmPlace find_npm(std::string_view path_list);

}  // namespace lpm::tasks
