#include "ops/global/log.h"

#include <gtest/gtest.h>

#include "formats/record_log.h"
#include "os/process.h"

namespace lpm::ops::global {
namespace {

const std::string kFile = "log";

Intent intent(const std::string& id) {
  return {id, "install -g " + id, {12, 345, "boot"}, {id + "-root"}};
}

Commit commit(const std::string& id, std::uint64_t serial) {
  return {id,
          "install -g " + id,
          serial,
          {{id, "^1", "1.0.0", id + "-root", {"run", "stop"}, {"other"}}},
          {"gone"}};
}

Log read(std::string_view text) {
  Result<Log> log = read_log(text, kFile);
  EXPECT_TRUE(log) << log.error().what;
  return log ? std::move(*log) : Log{};
}

std::string framed(std::string_view payload) {
  return formats::frame_record(payload);
}

TEST(GlobalLog, ReadsWhatItWrites) {
  const std::string text = to_line(intent("a")) + to_line(intent("b")) + to_line(commit("a", 7));
  const Log log = read(text);
  EXPECT_TRUE(log.is_whole());
  ASSERT_EQ(log.changes.size(), 2U);
  EXPECT_EQ(log.changes[0].intent, intent("a"));
  EXPECT_EQ(log.changes[0].commit, commit("a", 7));
  EXPECT_EQ(log.changes[1].intent, intent("b"));
  EXPECT_FALSE(log.changes[1].commit);
  EXPECT_EQ(write_log(log.changes),
            to_line(intent("a")) + to_line(commit("a", 7)) + to_line(intent("b")));
}

TEST(GlobalLog, ACommitNeedsNoIntent) {
  const Log log = read(to_line(commit("a", 1)));
  ASSERT_EQ(log.changes.size(), 1U);
  EXPECT_FALSE(log.changes[0].intent);
  EXPECT_EQ(log.changes[0].command(), "install -g a");
}

TEST(GlobalLog, ARepeatedRecordCountsOnce) {
  const std::string line = to_line(commit("a", 1));
  const Log log = read(line + line + line);
  ASSERT_EQ(log.changes.size(), 1U);
  EXPECT_EQ(write_log(log.changes), line);
}

TEST(GlobalLog, ATornTailIsToldFromDamage) {
  const std::string text = to_line(intent("a")) + to_line(intent("b"));
  for (std::size_t cut = to_line(intent("a")).size() + 1; cut < text.size(); ++cut) {
    const Log log = read(text.substr(0, cut));
    EXPECT_TRUE(log.torn);
    EXPECT_EQ(log.damaged, "");
    EXPECT_EQ(log.changes.size(), 1U);
  }
}

TEST(GlobalLog, ADamagedRecordIsKeptForTheUserAndTheNextOneCounts) {
  const std::string first = to_line(intent("a"));
  const std::string text = first + to_line(intent("b"));
  for (std::size_t at = 0; at + 1 < first.size(); ++at) {
    std::string damaged = text;
    damaged[at] = damaged[at] == '#' ? '!' : '#';
    const Log log = read(damaged);
    EXPECT_EQ(log.damaged, damaged.substr(0, first.size())) << at;
    ASSERT_EQ(log.changes.size(), 1U) << at;
    EXPECT_EQ(log.changes[0].intent, intent("b")) << at;
    EXPECT_FALSE(log.torn);
  }
}

TEST(GlobalLog, ARecordThatMayNotBeUsedIsDamaged) {
  for (
      const std::string payload : {
          R"()",
          R"([])",
          R"("text")",
          R"({})",
          R"({"op":"intent"})",
          R"({"op":"intent","format":1,"id":"","command":"","pid":1,"start":1,"boot":"","roots":[]})",
          R"({"op":"intent","format":1,"id":"a","command":"x\u001b[31m","pid":1,"start":1,"boot":"","roots":[]})",
          R"({"op":"intent","format":1,"id":"a","command":"","pid":-1,"start":1,"boot":"","roots":[]})",
          R"({"op":"intent","format":1,"id":"a","command":"","pid":1.5,"start":1,"boot":"","roots":[]})",
          R"({"op":"intent","format":1,"id":"a","command":"","pid":1,"start":1,"boot":"","roots":["../x"]})",
          R"({"op":"intent","format":1,"id":"a","command":"","pid":1,"start":1,"boot":"","roots":[".."]})",
          R"({"op":"intent","format":1,"id":"a","command":"","pid":1,"start":1,"boot":"","roots":[""]})",
          R"({"op":"commit","format":1,"id":"a","command":"","serial":1,"set":{},"removed":[]})",
          R"({"op":"commit","format":1,"id":"a","command":"","serial":1,"set":[1],"removed":[]})",
          R"({"op":"commit","format":1,"id":"a","command":"","serial":1,"set":[{"name":"a"}],"removed":[]})",
          R"({"op":"commit","format":1,"id":"a","command":"","serial":99999999999999999999,"set":[],"removed":[]})",
          R"([[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]])",
      }) {
    const Log log = read(framed(payload) + to_line(intent("b")));
    EXPECT_EQ(log.damaged, framed(payload)) << payload;
    EXPECT_EQ(log.changes.size(), 1U) << payload;
  }
}

TEST(GlobalLog, RecordsOfANewerLpmAreRefused) {
  for (const std::string payload :
       {R"({"op":"intent","format":2})", R"({"op":"swap","format":1})"}) {
    const Result<Log> log = read_log(to_line(intent("a")) + framed(payload), kFile);
    ASSERT_FALSE(log) << payload;
    EXPECT_EQ(log.error().code, ErrorCode::GLOBAL_STATE);
    EXPECT_EQ(log.error().where, kFile);
  }
}

TEST(GlobalLog, AppliedTwiceIsAppliedOnce) {
  Catalogue catalogue;
  catalogue.packages["gone"] = {"gone", "", "1.0.0", "gone-root", {}, {}};
  apply(commit("a", 4), catalogue);
  const Catalogue once = catalogue;
  apply(commit("a", 4), catalogue);
  EXPECT_EQ(catalogue, once);
  EXPECT_EQ(catalogue.serial, 4U);
  EXPECT_EQ(catalogue.packages.size(), 1U);
}

TEST(GlobalLog, OnlyThisVeryProcessIsRunning) {
  const Owner self = this_process();
  EXPECT_TRUE(is_running(self));
  Owner other = self;
  other.start += 1;  // the pid was given to another process
  EXPECT_FALSE(is_running(other));
  other = self;
  other.boot = "another";
  EXPECT_FALSE(is_running(other));
  for (const std::uint64_t pid : {std::uint64_t{0}, std::uint64_t{0x7ffffff0}, UINT64_MAX})
    EXPECT_FALSE(is_running({pid, self.start, self.boot}));
  EXPECT_FALSE(is_running({0x7ffffff0, 0, self.boot}));
}

}  // namespace
}  // namespace lpm::ops::global
