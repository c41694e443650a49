// The order of the questions is npm-package-arg's: path, alias, hosted repository, URL, path by its
// slashes or ending, else the registry (version, range, tag). Our own prefixes are asked about
// first.
#include "manifest/spec.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/url_password.h"
#include "manifest/git_spec.h"
#include "manifest/url.h"

namespace lpm::manifest {

namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view kPatch = "patch:";

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool starts_ignoring_case(std::string_view text, std::string_view prefix) {
  return equals_ignoring_case(text.substr(0, prefix.size()), prefix);
}

// `file:`, `.`, `~/`, `/`, or a drive letter.
bool is_path(std::string_view text) {
  if (starts_ignoring_case(text, "file:")) return true;
  if (text.starts_with('.') || text.starts_with('/') || text.starts_with("~/")) return true;
  return text.size() > 1 && is_letter(text[0]) && text[1] == ':';
}

bool has_archive_ending(std::string_view text) {
  const std::string lower =
      to_lower_ascii(text.substr(text.size() - std::min<std::size_t>(text.size(), 7)));
  return lower.ends_with(".tgz") || lower.ends_with(".tar.gz") || lower.ends_with(".tar");
}

bool is_path_by_shape(std::string_view text) {
  return text.find('/') != npos || has_archive_ending(text);
}

// `user@host.name:path`: the short form of ssh.
bool is_ssh_form(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == npos || at == 0) return false;
  const std::string_view host = text.substr(at + 1);
  const std::size_t dot = host.find_first_of(".:");
  if (dot == npos || dot == 0 || host[dot] != '.') return false;
  const std::size_t colon = host.find(':', dot);
  return colon != npos && colon > dot + 1 && colon + 1 < host.size() &&
         host.find_first_of("\n\r", colon) == npos;
}

Error bad_spec(std::string_view text, std::string_view why) {
  return Error(ErrorCode::BAD_SPEC,
               fmt::format("`{}` is not a dependency specifier", without_password(text)))
      .fact("because", std::string(why));
}

// npm reads `file://a` as `/a`, and `file:/../a`, with one to three slashes, as `../a`.
FileSpec file_spec(std::string_view text) {
  if (starts_ignoring_case(text, "file:")) text.remove_prefix(5);
  const std::size_t slashes = std::min(text.find_first_not_of('/'), text.size());
  if (slashes == 0) return {std::string(text)};
  const std::string_view rest = text.substr(slashes);
  const std::string_view first = rest.substr(0, rest.find('/'));
  const bool is_relative = slashes <= 3 && (first == "." || first == "..");
  if (is_relative || first == "~") return {std::string(rest)};
  return {fmt::format("/{}", rest)};
}

Result<SpecKind> registry_kind(std::string_view text) {
  if (auto range = semver::Range::parse(text)) return SpecKind(RangeSpec{std::move(*range)});
  const std::string_view tag = trim(text);
  if (is_plain_component(tag)) return SpecKind(TagSpec{std::string(tag)});
  return bad_spec(text, "it is no version, range, tag, URL or path");
}

Result<SpecKind> workspace_kind(std::string_view text) {
  WorkspaceSpec spec;
  spec.range = text.substr(std::string_view("workspace:").size());
  if (const std::size_t at = spec.range.rfind('@'); at != std::string::npos && at > 0) {
    LPM_TRY_ASSIGN(const PackageName target, PackageName::parse(spec.range.substr(0, at)));
    spec.alias_of = target.str();
    spec.range.erase(0, at + 1);
  }
  if (spec.range.empty()) spec.range = "*";
  const bool is_sign = spec.range == "^" || spec.range == "~";
  if (!is_sign && !is_path(spec.range) && !semver::Range::parse(spec.range)) {
    return bad_spec(text, "behind `workspace:` belongs `*`, `^`, `~`, a range or a path");
  }
  return SpecKind(std::move(spec));
}

SpecKind catalog_kind(std::string_view text) {
  const std::string_view catalog = trim(text.substr(std::string_view("catalog:").size()));
  return CatalogSpec{catalog == "default" ? "" : std::string(catalog)};
}

Result<SpecKind> url_kind(std::string_view text) {
  const std::optional<Url> url = parse_url(text);
  if (!url) return bad_spec(text, "it is not a valid URL");
  if (url->scheme == "http" || url->scheme == "https") return SpecKind(UrlSpec{std::string(text)});
  return Error(ErrorCode::UNSUPPORTED_SPEC,
               fmt::format("`{}:` is not a known kind of specifier", url->scheme))
      .fact("specifier", without_password(text));
}

Result<SpecKind> kind_of(std::string_view text) {
  if (text.starts_with("workspace:")) return workspace_kind(text);
  if (text.starts_with("catalog:")) return catalog_kind(text);
  if (text.starts_with("link:")) return SpecKind(LinkSpec{file_spec(text.substr(5)).path});
  if (text.starts_with("portal:")) return SpecKind(FileSpec{file_spec(text.substr(7)).path, true});
  if (is_path(text)) return SpecKind(file_spec(text));
  LPM_TRY_ASSIGN(auto git, parse_git_spec(text));
  if (git) return SpecKind(std::move(*git));
  if (has_url_scheme(text)) return url_kind(text);
  if (is_path_by_shape(text)) return SpecKind(file_spec(text));
  return registry_kind(text);
}

bool is_alias(std::string_view text) {
  return starts_ignoring_case(text, "npm:");
}

// `jsr:@scope/name`, `jsr:@scope/name@range`, `jsr:range` under the package's own name.
constexpr std::string_view kJsr = "jsr:";

struct JsrText {
  std::string_view name;  // `@scope/name`
  std::string_view range;
};

JsrText split_jsr(std::string_view text) {
  text.remove_prefix(kJsr.size());
  const std::size_t at = text.size() > 1 ? text.find('@', 1) : npos;
  if (at == npos) return {text, {}};
  return {text.substr(0, at), text.substr(at + 1)};
}

// Name and specifier, not judged yet.
PackageArgument split_argument(std::string_view text) {
  PackageArgument argument;
  if (text.starts_with(kJsr)) return {std::string(split_jsr(text).name), std::string(text), true};
  const std::size_t name_end = text.size() > 1 ? text.find('@', 1) : npos;
  const std::string_view name = text.substr(0, name_end);
  const bool is_named = name_end != npos || judge_name(text).valid_for_old;
  if (has_url_scheme(text)) {
    argument.spec = text;
  } else if (is_ssh_form(text)) {
    argument.spec = fmt::format("git+ssh://{}", text);
  } else if (!is_named || (!name.starts_with('@') && is_path_by_shape(name))) {
    argument.spec = text;
  } else {
    argument.name = name;
    if (name_end != npos) argument.spec = text.substr(name_end + 1);
  }
  argument.has_spec = !argument.spec.empty();
  return argument;
}

// `npm:target`, `npm:target@range`, `npm:target@tag`.
Result<DependencySpec> alias_spec(std::string_view name, std::string_view text) {
  const PackageArgument argument = split_argument(text.substr(4));
  if (argument.name.empty()) return bad_spec(text, "an alias names a package of the registry");
  if (is_alias(argument.spec)) return bad_spec(text, "an alias of an alias is not possible");
  LPM_TRY_ASSIGN(DependencySpec target, parse_spec(argument.name, argument.spec));
  if (!target.is_registry()) return bad_spec(text, "an alias names a package of the registry");
  return DependencySpec{std::string(name), argument.name, std::string(text),
                        std::move(target.kind)};
}

Result<DependencySpec> jsr_spec(std::string_view name, std::string_view text) {
  JsrText jsr = split_jsr(text);
  if (!jsr.name.starts_with('@') && !jsr.name.empty()) jsr = {name, text.substr(kJsr.size())};
  const std::string target = jsr_name(jsr.name);
  if (target.empty()) return bad_spec(text, "packages of JSR are named `jsr:@scope/name`");
  Result<SpecKind> kind = registry_kind(jsr.range);
  if (!kind) return bad_spec(text, "behind `jsr:` belongs `@scope/name`, a range or a tag");
  return DependencySpec{std::string(name), target, std::string(text), std::move(*kind)};
}

// The package that is patched, under the name of the dependency.
Result<DependencySpec> patch_spec(std::string_view name, std::string_view text) {
  const auto reference = parse_patch_reference(text);
  if (!reference) return bad_spec(text, "a patch is written `patch:NAME@npm%3ARANGE#FILE`");
  LPM_TRY_ASSIGN(DependencySpec patched, parse_spec(reference->name, reference->spec));
  if (!patched.is_registry())
    return Error(
        ErrorCode::UNSUPPORTED_SPEC,
        fmt::format("`{}` patches a package that is from no registry", without_password(text)));
  return DependencySpec{std::string(name), std::move(patched.target), std::string(text),
                        std::move(patched.kind)};
}

}  // namespace

std::optional<PatchReference> parse_patch_reference(std::string_view text) {
  if (!text.starts_with(kPatch)) return std::nullopt;
  text.remove_prefix(kPatch.size());
  const std::size_t hash = text.find('#');
  const auto patched = decode_component(text.substr(0, hash));
  const std::size_t at = patched && patched->size() > 1 ? patched->find('@', 1) : npos;
  if (at == npos || patched->find(kPatch) != npos) return std::nullopt;
  PatchReference reference{patched->substr(0, at), patched->substr(at + 1), {}};
  if (reference.spec.starts_with("npm:")) reference.spec.erase(0, 4);
  std::string_view files = hash == npos ? "" : text.substr(hash + 1);
  files = files.substr(0, files.find("::"));
  for (std::string_view file : split(files, '&')) {
    if (file.starts_with("optional!")) file.remove_prefix(9);
    const bool is_yarns_own = file.starts_with("builtin<") || file.starts_with("~builtin<");
    if (!file.empty() && !is_yarns_own) reference.files.emplace_back(file);
  }
  return reference;
}

std::string jsr_name(std::string_view name) {
  const std::size_t slash = name.find('/');
  if (!name.starts_with('@') || slash == npos || !PackageName::parse(name)) return "";
  return fmt::format("@jsr/{}__{}", name.substr(1, slash - 1), name.substr(slash + 1));
}

Result<DependencySpec> parse_spec(std::string_view name, std::string_view text) {
  LPM_TRY_ASSIGN(const PackageName checked, PackageName::parse(name));
  if (is_alias(text)) return alias_spec(name, text);
  if (text.starts_with(kJsr)) return jsr_spec(name, text);
  if (text.starts_with(kPatch)) return patch_spec(name, text);
  LPM_TRY_ASSIGN(SpecKind kind, kind_of(text));
  return DependencySpec{checked.str(), checked.str(), std::string(text), std::move(kind)};
}

Result<DependencySpec> parse_unnamed_spec(std::string_view text) {
  if (is_alias(text)) return bad_spec(text, "an alias needs a name in front: `name@npm:target`");
  LPM_TRY_ASSIGN(SpecKind kind, kind_of(text));
  DependencySpec spec{"", "", std::string(text), std::move(kind)};
  if (spec.is_registry()) return bad_spec(text, "it is neither a package name nor a URL or path");
  return spec;
}

Result<PackageArgument> parse_package_argument(std::string_view text) {
  PackageArgument argument = split_argument(text);
  if (argument.name.empty()) {
    LPM_TRY(parse_unnamed_spec(argument.spec));
  } else {
    LPM_TRY(parse_spec(argument.name, argument.spec));
  }
  return argument;
}

}  // namespace lpm::manifest
