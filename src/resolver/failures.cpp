#include "resolver/failures.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/url_password.h"
#include "graph/source_text.h"

namespace lpm::resolver {
namespace {

constexpr std::string_view kArrow = " → ";
constexpr std::size_t kVersionsShown = 3;

Problem problem_of(const Decisions& decisions, const Edge& edge) {
  const bool is_unreadable = edge.target < kOpen && decisions.node(edge.target).is_unreadable;
  return is_unreadable ? Problem::Source : edge.problem;
}

// Breadth-first, each node at most twice: reached by required edges only, and reached at all. What
// is absent matters only in the first case, other failures in both.
class Search {
 public:
  explicit Search(const Decisions& decisions)
      : decisions_(decisions),
        seen_(decisions.nodes().size() * 2),
        first_dependent_(decisions.nodes().size(), kOpen) {}

  struct Found {
    NodeId from;
    const Edge* edge;
  };
  std::optional<Found> run() {
    for (NodeId id = 0; id < decisions_.importer_count(); ++id) visit(kOpen, id, true);
    for (; next_ < queue_.size(); ++next_) {
      const auto [node, required] = queue_[next_];
      for (const Edge& edge : decisions_.node(node).edges) {
        const bool is_required = required && !edge.optional();
        const Problem problem = problem_of(decisions_, edge);
        if (problem != Problem::None && (is_required || !is_absence(problem)))
          return Found{node, &edge};
        if (edge.target < kOpen) visit(node, edge.target, is_required);
      }
    }
    return std::nullopt;
  }
  // Paths to everything, also beyond what was found.
  void finish() {
    for (; next_ < queue_.size(); ++next_)
      for (const Edge& edge : decisions_.node(queue_[next_].node).edges)
        if (edge.target < kOpen)
          visit(queue_[next_].node, edge.target, queue_[next_].required && !edge.optional());
  }
  const std::vector<NodeId>& first_dependent() const { return first_dependent_; }

 private:
  struct Place {
    NodeId node;
    bool required;
  };
  void visit(NodeId from, NodeId node, bool required) {
    const std::size_t slot = std::size_t{node} * 2 + (required ? 1 : 0);
    if (seen_[slot]) return;
    // A path of required edges replaces one that has an optional edge: it is the one that explains
    // an absence.
    if (required || !seen_[slot + 1]) first_dependent_[node] = from;
    seen_[slot] = true;
    queue_.push_back({node, required});
  }

  const Decisions& decisions_;
  std::vector<bool> seen_;
  std::vector<NodeId> first_dependent_;
  std::vector<Place> queue_;
  std::size_t next_ = 0;
};

std::string requested(const Decisions& decisions, const Edge& edge) {
  return decisions.name(edge.name).text + "@" + without_password(decisions.spec(edge.spec).text);
}

// "2.0.0 (newest), 1.9.0, 1.8.0, 9 more".
std::string published_versions(const manifest::Packument& packument) {
  const std::size_t count = packument.version_count();
  if (count == 0) return "none";
  std::string text;
  for (std::size_t i = 0; i < std::min(count, kVersionsShown); ++i) {
    const auto version = packument.version_text(static_cast<manifest::VersionIndex>(i));
    text.append(i == 0 ? "" : ", ").append(version).append(i == 0 ? " (newest)" : "");
  }
  if (count > kVersionsShown) text += ", " + std::to_string(count - kVersionsShown) + " more";
  return text;
}

std::string existing_tags(const manifest::Packument& packument) {
  std::string text;
  for (const auto& [tag, version] : packument.dist_tags())
    text.append(text.empty() ? "" : ", ").append(tag).append(" (").append(version).append(")");
  return text.empty() ? "none" : text;
}

// The version that would be chosen if its age did not matter.
std::optional<manifest::VersionIndex> too_young(const Decisions& decisions, const Edge& edge) {
  const Spec& spec = decisions.spec(edge.spec);
  if (!decisions.pick_rules().before || spec.kind != Spec::Kind::Range) return std::nullopt;
  return manifest::pick_version(*decisions.name(edge.wanted).packument, spec.range, {});
}

Error no_version(const Decisions& decisions, NodeId from, const Edge& edge, std::string path) {
  const std::string& name = decisions.name(edge.wanted).text;
  const manifest::Packument& packument = *decisions.name(edge.wanted).packument;
  const std::string range(decisions.spec(edge.spec).range.text());
  if (const auto young = too_young(decisions, edge))
    return Error(ErrorCode::NO_MATCHING_VERSION, "every version of `" + name + "` that matches `" +
                                                     range +
                                                     "` is younger than the minimum release age")
        .fact("required by", std::move(path))
        .fact("newest match", std::string(packument.version_text(*young)));
  const bool can_be_added =
      from < decisions.importer_count() && edge.peer_of == kOpen && packument.version_count() > 0;
  Error error =
      Error(ErrorCode::NO_MATCHING_VERSION, "no version of `" + name + "` matches `" + range + "`")
          .fact("required by", std::move(path))
          .fact("published", published_versions(packument));
  if (can_be_added)
    error.hints.push_back("run `lpm install " + name + "@" +
                          std::string(packument.version_text(0)) + "`");
  return error;
}

Error describe(const Decisions& decisions, NodeId from, const Edge& edge, std::string path) {
  const Name& wanted = decisions.name(edge.wanted);
  const Spec& spec = decisions.spec(edge.spec);
  const std::string& edge_name = decisions.name(edge.name).text;
  const std::string spec_text = without_password(spec.text);
  switch (problem_of(decisions, edge)) {
    case Problem::NotFound:
      if (wanted.is_source) {
        Error error = *wanted.error;
        return std::move(error).fact("required by", std::move(path));
      }
      return Error(ErrorCode::PACKAGE_NOT_FOUND,
                   "the registry has no package `" + wanted.text + "`")
          .at(wanted.error->where)
          .fact("required by", std::move(path));
    case Problem::NoTag:
      return Error(ErrorCode::NO_SUCH_TAG,
                   "package `" + wanted.text + "` has no tag `" + spec.tag + "`")
          .fact("required by", std::move(path))
          .fact("tags", existing_tags(*wanted.packument));
    case Problem::NoVersion:
      if (wanted.is_source)
        return Error(ErrorCode::BAD_MANIFEST, "`" + spec_text + "` has no version that is one")
            .fact("required by", std::move(path));
      if (spec.kind == Spec::Kind::Tag)
        return Error(ErrorCode::NO_MATCHING_VERSION, "the tag `" + spec.tag + "` of `" +
                                                         wanted.text +
                                                         "` names no version that can be used")
            .fact("required by", std::move(path))
            .fact("tags", existing_tags(*wanted.packument));
      return no_version(decisions, from, edge, std::move(path));
    case Problem::Source: {
      Error error = *wanted.error;
      return std::move(error).fact("required by", std::move(path));
    }
    case Problem::BadSpec: {
      auto parsed = manifest::parse_spec(edge_name, spec.text);
      Error error = parsed ? Error(ErrorCode::BAD_SPEC,
                                   "`" + edge_name + "@" + spec_text + "` is not understood")
                           : std::move(parsed).error();
      return std::move(error).fact("required by", std::move(path));
    }
    case Problem::Forbidden:
      return Error(ErrorCode::FORBIDDEN_SOURCE, "`" + title_of(decisions, from) + "` asks for `" +
                                                    edge_name + "` from `" + spec_text + "`")
          .fact("required by", std::move(path))
          .fact("because", "published packages may ask for packages of a registry only")
          .hint("allow it in .npmrc: `allow-sources[]=" + graph::pattern_for(spec.source) + "`")
          .hint("or choose another one with `overrides` in package.json");
    case Problem::BadPlace:
      return Error(ErrorCode::BAD_SPEC,
                   "`" + edge_name + "@" + spec_text + "` is a path in a package that is no folder")
          .fact("required by", std::move(path))
          .hint("override the dependency in package.json");
    case Problem::Unsupported:
      return Error(ErrorCode::UNSUPPORTED_SPEC,
                   "dependencies of the kind `" + spec_text + "` are not supported yet")
          .fact("required by", std::move(path));
    case Problem::None:
    case Problem::Below:
      break;  // no cause of its own
  }
  return Error(ErrorCode::INTERNAL, "an edge failed without a cause")
      .fact("required by", std::move(path));
}

}  // namespace

std::string title_of(const Decisions& decisions, NodeId id) {
  if (id < decisions.importer_count()) {
    const ImporterInput& importer = decisions.inputs().importers[id];
    return importer.manifest->name.empty() ? importer.path : importer.manifest->name;
  }
  const Node& node = decisions.node(id);
  const Name& name = decisions.name(node.name);
  if (!name.is_source) return name.text + "@" + decisions.version_of(node).text;
  graph::Package package;
  package.source = name.source;
  package.name = decisions.real_name(node);
  return package.id_without_peers();
}

std::string path_to(const Decisions& decisions, NodeId node,
                    const std::vector<NodeId>& first_dependent) {
  std::vector<std::string> titles;
  for (NodeId at = node; at != kOpen; at = first_dependent[at])
    titles.push_back(title_of(decisions, at));
  std::reverse(titles.begin(), titles.end());
  return join(titles, kArrow);
}

std::optional<Error> first_failure(const Decisions& decisions) {
  Search search(decisions);
  const auto found = search.run();
  if (!found) return std::nullopt;
  search.finish();
  const NodeId from = found->edge->peer_of != kOpen ? found->edge->peer_of : found->from;
  std::string path = path_to(decisions, from, search.first_dependent());
  path.append(kArrow).append(requested(decisions, *found->edge));
  return describe(decisions, found->from, *found->edge, std::move(path));
}

}  // namespace lpm::resolver
