// Runs tests/scenarios/resolver/<topic>/<case>.json: packages, manifests and settings in, a graph
// or an error out. Each is run with several orders of arrival, which must all give the same.
// LPM_ACCEPT=1 writes what came out into the files, to be reviewed as a diff; LPM_SCENARIO=text
// runs only files whose path contains the text.
//
// What is locked is written down in "locked", or is what an install of "earlier" gives: "root",
// "packages" and "settings" of that time, where they differ, and in "edited" what a hand has
// changed since. With the setting "trustLocked" the outcome has what the registry was "asked" for.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "resolver/check_solution.h"

namespace lpm::resolver::test {
namespace {

constexpr unsigned kArrivalOrders = 6;

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string text_at(const Value& object, std::string_view key) {
  return std::string(object.text_at(key).value_or(""));
}

bool bool_at(const Value& object, std::string_view key, bool otherwise) {
  const Value* value = object.find(key);
  return value == nullptr ? otherwise : value->boolean;
}

// "react@18.0.0(x@1.0.0)" for an edge named react is written as "18.0.0(x@1.0.0)".
std::string short_target(const graph::DependencyGraph& graph, const std::string& name,
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
    for (const auto& [path, manifest] : manifests_) importers_.push_back({path, &manifest});
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
    if (!bool_at(json_, "unchecked", false))
      for (const std::string& problem : check_solution(*result, importers_, universe_, options_))
        ADD_FAILURE() << problem;
    return describe(*result, listener, asked(source));
  }

  const Value* expected() const { return json_.find("expect"); }
  std::string expected_text() const {
    return expected() == nullptr
               ? ""
               : text_.substr(expected()->begin, expected()->end - expected()->begin);
  }

 private:
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
    for (const char* key : {"packages", "root", "pnpmWorkspace", "settings"}) {
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

  static std::string describe(const Error& error,
                              const std::optional<std::set<std::string>>& asked) {
    formats::json::Writer out;
    out.begin_object().key("error").begin_object();
    out.key("code").value(info(error.code).name.substr(4)).key("what").value(error.what);
    if (!error.where.empty()) out.key("where").value(error.where);
    for (const Fact& fact : error.facts) out.key(fact.label).value(fact.text);
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

// Same content whatever the white space.
std::string canonical(const std::string& text) {
  const auto value = formats::json::parse(text, "expect");
  if (!value) return text;
  formats::json::Writer out;
  const auto write = [&out](const auto& self, const Value& one) -> void {
    switch (one.kind) {
      case formats::json::Kind::Object:
        out.begin_object();
        for (const auto& [key, member] : one.members) {
          out.key(key);
          self(self, member);
        }
        out.end_object();
        return;
      case formats::json::Kind::Array:
        out.begin_array();
        for (const Value& item : one.items) self(self, item);
        out.end_array();
        return;
      case formats::json::Kind::String:
        out.value(one.string);
        return;
      case formats::json::Kind::Null:
      case formats::json::Kind::Boolean:
      case formats::json::Kind::Number:
        out.null();
        return;
    }
  };
  write(write, *value);
  return out.take();
}

void accept(const std::filesystem::path& path, const std::string& outcome) {
  auto editor = formats::json::Editor::open(read(path), path.string());
  const std::array<std::string_view, 1> member = {"expect"};
  std::string value = std::string(trim(outcome));
  ASSERT_TRUE(editor && editor->set(member, replace_all(std::move(value), "\n", "\n  ")));
  std::ofstream(path) << editor->text();
}

void run_file(const std::filesystem::path& path) {
  SCOPED_TRACE(path.string());
  Scenario scenario(read(path));
  const std::string outcome = scenario.run(0);
  for (unsigned seed = 1; seed < kArrivalOrders; ++seed)
    ASSERT_EQ(Scenario(read(path)).run(seed), outcome) << "the order of arrival changed the result";
  if (std::getenv("LPM_ACCEPT") != nullptr &&
      canonical(scenario.expected_text()) != canonical(outcome))
    return accept(path, outcome);
  EXPECT_EQ(canonical(scenario.expected_text()), canonical(outcome));
}

TEST(ResolverScenarios, GiveWhatTheirFilesExpect) {
  const char* filter = std::getenv("LPM_SCENARIO");
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(LPM_TEST_DATA) / "../scenarios/resolver"))
    if (entry.path().extension() == ".json" &&
        (filter == nullptr || entry.path().string().find(filter) != std::string::npos))
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  EXPECT_GT(files.size(), 0u);
  for (const auto& file : files) run_file(file);
}

}  // namespace
}  // namespace lpm::resolver::test
