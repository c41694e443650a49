#include "workspace/filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/glob.h"
#include "base/text.h"
#include "workspace/pattern.h"

namespace lpm::workspace {
namespace {

constexpr std::string_view kClosure = "...";

Error bad_filter(std::string_view text, std::string_view why) {
  return Error(ErrorCode::USAGE, fmt::format("the filter `{}` is not understood: {}", text, why))
      .hint("for example `web`, `@acme/*`, `web...`, `...ui`, `{packages/web}`, `[main]`, `!docs`");
}

bool take_prefix(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

// `{dir}` or `[ref]` at the end of what is left.
std::optional<std::string> take_bracket(std::string_view& text, char open, char close) {
  if (!text.ends_with(close)) return std::nullopt;
  const std::size_t begin = text.rfind(open);
  if (begin == std::string_view::npos) return std::nullopt;
  std::string inner(text.substr(begin + 1, text.size() - begin - 2));
  text = text.substr(0, begin);
  return inner;
}

bool is_path(std::string_view text) {
  return text == "." || text == ".." || text.starts_with("./") || text.starts_with("../");
}

// `path` as seen from the root, for a call in `folder`. Nothing when it is outside.
std::optional<std::string> from_root(std::string_view folder, std::string_view path) {
  std::vector<std::string> parts;
  for (const std::string_view text : {folder, path}) {
    for (const std::string_view part : split(text, '/')) {
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.emplace_back(part);
        continue;
      }
      if (parts.empty()) return std::nullopt;
      parts.pop_back();
    }
  }
  return parts.empty() ? "." : join(parts, "/");
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[{") != std::string_view::npos;
}

class Matcher {
 public:
  Matcher(const std::vector<Selectable>& packages, std::string_view folder,
          const ChangedSince& changed)
      : packages_(packages), folder_(folder), changed_(changed) {
    dependents_.resize(packages.size());
    for (std::size_t i = 0; i < packages.size(); ++i)
      for (const std::size_t dependency : packages[i].dependencies)
        dependents_[dependency].push_back(i);
  }

  Result<std::vector<bool>> packages_of(const Selector& selector, std::string_view text) {
    std::vector<bool> chosen(packages_.size(), true);
    if (!selector.name.empty()) keep_named(selector.name, chosen);
    if (!selector.folder.empty()) LPM_TRY(keep_inside(selector.folder, text, chosen));
    if (!selector.since.empty()) LPM_TRY(keep_changed(selector.since, chosen));
    std::vector<bool> all = chosen;
    if (selector.with_dependencies) {
      follow(chosen, all, [this](std::size_t i) -> const std::vector<std::size_t>& {
        return packages_[i].dependencies;
      });
    }
    if (selector.with_dependents) {
      follow(chosen, all,
             [this](std::size_t i) -> const std::vector<std::size_t>& { return dependents_[i]; });
    }
    if (selector.without_itself)
      for (std::size_t i = 0; i < all.size(); ++i) all[i] = all[i] && !chosen[i];
    return all;
  }

 private:
  bool is_root(std::size_t i) const { return packages_[i].path == "."; }

  void keep_named(const std::string& name, std::vector<bool>& chosen) const {
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      const bool is_exact = packages_[i].name == name;
      const bool matches = is_glob(name) && !is_root(i) && matches_glob(name, packages_[i].name);
      chosen[i] = chosen[i] && (is_exact || matches);
    }
  }

  Status keep_inside(const std::string& folder, std::string_view text,
                     std::vector<bool>& chosen) const {
    const std::optional<std::string> path = from_root(folder_, folder);
    const auto patterns = path ? parse_pattern(*path) : std::nullopt;
    if (!patterns) return bad_filter(text, "the folder is outside of the workspace");
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      const std::vector<std::string_view> parts = split(packages_[i].path, '/');
      const bool inside =
          packages_[i].path == *path ||
          (!is_root(i) && std::any_of(patterns->begin(), patterns->end(),
                                      [&](const Pattern& one) { return matches(one, parts); }));
      chosen[i] = chosen[i] && inside;
    }
    return {};
  }

  Status keep_changed(const std::string& reference, std::vector<bool>& chosen) {
    LPM_TRY_ASSIGN(const std::vector<std::string> files, changed_(reference));
    std::map<std::string_view, std::size_t> owners;
    for (std::size_t i = 0; i < packages_.size(); ++i) owners[packages_[i].path] = i;
    std::vector<bool> is_changed(packages_.size());
    for (const std::string& file : files)
      if (const auto owner = owner_of(file, owners)) is_changed[*owner] = true;
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = chosen[i] && is_changed[i];
    return {};
  }

  // The innermost package that the file lies in.
  static std::optional<std::size_t> owner_of(
      std::string_view file, const std::map<std::string_view, std::size_t>& owners) {
    for (std::size_t slash = file.rfind('/'); slash != std::string_view::npos;
         slash = slash == 0 ? std::string_view::npos : file.rfind('/', slash - 1))
      if (const auto owner = owners.find(file.substr(0, slash)); owner != owners.end())
        return owner->second;
    const auto root = owners.find(".");
    return root == owners.end() ? std::nullopt : std::optional(root->second);
  }

  template <class Next>
  void follow(const std::vector<bool>& from, std::vector<bool>& all, Next next) const {
    std::vector<bool> seen = from;
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < from.size(); ++i)
      if (from[i]) open.push_back(i);
    while (!open.empty()) {
      const std::size_t at = open.back();
      open.pop_back();
      for (const std::size_t other : next(at)) {
        if (seen[other]) continue;
        seen[other] = true;
        all[other] = true;
        open.push_back(other);
      }
    }
  }

  const std::vector<Selectable>& packages_;
  const std::string_view folder_;
  const ChangedSince& changed_;
  std::vector<std::vector<std::size_t>> dependents_;
};

}  // namespace

Result<Selector> parse_selector(std::string_view text) {
  Selector selector;
  std::string_view rest = text;
  selector.excludes = take_prefix(rest, "!");
  if (take_prefix(rest, kClosure)) {
    selector.with_dependents = true;
    selector.without_itself = take_prefix(rest, "^");
  }
  if (take_suffix(rest, kClosure)) {
    selector.with_dependencies = true;
    if (take_suffix(rest, "^")) selector.without_itself = true;
  }
  if (const auto since = take_bracket(rest, '[', ']'); since && !is_path(rest)) {
    if (since->empty()) return bad_filter(text, "`[]` needs a commit, branch or tag");
    selector.since = *since;
  }
  const bool has_braces = rest.ends_with('}');
  if (const auto folder = take_bracket(rest, '{', '}')) selector.folder = *folder;
  if (has_braces && selector.folder.empty()) return bad_filter(text, "`{}` needs a folder");
  if (is_path(rest) && selector.folder.empty())
    selector.folder = rest;
  else
    selector.name = rest;
  if (selector.name.empty() && selector.folder.empty() && selector.since.empty())
    return bad_filter(text, "it names nothing");
  if (selector.name.find_first_of(" \t\n!") != std::string::npos ||
      selector.name.find(kClosure) != std::string::npos)
    return bad_filter(text, "a name has no blanks, `!` or `...`");
  return selector;
}

Result<Selection> select(const std::vector<std::string>& words,
                         const std::vector<Selectable>& packages, std::string_view folder,
                         const ChangedSince& changed) {
  Matcher matcher(packages, folder, changed);
  Selection selection{std::vector<bool>(packages.size()), {}};
  std::vector<bool> excluded(packages.size());
  bool takes_any = false;
  for (const std::string& word : words) {
    LPM_TRY_ASSIGN(const Selector selector, parse_selector(word));
    LPM_TRY_ASSIGN(const std::vector<bool> meant, matcher.packages_of(selector, word));
    takes_any = takes_any || !selector.excludes;
    std::vector<bool>& into = selector.excludes ? excluded : selection.chosen;
    bool any = false;
    for (std::size_t i = 0; i < meant.size(); ++i) {
      if (!meant[i]) continue;
      any = true;
      into[i] = true;
    }
    if (!any) selection.without_match.push_back(word);
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    if (!takes_any) selection.chosen[i] = packages[i].path != ".";
    if (excluded[i]) selection.chosen[i] = false;
  }
  return selection;
}

}  // namespace lpm::workspace
