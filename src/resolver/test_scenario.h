// For tests: a scenario file as a registry, manifests, a locked graph and options, and its outcome
// in the form that the file expects (see scenarios_test.cpp).
#pragma once

#include <gtest/gtest.h>

#include "base/text.h"
#include "resolver/check_solution.h"

namespace lpm::resolver::test {

inline std::string text_at(const Value& object, std::string_view key) {
  return std::string(object.text_at(key).value_or(""));
}

inline bool bool_at(const Value& object, std::string_view key, bool otherwise) {
  const Value* value = object.find(key);
  return value == nullptr ? otherwise : value->boolean;
}

// "react@18.0.0(x@1.0.0)" for an edge named react is written as "18.0.0(x@1.0.0)".
inline std::string short_target(const graph::DependencyGraph& graph, const std::string& name,
                                graph::PackageId target) {
  const std::string key = graph[target].key();
  return graph[target].name == name ? key.substr(name.size() + 1) : key;
}

class Scenario {
 public:
  explicit Scenario(const std::string& text)
      : text_(text),
        json_(*formats::json::parse(text_, "scenario")),
        universe_(*json_.find("packages"), text_) {
    if (const Value* failing = json_.find("failing"))
      for (const auto& [name, what] : failing->members)
        universe_.fail(name, Error(ErrorCode::NETWORK, what.string));
    add_importer(".", *json_.find("root"));
    if (const Value* rules = json_.find("pnpmWorkspace"))
      manifests_.at(".").pnpm_workspace = *rules;
    if (const Value* members = json_.find("members"))
      for (const auto& [path, manifest] : members->members) add_importer(path, manifest);
    for (const auto& [path, manifest] : manifests_)
      importers_.push_back({path, &manifest, links_of(path)});
    read_settings();
    if (const Value* locked = json_.find("locked")) read_locked(*locked);
    if (const Value* earlier = json_.find("earlier")) lock_earlier(*earlier);
  }

  // What came out, in the form of the scenario's "expect"; also runs the checker.
  std::string run(unsigned seed) {
    ShuffledSource source(universe_, seed);
    RecordingListener listener;
    auto result = resolve(importers_, locked_ ? &*locked_ : nullptr, source, listener, options_);
    EXPECT_EQ(source.repeated(), std::vector<std::string>());
    EXPECT_EQ(listener.repeated(), std::vector<std::string>());
    if (!result) return describe(result.error(), asked(source));
    EXPECT_EQ(check_solution(*result, importers_, universe_, options_), known_faults());
    return describe(*result, listener, asked(source));
  }

  const Value* expected() const { return json_.find("expect"); }
  std::string expected_text() const {
    return expected() == nullptr
               ? ""
               : text_.substr(expected()->begin, expected()->end - expected()->begin);
  }

 private:
  std::vector<std::string> known_faults() const {
    std::vector<std::string> faults;
    if (const Value* list = json_.find("faults"))
      for (const Value& fault : list->items) faults.push_back(fault.string);
    return faults;
  }

  // {"packages/web": {"lib": "packages/lib"}}
  std::vector<MemberLink> links_of(const std::string& path) const {
    std::vector<MemberLink> links;
    const Value* all = json_.find("links");
    const Value* own = all == nullptr ? nullptr : all->find(path);
    if (own == nullptr) return links;
    for (const auto& [name, member] : own->members) {
      const manifest::Manifest& target = manifests_.at(member.string);
      links.push_back({name, target.name, target.version, member.string});
    }
    return links;
  }

  void add_importer(const std::string& path, const Value& json) {
    const std::string text = text_.substr(json.begin, json.end - json.begin);
    auto manifest = manifest::read_manifest(text, "package.json", manifest::Strictness::Project);
    if (!manifest) ADD_FAILURE() << manifest.error().what;
    manifests_.emplace(path, *std::move(manifest));
  }

  void read_settings() {
    options_.platform = {.os = "linux", .cpu = "x64", .libc = "glibc"};
    const Value* settings = json_.find("settings");
    if (settings == nullptr) return;
    options_.node_version = text_at(*settings, "node");
    options_.running_node = text_at(*settings, "runningNode");
    options_.engine_strict = bool_at(*settings, "engineStrict", false);
    options_.strict_peers = bool_at(*settings, "strictPeers", false);
    options_.install_peers = bool_at(*settings, "installPeers", true);
    options_.trust_locked = bool_at(*settings, "trustLocked", false);
    options_.update_all = bool_at(*settings, "updateAll", false);
    options_.dedupe = bool_at(*settings, "dedupe", false);
    if (const Value* patterns = settings->find("allowSources"))
      for (const Value& pattern : patterns->items)
        options_.allowed_sources.push_back(pattern.string);
    if (const Value* names = settings->find("update"))
      for (const Value& name : names->items) options_.update_names.push_back(name.string);
    if (const Value* before = settings->find("before"))
      options_.before =
          static_cast<UnixNanoseconds>(before->number) * 1'000'000'000;  // Unix seconds
  }

  // {"importers": {".": {"a": {"spec": "^1", "to": "1.0.0"}}}, "packages": {"a@1.0.0": {"b":
  // "1.0.0"}}}
  void read_locked(const Value& json) {
    locked_.emplace();
    std::vector<std::pair<std::string, const Value*>> packages;
    for (const auto& [key, edges] : json.find("packages")->members)
      packages.emplace_back(key, &edges);
    std::sort(packages.begin(), packages.end());
    for (const auto& [key, edges] : packages) {
      const auto parts = graph::split_key(key);
      graph::Package package;
      package.name = parts->name;
      package.version = parts->version;
      package.source = parts->source;
      if (package.version.empty()) package.version = edges->text_at("version").value_or("");
      package.peer_context = parts->peer_context;
      locked_->packages.push_back(std::move(package));
    }
    for (std::size_t i = 0; i < packages.size(); ++i)
      for (const auto& [name, to] : packages[i].second->members)
        if (name != "version")
          locked_->packages[i].dependencies.push_back({name, target(name, to.string), false});
    for (const auto& [path, edges] : json.find("importers")->members) {
      graph::Importer importer{.path = path, .dependencies = {}};
      for (const auto& [name, edge] : edges.members)
        importer.dependencies.push_back({name, text_at(edge, "spec"),
                                         manifest::DependencyKind::Production,
                                         target(name, text_at(edge, "to"))});
      locked_->importers.push_back(std::move(importer));
    }
  }

  graph::PackageId target(const std::string& name, const std::string& to) const {
    if (const auto whole = locked_->find(to)) return *whole;
    return locked_->find(name + "@" + to).value();
  }

  void lock_earlier(const Value& earlier) {
    std::string text = "{";
    for (const char* key : {"packages", "root", "pnpmWorkspace", "settings", "members", "links"}) {
      const Value* own = earlier.find(key);
      const Value* value = own != nullptr ? own : json_.find(key);
      if (value == nullptr) continue;
      text.append(text.size() > 1 ? ",\"" : "\"").append(key).append("\":");
      text.append(text_, value->begin, value->end - value->begin);
    }
    Scenario scenario(text + "}");
    scenario.options_.update_all = true;
    ShuffledSource source(scenario.universe_, 0);
    RecordingListener listener;
    auto result = resolve(scenario.importers_, nullptr, source, listener, scenario.options_);
    if (!result) {
      ADD_FAILURE() << "the earlier install fails: " << result.error().what;
      return;
    }
    locked_ = std::move(result->graph);
    if (const Value* edited = earlier.find("edited"))
      for (const auto& [where, edges] : edited->members) edit_locked(where, edges);
  }

  // {"a@1.0.0": {"b": "2.0.0", "c": null}}: b gets another target, c goes.
  void edit_locked(const std::string& where, const Value& changes) {
    const auto edit = [&](auto& edges) {
      for (const auto& [name, to] : changes.members) {
        const auto edge = std::find_if(edges.begin(), edges.end(),
                                       [&](const auto& one) { return one.name == name; });
        if (to.kind == formats::json::Kind::Null) {
          edges.erase(edge);
        } else {
          edge->target = target(name, to.string);
        }
      }
    };
    for (graph::Importer& importer : locked_->importers)
      if (importer.path == where) return edit(importer.dependencies);
    edit(locked_->packages[index(locked_->find(where).value())].dependencies);
  }

  std::optional<std::set<std::string>> asked(const ShuffledSource& source) const {
    if (!options_.trust_locked) return std::nullopt;
    return source.asked();
  }
  static void describe_asked(formats::json::Writer& out,
                             const std::optional<std::set<std::string>>& asked) {
    if (!asked) return;
    out.key("asked").begin_array();
    for (const std::string& name : *asked) out.value(name);
    out.end_array();
  }

  // Those of one label are a list.
  static void describe_facts(formats::json::Writer& out, const std::vector<Fact>& facts) {
    std::set<std::string> told;
    for (const Fact& fact : facts) {
      if (!told.insert(fact.label).second) continue;
      std::vector<std::string> texts;
      for (const Fact& other : facts)
        if (other.label == fact.label) texts.push_back(other.text);
      if (texts.size() == 1)
        out.key(fact.label).value(fact.text);
      else
        write_lines(out, fact.label, texts);
    }
  }

  static std::string describe(const Error& error,
                              const std::optional<std::set<std::string>>& asked) {
    formats::json::Writer out;
    out.begin_object().key("error").begin_object();
    out.key("code").value(info(error.code).name.substr(4)).key("what").value(error.what);
    if (!error.where.empty()) out.key("where").value(error.where);
    describe_facts(out, error.facts);
    if (!error.hints.empty()) out.key("hint").value(join(error.hints, "; "));
    out.end_object();
    describe_asked(out, asked);
    out.end_object();
    return out.take();
  }

  static std::string describe(const Resolution& resolution, const RecordingListener& listener,
                              const std::optional<std::set<std::string>>& asked) {
    const graph::DependencyGraph& graph = resolution.graph;
    formats::json::Writer out;
    const auto edge = [&](const std::string& name, graph::PackageId target) {
      out.key(name);
      if (target == graph::kNoPackage) {
        out.null();
      } else {
        out.value(short_target(graph, name, target));
      }
    };
    out.begin_object().key("importers").begin_object();
    for (const graph::Importer& importer : graph.importers) {
      out.key(importer.path).begin_object();
      for (const auto& one : importer.dependencies) edge(one.name, one.target);
      out.end_object();
    }
    out.end_object().key("packages").begin_object();
    for (const graph::Package& package : graph.packages) {
      out.key(package.key()).begin_object();
      for (const graph::Edge& one : package.dependencies) edge(one.name, one.target);
      out.end_object();
    }
    out.end_object();
    describe_findings(out, resolution);
    describe_rules(out, resolution);
    describe_unused_picks(out, resolution, listener);
    describe_asked(out, asked);
    out.end_object();
    return out.take();
  }

  static void describe_findings(formats::json::Writer& out, const Resolution& resolution) {
    if (!resolution.warnings.empty()) {
      out.key("warnings").begin_array();
      for (const Warning& warning : resolution.warnings) out.value(warning.text);
      out.end_array();
    }
    if (!resolution.overrides.empty()) {
      out.key("overrides").begin_array();
      for (const AppliedOverride& one : resolution.overrides)
        out.value(one.rule + ": " + one.package + " " + one.from + " -> " +
                  (one.to.empty() ? "nothing" : one.to) + " in " + one.via);
      out.end_array();
    }
  }

  static void describe_rules(formats::json::Writer& out, const Resolution& resolution) {
    std::vector<std::string> lines;
    for (const graph::Package& package : resolution.graph.packages)
      for (const graph::AppliedRule& rule : package.rules)
        if (rule.kind == graph::AppliedRule::Kind::Extended)
          lines.push_back(rule.rule + ": " + rule.name + " in " + package.key());
    write_lines(out, "extensions", lines);
    lines.clear();
    for (const PeerIssue& issue : resolution.peers)
      lines.push_back(issue.wanted + " for " + issue.path + ": " +
                      (issue.found.empty() ? "nothing" : issue.found_path));
    write_lines(out, "peers", lines);
  }

  static void write_lines(formats::json::Writer& out, std::string_view key,
                          const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    out.key(key).begin_array();
    for (const std::string& line : lines) out.value(line);
    out.end_array();
  }

  // What the listener heard must be the graph, and what turned out unneeded.
  static void describe_unused_picks(formats::json::Writer& out, const Resolution& resolution,
                                    const RecordingListener& listener) {
    std::set<std::string> ids;
    for (const graph::Package& package : resolution.graph.packages)
      if (package.source.kind != graph::SourceKind::Workspace)
        ids.insert(package.id_without_peers());
    std::set<std::string> heard;
    std::vector<std::string> odd;
    for (const std::string& id : listener.ids()) {
      const std::string plain = id.substr(0, id.find(' '));
      heard.insert(plain);
      if (plain != id || !ids.contains(plain)) odd.push_back(plain == id ? id + " (unused)" : id);
    }
    for (const std::string& id : ids)
      EXPECT_TRUE(heard.contains(id)) << id << " was not told to the listener";
    if (odd.empty()) return;
    out.key("picks").begin_array();
    for (const std::string& id : odd) out.value(id);
    out.end_array();
  }

  std::string text_;
  Value json_;
  Universe universe_;
  std::map<std::string, manifest::Manifest> manifests_;
  std::vector<ImporterInput> importers_;
  ResolveOptions options_;
  std::optional<graph::DependencyGraph> locked_;
};

}  // namespace lpm::resolver::test
