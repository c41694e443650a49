#include "formats/record_log.h"

#include <gtest/gtest.h>

#include <string>

namespace lpm::formats {
namespace {

std::string three_records() {
  return frame_record(R"({"n":1})") + frame_record(R"({"n":2})") + frame_record(R"({"n":3})");
}

std::string joined(const RecordLog& log) {
  std::string text;
  for (const RecordLog::Record& record : log.records) text.append(record.payload).append(";");
  return text;
}

TEST(RecordLog, ChecksumIsTheOneOfTheStandard) {
  EXPECT_EQ(crc32c(as_bytes("123456789")), 0xe3069283U);  // RFC 3720, B.4: check value
  EXPECT_EQ(crc32c({}), 0U);
  const std::string zeros(32, '\0');
  EXPECT_EQ(crc32c(as_bytes(zeros)), 0x8a9136aaU);  // RFC 3720, B.4: 32 bytes of zeroes
}

TEST(RecordLog, ReadsWhatItFrames) {
  const std::string text = three_records();
  const RecordLog log = read_records(text);
  EXPECT_EQ(joined(log), R"({"n":1};{"n":2};{"n":3};)");
  EXPECT_TRUE(log.damaged.empty());
  EXPECT_EQ(log.torn, "");
  EXPECT_EQ(std::string(log.records[1].line) + "\n", frame_record(R"({"n":2})"));
}

TEST(RecordLog, AnEmptyPayloadIsARecord) {
  const std::string text = frame_record("");
  EXPECT_EQ(text, "00000000 00000000 \n");
  EXPECT_EQ(read_records(text).records.size(), 1U);
}

TEST(RecordLog, EveryCutLeavesTheWholeRecordsBeforeIt) {
  const std::string text = three_records();
  const std::size_t line = text.size() / 3;
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    const std::string cut_text = text.substr(0, cut);
    const RecordLog log = read_records(cut_text);
    EXPECT_EQ(log.records.size(), cut / line) << cut;
    EXPECT_EQ(log.torn.size(), cut % line) << cut;
    EXPECT_TRUE(log.damaged.empty()) << cut;
  }
}

TEST(RecordLog, OneDamagedByteCostsOneRecord) {
  const std::string text = three_records();
  const std::size_t line = text.size() / 3;
  for (std::size_t at = line; at < 2 * line; ++at) {
    for (const char damage : {'\0', '\n', 'x', '\xff'}) {
      std::string damaged = text;
      if (damaged[at] == damage) continue;
      damaged[at] = damage;
      const RecordLog log = read_records(damaged);
      const bool is_line_end = at == 2 * line - 1;
      EXPECT_EQ(joined(log), is_line_end ? R"({"n":1};{"n":2};{"n":3};)" : R"({"n":1};{"n":3};)")
          << at;
      EXPECT_FALSE(log.damaged.empty()) << at;
      EXPECT_EQ(log.torn, "") << at;
    }
  }
}

TEST(RecordLog, ARecordThatRepeatsIsThereTwice) {
  const std::string text = frame_record("a") + frame_record("a");
  EXPECT_EQ(joined(read_records(text)), "a;a;");
}

TEST(RecordLog, TakesNoOtherSpelling) {
  for (const std::string line :
       {"00000001 C1D04330 a\n", "1 c1d04330 a\n", "00000001 c1d04330  a\n", "00000001\n",
        "0x000001 c1d04330 a\n", "00000002 c1d04330 a\n", "\n"}) {
    const RecordLog log = read_records(line);
    EXPECT_TRUE(log.records.empty()) << line;
    EXPECT_EQ(log.damaged.size(), 1U) << line;
  }
  EXPECT_EQ(frame_record("a"), "00000001 c1d04330 a\n");
}

TEST(RecordLog, WhatFollowsARecordOnItsLineIsDamage) {
  const std::string text = frame_record("a").substr(0, 19) + "\r\n" + frame_record("b");
  const RecordLog log = read_records(text);
  EXPECT_EQ(joined(log), "a;b;");
  ASSERT_EQ(log.damaged.size(), 2U);
  EXPECT_EQ(log.damaged[0], "\r");
  EXPECT_EQ(log.damaged[1], "\n");
}

TEST(RecordLog, RefusesARecordAboveTheLimit) {
  const std::string text =
      frame_record(std::string(kMaxRecord, 'x')) + frame_record(std::string(kMaxRecord + 1, 'x'));
  const RecordLog log = read_records(text);
  EXPECT_EQ(log.records.size(), 1U);
  EXPECT_EQ(log.damaged.size(), 1U);
}

}  // namespace
}  // namespace lpm::formats
