#include "ops/install/acquire.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <string_view>
#include <unordered_set>

#include "base/text.h"
#include "base/url_password.h"
#include "crypto/crypto.h"
#include "graph/source_text.h"
#include "ops/install/choose_versions.h"
#include "ops/install/importer_drift.h"
#include "ops/install/registry_drift.h"
#include "ops/install/source_drift.h"
#include "resolver/resolver.h"

namespace lpm::ops::install {
namespace {

// A request without a byte for this long is named in the live line.
constexpr std::int64_t kStallToldAfterMs = 5000;

net::ClientOptions network_options(const Session& session) {
  const config::Settings& settings = session.settings;
  net::ClientOptions options;
  options.retries =
      static_cast<int>(std::clamp<std::int64_t>(settings.number("fetch-retries"), 0, 3));
  options.backoff_ms = settings.number("fetch-retry-mintimeout");
  options.backoff_factor = settings.number("fetch-retry-factor");
  options.backoff_max_ms = settings.number("fetch-retry-maxtimeout");
  // Silence that ends an attempt; a connection gets its ten seconds unless the user has less
  // patience.
  options.idle_timeout_ms = std::max<std::int64_t>(settings.number("fetch-timeout"), 1);
  options.connect_timeout_ms = std::min(options.connect_timeout_ms, options.idle_timeout_ms);
  options.user_agent = session.user_agent;
  options.max_connections_per_host =
      static_cast<int>(std::clamp<std::int64_t>(settings.number("maxsockets"), 1, 256));
  if (session.test_mode)
    if (const auto text = os::environment_variable("LPM_RETRY_BACKOFF_MS_OVERRIDE"))
      if (const auto milliseconds = parse_decimal(*text))
        options.backoff_override_ms = static_cast<std::int64_t>(*milliseconds);
  return options;
}

registry::RegistryOptions registry_options(const Session& session, const InstallOptions& install) {
  const config::Settings& settings = session.settings;
  registry::RegistryOptions options;
  options.cache_directory = settings.cache_directory();
  if (settings.flag("offline"))
    options.freshness = registry::Freshness::Offline;
  else if (settings.flag("prefer-offline"))
    options.freshness = registry::Freshness::PreferOffline;
  else if (settings.flag("prefer-online") || install.confirm_metadata)
    options.freshness = registry::Freshness::Revalidate;
  return options;
}

std::string hash_or_empty(std::string_view text) {
  return text.empty() ? std::string() : to_hex(crypto::sha256(as_bytes(text)));
}

// Of the root's manifest, besides its dependencies.
lockfile::ResolutionInputs rules_of(const manifest::Manifest& root) {
  return {.overrides = hash_or_empty(resolver::overrides_text(root)),
          .extensions = hash_or_empty(resolver::extensions_text(root)),
          .peer_rules = hash_or_empty(resolver::peer_rules_text(root)),
          .node = {}};
}

// Kinds of rules that are others than the lockfile was made with.
std::vector<std::string> changed_rules(const lockfile::ResolutionInputs& locked,
                                       const manifest::Manifest& root) {
  const lockfile::ResolutionInputs now = rules_of(root);
  std::vector<std::string> kinds;
  if (locked.overrides != now.overrides) kinds.emplace_back("overrides");
  if (locked.extensions != now.extensions) kinds.emplace_back("packageExtensions");
  if (locked.peer_rules != now.peer_rules) kinds.emplace_back("peerDependencyRules");
  return kinds;
}

bool fits(const Session& session, const Project& project, const WantedProject& wanted,
          const InstallOptions& options) {
  if (!project.lockfile || project.conflict || wanted.changes_any() || options.update) return false;
  const lockfile::ResolutionInputs& inputs = project.lockfile->inputs;
  if (!changed_rules(inputs, wanted.manifest).empty() || inputs.legacy_peers == options.own_peers)
    return false;
  return drift_of(project, wanted, options.own_peers).empty() &&
         moved_registries(session.registries, project.lockfile->graph).empty();
}

// The tarball URLs that lpm.lock names. It may say anything.
std::unordered_set<std::string_view> locked_urls(const Project& project) {
  std::unordered_set<std::string_view> urls;
  if (!project.lockfile) return urls;
  for (const graph::Package& package : project.lockfile->graph.packages)
    if (!package.tarball.empty()) urls.insert(package.tarball);
  return urls;
}

Fact described(const lockfile::Drift& drift) {
  const bool is_root = drift.importer == ".";
  if (drift.name.empty())
    return {drift.importer, drift.wanted_spec.empty() ? "locked, and no member of the workspace"
                                                      : "a member of the workspace, not locked"};
  const std::string locked = drift.locked_spec.empty()
                                 ? "not locked"
                                 : "locked for " + without_password(drift.locked_spec);
  const std::string asked = drift.wanted_spec.empty()
                                ? "not in package.json"
                                : "package.json asks " + without_password(drift.wanted_spec);
  return {is_root ? drift.name : fmt::format("{}: {}", drift.importer, drift.name),
          locked + ", " + asked};
}

// Members are linked to where they are.
bool is_fetched(const graph::Package& package) {
  return package.source.kind != graph::SourceKind::Workspace;
}

// Before anything is written down: the lockfile has no way to say it.
Status refuse_unverifiable(const graph::DependencyGraph& graph) {
  for (const graph::Package& package : graph.packages)
    if (package.integrity.is_unusable())
      return crypto::cannot_be_verified(fmt::format("`{}`", package.id_without_peers()));
  return {};
}

void learn_passwords(const graph::DependencyGraph& graph, Supply& supply) {
  for (const graph::Importer& importer : graph.importers)
    for (const graph::ImporterEdge& edge : importer.dependencies)
      if (edge.spec.find("://") != std::string::npos)
        if (const auto spec = manifest::parse_spec(edge.name, edge.spec))
          if (const auto text = graph::source_text(spec->kind))
            supply.sources().learn_password(*text);
}

// A frozen lockfile also says what folders and archives on disk are.
Status check_sources(const Session& session, const lockfile::Lockfile& lockfile) {
  LPM_TRY_ASSIGN(const std::vector<std::string> changed, changed_sources(session, lockfile));
  if (changed.empty()) return {};
  Error error(ErrorCode::LOCKFILE_DRIFT,
              "`lpm.lock` does not fit what it was made from, and it is frozen");
  for (const std::string& package : changed) error.facts.push_back({"changed", package});
  error.hints.push_back("run `lpm install --no-frozen-lockfile` and commit `lpm.lock`");
  return error;
}

}  // namespace

// The order of the members is the order of the start; the destructor is the order of the end: no
// new work, no running task that could submit, no network thread, no task that a last completion
// posted.
struct Supply::Parts {
  Parts(const Session& session, const InstallOptions& options)
      : pool(session.pool),
        network(std::make_unique<net::Client>(network_options(session))),
        registry(session.registries, *network, session.pool, registry_options(session, options)),
        store(session.settings.store_directory()),
        sources(source_options(session), registry, store, session.pool),
        fetches(registry, sources, store, session.pool,
                session.settings.flag("allow-duplicate-entries")),
        reporter(session.reporter) {}
  ~Parts() {
    fetches.stop();
    pool.wait_idle();
    network.reset();
    pool.wait_idle();
  }
  void tick() {
    report::InstallProgress progress = fetches.progress();
    progress.bytes_received = network->statistics().bytes_received;
    if (std::optional<net::Stalled> stalled = network->longest_stall(kStallToldAfterMs)) {
      progress.stalled_url = std::move(stalled->url);
      progress.stalled_ms = stalled->idle_ms;
    }
    reporter.progress(progress);
  }
  WorkerPool& pool;
  std::unique_ptr<net::Client> network;
  registry::RegistryClient registry;
  store::Store store;
  sources::Client sources;
  FetchQueue fetches;
  std::deque<MetadataFeed> feeds;  // late answers to an earlier one still find it
  report::Reporter& reporter;
};

Supply::Supply(const Session& session, const InstallOptions& options)
    : parts_(std::make_unique<Parts>(session, options)) {}
Supply::~Supply() = default;
net::Client& Supply::network() {
  return *parts_->network;
}
registry::RegistryClient& Supply::registry() {
  return parts_->registry;
}
store::Store& Supply::store() {
  return parts_->store;
}
sources::Client& Supply::sources() {
  return parts_->sources;
}
FetchQueue& Supply::fetches() {
  return parts_->fetches;
}
resolver::MetadataSource& Supply::metadata(CacheTrust trust) {
  return parts_->feeds.emplace_back(
      parts_->registry, parts_->sources, [parts = parts_.get()] { parts->tick(); },
      std::move(trust));
}
void Supply::tick() {
  parts_->tick();
}

Status check_frozen(const Session& session, const Project& project, const WantedProject& wanted,
                    const InstallOptions& options) {
  if (!options.frozen || project.imported) return {};
  if (!project.lockfile)
    return Error(ErrorCode::NO_LOCKFILE, "a frozen install needs `lpm.lock`, and there is none")
        .at(project.directory)
        .hint("run `lpm install` once and commit `lpm.lock`");
  if (project.conflict) return Error(*project.conflict);
  if (fits(session, project, wanted, options)) return check_sources(session, *project.lockfile);
  Error error(ErrorCode::LOCKFILE_DRIFT,
              "`lpm.lock` does not fit `package.json`, and it is frozen");
  for (const lockfile::Drift& drift : drift_of(project, wanted, options.own_peers))
    error.facts.push_back(described(drift));
  for (Fact& fact : moved_registries(session.registries, project.lockfile->graph))
    error.facts.push_back(std::move(fact));
  if (project.lockfile->inputs.legacy_peers == options.own_peers)
    error.facts.push_back({"legacy-peer-deps", options.own_peers
                                                   ? "it was on when the lockfile was written"
                                                   : "it was off when the lockfile was written"});
  for (const std::string& kind : changed_rules(project.lockfile->inputs, wanted.manifest))
    error.facts.push_back({kind, "they changed since the lockfile was written"});
  error.hints.push_back("run `lpm install --no-frozen-lockfile` and commit `lpm.lock`");
  return error;
}

Result<Acquired> resolve_or_reuse(const Session& session, const Project& project,
                                  const WantedProject& wanted, const InstallOptions& options,
                                  Supply& supply) {
  Acquired acquired;
  const manifest::Platform platform = host_platform();
  const std::string node = node_to_fit(session, project, wanted);
  bool is_fit = fits(session, project, wanted, options) &&
                (options.frozen || project.lockfile->inputs.node == node);
  if (is_fit && !options.frozen) {
    // What cannot be read is an error, but of the resolution: it can say who asks for it.
    const auto changed = changed_sources(session, *project.lockfile);
    is_fit = changed && changed->empty();
  }
  if (is_fit) {
    acquired.lockfile = *project.lockfile;
    acquired.used_lockfile = true;
  } else {
    LPM_TRY_ASSIGN(resolver::Resolution resolution,
                   choose_versions(session, project, wanted, options, supply));
    acquired.lockfile.graph = std::move(resolution.graph);
    acquired.lockfile.inputs = rules_of(wanted.manifest);
    acquired.lockfile.inputs.node = node;
    acquired.lockfile.inputs.legacy_peers = !options.own_peers;
    acquired.peers = std::move(resolution.peers);
    for (resolver::Warning& warning : resolution.warnings)
      acquired.warnings.push_back(std::move(warning.text));
  }
  const graph::DependencyGraph& graph = acquired.lockfile.graph;
  LPM_TRY(refuse_unverifiable(graph));
  acquired.reached = graph::reach(graph, options.selection, platform);
  for (const graph::PackageId id : acquired.reached.refused)
    return Error(ErrorCode::PLATFORM,
                 fmt::format("`{}` does not support {} on {}", graph[id].id_without_peers(),
                             platform.os, platform.cpu))
        .hint("make it an optional dependency, or install on a platform that it supports");
  if (options.lockfile_only || options.dry_run) return acquired;
  const std::unordered_set<std::string_view> urls = locked_urls(project);
  learn_passwords(graph, supply);
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    const graph::Package& package = graph.packages[i];
    if (acquired.reached.installed[i] && is_fetched(package))
      supply.fetches().want(
          wish_for(package, acquired.used_lockfile || urls.contains(package.tarball)));
  }
  return acquired;
}

Status fetch_all(const Session&, Supply& supply, Acquired& acquired) {
  LPM_TRY(supply.fetches().wait([&supply] { supply.tick(); }));
  graph::DependencyGraph& graph = acquired.lockfile.graph;
  acquired.entries.assign(graph.packages.size(), nullptr);
  for (std::size_t i = 0; i < graph.packages.size(); ++i) {
    graph::Package& package = graph.packages[i];
    if (!acquired.reached.installed[i] || !is_fetched(package)) continue;
    acquired.entries[i] = supply.fetches().entry(package);
    const bool has_archive = package.source.is_registry() ||
                             package.source.kind == graph::SourceKind::Url ||
                             package.source.kind == graph::SourceKind::File;
    if (!has_archive) continue;
    const bool weak =
        package.integrity.empty() || package.integrity.strongest() != crypto::Algorithm::Sha512;
    if (weak)
      package.integrity = crypto::Integrity::from_sha512(acquired.entries[i]->index.tarball_digest);
  }
  return {};
}

}  // namespace lpm::ops::install
