#include "resolver/build_graph.h"

#include <algorithm>
#include <numeric>

#include "resolver/failures.h"

namespace lpm::resolver {
namespace {

std::vector<std::string> strings_of(const std::vector<std::string_view>& views) {
  return {views.begin(), views.end()};
}

class GraphBuilder {
 public:
  GraphBuilder(const Decisions& decisions, const Instances& instances,
               const std::vector<std::string>& contexts)
      : decisions_(decisions), instances_(instances), contexts_(contexts) {}

  graph::DependencyGraph run() && {
    number_packages();
    for (const InstanceId id : first_of_package_) graph_.packages.push_back(package_of(id));
    for (InstanceId id = 0; id < importer_count(); ++id)
      graph_.importers.push_back(importer_of(id));
    std::sort(graph_.importers.begin(), graph_.importers.end(),
              [](const graph::Importer& a, const graph::Importer& b) { return a.path < b.path; });
    return std::move(graph_);
  }

 private:
  InstanceId importer_count() const { return static_cast<InstanceId>(decisions_.importer_count()); }

  // Sorts the instances by key; equal keys are one package.
  void number_packages() {
    const auto count = static_cast<InstanceId>(instances_.all().size());
    std::vector<std::string> keys(count);
    for (InstanceId id = importer_count(); id < count; ++id) keys[id] = key_of(id);
    std::vector<InstanceId> order(count - importer_count());
    std::iota(order.begin(), order.end(), importer_count());
    std::sort(order.begin(), order.end(), [&](InstanceId a, InstanceId b) {
      const int compared = keys[a].compare(keys[b]);
      return compared != 0 ? compared < 0 : a < b;
    });
    package_of_.assign(count, graph::kNoPackage);
    for (const InstanceId id : order) {
      if (first_of_package_.empty() || keys[first_of_package_.back()] != keys[id])
        first_of_package_.push_back(id);
      package_of_[id] = graph::PackageId{static_cast<std::uint32_t>(first_of_package_.size() - 1)};
    }
  }

  // graph::Package::key().
  std::string key_of(InstanceId id) const {
    return title_of(decisions_, instances_[id].node) + contexts_[id];
  }

  graph::PackageId package(InstanceId id) const {
    return id == kNoInstance ? graph::kNoPackage : package_of_[id];
  }

  graph::Package package_of(InstanceId id) const {
    const Instance& instance = instances_[id];
    const Node& node = decisions_.node(instance.node);
    const graph::Package* trusted = decisions_.trusted(node);
    graph::Package package = trusted != nullptr                     ? *trusted
                             : decisions_.name(node.name).is_member ? member(node)
                                                                    : published(node);
    package.peer_context = contexts_[id];
    package.dependencies = edges_of(instance, node);
    if (trusted == nullptr) package.rules = rules_of(node);
    // Its scope may have a registry now that had none when it was locked.
    if (package.source.is_registry()) package.source = decisions_.name(node.name).source;
    return package;
  }

  std::vector<graph::AppliedRule> rules_of(const Node& node) const {
    std::vector<graph::AppliedRule> rules;
    const auto add = [&](NameId name, SpecId written, RuleId rule) {
      rules.push_back({decisions_.name(name).text, std::string(decisions_.spec(written).text),
                       decisions_.rules().overrides.title(rule),
                       graph::AppliedRule::Kind::Overridden});
    };
    const auto add_replaced = [&](const auto& edge) {
      if (edge.override_rule != kNoRule && edge.spec != edge.written)
        add(edge.name, edge.written, edge.override_rule);
    };
    for (const Edge& edge : node.edges) add_replaced(edge);
    for (const Peer& peer : node.peers) add_replaced(peer);
    for (const RemovedEdge& edge : node.removed) add(edge.name, edge.written, edge.override_rule);
    for (const Node::Extended& one : node.extended)
      rules.push_back({decisions_.name(one.name).text, "",
                       decisions_.rules().extensions[one.extension].title,
                       graph::AppliedRule::Kind::Extended});
    std::sort(rules.begin(), rules.end());
    // One line says that a peer was added and made optional.
    rules.erase(std::unique(rules.begin(), rules.end(),
                            [](const auto& a, const auto& b) {
                              return a.kind == b.kind && a.name == b.name &&
                                     a.kind == graph::AppliedRule::Kind::Extended;
                            }),
                rules.end());
    return rules;
  }

  graph::Package member(const Node& node) const {
    graph::Package package;
    package.source = decisions_.name(node.name).source;
    package.name = decisions_.real_name(node);
    return package;
  }

  graph::Package published(const Node& node) const {
    const Name& name = decisions_.name(node.name);
    const manifest::Packument& packument = *name.packument;
    const manifest::VersionIndex version = *decisions_.version_of(node).published;
    graph::Package package;
    package.source = name.source;
    package.name = decisions_.real_name(node);
    package.version = packument.version_text(version);
    package.integrity = integrity_of(node, packument, version);
    if (!name.is_source && !packument.has_derivable_tarball(version))
      package.tarball = packument.tarball_url(version);
    package.size = packument.unpacked_size(version);
    package.engines_node = packument.engines_node(version);
    package.platform = packument.platform(version);
    for (const Peer& peer : node.peers)
      package.peers.push_back({decisions_.name(peer.name).text,
                               std::string(decisions_.spec(peer.written).text), peer.optional});
    package.bundled = strings_of(packument.bundled(version));
    package.has_bin = packument.has_bin(version);
    package.has_install_script = packument.has_install_script(version);
    package.deprecated = packument.is_deprecated(version);
    return package;
  }

  // Bytes that were accepted once stay the only ones for this version, whatever the registry says
  // now.
  crypto::Integrity integrity_of(const Node& node, const manifest::Packument& packument,
                                 manifest::VersionIndex version) const {
    if (node.locked != graph::kNoPackage && !decisions_.name(node.name).is_on_disk) {
      const crypto::Integrity& locked = (*decisions_.inputs().locked)[node.locked].integrity;
      if (!locked.empty()) return locked;
    }
    return packument.integrity(version);
  }

  std::vector<graph::Edge> edges_of(const Instance& instance, const Node& node) const {
    std::vector<graph::Edge> edges;
    edges.reserve(node.edges.size() + node.peers.size());
    for (std::size_t i = 0; i < node.edges.size(); ++i)
      edges.push_back({decisions_.name(node.edges[i].name).text, package(instance.targets[i]),
                       node.edges[i].optional()});
    for (const Peer& peer : node.peers)
      if (const InstanceId supplier = instance.supplier_of(peer.name); supplier != kNoInstance)
        edges.push_back({decisions_.name(peer.name).text, package(supplier), peer.optional});
    std::sort(edges.begin(), edges.end(),
              [](const graph::Edge& a, const graph::Edge& b) { return a.name < b.name; });
    return edges;
  }

  graph::Importer importer_of(InstanceId id) const {
    const Instance& instance = instances_[id];
    const Node& node = decisions_.node(instance.node);
    graph::Importer importer{.path = decisions_.inputs().importers[instance.node].path,
                             .dependencies = {},
                             .rules = rules_of(node)};
    for (std::size_t i = 0; i < node.edges.size(); ++i) {
      const Edge& edge = node.edges[i];
      importer.dependencies.push_back({decisions_.name(edge.name).text,
                                       std::string(decisions_.spec(edge.written).text), edge.kind,
                                       package(instance.targets[i])});
    }
    return importer;
  }

  const Decisions& decisions_;
  const Instances& instances_;
  const std::vector<std::string>& contexts_;
  std::vector<graph::PackageId> package_of_;  // by InstanceId
  std::vector<InstanceId> first_of_package_;  // by PackageId
  graph::DependencyGraph graph_;
};

}  // namespace

graph::DependencyGraph build_graph(const Decisions& decisions, const Instances& instances,
                                   const std::vector<std::string>& contexts) {
  return GraphBuilder(decisions, instances, contexts).run();
}

}  // namespace lpm::resolver
