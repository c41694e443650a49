#include "os/locks.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "os/process.h"
#include "os/temporary_folder_for_tests.h"

namespace lpm::os {
namespace {

LockOptions shared(bool wait) {
  LockOptions options;
  options.mode = LockMode::Shared;
  options.wait = wait;
  return options;
}

LockOptions exclusive(bool wait, std::string command = "install") {
  LockOptions options;
  options.wait = wait;
  options.command = std::move(command);
  return options;
}

TEST(FileLock, RefusesASecondHolderAndNamesTheFirst) {
  const TemporaryFolder folder;
  const auto first = FileLock::acquire(folder / "lock", exclusive(false, "install\nleft-pad"));
  ASSERT_TRUE(first);
  const auto second = FileLock::acquire(folder / "lock", exclusive(false));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::LOCKED);
  ASSERT_EQ(second.error().facts.size(), 1U);
  EXPECT_EQ(second.error().facts[0].text,
            "process " + std::to_string(process_id()) + " (install left-pad)");
}

TEST(FileLock, FileHoldsOneLineWithPidStartTimeAndCommand) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "lock", std::string(300, 'x')));
  const auto lock = FileLock::acquire(folder / "lock", exclusive(false, "add react"));
  ASSERT_TRUE(lock);
  const long pid = process_id();
  EXPECT_EQ(*read_file(folder / "lock"),
            std::to_string(pid) + " " + std::to_string(process_start_time(pid)) + " add react\n");
}

TEST(FileLock, SharedHoldersExcludeOnlyExclusiveOnes) {
  const TemporaryFolder folder;
  auto first = FileLock::acquire(folder / "lock", shared(false));
  auto second = FileLock::acquire(folder / "lock", shared(false));
  ASSERT_TRUE(first);
  ASSERT_TRUE(second);
  EXPECT_FALSE(FileLock::acquire(folder / "lock", exclusive(false)));
  first->release();
  second->release();
  EXPECT_TRUE(FileLock::acquire(folder / "lock", exclusive(false)));
  EXPECT_TRUE(exists(folder / "lock")) << "the file is never deleted";
}

TEST(FileLock, TryGivesNothingWhenHeld) {
  const TemporaryFolder folder;
  auto first = FileLock::try_acquire(folder / "lock", LockMode::Exclusive, "gc");
  ASSERT_TRUE(first);
  ASSERT_TRUE(*first);
  const auto second = FileLock::try_acquire(folder / "lock", LockMode::Shared, "gc");
  ASSERT_TRUE(second);
  EXPECT_FALSE(*second);
}

TEST(FileLock, WaiterIsToldOnceAfterASecondAndGetsTheLock) {
  const TemporaryFolder folder;
  auto first = FileLock::acquire(folder / "lock", exclusive(false, "first"));
  ASSERT_TRUE(first);
  std::atomic<int> told = 0;
  LockOptions options = exclusive(true);
  options.on_wait = [&](const std::optional<LockOwner>& owner) {
    ++told;
    ASSERT_TRUE(owner);
    EXPECT_EQ(owner->command, "first");
    EXPECT_EQ(owner->pid, process_id());
  };
  const auto start = std::chrono::steady_clock::now();
  std::thread releaser([&] {
    while (told == 0) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    first->release();
  });
  EXPECT_TRUE(FileLock::acquire(folder / "lock", options));
  releaser.join();
  EXPECT_EQ(told, 1);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
}

TEST(FileLock, AKilledHolderLeavesNothingThatBlocks) {
  const TemporaryFolder folder;
  const std::string path = folder / "lock";
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    const auto lock = FileLock::acquire(path, exclusive(false));
    [[maybe_unused]] const auto written = ::write(ready[1], lock ? "y" : "n", 1);
    ::pause();
    ::_exit(0);
  }
  char answer = 0;
  ASSERT_EQ(::read(ready[0], &answer, 1), 1);
  ASSERT_EQ(answer, 'y');
  EXPECT_FALSE(FileLock::acquire(path, exclusive(false)));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  EXPECT_TRUE(FileLock::acquire(path, exclusive(false)));
  ::close(ready[0]);
  ::close(ready[1]);
}

TEST(FileLock, DoesNotFollowALink) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_file(folder / "precious", "content"));
  ASSERT_TRUE(make_symlink("precious", folder / "lock"));
  EXPECT_FALSE(FileLock::acquire(folder / "lock", exclusive(false)));
  EXPECT_EQ(*read_file(folder / "precious"), "content");
}

TEST(FileLock, OwnerThatNoLongerLivesIsNotNamed) {
  const TemporaryFolder folder;
  auto first = FileLock::acquire(folder / "lock", exclusive(false));
  ASSERT_TRUE(first);
  ASSERT_TRUE(write_file(folder / "lock", std::to_string(process_id()) + " 1 other\n"));
  const auto second = FileLock::acquire(folder / "lock", exclusive(false));
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().facts.empty());
}

}  // namespace
}  // namespace lpm::os
