#include "os/directory.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cerrno>

#include "os/temporary_folder_for_tests.h"

namespace lpm::os {
namespace {

TEST(Directory, MakesFilesLinksAndFoldersBelowItself) {
  const TemporaryFolder folder;
  const auto directory = Directory::create(folder / "d");
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->make_directory("sub"), 0);
  EXPECT_EQ(directory->make_directory("sub"), EEXIST);
  EXPECT_EQ(directory->write_new_file("sub/a", as_bytes("content"), 0755), 0);
  EXPECT_EQ(directory->write_new_file("sub/a", as_bytes("other"), 0644), EEXIST);
  EXPECT_EQ(directory->link_from(directory->fd(), "sub/a", "b"), 0);
  EXPECT_EQ(directory->make_symlink("sub", "link"), 0);
  EXPECT_EQ(*read_file(folder / "d/b"), "content");
  EXPECT_EQ(stamp(folder / "d/b").mode, 0755U);
  EXPECT_EQ(stamp(folder / "d/b").links, 2U);
  EXPECT_EQ(*read_symlink(folder / "d/link"), "sub");
  const auto sub = directory->open_below("sub");
  ASSERT_TRUE(sub);
  EXPECT_EQ(sub->rename_to("a", *directory, "c"), 0);
  EXPECT_EQ(directory->unlink("b"), 0);
  EXPECT_EQ(stamp(folder / "d/c").links, 1U);
  EXPECT_EQ(directory->unlink("b"), ENOENT);
}

TEST(Directory, NeverWritesOrDescendsThroughALink) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "outside", "kept"));
  ASSERT_TRUE(make_symlink("outside", folder / "file"));
  ASSERT_TRUE(make_symlink("/", folder / "root"));
  const auto directory = Directory::open(folder.path());
  ASSERT_TRUE(directory);
  EXPECT_EQ(directory->write_new_file("file", as_bytes("x"), 0644), EEXIST);
  EXPECT_FALSE(directory->open_below("root"));
  EXPECT_EQ(*read_file(folder / "outside"), "kept");
}

TEST(Directory, WritesFilesInPiecesAndAnew) {
  const TemporaryFolder folder;
  const auto directory = Directory::open(folder.path());
  ASSERT_TRUE(directory);
  {
    const Fd file = directory->create_file("a", 0644);
    EXPECT_EQ(write_fully(file.get(), as_bytes("one")), 0);
    EXPECT_EQ(write_fully(file.get(), as_bytes("two")), 0);
    EXPECT_EQ(stamp(file).size, 6U);
    EXPECT_EQ(stamp(file), directory->stamp_below("a"));
  }
  EXPECT_EQ(*read_file(folder / "a"), "onetwo");
  EXPECT_FALSE(directory->create_file("a", 0644).valid());
  EXPECT_EQ(errno, EEXIST);
  EXPECT_EQ(write_fully(directory->empty_file("a").get(), as_bytes("x")), 0);
  EXPECT_EQ(*read_file(folder / "a"), "x");
  EXPECT_TRUE(directory->open_file("a").valid());
  EXPECT_FALSE(directory->empty_file("none").valid());
}

TEST(Directory, MakesFilesExecutableForThoseWhoMayRead) {
  const TemporaryFolder folder;
  const auto directory = Directory::open(folder.path());
  ASSERT_EQ(directory->write_new_file("a", {}, 0600), 0);
  ASSERT_EQ(directory->write_new_file("b", {}, 0644), 0);
  EXPECT_EQ(directory->make_executable("a"), 0);
  EXPECT_EQ(directory->make_executable("b"), 0);
  EXPECT_EQ(stamp(folder / "a").mode, 0700U);
  EXPECT_EQ(stamp(folder / "b").mode, 0755U);
  EXPECT_EQ(directory->make_executable("none"), ENOENT);
}

TEST(Directory, OpeningAMissingOneFails) {
  const TemporaryFolder folder;
  EXPECT_FALSE(Directory::open(folder / "none"));
  EXPECT_FALSE(Directory::create(folder / "none/below"));
}

class CopyFile : public testing::TestWithParam<decltype(&copy_file)> {};

TEST_P(CopyFile, KeepsContentAndMode) {
  const TemporaryFolder folder;
  const auto directory = Directory::open(folder.path());
  ASSERT_TRUE(directory);
  const std::string text(1'000'003, 'y');
  ASSERT_TRUE(write_file(folder / "plain", text));
  ASSERT_TRUE(write_file(folder / "empty", ""));
  ASSERT_EQ(::chmod((folder / "plain").c_str(), 0777), 0);
  EXPECT_EQ(GetParam()(directory->fd(), "plain", directory->fd(), "copy"), 0);
  EXPECT_EQ(GetParam()(directory->fd(), "empty", directory->fd(), "copy of empty"), 0);
  EXPECT_EQ(*read_file(folder / "copy"), text);
  EXPECT_EQ(stamp(folder / "copy").mode, 0777U);
  EXPECT_EQ(stamp(folder / "copy").links, 1U);
  EXPECT_EQ(*read_file(folder / "copy of empty"), "");
  EXPECT_EQ(GetParam()(directory->fd(), "plain", directory->fd(), "copy"), EEXIST);
  EXPECT_EQ(GetParam()(directory->fd(), "none", directory->fd(), "copy of none"), ENOENT);
}

INSTANTIATE_TEST_SUITE_P(BothWays, CopyFile, testing::Values(&copy_file, &clone_file));

TEST(LinkMethod, IsACopyBetweenVolumesAndLeavesNoTrace) {
  const TemporaryFolder folder;
  ASSERT_TRUE(make_directory(folder / "a"));
  ASSERT_TRUE(make_directory(folder / "b"));
  const auto same = probe_link_method(folder / "a", folder / "b");
  ASSERT_TRUE(same);
  EXPECT_NE(*same, LinkMethod::Copy);
  if (stamp("/dev/shm").device != stamp(folder.path()).device) {
    const auto other = probe_link_method(folder / "a", "/dev/shm");
    ASSERT_TRUE(other);
    EXPECT_EQ(*other, LinkMethod::Copy);
  }
  EXPECT_TRUE(list_directory(folder / "a")->empty());
  EXPECT_TRUE(list_directory(folder / "b")->empty());
}

TEST(LinkMethod, FailsWhenTheTargetIsNotThere) {
  const TemporaryFolder folder;
  EXPECT_FALSE(probe_link_method(folder.path(), folder / "none"));
}

}  // namespace
}  // namespace lpm::os
