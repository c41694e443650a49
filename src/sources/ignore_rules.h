// Patterns of .gitignore, .npmignore and of `files` in package.json.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lpm::sources {

// A glob over paths: `*` and `?` within one name, `[a-z]`, `**` over any number of names, `{a,b}`.
// Letters of either case are equal, as in npm.
bool glob_matches(std::string_view pattern, std::string_view path);

class IgnoreRules {
 public:
  // One rule a line; `folder` is where the file is, relative to the package ("" for the package).
  void add_lines(std::string_view text, std::string_view folder);

  enum class Verdict { Silent, Ignored, Wanted };
  // What the last rule says that matches.
  Verdict judge(std::string_view path, bool is_folder) const;
  // A rule that begins with `!` names something below the folder.
  bool wants_below(std::string_view folder) const;

 private:
  struct Rule {
    std::string pattern;  // relative to the package, or a bare name
    std::string folder;   // with a slash behind, or ""
    bool negated = false;
    bool folders_only = false;
    bool anchored = false;  // else it matches the last name of a path at any depth
  };
  bool matches(const Rule& rule, std::string_view path, bool is_folder) const;
  std::vector<Rule> rules_;
};

}  // namespace lpm::sources
