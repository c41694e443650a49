#include "resolver/override_forms.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "resolver/rule_places.h"

namespace lpm::resolver {
namespace {

using formats::json::Value;

constexpr std::string_view kItself = ".";
constexpr std::size_t kDeepest = 64;

enum class Keys : std::uint8_t {
  Npm,      // a name, maybe with a range; values may be objects
  Paths,    // lpm's own: as npm's, and `a>b`, `a/b`, `a/**/b`
  Pnpm,     // `a>b`
  Folders,  // yarn's: `a/b`, `a/**/b`
};

struct Form {
  const RulePlace& place;
  Keys keys;
};

// `@s/a/**/b` as `@s/a`, `b`. A range may hold no slash.
std::vector<OverrideStep> split_folders(std::string_view key) {
  std::vector<OverrideStep> steps;
  bool is_in_scope = false;
  bool is_direct = false;
  for (const std::string_view part : split(key, '/')) {
    if (is_in_scope) {
      steps.back().key.append("/").append(part);
    } else if (part == "**") {
      is_direct = false;
      continue;
    } else {
      steps.push_back({std::string(part), is_direct});
    }
    is_direct = true;
    is_in_scope = !is_in_scope && part.starts_with('@');
  }
  return steps;
}

std::vector<OverrideStep> split_arrows(std::string_view key) {
  std::vector<OverrideStep> steps;
  for (std::size_t at = find_separator(key); at != key.npos; at = find_separator(key)) {
    steps.push_back({std::string(trim(key.substr(0, at))), !steps.empty()});
    key = trim(key.substr(at + 1));
  }
  steps.push_back({std::string(key), !steps.empty()});
  return steps;
}

std::vector<OverrideStep> steps_of(std::string_view key, Keys keys) {
  if (keys == Keys::Npm) return {{std::string(key), false}};
  if (keys == Keys::Pnpm) return split_arrows(key);
  if (keys == Keys::Paths && find_separator(key) != key.npos) return split_arrows(key);
  return split_folders(key);
}

// yarn writes ranges of the registry as `npm:^1.0.0`.
std::string without_npm(std::string_view text) {
  constexpr std::string_view kPrefix = "npm:";
  if (text.starts_with(kPrefix) && semver::Range::parse(text.substr(kPrefix.size())))
    text.remove_prefix(kPrefix.size());
  return std::string(text);
}

// `a@npm:^1` as `a@^1`.
void drop_npm(OverrideStep& step) {
  const NameAndRange parts = split_selector(step.key);
  if (!parts.range.empty()) step.key = std::string(parts.name) + "@" + without_npm(parts.range);
}

class Reader {
 public:
  explicit Reader(std::vector<OverrideEntry>& entries) : entries_(entries) {}

  Status read(const Form& form) {
    form_ = &form;
    if (form.place.value == nullptr) return {};
    if (!form.place.value->is_object())
      return bad("`" + std::string(form.place.title) + "` is not an object");
    for (const auto& [key, value] : form.place.value->members) LPM_TRY(add({}, "", key, value));
    return {};
  }

 private:
  Error bad(std::string what) const {
    return Error(ErrorCode::BAD_OVERRIDE, std::move(what)).at(std::string(form_->place.file));
  }

  Status add(std::vector<OverrideStep> steps, const std::string& above, const std::string& key,
             const Value& value) {
    const bool may_nest = form_->keys == Keys::Npm || form_->keys == Keys::Paths;
    if (!value.is_string() && !(may_nest && value.is_object()))
      return bad("override `" + key + "` is neither a specifier nor an object");
    const Keys keys = steps.empty() ? form_->keys : Keys::Npm;
    for (OverrideStep& step : steps_of(key, keys)) steps.push_back(std::move(step));
    if (form_->keys == Keys::Folders)
      for (OverrideStep& step : steps) drop_npm(step);
    const bool is_named = std::none_of(steps.begin(), steps.end(),
                                       [](const OverrideStep& step) { return step.key.empty(); });
    if (steps.empty() || !is_named || steps.size() > kDeepest)
      return bad("override `" + key + "` does not name a package");
    const Value* own = value.is_string() ? &value : value.find(kItself);
    if (own != nullptr && !own->is_string())
      return bad("`.` of override `" + key + "` is not a specifier");
    const std::string written = above.empty() ? key : above + " > " + key;
    std::string_view text = own == nullptr ? "" : trim(own->string);
    if (text == "*" && may_nest) text = "";
    entries_.push_back({form_->place.title, written, steps,
                        form_->keys == Keys::Folders ? without_npm(text) : std::string(text),
                        may_nest});
    for (const auto& [child, below] : value.members)
      if (child != kItself) LPM_TRY(add(steps, written, child, below));
    return {};
  }

  std::vector<OverrideEntry>& entries_;
  const Form* form_ = nullptr;
};

}  // namespace

std::string OverrideEntry::title() const {
  return std::string(form) + " > " + written;
}

NameAndRange split_selector(std::string_view key) {
  const std::size_t at = key.find('@', 1);
  if (at == key.npos) return {key, {}};
  return {key.substr(0, at), key.substr(at + 1)};
}

std::size_t find_separator(std::string_view key) {
  for (std::size_t i = 1; i + 1 < key.size(); ++i)
    if (key[i] == '>' && key[i + 1] != '=' && std::string_view(" @|").find(key[i - 1]) == key.npos)
      return i;
  return key.npos;
}

Result<std::vector<OverrideEntry>> read_overrides(const manifest::Manifest& root) {
  std::vector<OverrideEntry> entries;
  Reader reader(entries);
  const RulePlaces places = places_of(root, "overrides");
  const RulePlace npm = {
      "overrides", "package.json",
      root.overrides.kind == formats::json::Kind::Null ? nullptr : &root.overrides};
  const RulePlace yarn = {
      "resolutions", "package.json",
      root.resolutions.kind == formats::json::Kind::Null ? nullptr : &root.resolutions};
  LPM_TRY(reader.read({places.own, Keys::Paths}));
  LPM_TRY(reader.read({npm, Keys::Npm}));
  LPM_TRY(reader.read({places.pnpm_workspace, Keys::Pnpm}));
  LPM_TRY(reader.read({places.pnpm, Keys::Pnpm}));
  LPM_TRY(reader.read({yarn, Keys::Folders}));
  return entries;
}

}  // namespace lpm::resolver
