#include "manifest/name.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace lpm::manifest {
namespace {

// Of Node's modules those that are names at all: `fs/promises` or `node:test` are refused for their
// characters.
constexpr auto kCoreModules = std::to_array<std::string_view>({"assert",
                                                               "async_hooks",
                                                               "buffer",
                                                               "child_process",
                                                               "cluster",
                                                               "console",
                                                               "constants",
                                                               "crypto",
                                                               "dgram",
                                                               "diagnostics_channel",
                                                               "dns",
                                                               "domain",
                                                               "events",
                                                               "fs",
                                                               "http",
                                                               "http2",
                                                               "https",
                                                               "inspector",
                                                               "module",
                                                               "net",
                                                               "os",
                                                               "path",
                                                               "perf_hooks",
                                                               "process",
                                                               "punycode",
                                                               "querystring",
                                                               "readline",
                                                               "repl",
                                                               "stream",
                                                               "string_decoder",
                                                               "sys",
                                                               "timers",
                                                               "tls",
                                                               "trace_events",
                                                               "tty",
                                                               "url",
                                                               "util",
                                                               "v8",
                                                               "vm",
                                                               "wasi",
                                                               "worker_threads",
                                                               "zlib"});

// What encodeURIComponent leaves alone.
bool is_url_friendly(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return word || std::string_view("-_.!~*'()").find(c) != std::string_view::npos;
  });
}

struct Parts {
  std::string_view scope;  // without `@`
  std::string_view base;
};

// `@scope/name` or `name`, both parts without slashes and not empty.
std::optional<Parts> parts_of(std::string_view name) {
  Parts parts{"", name};
  if (name.starts_with('@')) {
    const std::size_t slash = name.find('/');
    if (slash != std::string_view::npos && slash > 1)
      parts = {name.substr(1, slash - 1), name.substr(slash + 1)};
  }
  if (parts.base.empty() || parts.base.find('/') != std::string_view::npos) return std::nullopt;
  return parts;
}

void judge_characters(std::string_view name, std::vector<std::string>& errors) {
  if (is_url_friendly(name)) return;
  if (const std::optional<Parts> parts = parts_of(name)) {
    if (parts->base.starts_with('.')) errors.push_back("it may not begin with a period");
    if (!parts->scope.empty() && is_url_friendly(parts->scope) && is_url_friendly(parts->base))
      return;
  }
  errors.push_back("it holds characters that URLs do not admit");
}

}  // namespace

NameVerdict judge_name(std::string_view name) {
  std::vector<std::string> errors, warnings;
  const std::string lower = to_lower_ascii(name);
  if (name.empty()) errors.push_back("it is empty");
  if (name.starts_with('.')) errors.push_back("it may not begin with a period");
  if (name.starts_with('-')) errors.push_back("it may not begin with a hyphen");
  if (name.starts_with('_')) errors.push_back("it may not begin with an underscore");
  if (trim(name) != name) errors.push_back("it may not begin or end with white space");
  if (lower == "node_modules" || lower == "favicon.ico") errors.push_back("it is reserved");
  if (std::find(kCoreModules.begin(), kCoreModules.end(), lower) != kCoreModules.end())
    warnings.push_back("it is the name of a module of Node");
  if (name.size() > 214) warnings.push_back("new names have at most 214 characters");
  if (lower != name) warnings.push_back("new names have no capital letters");
  const std::string_view last =
      name.substr(name.rfind('/') == std::string_view::npos ? 0 : name.rfind('/') + 1);
  if (last.find_first_of("~'!()*") != std::string_view::npos)
    warnings.push_back("new names have none of ~'!()*");
  judge_characters(name, errors);
  NameVerdict verdict;
  verdict.valid_for_old = errors.empty();
  verdict.valid_for_new = errors.empty() && warnings.empty();
  verdict.problems = std::move(errors);
  verdict.problems.insert(verdict.problems.end(), warnings.begin(), warnings.end());
  return verdict;
}

Result<PackageName> PackageName::parse(std::string_view text) {
  const NameVerdict verdict = judge_name(text);
  const std::optional<Parts> parts = parts_of(text);
  const bool is_path_safe = parts && parts->base != ".." && parts->base != "." &&
                            parts->scope != ".." && parts->scope != "." && text.size() <= 512;
  if (verdict.valid_for_old && is_path_safe) return PackageName(std::string(text));
  Error error(ErrorCode::BAD_NAME, fmt::format("`{}` is not a package name", text));
  const bool is_bad_name = !verdict.valid_for_old && !verdict.problems.empty();
  error.facts.push_back(
      {"because", is_bad_name ? verdict.problems.front() : "it is not safe as a path"});
  return error;
}

std::string_view PackageName::scope() const {
  return name_.starts_with('@') ? std::string_view(name_).substr(0, name_.find('/'))
                                : std::string_view();
}

std::string_view PackageName::base() const {
  return name_.starts_with('@') ? std::string_view(name_).substr(name_.find('/') + 1)
                                : std::string_view(name_);
}

}  // namespace lpm::manifest
