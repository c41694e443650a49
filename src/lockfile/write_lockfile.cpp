// Graph to lpm.lock: one text per graph.
#include <algorithm>

#include "lockfile/lockfile.h"
#include "lockfile/toml_text.h"

namespace lpm::lockfile {
namespace {

using graph::Edge;
using graph::ImporterEdge;
using graph::Package;

class Writer {
 public:
  explicit Writer(const Lockfile& lockfile) : lockfile_(lockfile) {
    keys_.reserve(lockfile.graph.packages.size());
    for (const Package& package : lockfile.graph.packages) keys_.push_back(package.key());
  }

  std::string write() {
    out_ = "lockfile = " + std::to_string(version()) + "\n";
    add_flag("legacy-peer-deps", lockfile_.inputs.legacy_peers);
    add_text("node", lockfile_.inputs.node);
    add_text("overrides", lockfile_.inputs.overrides);
    add_text("packageExtensions", lockfile_.inputs.extensions);
    add_text("peerDependencyRules", lockfile_.inputs.peer_rules);
    if (!lines_.empty()) finish_table("[resolution]");
    for (const graph::Importer& importer : lockfile_.graph.importers) {
      for (const ImporterEdge& edge : importer.dependencies) add_importer_edge(edge);
      add_rules(importer.rules);
      finish_named_table("importers", importer.path);
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) {
      add_package(lockfile_.graph.packages[i]);
      finish_named_table("packages", keys_[i]);
    }
    return std::move(out_);
  }

 private:
  int version() const {
    const auto has_rules = [](const auto& one) { return !one.rules.empty(); };
    const graph::DependencyGraph& graph = lockfile_.graph;
    const bool needs_newer =
        !lockfile_.inputs.extensions.empty() || !lockfile_.inputs.peer_rules.empty() ||
        std::any_of(graph.importers.begin(), graph.importers.end(), has_rules) ||
        std::any_of(graph.packages.begin(), graph.packages.end(), has_rules);
    return needs_newer ? kFormatVersion : kVersionWithoutRules;
  }

  std::string& add_line(std::string_view key) {
    lines_.emplace_back(key).append(" = ");
    return lines_.back();
  }
  std::string& add_line(std::string_view group, std::string_view name) {
    std::string& line = lines_.emplace_back(group);
    line += '.';
    append_segment(line, name);
    return line.append(" = ");
  }
  void add_text(std::string_view key, std::string_view text) {
    if (!text.empty()) append_string(add_line(key), text);
  }
  void add_flag(std::string_view key, bool value) {
    if (value) add_line(key) += "true";
  }
  void add_array(std::string_view key, const std::vector<std::string>& items) {
    if (!items.empty()) append_array(add_line(key), items);
  }

  // The target's key, without `name@` where the edge says the name already.
  std::string_view to_of(std::string_view edge_name, graph::PackageId target) const {
    if (target == graph::kNoPackage) return "";
    std::string_view key = keys_[graph::index(target)];
    if (lockfile_.graph[target].name == edge_name) key.remove_prefix(edge_name.size() + 1);
    return key;
  }

  void add_importer_edge(const ImporterEdge& edge) {
    std::string& line = add_line(manifest::field_of(edge.kind), edge.name);
    line += "{ spec = ";
    append_string(line, edge.spec);
    line += ", to = ";
    append_string(line, to_of(edge.name, edge.target));
    line += " }";
  }

  void add_package(const Package& package) {
    add_flag("bin", package.has_bin);
    add_array("bundled", package.bundled);
    add_array("cpu", package.platform.cpu);
    add_array("libc", package.platform.libc);
    add_array("os", package.platform.os);
    add_text("engines.node", package.engines_node);
    add_text("integrity", package.integrity.to_string());
    add_flag("scripts", package.has_install_script);
    if (package.size != 0) add_line("size") += std::to_string(package.size);
    add_text("tarball", package.tarball);
    if (!package.source.is_registry()) add_text("version", package.version);
    for (const Edge& edge : package.dependencies)
      append_string(add_line(edge.optional ? "optionalDependencies" : "dependencies", edge.name),
                    to_of(edge.name, edge.target));
    for (const graph::PeerDeclaration& peer : package.peers)
      append_string(
          add_line(peer.optional ? "optionalPeerDependencies" : "peerDependencies", peer.name),
          peer.range);
    add_rules(package.rules);
  }

  void add_rules(const std::vector<graph::AppliedRule>& rules) {
    for (const graph::AppliedRule& rule : rules) {
      if (rule.kind == graph::AppliedRule::Kind::Extended) {
        append_string(add_line("extended", rule.name), rule.rule);
        continue;
      }
      std::string& line = add_line("overridden", rule.name);
      line += "{ from = ";
      append_string(line, rule.from);
      line += ", by = ";
      append_string(line, rule.rule);
      line += " }";
    }
  }

  void finish_table(std::string_view header) {
    out_ += '\n';
    out_ += header;
    out_ += '\n';
    std::sort(lines_.begin(), lines_.end());
    for (const std::string& line : lines_) {
      out_ += line;
      out_ += '\n';
    }
    lines_.clear();
  }
  void finish_named_table(std::string_view group, std::string_view name) {
    std::string header = "[";
    header += group;
    header += '.';
    append_string(header, name);
    header += ']';
    finish_table(header);
  }

  const Lockfile& lockfile_;
  std::vector<std::string> keys_;
  std::vector<std::string> lines_;
  std::string out_;
};

}  // namespace

std::string write_lockfile(const Lockfile& lockfile) {
  return Writer(lockfile).write();
}

}  // namespace lpm::lockfile
