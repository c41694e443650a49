// Lockfiles that the tools themselves wrote (tests/data/foreign-lockfiles/ORIGIN).
#include "foreign/test_support.h"

namespace lpm::foreign {
namespace {

struct Case {
  std::string folder;
  Format format;
  std::string version;
};

void PrintTo(const Case& one, std::ostream* out) {
  *out << one.folder;
}

class RealLockfile : public testing::TestWithParam<Case> {
 protected:
  ForeignLock read() {
    const std::string file(file_name_of(GetParam().format));
    const std::string text = data_file("app/" + GetParam().folder + "/" + file);
    EXPECT_EQ(format_of(file, text), GetParam().format);
    Result<ForeignLock> lock = read_lockfile(GetParam().format, text, file);
    EXPECT_TRUE(lock) << (lock ? "" : lock.error().what);
    if (!lock) return {};
    const auto manifest = manifest::read_manifest(data_file("app/package.json"), "package.json",
                                                  manifest::Strictness::Project);
    add_importer(*lock, ".", *manifest);
    return std::move(*lock);
  }
};

std::set<std::string> lines_of(const std::string& text) {
  std::set<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.insert(line);
  return lines;
}

bool has_react(const ForeignLock& lock) {
  return std::any_of(lock.entries.begin(), lock.entries.end(),
                     [](const Entry& entry) { return entry.name == "react"; });
}

TEST_P(RealLockfile, HoldsWhatTheToolInstalledAndVariantsForOtherPlatforms) {
  const ForeignLock lock = read();
  EXPECT_EQ(lock.version, GetParam().version);
  EXPECT_EQ(omitted(lock), Texts());
  EXPECT_EQ(lock.has_peers, has_react(lock));
  std::set<std::string> kept;
  for (const graph::Package& package : preferred_graph(lock).graph.packages)
    kept.insert(package.id_without_peers());
  const std::set<std::string> installed =
      lines_of(data_file("app/" + GetParam().folder + "/installed"));
  for (const std::string& package : installed) EXPECT_TRUE(kept.contains(package)) << package;
  for (const std::string& package : kept) {
    const bool is_variant = package.starts_with("@esbuild/") || package.starts_with("fsevents@");
    EXPECT_TRUE(installed.contains(package) || is_variant) << package;
  }
}

TEST_P(RealLockfile, BindsEveryWishOfTheProject) {
  const ForeignLock lock = read();
  ASSERT_EQ(lock.importers.size(), 1U);
  std::set<std::string> bound;
  for (const std::string& line : shown(lock, lock.importers[0].edges)) bound.insert(line);
  EXPECT_EQ(bound,
            (std::set<std::string>{
                "@babel/code-frame -> @babel/code-frame@7.29.7", "chokidar -> chokidar@3.6.0",
                "debug -> debug@4.3.7", "esbuild -> esbuild@0.21.5", "fsevents -> fsevents@2.3.3",
                "ms -> ms@2.0.0", "old-lodash -> lodash@3.10.1", "react-dom -> react-dom@18.3.1",
                "use-sync-external-store -> use-sync-external-store@1.7.0"}));
  const Texts of_debug =
      shown(lock, find_entry(lock, "debug")->edges);  // bun names open peers, too
  EXPECT_EQ(std::count(of_debug.begin(), of_debug.end(), "ms -> ms@2.1.3"), 1);
}

TEST_P(RealLockfile, KnowsTheHashOfEveryPackage) {
  if (GetParam().format == Format::YarnBerry) return;  // its checksums are of its own archives
  const graph::DependencyGraph graph = preferred_graph(read()).graph;
  for (const graph::Package& package : graph.packages) {
    ASSERT_FALSE(package.integrity.empty()) << package.key();
    EXPECT_EQ(package.integrity.strongest(), crypto::Algorithm::Sha512) << package.key();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, RealLockfile,
    testing::Values(Case{"npm6", Format::PackageLock, "1"}, Case{"npm7", Format::PackageLock, "2"},
                    Case{"npm11", Format::PackageLock, "3"},
                    Case{"yarn1", Format::YarnClassic, "1"}, Case{"yarn3", Format::YarnBerry, "6"},
                    Case{"yarn4", Format::YarnBerry, "10"}, Case{"pnpm5", Format::Pnpm, "5.2"},
                    Case{"pnpm6", Format::Pnpm, "5.3"}, Case{"pnpm7", Format::Pnpm, "5.4"},
                    Case{"pnpm8", Format::Pnpm, "6.0"}, Case{"pnpm9", Format::Pnpm, "9.0"},
                    Case{"pnpm12", Format::Pnpm, "9.0"}, Case{"bun", Format::Bun, "2"}),
    [](const auto& info) { return info.param.folder; });

}  // namespace
}  // namespace lpm::foreign
