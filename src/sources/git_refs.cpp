#include "sources/git_refs.h"

#include <algorithm>
#include <vector>

#include "base/text.h"

namespace lpm::sources {
namespace {

constexpr std::string_view kTags = "refs/tags/";
constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kPeeled = "^{}";  // behind an annotated tag: what it points to
constexpr std::size_t kRefsShown = 5;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

struct Ref {
  std::string_view commit;
  std::string_view name;  // without kPeeled
  bool is_peeled = false;
};

std::vector<Ref> refs_of(std::string_view listing) {
  std::vector<Ref> refs;
  for (std::string_view line : split(listing, '\n')) {
    const std::size_t tab = line.find('\t');
    if (tab == std::string_view::npos || !is_commit(line.substr(0, tab))) continue;
    Ref ref{line.substr(0, tab), line.substr(tab + 1), false};
    if (ref.name.ends_with(kPeeled)) {
      ref.name.remove_suffix(kPeeled.size());
      ref.is_peeled = true;
    }
    refs.push_back(ref);
  }
  return refs;
}

std::optional<std::string> find_ref(const std::vector<Ref>& refs, std::string_view name) {
  const Ref* found = nullptr;
  for (const Ref& ref : refs)
    if (ref.name == name && (found == nullptr || ref.is_peeled)) found = &ref;
  if (found == nullptr) return std::nullopt;
  return std::string(found->commit);
}

// The tag with the highest version in the range.
std::optional<std::string> find_version(const std::vector<Ref>& refs, std::string_view range_text) {
  const auto range = semver::Range::parse(range_text);
  if (!range) return std::nullopt;
  std::optional<semver::Version> best;
  std::string_view best_name;
  for (const Ref& ref : refs) {
    if (!ref.name.starts_with(kTags)) continue;
    const auto version = semver::Version::parse(ref.name.substr(kTags.size()));
    if (!version || !range->contains(*version) || (best && compare_build(*version, *best) <= 0))
      continue;
    best = version;
    best_name = ref.name;
  }
  return best ? find_ref(refs, best_name) : std::nullopt;
}

}  // namespace

bool is_commit(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && is_hex(text);
}

bool may_be_short_commit(std::string_view text) {
  return text.size() >= 7 && text.size() < 40 && is_hex(text);
}

std::optional<std::string> commit_of(std::string_view listing, const manifest::GitSpec& spec) {
  const std::vector<Ref> refs = refs_of(listing);
  if (!spec.range.empty()) return find_version(refs, spec.range);
  if (spec.committish.empty()) return find_ref(refs, "HEAD");
  for (const std::string_view prefix : {kTags, kHeads, std::string_view("")})
    if (auto commit = find_ref(refs, std::string(prefix) + spec.committish)) return commit;
  return std::nullopt;
}

std::string shown_refs(std::string_view listing, bool only_tags) {
  std::vector<std::string_view> names;
  for (const Ref& ref : refs_of(listing))
    for (const std::string_view prefix : {kHeads, kTags})
      if (ref.name.starts_with(prefix) && !ref.is_peeled && (!only_tags || prefix == kTags))
        names.push_back(ref.name.substr(prefix.size()));
  if (names.empty()) return "none";
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kRefsShown); ++i)
    text.append(i == 0 ? "" : ", ").append(names[i]);
  if (names.size() > kRefsShown)
    text.append(", ").append(std::to_string(names.size() - kRefsShown)).append(" more");
  return text;
}

}  // namespace lpm::sources
