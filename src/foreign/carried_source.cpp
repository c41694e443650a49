#include "foreign/carried_source.h"

#include <algorithm>

#include "base/url_password.h"
#include "graph/source_text.h"
#include "manifest/spec.h"

namespace lpm::foreign {
namespace {

using graph::SourceKind;

constexpr std::size_t kCommitSize = 40;

bool is_hex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// The last part of an address that can only be a commit: `#COMMIT`, `#commit=COMMIT`,
// `/tar.gz/COMMIT`.
std::string_view commit_in(std::string_view address) {
  for (std::size_t end = address.size(); end > 0;) {
    std::size_t begin = end;
    while (begin > 0 && is_hex(address[begin - 1])) --begin;
    if (end - begin == kCommitSize) return address.substr(begin, kCommitSize);
    end = begin == end ? end - 1 : begin;
  }
  return {};
}

}  // namespace

std::optional<graph::Source> carried_source(std::string_view name, std::string_view spec,
                                            const Entry& entry) {
  if (entry.source.kind != SourceKind::Git && entry.source.kind != SourceKind::Url)
    return std::nullopt;
  const auto parsed = manifest::parse_spec(name, spec);
  if (!parsed) return std::nullopt;
  if (const auto* url = std::get_if<manifest::UrlSpec>(&parsed->kind))
    return graph::Source{SourceKind::Url, url->url};
  const auto* git = std::get_if<manifest::GitSpec>(&parsed->kind);
  const std::string_view commit = commit_in(entry.source.locator);
  if (git == nullptr || commit.empty()) return std::nullopt;
  manifest::GitSpec exact = *git;
  exact.committish = commit;
  exact.range.clear();
  return graph::Source{SourceKind::Git, without_password(*graph::source_text(exact))};
}

}  // namespace lpm::foreign
