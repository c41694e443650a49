#include "ops/install/added_source.h"

#include <fmt/format.h>

#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>

#include "ops/install/acquire.h"
#include "ops/interrupt.h"

namespace lpm::ops::install {
namespace {

// Both absolute and without dots.
std::string relative_to(std::string_view folder, std::string_view path) {
  std::size_t common = 0;  // length of the shared beginning, up to a slash or an end
  for (std::size_t i = 0;; ++i) {
    const bool folder_ends = i == folder.size(), path_ends = i == path.size();
    const bool at_part = (folder_ends || folder[i] == '/') && (path_ends || path[i] == '/');
    if (at_part) common = i;
    if (folder_ends || path_ends || folder[i] != path[i]) break;
  }
  std::string text;
  for (std::size_t i = common; i < folder.size(); ++i)
    if (folder[i] == '/') text += text.empty() ? ".." : "/..";
  std::string_view rest = path.substr(common);
  if (rest.starts_with('/')) rest.remove_prefix(1);
  if (!rest.empty()) text.append(text.empty() ? "" : "/").append(rest);
  return text.empty() ? "." : text;
}

std::string saved_path(const Session& session, const std::string& text) {
  const std::size_t colon = text.find(':') + 1;
  std::string path = text.substr(colon);
  if (path.starts_with("~/")) path = os::home_directory() + path.substr(1);
  const std::string absolute = graph::rebased("file:" + path, session.initial_directory);
  return text.substr(0, colon) +
         relative_to(session.package_folder(), std::string_view(absolute).substr(5));
}

// `github:user/repo#v1`, as npm saves it. What was written with ssh stays with it: over https it
// may not be readable.
std::optional<std::string> short_form(std::string_view text) {
  constexpr std::array<std::array<std::string_view, 2>, 3> kHosts = {
      {{"git+https://github.com/", "github:"},
       {"git+https://gitlab.com/", "gitlab:"},
       {"git+https://bitbucket.org/", "bitbucket:"}}};
  for (const auto& [url, prefix] : kHosts) {
    if (!text.starts_with(url)) continue;
    const std::string_view rest = text.substr(url.size());
    const std::size_t hash = std::min(rest.find('#'), rest.size());
    std::string_view repository = rest.substr(0, hash);
    if (repository.ends_with(".git")) repository.remove_suffix(4);
    return fmt::format("{}{}{}", prefix, repository, rest.substr(hash));
  }
  return std::nullopt;
}

}  // namespace

std::string text_to_save(const Session& session, const manifest::DependencySpec& spec) {
  const std::string text = graph::source_text(spec.kind).value_or(spec.text);
  if (graph::is_path_text(text)) return saved_path(session, text);
  return short_form(text).value_or(text);
}

Result<std::string> name_of_source(Supply& supply, const std::string& spec,
                                   const std::string& folder) {
  LPM_TRY_ASSIGN(const manifest::DependencySpec parsed, manifest::parse_unnamed_spec(spec));
  std::string text = graph::source_text(parsed.kind).value_or(spec);
  if (graph::is_path_text(text)) text = graph::rebased(text, folder);
  struct Answer {
    std::mutex mutex;
    std::condition_variable came;
    std::optional<Result<std::string>> name;
  };
  const auto answer = std::make_shared<Answer>();
  supply.sources().find({text, {}}, [answer](Result<sources::Found> found) {
    const std::lock_guard lock(answer->mutex);
    if (found)
      answer->name.emplace(std::string(found->packument->name()));
    else
      answer->name.emplace(std::move(found).error());
    answer->came.notify_one();
  });
  std::unique_lock lock(answer->mutex);
  while (!answer->came.wait_for(lock, kInterruptPoll, [&] { return answer->name.has_value(); })) {
    if (std::optional<Error> stop = interruption()) return std::move(*stop);
    lock.unlock();
    supply.tick();
    lock.lock();
  }
  return *std::move(answer->name);
}

}  // namespace lpm::ops::install
