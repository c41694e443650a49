#include "sources/git_program.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/url_password.h"
#include "config/registries.h"

namespace lpm::sources {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::size_t kLongestMessage = 300;

bool is_loopback(std::string_view url) {
  const std::size_t begin = url.find("://");
  if (begin == npos) return false;
  const auto parsed = config::Url::parse("http" + std::string(url.substr(begin)));
  return parsed && parsed->is_loopback();
}

// The short form `user@host:path` is ssh.
std::string_view scheme_of(std::string_view url) {
  const std::size_t colon = url.find("://");
  return colon == npos ? "ssh" : url.substr(0, colon);
}

// What decides where git works and what it runs comes from here alone.
bool is_kept(std::string_view name) {
  constexpr std::string_view kKept[] = {
      "GIT_SSH",           "GIT_SSH_COMMAND",   "GIT_SSH_VARIANT",
      "GIT_SSL_CAINFO",    "GIT_SSL_CAPATH",    "GIT_PROXY_COMMAND",
      "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"};
  return !name.starts_with("GIT_") ||
         std::find(std::begin(kKept), std::end(kKept), name) != std::end(kKept);
}

os::EnvironmentMap environment_of(const Options& options, const Repository& repository) {
  os::EnvironmentMap environment;
  bool has_ssh = false;
  for (const auto& [name, value] : options.environment) {
    if (!is_kept(name)) continue;
    has_ssh |= name == "GIT_SSH" || name == "GIT_SSH_COMMAND";
    if (name != "LC_ALL" && name != "SSH_ASKPASS") environment.emplace_back(name, value);
  }
  environment.emplace_back("GIT_ALLOW_PROTOCOL", repository.protocols);
  environment.emplace_back("GIT_ASKPASS", "true");
  environment.emplace_back("GIT_TERMINAL_PROMPT", "0");
  environment.emplace_back("LC_ALL", "C");
  if (!has_ssh) environment.emplace_back("GIT_SSH_COMMAND", "ssh -oBatchMode=yes");
  std::sort(environment.begin(), environment.end());
  return environment;
}

// The line that says what went wrong.
std::string complaint(std::string_view output) {
  std::string_view chosen;
  for (const std::string_view line : split(output, '\n')) {
    const std::string_view text = trim(line);
    if (text.empty()) continue;
    if (chosen.empty() || text.starts_with("fatal:") || text.starts_with("ERROR:")) chosen = text;
    if (text.starts_with("fatal:")) break;
  }
  std::string text = without_password(chosen.substr(0, kLongestMessage));
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

Error failure(const Repository& repository, std::string_view output) {
  const auto says = [output](std::string_view part) { return output.find(part) != npos; };
  const std::string what = complaint(output);
  if (says("Authentication failed") || says("could not read Username") ||
      says("could not read Password") || says("Permission denied"))
    return Error(ErrorCode::AUTH_REQUIRED,
                 fmt::format("the repository `{}` asks for credentials", repository.shown))
        .fact("git says", what)
        .hint(fmt::format("check that `git ls-remote {}` works without a question",
                          repository.shown));
  if (says("not found") || says("does not appear to be a git repository") || says("does not exist"))
    return Error(ErrorCode::SOURCE_NOT_FOUND,
                 fmt::format("there is no repository `{}`", repository.shown))
        .fact("git says", what);
  return Error(ErrorCode::GIT, fmt::format("git could not read `{}`", repository.shown))
      .fact("git says", what.empty() ? "nothing" : what);
}

}  // namespace

Repository repository_of(const Options& options, std::string_view url) {
  Repository repository;
  repository.shown = without_password(url);
  const std::string_view plain = url.starts_with("git+") ? url.substr(4) : url;
  repository.url = plain;
  const std::string_view scheme = scheme_of(plain);
  if (scheme == "https" || scheme == "ssh") {
    repository.protocols = options.allow_file_protocol ? "https:ssh:file" : "https:ssh";
  } else if (((scheme == "http" || scheme == "git") && is_loopback(plain)) ||
             (scheme == "file" && options.allow_file_protocol)) {
    repository.protocols = fmt::format("https:ssh:{}", scheme);
  }
  return repository;
}

Result<std::string> run_git(const Options& options, const Repository& repository,
                            const std::string& folder, std::vector<std::string> arguments) {
  if (repository.protocols.empty())
    return Error(ErrorCode::UNSUPPORTED_SPEC,
                 fmt::format("repositories are not fetched by `{}:`", scheme_of(repository.url)))
        .fact("repository", repository.shown)
        .hint("use https: or ssh:");
  os::ChildOptions child;
  child.argv = {"git",
                "-c",
                "core.hooksPath=/dev/null",
                "-c",
                "core.fsmonitor=false",
                "-c",
                "protocol.ext.allow=never",
                "-c",
                "submodule.recurse=false",
                "-c",
                "fetch.recurseSubmodules=false",
                "-c",
                "gc.auto=0"};
  child.argv.insert(child.argv.end(), std::make_move_iterator(arguments.begin()),
                    std::make_move_iterator(arguments.end()));
  child.directory = folder;
  child.environment = environment_of(options, repository);
  child.capture_output = true;
  Result<os::ChildResult> result = os::run_child(child);
  if (!result)
    return Error(ErrorCode::GIT, "the `git` program cannot be run")
        .fact("because", result.error().what)
        .hint("install git, or depend on an archive or a published version instead");
  if (result->signal != 0)
    return Error(ErrorCode::INTERRUPTED,
                 fmt::format("git was stopped by signal {}", result->signal));
  if (result->status != 0) return failure(repository, result->err);
  return std::move(result->out);
}

}  // namespace lpm::sources
