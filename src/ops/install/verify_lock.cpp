#include "ops/install/verify_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "ops/committed_file.h"

namespace lpm::ops::install {
namespace {

// All that an entry says of where bytes come from and what they are.
std::string claim(const graph::Package& package) {
  return fmt::format("{}\n{}\n{}", package.id_without_peers(), package.integrity.to_string(),
                     package.tarball);
}

using Claims = std::unordered_set<std::string>;

Claims claims_of(const graph::DependencyGraph& graph) {
  Claims claims;
  for (const graph::Package& package : graph.packages) claims.insert(claim(package));
  return claims;
}

// Whether nothing of the file can be in doubt.
bool is_beyond_doubt(const Project& project, const InstallOptions& options) {
  if (!project.lockfile) return true;
  if (was_asked_to_verify(options)) return false;
  return project.lockfile_is_own || !is_under_git(project.directory);
}

// What is believed without asking: nothing of the lockfile is in doubt, or these claims alone. A
// committed file that cannot be read says nothing.
struct Belief {
  bool everything = false;
  Claims claims;
};

Result<Belief> belief(const Session& session, const Project& project,
                      const InstallOptions& options) {
  if (options.verify_lockfile) return Belief();
  const std::string revision = options.trust_base.empty() ? "HEAD" : options.trust_base;
  LPM_TRY_ASSIGN(const std::optional<std::string> text,
                 committed_file(session, std::string(kLockfile), revision));
  if (!text) return Belief();
  if (text == project.lockfile_text) return Belief{.everything = true, .claims = {}};
  const Result<lockfile::Lockfile> committed = lockfile::parse_lockfile(*text, kLockfile);
  return Belief{.everything = false, .claims = committed ? claims_of(committed->graph) : Claims()};
}

// Entries of the lockfile that are to be used and not believed.
std::vector<const graph::Package*> in_doubt(const Project& project, const Acquired& acquired,
                                            const Claims& believed) {
  const Claims locked = claims_of(project.lockfile->graph);
  std::vector<const graph::Package*> entries;
  for (const graph::Package& package : acquired.lockfile.graph.packages) {
    if (!package.source.is_registry()) continue;
    const std::string said = claim(package);
    if (!locked.contains(said) || believed.contains(said)) continue;
    if (entries.empty() || claim(*entries.back()) != said) entries.push_back(&package);
  }
  return entries;
}

// A registry that offers a sha1 only cannot be compared with the sha512 that was computed.
bool is_weaker(const crypto::Integrity& offered, const crypto::Integrity& locked) {
  return offered.empty() || (!locked.empty() && offered.strongest() == crypto::Algorithm::Sha1 &&
                             locked.strongest() != crypto::Algorithm::Sha1);
}

std::string said(const crypto::Integrity& integrity) {
  return integrity.empty() ? "no integrity" : integrity.to_string();
}

// What differs, or nothing.
std::optional<std::string> difference(const graph::Package& entry,
                                      const manifest::Packument& packument) {
  const auto version = packument.find_version(entry.version);
  if (!version) return "the registry has no such version";
  const crypto::Integrity offered = packument.integrity(*version);
  if (offered.is_unusable() || is_weaker(offered, entry.integrity) || offered == entry.integrity)
    return std::nullopt;
  return fmt::format("lpm.lock says {}, the registry {}", said(entry.integrity), said(offered));
}

Error mismatch(std::vector<Fact> facts) {
  Error error(ErrorCode::LOCKFILE_MISMATCH, "`lpm.lock` does not say what the registry says");
  error.facts = std::move(facts);
  return std::move(error)
      .at(std::string(kLockfile))
      .hint("look at how it was changed: `git diff lpm.lock`")
      .hint("`git checkout lpm.lock` goes back, `lpm install` then chooses what is missing");
}

std::string what_is_unknown(std::size_t count) {
  return fmt::format(
      "lpm.lock was changed, and offline {} of it cannot be compared with the registry",
      count_of(count, "package"));
}

Error not_cached(std::size_t count) {
  return Error(ErrorCode::OFFLINE, what_is_unknown(count))
      .at(std::string(kLockfile))
      .hint("run it again without `--offline`");
}

}  // namespace

bool was_asked_to_verify(const InstallOptions& options) {
  return options.verify_lockfile || !options.trust_base.empty();
}

Result<LockVerification> LockVerification::begin(const Session& session, const Project& project,
                                                 const InstallOptions& options,
                                                 const Acquired& acquired, Supply& supply) {
  LockVerification verification;
  verification.was_asked_for_ = was_asked_to_verify(options);
  verification.is_offline_ = session.settings.flag("offline");
  if (is_beyond_doubt(project, options)) return verification;
  LPM_TRY_ASSIGN(const Belief known, belief(session, project, options));
  if (known.everything) return verification;
  verification.entries_ = in_doubt(project, acquired, known.claims);
  if (verification.entries_.empty()) return verification;
  CacheTrust trust;
  for (const graph::Package* entry : verification.entries_)
    trust.locked[entry->name].push_back(entry->version);
  verification.asked_ = trust.locked.size();
  std::vector<std::string> names;
  for (const auto& [name, versions] : trust.locked) names.push_back(name);
  verification.answers_ = &supply.metadata(std::move(trust));
  for (const std::string& name : names) verification.answers_->request(name);
  return verification;
}

Status LockVerification::finish(Acquired& acquired) {
  std::unordered_map<std::string, resolver::PackumentPointer> packuments;
  for (std::size_t i = 0; i < asked_; ++i) {
    resolver::MetadataSource::Arrival arrival = answers_->next();
    if (arrival.packument)
      packuments[arrival.name] = std::move(*arrival.packument);
    else if (arrival.packument.error().code != ErrorCode::OFFLINE || was_asked_for_)
      return std::move(arrival.packument).error();
  }
  std::vector<Fact> facts;
  std::size_t unknown = 0;
  for (const graph::Package* entry : entries_) {
    const auto found = packuments.find(entry->name);
    // What is cached may be older than the version.
    const bool is_unknown =
        found == packuments.end() || (is_offline_ && !found->second->find_version(entry->version));
    if (is_unknown) {
      ++unknown;
    } else if (std::optional<std::string> what = difference(*entry, *found->second)) {
      facts.push_back({entry->id_without_peers(), std::move(*what)});
    }
  }
  if (!facts.empty()) return mismatch(std::move(facts));
  if (unknown == 0) return {};
  if (was_asked_for_) return not_cached(unknown);
  acquired.is_verified = false;
  acquired.warnings.push_back(what_is_unknown(unknown));
  return {};
}

}  // namespace lpm::ops::install
