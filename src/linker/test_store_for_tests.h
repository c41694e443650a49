// Store entries and graphs made by hand, in a folder of their own.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "linker/linker.h"
#include "os/os.h"
#include "os/temporary_folder_for_tests.h"

namespace lpm::linker {

using FileTexts = std::map<std::string, std::string>;
using Bins = std::vector<store::IndexedBin>;

// Packages are named by their keys and must be added in key order; an edge goes to a key.
class TestProject {
 public:
  struct Dependency {
    std::string to;
    std::string name = {};  // "" is the target's own
    bool optional = false;
  };

  std::string project() const { return folder_ / "project"; }
  std::string modules() const { return project() + "/node_modules"; }
  std::string store() const { return folder_ / "store"; }
  TestProject() {
    EXPECT_TRUE(os::make_directories(project()));
    EXPECT_TRUE(os::make_directories(store()));
  }

  graph::Package& package(const std::string& key, FileTexts files = {{"index.js", "1"}},
                          Bins bins = {}) {
    const graph::KeyParts parts = *graph::split_key(key);
    EXPECT_TRUE(keys_.empty() || keys_.back() < key) << key << " is out of order";
    keys_.push_back(key);
    graph::Package& package = graph_.packages.emplace_back();
    package.name = parts.name;
    package.source = parts.source;
    package.version = parts.version;
    package.peer_context = parts.peer_context;
    const bool is_link = parts.source.kind == graph::SourceKind::Link ||
                         parts.source.kind == graph::SourceKind::Workspace;
    owned_.push_back(is_link ? nullptr : make_entry(key, std::move(files), std::move(bins)));
    return package;
  }
  void depends(const std::string& from, std::vector<Dependency> on) {
    auto& edges = graph_.packages[graph::index(*graph_.find(from))].dependencies;
    for (const Dependency& dependency : on) {
      const graph::PackageId target = *graph_.find(dependency.to);
      const std::string name = dependency.name.empty() ? graph_[target].name : dependency.name;
      edges.push_back({name, target, dependency.optional});
    }
    std::sort(edges.begin(), edges.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  void wants(std::vector<Dependency> on, const std::string& importer = ".",
             manifest::DependencyKind kind = manifest::DependencyKind::Production) {
    if (graph_.importers.empty() || graph_.importers.back().path != importer)
      graph_.importers.push_back({importer, {}});
    auto& edges = graph_.importers.back().dependencies;
    for (const Dependency& dependency : on) {
      const graph::PackageId target = *graph_.find(dependency.to);
      edges.push_back(
          {dependency.name.empty() ? graph_[target].name : dependency.name, "*", kind, target});
    }
    std::sort(edges.begin(), edges.end(),
              [](const auto& a, const auto& b) { return a.name < b.name; });
  }
  // Forgets packages and wishes; the files stay where they are.
  void start_over() {
    graph_ = {};
    keys_.clear();
    owned_.clear();
  }

  graph::DependencyGraph& graph() { return graph_; }
  store::Entry& entry(const std::string& key) { return *owned_[graph::index(*graph_.find(key))]; }
  std::vector<const store::Entry*> entries() const {
    std::vector<const store::Entry*> entries;
    for (const auto& entry : owned_) entries.push_back(entry.get());
    return entries;
  }
  std::vector<bool> installed() const {
    const graph::Reached reached = graph::reach(graph_, {}, {"linux", "x64", "glibc"});
    return reached.installed;
  }
  LinkPlan plan(std::size_t importer = 0) const {
    std::vector<const store::Entry*> entries = this->entries();
    return plan_isolated(graph_, installed(), entries, importer);
  }
  Result<LinkResult> link(bool verify = false, bool planned_only = false) const {
    LinkOptions options;
    options.project = project();
    options.verify = verify;
    options.planned_only = planned_only;
    return execute(plan(), graph_, entries(), pool_, options);
  }
  LinkResult must_link(bool verify = false) const {
    Result<LinkResult> result = link(verify);
    EXPECT_TRUE(result) << result.error().what << " " << result.error().where;
    return result ? std::move(*result) : LinkResult{};
  }

  std::string read(const std::string& below_modules) const {
    return os::read_file(modules() + "/" + below_modules).value_or("(missing)");
  }
  // "path -> target" for links, "path/" for empty folders, "path" for files; without .record.
  std::vector<std::string> tree(const std::string& below = "") const {
    std::vector<std::string> lines;
    add_tree(below.empty() ? modules() : modules() + "/" + below, "", lines);
    return lines;
  }
  // Identity and times of everything, to see that nothing was touched.
  std::vector<std::string> stamps() const {
    std::vector<std::string> lines;
    for (const std::string& line : tree()) {
      const std::string path = line.substr(0, line.find(" -> "));
      const os::FileStamp stamp = os::stamp_link(modules() + "/" + path);
      lines.push_back(line + " " + std::to_string(stamp.inode) + " " +
                      std::to_string(stamp.ctime_ns));
    }
    lines.push_back(std::to_string(os::stamp(modules() + "/.lpm/.record").inode));
    return lines;
  }
  std::vector<std::string> trash() const {
    std::vector<std::string> names;
    const auto runs = os::list_directory(project() + "/.lpm/trash");
    if (!runs) return names;
    for (const auto& run : *runs) {
      const auto things = os::list_directory(project() + "/.lpm/trash/" + run.name);
      for (const auto& thing : *things)
        names.push_back(project() + "/.lpm/trash/" + run.name + "/" + thing.name);
    }
    return names;
  }
  bool staging_is_empty() const {
    const auto entries = os::list_directory(project() + "/.lpm/new");
    return !entries || entries->empty();
  }

 private:
  std::unique_ptr<store::Entry> make_entry(const std::string& key, FileTexts files, Bins bins) {
    auto entry = std::make_unique<store::Entry>();
    const graph::KeyParts parts = *graph::split_key(key);
    entry->directory = store() + "/" + std::to_string(counter_++);
    entry->index.name = parts.name;
    entry->index.version = parts.version;
    entry->index.bins = std::move(bins);
    EXPECT_TRUE(os::make_directory(entry->directory));
    std::set<std::string> folders;
    std::size_t digest = std::hash<std::string>{}(key);
    for (const auto& [path, text] : files) {
      for (std::size_t slash = path.find('/'); slash != std::string::npos;
           slash = path.find('/', slash + 1))
        folders.insert(path.substr(0, slash));
      digest = digest * 31 + std::hash<std::string>{}(path + text);
    }
    for (const std::string& folder : folders)
      EXPECT_TRUE(os::make_directory(entry->directory + "/" + folder));
    entry->index.directories.assign(folders.begin(), folders.end());
    for (const auto& [path, text] : files) {
      const std::string place = entry->directory + "/" + path;
      EXPECT_TRUE(os::write_file(place, text));
      entry->index.files.push_back({path, text.size(), 0644, os::stamp(place).mtime_ns, 0, 0});
    }
    for (int i = 0; i < 8; ++i)
      entry->index.tarball_digest[i] = static_cast<std::uint8_t>(digest >> (8 * i));
    return entry;
  }
  void add_tree(const std::string& folder, const std::string& prefix,
                std::vector<std::string>& lines) const {
    const auto entries = os::list_directory(folder);
    if (!entries) return;
    if (entries->empty() && !prefix.empty()) lines.push_back(prefix);
    for (const auto& entry : *entries) {
      const std::string path = folder + "/" + entry.name;
      if (entry.name == ".record") continue;
      if (entry.type == os::FileType::Directory)
        add_tree(path, prefix + entry.name + "/", lines);
      else if (entry.type == os::FileType::Symlink)
        lines.push_back(prefix + entry.name + " -> " + *os::read_symlink(path));
      else
        lines.push_back(prefix + entry.name);
    }
  }

  os::TemporaryFolder folder_;
  graph::DependencyGraph graph_;
  std::vector<std::string> keys_;
  std::vector<std::unique_ptr<store::Entry>> owned_;
  std::size_t counter_ = 0;
  mutable WorkerPool pool_{2};
};

// app -> lib -> @s/deep; app and lib have bins.
inline void fill_small(TestProject& test) {
  test.package("@s/deep@1.0.0", {{"index.js", "deep"}, {"lib/a/b.js", "b"}});
  test.package("app@1.0.0", {{"index.js", "app"}, {"cli.js", "cli"}}, {{"app", "cli.js"}});
  test.package("lib@1.0.0", {{"bin/lib.js", "bin"}}, {{"lib", "bin/lib.js"}});
  test.depends("app@1.0.0", {{"lib@1.0.0"}});
  test.depends("lib@1.0.0", {{"@s/deep@1.0.0"}});
}

inline const std::vector<std::string> kSmallTree = {
    ".bin/app -> ../app/cli.js",
    ".lpm/@s+deep@1.0.0/node_modules/@s/deep/index.js",
    ".lpm/@s+deep@1.0.0/node_modules/@s/deep/lib/a/b.js",
    ".lpm/app@1.0.0/node_modules/app/cli.js",
    ".lpm/app@1.0.0/node_modules/app/index.js",
    ".lpm/app@1.0.0/node_modules/app/node_modules/.bin/lib -> ../../../lib/bin/lib.js",
    ".lpm/app@1.0.0/node_modules/lib -> ../../lib@1.0.0/node_modules/lib",
    ".lpm/lib@1.0.0/node_modules/@s/deep -> ../../../@s+deep@1.0.0/node_modules/@s/deep",
    ".lpm/lib@1.0.0/node_modules/lib/bin/lib.js",
    ".lpm/node_modules/@s/deep -> ../../@s+deep@1.0.0/node_modules/@s/deep",
    ".lpm/node_modules/lib -> ../lib@1.0.0/node_modules/lib",
    "app -> .lpm/app@1.0.0/node_modules/app",
};

}  // namespace lpm::linker
