// Names, specifiers and command-line arguments from anybody. Promises: what is admitted is safe as
// a path and safe to hand to git; the name of a repository names itself. An input is
// read whole and line by line. Inputs: up to 2 KiB.
#include <algorithm>
#include <string_view>

#include "fuzz.h"
#include "manifest/spec.h"
#include "manifest/url.h"

namespace lpm::manifest {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 2U << 10;
constexpr auto npos = std::string_view::npos;

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), fuzz::is_control);
}

void check_name(std::string_view name) {
  const NameVerdict verdict = judge_name(name);
  require(!verdict.valid_for_new || verdict.valid_for_old, "new names are legacy names, too");
  require(verdict.valid_for_new == verdict.problems.empty(), "what is wrong is said");
  const auto parsed = PackageName::parse(name);
  if (!parsed) return;
  require(verdict.valid_for_old && parsed->str() == name, "names stay as they are");
  require(!name.empty() && name.front() != '/' && name.front() != '.' && name.front() != '-',
          "names begin like names");
  require(!has_control(name) && name.find('\\') == npos, "names are plain");
  require(name.find("/.") == npos, "names hide no folder");
  require(std::count(name.begin(), name.end(), '/') == (name.front() == '@' ? 1 : 0),
          "only scopes have a slash");
  const std::string whole = parsed->scope().empty()
                                ? std::string(parsed->base())
                                : std::string(parsed->scope()) + "/" + std::string(parsed->base());
  require(whole == name, "scope and base make the name");
}

void check_git(const GitSpec& git) {
  const std::string_view url = git.url;
  require(!url.empty() && !has_control(url), "addresses are plain");
  require(!url.starts_with('-') && url.find("ssh://-") != 0 && url.find("git+ssh://-") != 0,
          "addresses are no options");
  require(!has_control(git.committish) && !has_control(git.range) && !has_control(git.path),
          "names of commits are plain");
  require(git.committish.empty() || git.range.empty(), "one commit is named");
  // With ssh, what has another colon is read as the short form, as npm does.
  const bool is_plain_ssh = url.starts_with("git+ssh://") && url.find(':', 8) == npos;
  if (!url.starts_with("git+https://") && !is_plain_ssh) return;
  const auto again = parse_spec("pkg", url);
  const auto* same = again ? std::get_if<GitSpec>(&again->kind) : nullptr;
  require(same != nullptr && same->url == url, "an address names itself");
}

void check_spec(const DependencySpec& spec) {
  if (const auto* git = std::get_if<GitSpec>(&spec.kind)) check_git(*git);
  if (const auto* url = std::get_if<UrlSpec>(&spec.kind))
    require(has_url_scheme(url->url), "tarballs have a scheme");
  if (spec.is_alias())
    require(spec.is_registry() && PackageName::parse(spec.target).has_value(),
            "an alias names a package");
}

void check_text(std::string_view text) {
  check_name(text);
  if (const auto spec = parse_spec("pkg", text)) {
    require(spec->text == text, "the text is kept");
    check_spec(*spec);
  }
  if (const auto argument = parse_package_argument(text)) {
    const auto spec = argument->name.empty() ? parse_unnamed_spec(argument->spec)
                                             : parse_spec(argument->name, argument->spec);
    require(spec.has_value(), "an argument that was admitted is a specifier");
    check_spec(*spec);
  }
  if (const auto url = parse_url(text)) {
    const auto again = parse_url(url->text_without_fragment());
    require(again && again->text_without_fragment() == url->text_without_fragment(),
            "a URL that was read is read alike");
  }
}

}  // namespace
}  // namespace lpm::manifest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::manifest;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  std::string_view text = lpm::fuzz::text_of(data, size);
  check_text(text);
  for (std::size_t end = text.find('\n'); end != npos; end = text.find('\n')) {
    check_text(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return 0;
}
