#include "store/store.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <barrier>
#include <chrono>
#include <csignal>
#include <thread>

#include "os/os.h"
#include "os/temporary_folder_for_tests.h"
#include "store/archive_for_tests.h"
#include "store/layout.h"
#include "store/package_index.h"

namespace lpm::store {
namespace {

class StoreTest : public testing::Test {
 protected:
  static std::string tarball(const std::string& name, int files = 3) {
    TestArchive archive = TestArchive::of(name, "1.0.0");
    for (int i = 0; i < files; ++i)
      archive.file("package/lib/" + std::to_string(i) + ".js", "content " + std::to_string(i));
    return archive.gzip();
  }
  Entry import(const std::string& name) {
    auto entry = store_.import_tarball(as_bytes(tarball(name)), {.name = name, .version = "1.0.0"});
    if (!entry) {
      ADD_FAILURE() << entry.error().what;
      return {};
    }
    return std::move(*entry);
  }
  std::optional<Entry> find(const Entry& entry) {
    return store_.find(entry.index.tarball_digest, entry.index.name, entry.index.version);
  }
  void pretend_another_boot(const Entry& entry) {
    PackageIndex index = entry.index;
    index.boot_id = "another boot";
    ASSERT_TRUE(os::write_file(index_path(entry.directory), write_index(index)));
  }
  std::size_t staged() {
    const auto names = os::list_directory(store_.directory() + "/.staging");
    return names ? names->size() : 0;
  }
  static std::uint64_t size_of(const Entry& entry) {
    std::uint64_t size = 0;
    for (const IndexedFile& file : entry.index.files) size += file.size;
    return size;
  }
  static bool is_needed(const crypto::Sha512&) { return true; }
  static bool is_unneeded(const crypto::Sha512&) { return false; }

  os::TemporaryFolder folder_;
  Store store_{folder_ / "store/x1"};
};

TEST_F(StoreTest, MakesNoFolderBeforeTheFirstImport) {
  EXPECT_FALSE(store_.find({}, "a", "1.0.0"));
  EXPECT_FALSE(store_.find({}, "", ""));
  EXPECT_TRUE(store_.verify(true, {})->empty());
  EXPECT_TRUE(store_.collect_garbage(is_unneeded, false));
  EXPECT_TRUE(store_.clean());
  EXPECT_FALSE(os::exists(folder_ / "store"));
}

TEST_F(StoreTest, EntryWithoutIndexDoesNotCountAndIsReplaced) {
  const Entry entry = import("a");
  ASSERT_TRUE(os::remove_file(index_path(entry.directory)));
  ASSERT_TRUE(os::write_file(entry.directory + "/leftover", ""));
  EXPECT_FALSE(find(entry));
  import("a");
  EXPECT_TRUE(find(entry));
  EXPECT_FALSE(os::exists(entry.directory + "/leftover"));
  EXPECT_TRUE(store_.verify(false, {})->empty());
}

TEST_F(StoreTest, TornIndexDoesNotCountAndIsReplaced) {
  const Entry entry = import("a");
  const std::string path = index_path(entry.directory);
  const std::string whole = *os::read_file(path);
  ASSERT_TRUE(os::write_file(path, whole.substr(0, whole.size() / 2)));
  EXPECT_FALSE(find(entry));
  import("a");
  EXPECT_TRUE(find(entry));
  EXPECT_TRUE(store_.verify(false, {})->empty());
}

TEST_F(StoreTest, IndexWithoutItsFolderIsReplaced) {
  const Entry entry = import("a");
  ASSERT_TRUE(os::remove_tree(entry.directory));
  import("a");
  const auto found = find(entry);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->index.files[0].mtime_ns, os::stamp(entry.directory + "/lib/0.js").mtime_ns);
}

TEST_F(StoreTest, IsTrustedWithoutALookInTheSameBoot) {
  const Entry entry = import("a");
  ASSERT_TRUE(os::remove_file(entry.directory + "/lib/0.js"));
  EXPECT_TRUE(find(entry));
}

TEST_F(StoreTest, IsCheckedOnceAfterAReboot) {
  const Entry entry = import("a");
  pretend_another_boot(entry);
  EXPECT_TRUE(find(entry));
  ASSERT_TRUE(os::remove_file(entry.directory + "/lib/0.js"));
  EXPECT_TRUE(find(entry)) << "stamped with this boot";
}

TEST_F(StoreTest, IsSetAsideWhenAFileGotLostWithTheReboot) {
  const Entry entry = import("a");
  pretend_another_boot(entry);
  ASSERT_TRUE(os::remove_file(entry.directory + "/lib/0.js"));
  EXPECT_FALSE(find(entry));
  EXPECT_FALSE(os::exists(entry.directory));
  EXPECT_EQ(staged(), 2U);
  import("a");
  EXPECT_TRUE(find(entry));
}

TEST_F(StoreTest, IsSetAsideWhenAFileGotShortWithTheReboot) {
  const Entry entry = import("a");
  pretend_another_boot(entry);
  ASSERT_TRUE(os::write_file(entry.directory + "/package.json", ""));
  EXPECT_FALSE(find(entry));
}

TEST_F(StoreTest, KeepsExistingEntryWhenTwoWritersRace) {
  const std::string bytes = tarball("a", 50);
  constexpr int kWriters = 8;
  std::vector<Result<Entry>> entries;
  for (int i = 0; i < kWriters; ++i) entries.emplace_back(Error(ErrorCode::INTERNAL, "not run"));
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] {
        // As another process would: with a Store of its own.
        Store store(store_.directory());
        entries[i] = store.import_tarball(as_bytes(bytes), {.name = "a", .version = "1.0.0"});
      });
    }
  }
  for (const auto& entry : entries) {
    ASSERT_TRUE(entry) << entry.error().what;
    EXPECT_EQ(entry->directory, entries[0]->directory);
    EXPECT_EQ(entry->index.files[0].mtime_ns, entries[0]->index.files[0].mtime_ns);
  }
  const Entry& entry = *entries[0];
  for (const IndexedFile& file : entry.index.files)
    EXPECT_EQ(os::stamp(entry.directory + "/" + file.path).mtime_ns, file.mtime_ns);
  EXPECT_TRUE(store_.verify(false, {})->empty());
}

// The very first imports of a store make its folders, all at the same time.
TEST_F(StoreTest, FirstImportsMayRace) {
  constexpr int kStores = 200;
  constexpr int kWriters = 4;
  std::vector<std::string> tarballs;
  for (int i = 0; i < kWriters; ++i) tarballs.push_back(tarball("p" + std::to_string(i), 1));
  for (int round = 0; round < kStores; ++round) {
    Store store(folder_ / ("stores/" + std::to_string(round)));
    ASSERT_TRUE(os::make_directories(store.directory()));
    std::barrier start(kWriters);
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] {
        start.arrive_and_wait();
        const std::string name = "p" + std::to_string(i);
        const auto entry =
            store.import_tarball(as_bytes(tarballs[i]), {.name = name, .version = "1.0.0"});
        EXPECT_TRUE(entry) << entry.error().what;
      });
    }
  }
}

// A process of its own imports package after package and is killed at some moment.
TEST_F(StoreTest, KilledWriterLeavesOnlyWholeEntries) {
  constexpr int kPackages = 40;
  std::vector<std::string> tarballs;
  for (int i = 0; i < kPackages; ++i) tarballs.push_back(tarball("p" + std::to_string(i), 20));
  for (int round = 0; round < 12; ++round) {
    const pid_t writer = ::fork();
    if (writer == 0) {
      for (const std::string& bytes : tarballs) {
        if (!store_.import_tarball(as_bytes(bytes), {})) ::_exit(1);
      }
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::microseconds(500 + 700 * round));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);
    const auto problems = store_.verify(false, {});
    ASSERT_TRUE(problems);
    for (const VerifyProblem& problem : *problems)
      ADD_FAILURE() << problem.entry << " " << problem.path << " " << problem.problem;
    ASSERT_TRUE(store_.collect_garbage(is_unneeded, round % 2 == 0));
  }
  for (const std::string& bytes : tarballs) ASSERT_TRUE(store_.import_tarball(as_bytes(bytes), {}));
  EXPECT_TRUE(store_.verify(false, {})->empty());
  EXPECT_EQ(store_.collect_garbage(is_needed, false)->kept, std::uint64_t{kPackages});
}

TEST_F(StoreTest, WritersOfDifferentPackagesDoNotDisturbEachOther) {
  constexpr int kWriters = 4;
  constexpr int kPackages = 25;
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] {
        for (int k = 0; k < kPackages; ++k) {
          // Every package twice, by two writers.
          const std::string name = "p" + std::to_string(i / 2) + "-" + std::to_string(k);
          EXPECT_TRUE(store_.import_tarball(as_bytes(tarball(name)), {.name = name}));
        }
      });
    }
  }
  EXPECT_TRUE(store_.verify(false, {})->empty());
  EXPECT_EQ(store_.collect_garbage(is_needed, true)->kept, 2U * kPackages);
}

TEST_F(StoreTest, ImportWithoutKnownDigestTakesTheEntryThatIsThere) {
  const Entry entry = import("a");
  ASSERT_TRUE(os::write_file(entry.directory + "/mark", ""));
  const Entry again = import("a");
  EXPECT_EQ(again.directory, entry.directory);
  EXPECT_TRUE(os::exists(entry.directory + "/mark"));
  EXPECT_EQ(staged(), 0U);
}

TEST_F(StoreTest, LosersFolderWaitsInStagingForTheCollection) {
  const std::string bytes = tarball("a");
  ImportRequest request{.name = "a", .version = "1.0.0"};
  request.expected = crypto::Integrity::from_sha512(crypto::sha512(as_bytes(bytes)));
  ASSERT_TRUE(store_.import_tarball(as_bytes(bytes), request));
  ASSERT_TRUE(store_.import_tarball(as_bytes(bytes), request));
  EXPECT_EQ(staged(), 2U);
  ASSERT_TRUE(store_.collect_garbage(is_needed, false));
  EXPECT_EQ(staged(), 0U);
}

TEST_F(StoreTest, DiscardedEntryIsGoneUntilTheNextImport) {
  const Entry entry = import("a");
  store_.discard(entry);
  EXPECT_FALSE(find(entry));
  EXPECT_FALSE(os::exists(entry.directory));
  import("a");
  EXPECT_TRUE(find(entry));
}

TEST_F(StoreTest, UnfinishedStreamLeavesNothing) {
  const std::string bytes = tarball("a", 100);
  {
    auto stream = store_.start_import({});
    ASSERT_TRUE(stream);
    ASSERT_TRUE(stream->feed(as_bytes(bytes).first(bytes.size() / 2)));
    EXPECT_EQ(staged(), 1U);
  }
  EXPECT_EQ(staged(), 0U);
}

TEST_F(StoreTest, AwkwardNamesFromInsideStayInTheirFolder) {
  const auto entry =
      store_.import_tarball(as_bytes(TestArchive::of("../../../x", "1/../2").gzip()), {});
  ASSERT_TRUE(entry) << entry.error().what;
  EXPECT_TRUE(entry->directory.ends_with("-..+..+..+x@1+..+2")) << entry->directory;
  const std::string long_name(300, 'n');
  EXPECT_TRUE(store_.import_tarball(as_bytes(TestArchive::of(long_name, "1.0.0").gzip()), {}));
}

TEST_F(StoreTest, VerifyNamesEveryKindOfDamage) {
  const Entry entry = import("a");
  const auto path = [&](const std::string& name) { return entry.directory + "/" + name; };
  ASSERT_TRUE(os::write_file(path("lib/0.js"), "CONTENT 0"));
  ASSERT_TRUE(os::write_file(path("lib/1.js"), "longer than it was"));
  ASSERT_TRUE(os::remove_file(path("lib/2.js")));
  ASSERT_EQ(::chmod(path("package.json").c_str(), 0755), 0);
  ASSERT_TRUE(os::make_directories(path("new/folder")));
  std::vector<std::string> seen;
  const auto problems =
      store_.verify(false, [&](std::string_view name) { seen.emplace_back(name); });
  ASSERT_TRUE(problems);
  EXPECT_EQ(seen, std::vector<std::string>{"a@1.0.0"});
  std::vector<std::string> found;
  for (const VerifyProblem& problem : *problems) {
    EXPECT_EQ(problem.entry, "a@1.0.0");
    found.push_back(problem.path + " " + problem.problem);
  }
  EXPECT_EQ(found, (std::vector<std::string>{
                       "lib/0.js has another content", "lib/1.js has 18 bytes instead of 9",
                       "lib/2.js is missing", "package.json has another execute bit",
                       "new is not part of the package"}));
}

TEST_F(StoreTest, VerifyWithFixSetsDamagedEntriesAside) {
  const Entry damaged = import("a");
  const Entry good = import("b");
  const Entry torn = import("c");
  ASSERT_TRUE(os::write_file(damaged.directory + "/lib/0.js", "CONTENT 0"));
  std::string index = *os::read_file(index_path(torn.directory));
  index[index.size() / 2] ^= 1;
  ASSERT_TRUE(os::write_file(index_path(torn.directory), index));
  EXPECT_EQ(store_.verify(true, {})->size(), 2U);
  EXPECT_FALSE(find(damaged));
  EXPECT_FALSE(find(torn));
  EXPECT_TRUE(find(good));
  EXPECT_TRUE(store_.verify(false, {})->empty());
}

// labels: contract:B.5
TEST_F(StoreTest, AnIndexThatAPowerLossCutShortIsNoEntryAndNoDamage) {
  const Entry entry = import("a");
  const std::string whole = *os::read_file(index_path(entry.directory));
  for (const std::string& left :
       {std::string(), whole.substr(0, 8), whole.substr(0, 64), whole.substr(0, whole.size() - 1),
        std::string(whole.size(), 0)}) {
    ASSERT_TRUE(os::write_file(index_path(entry.directory), left));
    EXPECT_FALSE(find(entry)) << left.size();
    EXPECT_TRUE(store_.verify(false, {})->empty()) << left.size();
  }
  EXPECT_EQ(store_.collect_garbage(is_unneeded, false)->entries, 1U);
}

TEST_F(StoreTest, CollectsWhatIsNeitherNeededNorLinked) {
  const Entry needed = import("a");
  const Entry linked = import("b");
  const Entry free = import("c");
  const Entry torn = import("d");
  ASSERT_TRUE(os::remove_file(index_path(torn.directory)));
  ASSERT_EQ(::link((linked.directory + "/lib/1.js").c_str(), (folder_ / "project.js").c_str()), 0);
  const auto wanted = [&](const crypto::Sha512& digest) {
    return digest == needed.index.tarball_digest;
  };
  const auto rehearsal = store_.collect_garbage(wanted, true);
  ASSERT_TRUE(rehearsal);
  EXPECT_TRUE(find(free));
  const auto collected = store_.collect_garbage(wanted, false);
  ASSERT_TRUE(collected);
  EXPECT_EQ(collected->entries, 2U);
  EXPECT_EQ(collected->kept, 2U);
  EXPECT_EQ(collected->bytes, size_of(free)) << "what has no index has no known size";
  EXPECT_EQ(rehearsal->entries, collected->entries);
  EXPECT_EQ(rehearsal->bytes, collected->bytes);
  EXPECT_TRUE(find(needed));
  EXPECT_TRUE(find(linked));
  EXPECT_FALSE(find(free));
  EXPECT_FALSE(os::exists(free.directory));
  EXPECT_FALSE(os::exists(torn.directory));
  EXPECT_EQ(staged(), 0U);
}

TEST_F(StoreTest, CollectionLeavesTheLinkersFolderAlone) {
  import("a");
  ASSERT_TRUE(os::make_directories(store_.directory() + "/links/key"));
  ASSERT_TRUE(store_.collect_garbage(is_unneeded, false));
  EXPECT_TRUE(os::exists(store_.directory() + "/links/key"));
}

TEST_F(StoreTest, CleanRemovesEverything) {
  const Entry entry = import("a");
  store_.discard(import("b"));
  ASSERT_TRUE(store_.clean());
  EXPECT_FALSE(os::exists(store_.directory()));
  EXPECT_FALSE(find(entry));
}

TEST_F(StoreTest, ReadOnlyStoreIsStillRead) {
  const Entry entry = import("a");
  pretend_another_boot(entry);
  ASSERT_EQ(::chmod((store_.directory() + "/.staging").c_str(), 0500), 0);
  EXPECT_TRUE(find(entry));
  ASSERT_EQ(::chmod((store_.directory() + "/.staging").c_str(), 0700), 0);
}

TEST_F(StoreTest, StoreThatCannotBeMadeIsAnErrorWithItsPath) {
  ASSERT_TRUE(os::write_file(folder_ / "store", "a file"));
  const auto entry = store_.import_tarball(as_bytes(tarball("a")), {});
  ASSERT_FALSE(entry);
  EXPECT_NE(entry.error().where.find(folder_ / "store"), std::string::npos);
}

}  // namespace
}  // namespace lpm::store
