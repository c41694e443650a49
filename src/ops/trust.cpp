#include "ops/trust.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/text.h"
#include "ops/inspect_lock.h"
#include "os/files.h"
#include "security/security.h"
#include "store/store.h"

namespace lpm::ops {
namespace {

// A store entry's files by its index, so that nothing but what was unpacked is ever read.
class EntryFiles : public security::PackageFiles {
 public:
  explicit EntryFiles(const store::Entry& entry) : entry_(entry) {}

  std::optional<std::string> file(std::string_view path) const override {
    const std::vector<store::IndexedFile>& files = entry_.index.files;
    const auto found = std::lower_bound(
        files.begin(), files.end(), path,
        [](const store::IndexedFile& file, std::string_view wanted) { return file.path < wanted; });
    if (found == files.end() || found->path != path) return std::nullopt;
    Result<std::string> content = os::read_file(entry_.directory + "/" + found->path);
    if (!content) return std::nullopt;
    return std::move(*content);
  }

 private:
  const store::Entry& entry_;
};

ClassifiedCommand classified(const security::Verdict& verdict) {
  ClassifiedCommand result{std::string(name_of(verdict.tier)), {}};
  for (const security::Evidence& found : verdict.evidence) {
    result.findings.push_back({std::string(found.rule), std::string(name_of(found.tier)),
                               found.text, std::string(found.why)});
  }
  return result;
}

ExplainedPackage explained(std::string id, const security::ScriptReport& report) {
  ExplainedPackage package;
  package.package = std::move(id);
  package.tier = name_of(report.tier);
  for (const security::ScriptCommand& command : report.commands) {
    package.commands.push_back(
        {command.phase, command.command, command.implied, classified(command.text), command.files});
  }
  for (const security::ReachedFile& file : report.files) package.files.push_back(file.path);
  for (const security::Capability& found : report.capabilities) {
    package.capabilities.push_back({std::string(found.id), std::string(name_of(found.tier)),
                                    found.path, found.line, found.text, std::string(found.why)});
  }
  package.complete = report.complete;
  package.closure_hash = report.closure_hash;
  return package;
}

Error not_in_lock(const graph::DependencyGraph& graph, std::string_view wish) {
  Error error(ErrorCode::NOT_A_DEPENDENCY, fmt::format("`{}` is not in lpm.lock", wish));
  std::vector<std::string> names;
  for (const graph::Package& package : graph.packages) names.push_back(package.name);
  if (const auto near = nearest_name(wish, names))
    error.hints.push_back(fmt::format("did you mean `lpm trust explain {}`?", *near));
  return error;
}

}  // namespace

ClassifiedCommand classify_script(std::string_view command) {
  return classified(security::classify_command(command));
}

Result<std::vector<ExplainedPackage>> explain_scripts(const Session& session,
                                                      std::string_view wish) {
  LPM_TRY_ASSIGN(const lockfile::Lockfile lock, read_lock(session));
  store::Store store(session.settings.store_directory());
  std::map<std::string, ExplainedPackage> found;  // instances of a version share their files
  for (const graph::Package& package : lock.graph.packages) {
    const std::string id = package.id_without_peers();
    if ((package.name != wish && id != wish) || found.contains(id)) continue;
    const auto digest = package.integrity.sha512_digest();
    const auto entry = digest ? store.find(*digest, package.name, package.version) : std::nullopt;
    if (!entry) {
      return Error(ErrorCode::STORE_DAMAGED, fmt::format("`{}` is not in the store", id))
          .hint("run `lpm install` first");
    }
    found.emplace(id, explained(id, security::analyse_scripts(EntryFiles(*entry))));
  }
  if (found.empty()) return not_in_lock(lock.graph, wish);
  std::vector<ExplainedPackage> packages;
  for (auto& [id, package] : found) packages.push_back(std::move(package));
  return packages;
}

}  // namespace lpm::ops
