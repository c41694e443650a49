#include "net/waiting.h"

#include <gtest/gtest.h>

namespace lpm::net {
namespace {

constexpr std::size_t kSlots = 8;

std::unique_ptr<Transfer> waiting(Priority priority, std::string name, std::uint64_t size = 0) {
  Request request;
  request.url = "http://registry.example/" + name;
  request.priority = priority;
  request.expected_size = size;
  return std::make_unique<Transfer>(std::move(request), [](Result<Response>) {});
}

std::string next(WaitingRequests& queue, const Load& load, bool room = true) {
  const auto taken = queue.take(load, [room](const Transfer&) { return room; });
  return taken ? taken->url().substr(taken->url().rfind('/') + 1) : "";
}

TEST(WaitingRequests, StartsMetadataInOrderAndTarballsLargestFirst) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Background, "background"));
  queue.add(waiting(Priority::Tarball, "unknown"));
  queue.add(waiting(Priority::Tarball, "small", 10));
  queue.add(waiting(Priority::Tarball, "large", 1000));
  queue.add(waiting(Priority::Metadata, "first"));
  queue.add(waiting(Priority::Metadata, "second"));
  const Load idle;
  for (const char* name : {"first", "second", "large", "small", "unknown", "background", ""}) {
    EXPECT_EQ(next(queue, idle), name);
  }
  EXPECT_TRUE(queue.empty());
}

TEST(WaitingRequests, KeepsHalfOfTheSlotsForTarballs) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Tarball, "tarball", 10));
  queue.add(waiting(Priority::Metadata, "document"));
  queue.add(waiting(Priority::Metadata, "document2"));
  EXPECT_EQ(next(queue, {.metadata = 4}), "tarball");
  EXPECT_EQ(next(queue, {.metadata = 4, .tarballs = 1}), "document");  // no tarball waits any more
}

TEST(WaitingRequests, KeepsAQuarterOfTheSlotsForMetadata) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Tarball, "tarball", 10));
  EXPECT_EQ(next(queue, {.tarballs = 6}), "");
  queue.add(waiting(Priority::Metadata, "document"));
  EXPECT_EQ(next(queue, {.tarballs = 6}), "document");
}

TEST(WaitingRequests, HoldsTarballsBackWhileTooMuchIsInMemory) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Tarball, "large", 30ULL << 20));
  EXPECT_EQ(next(queue, {.tarballs = 1, .buffered = 4ULL << 20}), "");
  EXPECT_EQ(next(queue, {}), "large");  // alone it may start whatever its size
}

TEST(WaitingRequests, StartsNothingBeyondTheSlotsOrOnAFullServer) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Metadata, "document"));
  EXPECT_EQ(next(queue, {.metadata = 8}), "");
  EXPECT_EQ(next(queue, {}, false), "");
  EXPECT_EQ(next(queue, {}), "document");
}

TEST(WaitingRequests, PutsARetriedRequestBeforeItsClass) {
  WaitingRequests queue(kSlots);
  queue.add(waiting(Priority::Tarball, "large", 1000));
  queue.add_first(waiting(Priority::Tarball, "retried", 1));
  EXPECT_EQ(next(queue, {}), "retried");
}

}  // namespace
}  // namespace lpm::net
