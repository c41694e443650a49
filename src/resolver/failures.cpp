#include "resolver/failures.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "base/url_password.h"
#include "graph/source_text.h"
#include "resolver/remedies.h"

namespace lpm::resolver {
namespace {

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

struct Failure {
  NodeId from;
  const Edge& edge;
  std::string path;
  std::string dependent;  // the name by which it is known where it lies
};

bool is_of_importer(const Decisions& decisions, const Failure& failure) {
  return failure.from < decisions.importer_count() && failure.edge.peer_of == kOpen;
}

// What is typed to have something else: by whom the edge can be changed at all.
std::string instead(const Decisions& decisions, const Failure& failure, std::string_view spec) {
  const Edge& edge = failure.edge;
  const std::string& name = decisions.name(edge.name).text;
  const std::string value = decisions.spec(edge.spec).is_jsr_of_own_name
                                ? "jsr:" + std::string(spec)
                                : exactly(decisions, edge.name, edge.wanted, spec);
  if (edge.override_rule != kNoRule)
    return "let `" + decisions.rules().overrides.title(edge.override_rule) + "` ask for `" + value +
           "`, or remove it";
  if (is_of_importer(decisions, failure)) return install_hint(decisions, failure.from, name, value);
  return "to take `" + std::string(spec) + "` instead, write " +
         override_text(failure.dependent, name, value) + " in package.json";
}

Error with_override(const Decisions& decisions, const Edge& edge, Error error) {
  if (edge.override_rule == kNoRule) return error;
  return std::move(error).fact("override",
                               "`" + decisions.rules().overrides.title(edge.override_rule) +
                                   "` asks for it instead of `" +
                                   without_password(decisions.spec(edge.written).text) + "`");
}

Error no_version(const Decisions& decisions, const Failure& failure) {
  const Edge& edge = failure.edge;
  const std::string& name = decisions.name(edge.wanted).text;
  const manifest::Packument& packument = *decisions.name(edge.wanted).packument;
  const semver::Range& range = decisions.spec(edge.spec).range;
  if (const auto young = too_young(decisions, edge))
    return Error(ErrorCode::NO_MATCHING_VERSION, "every version of `" + name + "` that matches `" +
                                                     range.text() +
                                                     "` is younger than the minimum release age")
        .fact("required by", failure.path)
        .fact("newest match", std::string(packument.version_text(*young)));
  Error error = Error(ErrorCode::NO_MATCHING_VERSION,
                      "no version of `" + name + "` matches `" + range.text() + "`")
                    .fact("required by", failure.path)
                    .fact("published", published_versions(packument));
  const auto nearest = nearest_version(packument, range);
  if (!nearest) return error;
  const std::string nearest_text(packument.version_text(*nearest));
  if (*nearest != 0) error.facts.push_back({"nearest", nearest_text});
  error.hints.push_back(instead(decisions, failure, nearest_text));
  return error;
}

Error no_tag(const Decisions& decisions, const Failure& failure) {
  const Edge& edge = failure.edge;
  const Name& wanted = decisions.name(edge.wanted);
  Error error = Error(ErrorCode::NO_SUCH_TAG, "package `" + wanted.text + "` has no tag `" +
                                                  decisions.spec(edge.spec).tag + "`")
                    .fact("required by", failure.path)
                    .fact("tags", existing_tags(*wanted.packument));
  if (wanted.packument->dist_tag("latest"))
    error.hints.push_back(instead(decisions, failure, "latest"));
  return error;
}

Error no_package(const Decisions& decisions, const Failure& failure) {
  const Edge& edge = failure.edge;
  const std::string& name = decisions.name(edge.wanted).text;
  Error error = Error(ErrorCode::PACKAGE_NOT_FOUND, "the registry has no package `" + name + "`")
                    .at(decisions.name(edge.wanted).error->where)
                    .fact("required by", failure.path);
  if (name.starts_with('@')) {
    const std::string scope = name.substr(0, name.find('/'));
    error.hints.push_back("if `" + scope + "` has a registry of its own, name it in .npmrc: `" +
                          scope + ":registry=URL`");
  }
  if (edge.override_rule != kNoRule) {
    error.hints.push_back("change `" + decisions.rules().overrides.title(edge.override_rule) +
                          "`, or remove it");
  } else if (!is_of_importer(decisions, failure)) {
    const std::string rule = override_text(failure.dependent, decisions.name(edge.name).text, "-");
    error.hints.push_back("to do without it, write `\"lpm\": {" + rule.substr(1, rule.size() - 2) +
                          "}` in package.json");
  }
  return error;
}

Error describe(const Decisions& decisions, const Failure& failure) {
  const Edge& edge = failure.edge;
  const Name& wanted = decisions.name(edge.wanted);
  const Spec& spec = decisions.spec(edge.spec);
  const std::string& edge_name = decisions.name(edge.name).text;
  const std::string spec_text = without_password(spec.text);
  switch (problem_of(decisions, edge)) {
    case Problem::NotFound:
      if (wanted.is_source) {
        Error error = *wanted.error;
        return std::move(error).fact("required by", failure.path);
      }
      return with_override(decisions, edge, no_package(decisions, failure));
    case Problem::NoTag:
      return with_override(decisions, edge, no_tag(decisions, failure));
    case Problem::NoVersion:
      if (wanted.is_source)
        return Error(ErrorCode::BAD_MANIFEST, "`" + spec_text + "` has no version that is one")
            .fact("required by", failure.path);
      if (spec.kind == Spec::Kind::Tag)
        return Error(ErrorCode::NO_MATCHING_VERSION, "the tag `" + spec.tag + "` of `" +
                                                         wanted.text +
                                                         "` names no version that can be used")
            .fact("required by", failure.path)
            .fact("tags", existing_tags(*wanted.packument));
      return with_override(decisions, edge, no_version(decisions, failure));
    case Problem::Source: {
      Error error = *wanted.error;
      return std::move(error).fact("required by", failure.path);
    }
    case Problem::BadSpec: {
      auto parsed = manifest::parse_spec(edge_name, spec.text);
      Error error = parsed ? Error(ErrorCode::BAD_SPEC,
                                   "`" + edge_name + "@" + spec_text + "` is not understood")
                           : std::move(parsed).error();
      return std::move(error).fact("required by", failure.path);
    }
    case Problem::Forbidden:
      return Error(ErrorCode::FORBIDDEN_SOURCE, "`" + title_of(decisions, failure.from) +
                                                    "` asks for `" + edge_name + "` from `" +
                                                    spec_text + "`")
          .fact("required by", failure.path)
          .fact("because", "published packages may ask for packages of a registry only")
          .hint("allow it in .npmrc: `allow-sources[]=" + graph::pattern_for(spec.source) + "`")
          .hint("or choose another one with `overrides` in package.json");
    case Problem::BadPlace:
      return Error(ErrorCode::BAD_SPEC,
                   "`" + edge_name + "@" + spec_text + "` is a path in a package that is no folder")
          .fact("required by", failure.path)
          .hint("override the dependency in package.json");
    case Problem::Unsupported:
      return Error(ErrorCode::UNSUPPORTED_SPEC,
                   "dependencies of the kind `" + spec_text + "` are not supported yet")
          .fact("required by", failure.path);
    case Problem::None:
    case Problem::Below:
      break;  // no cause of its own
  }
  return Error(ErrorCode::INTERNAL, "an edge failed without a cause")
      .fact("required by", failure.path);
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
  return describe(decisions, {found->from, *found->edge, std::move(path),
                              name_at(decisions, from, search.first_dependent())});
}

}  // namespace lpm::resolver
