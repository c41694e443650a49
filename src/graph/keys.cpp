// Keys of packages: name, source and peer context as one text that sorts and reads back.
#include <algorithm>

#include "graph/graph.h"

namespace lpm::graph {
namespace {

constexpr std::size_t kLongestVersion = 256;  // as semver

std::string_view prefix_of(SourceKind kind) {
  switch (kind) {
    case SourceKind::Registry:
      return "npm:";
    case SourceKind::Git:
      return "git:";
    case SourceKind::Url:
      return "url:";
    case SourceKind::File:
      return "file:";
    case SourceKind::Directory:
      return "dir:";
    case SourceKind::Link:
      return "link:";
    case SourceKind::Workspace:
      return "workspace:";
  }
  return "";
}

// Locators whose own scheme says what they are go without a prefix.
bool speaks_for_itself(const Source& source) {
  const std::string_view locator = source.locator;
  if (source.kind == SourceKind::Git) return locator.starts_with("git+");
  if (source.kind == SourceKind::Url)
    return locator.starts_with("https://") || locator.starts_with("http://");
  return false;
}

// Keeps parentheses for the peer context alone.
std::string encode(std::string_view locator) {
  std::string text;
  text.reserve(locator.size());
  for (const char c : locator) {
    if (c == '%')
      text += "%25";
    else if (c == '(')
      text += "%28";
    else if (c == ')')
      text += "%29";
    else
      text += c;
  }
  return text;
}

std::optional<std::string> decode(std::string_view text) {
  std::string locator;
  locator.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ')' || text[i] == '\0') return std::nullopt;
    if (text[i] != '%') {
      locator += text[i];
      continue;
    }
    const std::string_view code = text.substr(i, 3);
    if (code == "%25")
      locator += '%';
    else if (code == "%28")
      locator += '(';
    else if (code == "%29")
      locator += ')';
    else
      return std::nullopt;
    i += 2;
  }
  return locator;
}

bool is_version_text(std::string_view text) {
  return !text.empty() && text.size() <= kLongestVersion && text[0] >= '0' && text[0] <= '9' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '+';
         });
}

// `npm:<alias>:<version>`: an alias is a scope or a word, without a colon.
bool split_named_registry(std::string_view rest, KeyParts& parts) {
  const std::size_t colon = rest.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const std::optional<std::string> alias = decode(rest.substr(0, colon));
  parts.version = rest.substr(colon + 1);
  if (!alias || !is_version_text(parts.version)) return false;
  parts.source = {SourceKind::Registry, *alias};
  return true;
}

bool split_source(std::string_view text, KeyParts& parts) {
  if (is_version_text(text)) {
    parts.version = text;
    return true;
  }
  if (text.starts_with("npm:")) return split_named_registry(text.substr(4), parts);
  const auto take = [&parts](SourceKind kind, std::string_view locator) {
    std::optional<std::string> decoded = decode(locator);
    if (!decoded || decoded->empty()) return false;
    parts.source = {kind, std::move(*decoded)};
    return true;
  };
  if (text.starts_with("git+")) return take(SourceKind::Git, text);
  if (text.starts_with("https://") || text.starts_with("http://"))
    return take(SourceKind::Url, text);
  for (const SourceKind kind : {SourceKind::Git, SourceKind::Url, SourceKind::File,
                                SourceKind::Directory, SourceKind::Link, SourceKind::Workspace}) {
    const std::string_view prefix = prefix_of(kind);
    if (!text.starts_with(prefix)) continue;
    // A locator that needs no prefix has none: one key, one text.
    return take(kind, text.substr(prefix.size())) && !speaks_for_itself(parts.source);
  }
  return false;
}

bool is_linkable_part(std::string_view part) {
  return !part.empty() && part[0] != '.' && part != "node_modules" &&
         std::none_of(part.begin(), part.end(), [](char c) {
           return static_cast<unsigned char>(c) < 0x21 || c == '/' || c == '\\' || c == '@' ||
                  c == ':' || c == '%' || c == '+' || c == 0x7f;
         });
}

}  // namespace

bool is_linkable_name(std::string_view name) {
  if (name.size() > 255) return false;
  if (!name.starts_with('@')) return is_linkable_part(name);
  const std::size_t slash = name.find('/');
  return slash != std::string_view::npos && is_linkable_part(name.substr(1, slash - 1)) &&
         is_linkable_part(name.substr(slash + 1));
}

std::string Package::source_text() const {
  if (source.is_registry()) {
    if (source.locator.empty()) return version;
    return "npm:" + encode(source.locator) + ":" + version;
  }
  if (speaks_for_itself(source)) return encode(source.locator);
  return std::string(prefix_of(source.kind)) + encode(source.locator);
}

std::string Package::id_without_peers() const {
  return name + "@" + source_text();
}

std::string Package::key() const {
  return id_without_peers() + peer_context;
}

std::optional<KeyParts> split_key(std::string_view key) {
  KeyParts parts;
  const std::size_t at = key.find('@', 1);
  if (at == std::string_view::npos) return std::nullopt;
  parts.name = key.substr(0, at);
  if (!is_linkable_name(parts.name)) return std::nullopt;
  const std::string_view rest = key.substr(at + 1);
  const std::size_t context = std::min(rest.find('('), rest.size());
  parts.peer_context = rest.substr(context);
  if (!parts.peer_context.empty() && !parts.peer_context.ends_with(')')) return std::nullopt;
  if (!split_source(rest.substr(0, context), parts)) return std::nullopt;
  return parts;
}

std::optional<PackageId> DependencyGraph::find(std::string_view key) const {
  const auto found = std::lower_bound(
      packages.begin(), packages.end(), key,
      [](const Package& package, std::string_view wanted) { return package.key() < wanted; });
  if (found == packages.end() || found->key() != key) return std::nullopt;
  return PackageId{static_cast<std::uint32_t>(found - packages.begin())};
}

}  // namespace lpm::graph
