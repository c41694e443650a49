#include "os/files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include "os/temporary_folder_for_tests.h"

namespace lpm::os {
namespace {

std::string content_of(const std::string& path) {
  auto content = read_file(path);
  return content ? *content : "<" + content.error().what + ">";
}

std::vector<std::string> names_in(const std::string& path) {
  std::vector<std::string> names;
  const auto entries = list_directory(path);
  EXPECT_TRUE(entries);
  for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
  return names;
}

TEST(Files, ReadsBackWhatItWrote) {
  const TemporaryFolder folder;
  const std::string text(100'000, 'x');
  ASSERT_TRUE(write_file(folder / "a", text));
  EXPECT_EQ(content_of(folder / "a"), text);
  const auto padded = read_padded(folder / "a");
  ASSERT_TRUE(padded);
  EXPECT_EQ(padded->text(), text);
}

TEST(Files, ReadsFilesThatHaveNoSize) {
  const auto content = read_file("/proc/self/status");
  ASSERT_TRUE(content);
  EXPECT_NE(content->find("Name:"), std::string::npos);
}

TEST(Files, TellsAMissingFileFromOneThatCannotBeRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "file", ""));
  const auto missing = read_file_if_exists(folder / "none");
  ASSERT_TRUE(missing);
  EXPECT_FALSE(*missing);
  const auto below_a_file = read_file_if_exists(folder / "file/none");
  ASSERT_TRUE(below_a_file);
  EXPECT_FALSE(*below_a_file);
  EXPECT_FALSE(read_file_if_exists(folder.path()));
}

TEST(Files, ErrorsNameThePathAndTheReason) {
  const auto content = read_file("/nowhere/at/all");
  ASSERT_FALSE(content);
  EXPECT_EQ(content.error().code, ErrorCode::IO);
  EXPECT_EQ(content.error().what, "cannot read `/nowhere/at/all`");
  ASSERT_EQ(content.error().facts.size(), 1U);
  EXPECT_EQ(content.error().facts[0].text, "No such file or directory");
}

TEST(Files, AtomicWriteKeepsTheModeOfAnExistingFile) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "a", "old"));
  ASSERT_EQ(::chmod((folder / "a").c_str(), 0751), 0);
  ASSERT_TRUE(write_file_atomic(folder / "a", "new", Durability::Sync));
  EXPECT_EQ(content_of(folder / "a"), "new");
  EXPECT_EQ(stamp(folder / "a").mode, 0751U);
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"a"});
}

TEST(Files, AtomicWriteReplacesTheTargetOfALinkAndKeepsTheLink) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "real/deep"));
  ASSERT_TRUE(write_file(folder / "real/deep/file", "old"));
  ASSERT_TRUE(make_symlink("deep/file", folder / "real/first"));
  ASSERT_TRUE(make_symlink("real/first", folder / "second"));
  ASSERT_TRUE(write_file_atomic(folder / "second", "new", Durability::None));
  EXPECT_EQ(stamp_link(folder / "second").type, FileType::Symlink);
  EXPECT_EQ(stamp_link(folder / "real/deep/file").type, FileType::Regular);
  EXPECT_EQ(content_of(folder / "real/deep/file"), "new");
}

TEST(Files, AtomicWriteMakesTheTargetOfADanglingLink) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_symlink("target", folder / "link"));
  ASSERT_TRUE(write_file_atomic(folder / "link", "new", Durability::None));
  EXPECT_EQ(content_of(folder / "target"), "new");
}

TEST(Files, AtomicWriteLeavesNothingWhenItFails) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directory(folder / "taken"));
  ASSERT_TRUE(write_file(folder / "taken/file", ""));
  EXPECT_FALSE(write_file_atomic(folder / "taken", "x", Durability::None));
  EXPECT_EQ(names_in(folder.path()), std::vector<std::string>{"taken"});
  ASSERT_TRUE(make_symlink("loop", folder / "loop"));
  EXPECT_FALSE(write_file_atomic(folder / "loop", "x", Durability::None));
}

TEST(Files, AppendsToWhatIsThere) {
  const TemporaryFolder folder;
  const std::string path = folder / "log";
  ASSERT_TRUE(append_synced(path, "one\n"));
  EXPECT_EQ(stamp(path).mode, 0600U);
  ASSERT_TRUE(append_synced(path, "two\n"));
  EXPECT_EQ(content_of(path), "one\ntwo\n");
  ASSERT_TRUE(make_symlink(path, folder / "link"));
  EXPECT_FALSE(append_synced(folder / "link", "three\n"));
  EXPECT_FALSE(append_synced(folder / "no/log", "one\n"));
  EXPECT_EQ(content_of(path), "one\ntwo\n");
  EXPECT_TRUE(sync_directory(folder / "."));
  EXPECT_FALSE(sync_directory(folder / "no"));
}

TEST(Files, MakesFoldersWithParentsAndAcceptsExistingOnes) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "a/b/c"));
  ASSERT_TRUE(make_directories(folder / "a/b/c/"));
  EXPECT_EQ(stamp(folder / "a/b/c").type, FileType::Directory);
  ASSERT_TRUE(write_file(folder / "file", ""));
  EXPECT_FALSE(make_directories(folder / "file"));
  EXPECT_FALSE(make_directories(folder / "file/below"));
}

TEST(Files, StampsSeeMissingFilesAndLinks) {
  const TemporaryFolder folder;
  EXPECT_EQ(stamp(folder / "a"), FileStamp{});
  ASSERT_TRUE(write_file(folder / "a", "12345", 0755));
  ASSERT_TRUE(make_symlink("a", folder / "link"));
  EXPECT_EQ(stamp(folder / "link").size, 5U);
  EXPECT_EQ(stamp(folder / "link"), stamp(folder / "a"));
  EXPECT_EQ(stamp_link(folder / "link").type, FileType::Symlink);
  EXPECT_GT(stamp(folder / "a").mtime_ns, 1'600'000'000'000'000'000);
}

TEST(Files, ReadsIntoABufferThatIsUsedAgain) {
  const TemporaryFolder folder;
  PaddedBuffer buffer(16);
  for (const std::size_t size : {0U, 5U, 15U, 16U, 17U, 10'000U, 3U}) {
    const std::string text(size, 'r');
    ASSERT_TRUE(write_file(folder / "a", text));
    ASSERT_EQ(read_file_into(folder / "a", buffer), 0);
    EXPECT_EQ(buffer.text(), text);
  }
  EXPECT_EQ(read_file_into(folder / "none", buffer), ENOENT);
}

TEST(Files, ReadsPieceByPiece) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "a", "12345"));
  const Fd fd(::open((folder / "a").c_str(), O_RDONLY | O_CLOEXEC));
  std::array<std::uint8_t, 3> buffer{};
  EXPECT_EQ(read_piece(fd.get(), buffer), 3);
  EXPECT_EQ(as_text(buffer), "123");
  EXPECT_EQ(read_piece(fd.get(), buffer), 2);
  EXPECT_EQ(read_piece(fd.get(), buffer), 0);
  EXPECT_EQ(read_piece(-1, buffer), -1);
}

TEST(Files, RenamesWithoutReplacingAndExchanges) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "a", "A"));
  ASSERT_TRUE(write_file(folder / "b", "B"));
  EXPECT_EQ(rename_without_replacing(folder / "a", folder / "b"), EEXIST);
  EXPECT_EQ(content_of(folder / "b"), "B");
  EXPECT_EQ(exchange_paths(folder / "a", folder / "b"), 0);
  EXPECT_EQ(content_of(folder / "b"), "A");
  EXPECT_EQ(content_of(folder / "a"), "B");
  EXPECT_EQ(rename_without_replacing(folder / "a", folder / "c"), 0);
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{"b", "c"}));
  EXPECT_EQ(exchange_paths(folder / "a", folder / "b"), ENOENT);
}

TEST(Files, ListsInBytewiseOrder) {
  const TemporaryFolder folder;
  for (const char* const name : {"b", "B", "a.js", "a", ".x"})
    ASSERT_TRUE(write_file(folder / name, ""));
  EXPECT_EQ(names_in(folder.path()), (std::vector<std::string>{".x", "B", "a", "a.js", "b"}));
}

TEST(Files, RemovesTreesWithoutFollowingLinks) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "outside"));
  ASSERT_TRUE(write_file(folder / "outside/kept", "kept"));
  ASSERT_TRUE(make_directories(folder / "tree/a/b"));
  ASSERT_TRUE(write_file(folder / "tree/a/b/file", ""));
  ASSERT_TRUE(make_symlink("../outside", folder / "tree/link"));
  ASSERT_TRUE(remove_tree(folder / "tree"));
  EXPECT_FALSE(exists(folder / "tree"));
  EXPECT_EQ(content_of(folder / "outside/kept"), "kept");
  ASSERT_TRUE(make_symlink("outside", folder / "link"));
  ASSERT_TRUE(remove_tree(folder / "link"));
  EXPECT_EQ(content_of(folder / "outside/kept"), "kept");
  EXPECT_TRUE(remove_tree(folder / "never was"));
}

TEST(Files, RemovesTreesThatAreDeeperThanDescriptorsLast) {
  const TemporaryFolder folder;
  std::string path = folder / "tree";
  ASSERT_TRUE(make_directory(path));
  for (int i = 0; i < 300; ++i) {
    path += "/d";
    ASSERT_TRUE(make_directory(path));
    if (i % 50 == 0) {
      ASSERT_TRUE(write_file(path + "/file", ""));
    }
  }
  ASSERT_TRUE(remove_tree(folder / "tree"));
  EXPECT_FALSE(exists(folder / "tree"));
}

TEST(Files, RemovesFoldersThatTheirOwnerMayNotRead) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directories(folder / "tree/closed"));
  ASSERT_TRUE(write_file(folder / "tree/closed/file", ""));
  ASSERT_EQ(::chmod((folder / "tree/closed").c_str(), 0), 0);
  ASSERT_EQ(::chmod((folder / "tree").c_str(), 0500), 0);
  EXPECT_TRUE(remove_tree(folder / "tree"));
  EXPECT_FALSE(exists(folder / "tree"));
}

TEST(Files, TemporaryNamesNeverRepeat) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(seen.insert(unique_suffix()).second);
}

TEST(Files, DescriptorsAreClosedWithTheirOwner) {
  int number = -1;
  {
    const Fd fd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    number = fd.get();
    EXPECT_EQ(::fcntl(number, F_GETFD), FD_CLOEXEC);
  }
  EXPECT_EQ(::fcntl(number, F_GETFD), -1);
}

}  // namespace
}  // namespace lpm::os
