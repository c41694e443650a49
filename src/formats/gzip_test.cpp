#include "formats/gzip.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

#include "formats/gzip_stream.h"

namespace lpm::formats {
namespace {

using namespace std::literals;

struct Outcome {
  std::string text;  // whatever came out, also before a failure
  bool accepted = false;
  ErrorCode code = ErrorCode::INTERNAL;
};

Outcome inflate_whole(std::string_view gzip, const InflateLimits& limits = {}) {
  PaddedBuffer output;
  const Status status = inflate_gzip(as_bytes(gzip), output, limits);
  if (!status) return {"", false, status.error().code};
  return {std::string(output.text()), true};
}

Outcome inflate_pieces(std::string_view gzip, std::size_t piece, std::unique_ptr<RawInflate> engine,
                       const InflateLimits& limits = {}) {
  Outcome outcome;
  const auto sink = [&outcome](Bytes part) -> Status {
    outcome.text += as_text(part);
    return {};
  };
  GzipMembers members(sink, limits, std::move(engine));
  Status status;
  for (std::size_t at = 0; at < gzip.size() && status; at += piece)
    status = members.feed(as_bytes(gzip.substr(at, piece)));
  if (status) status = members.finish();
  outcome.accepted = status.has_value();
  if (!status) outcome.code = status.error().code;
  return outcome;
}

// Every way of reading; they must agree.
Outcome inflate_all_ways(std::string_view gzip, const InflateLimits& limits = {}) {
  Outcome whole = inflate_whole(gzip, limits);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, gzip.size() + 1}) {
    for (const bool use_isal : {true, false}) {
      std::unique_ptr<RawInflate> engine = use_isal ? make_isal_inflate() : make_zlib_inflate();
      if (engine == nullptr) continue;
      const Outcome pieces = inflate_pieces(gzip, piece, std::move(engine), limits);
      EXPECT_EQ(pieces.accepted, whole.accepted) << "piece " << piece << " isa-l " << use_isal;
      EXPECT_EQ(pieces.code, whole.code) << "piece " << piece << " isa-l " << use_isal;
      if (whole.accepted) {
        EXPECT_EQ(pieces.text, whole.text) << "piece " << piece << " isa-l " << use_isal;
      }
    }
  }
  return whole;
}

std::string gzip(std::string_view text) {
  return deflate_gzip(as_bytes(text));
}

void expect_refused(std::string_view data, ErrorCode code = ErrorCode::BAD_TARBALL) {
  const Outcome outcome = inflate_all_ways(data);
  EXPECT_FALSE(outcome.accepted);
  EXPECT_EQ(outcome.code, code);
}

// A header with `flags`, then what the flags ask for, then the body of a plain member.
std::string with_header(char flags, std::string_view optional_parts, std::string_view text) {
  std::string header = "\x1F\x8B\x08"s + flags + "\0\0\0\0\0\x03"s;
  return header + std::string(optional_parts) + gzip(text).substr(10);
}

TEST(Gzip, InflatesWhatDeflateGzipWrote) {
  for (const int level : {1, 6, 9, 12}) {
    for (const std::size_t size : {0, 1, 1000, 300000}) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) text += static_cast<char>('a' + i * i % 23);
      const Outcome outcome = inflate_all_ways(deflate_gzip(as_bytes(text), level));
      EXPECT_TRUE(outcome.accepted);
      EXPECT_EQ(outcome.text, text);
    }
  }
}

TEST(Gzip, WritesTheSameBytesEachTime) {
  EXPECT_EQ(gzip("abc"), gzip("abc"));
}

TEST(Gzip, WritesNeitherNameNorTime) {
  EXPECT_EQ(gzip("abc").substr(3, 5), "\0\0\0\0\0"s);  // flags and time
}

// labels: contract:G.9
TEST(Gzip, ReadsSeveralMembersOn) {
  const Outcome outcome =
      inflate_all_ways(gzip("abc") + gzip("") + gzip(std::string(5000, 'x')) + gzip("def"));
  EXPECT_TRUE(outcome.accepted);
  EXPECT_EQ(outcome.text, "abc" + std::string(5000, 'x') + "def");
}

// labels: contract:G.9
TEST(Gzip, IgnoresWhatFollowsTheLastMember) {
  for (const std::string_view rest :
       {"\0\0\0\0\0\0\0\0\0\0"sv, "garbage"sv, "\x1F"sv, "\x1Fx"sv, "\x1F\x1F\x8B"sv}) {
    const Outcome outcome = inflate_all_ways(gzip("abc") + std::string(rest));
    EXPECT_TRUE(outcome.accepted) << testing::PrintToString(rest);
    EXPECT_EQ(outcome.text, "abc");
  }
  EXPECT_EQ(inflate_all_ways(gzip("abc") + "garbage" + gzip("def")).text, "abc");
}

TEST(Gzip, RefusesAFollowingMemberThatIsDamaged) {
  expect_refused(gzip("abc") + "\x1F\x8B");
  expect_refused(gzip("abc") + "\x1F\x8B\xFF\xFF\0\0\0\0\0\0\0"s);
  expect_refused(gzip("abc") + gzip("def").substr(0, 15));
}

// labels: contract:G.9
TEST(Gzip, RefusesEveryCut) {
  const std::string whole = gzip("a text that is long enough to be compressed, to be compressed");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    expect_refused(whole.substr(0, size));
  }
}

// labels: contract:G.9
TEST(Gzip, RefusesAWrongChecksumOrLength) {
  std::string checksum = gzip("abc"), length = gzip("abc");
  checksum[checksum.size() - 8] ^= 1;
  length.back() ^= 1;
  expect_refused(checksum);
  expect_refused(length);
}

TEST(Gzip, RefusesWhatIsNotGzip) {
  expect_refused("");
  expect_refused("hello world, this is text");
  expect_refused("\x78\x9C\x4B\x4C\x4A\x06\x00\x02\x4D\x01\x27"s);  // zlib's own frame
  std::string method = gzip("abc");
  method[2] = 7;
  expect_refused(method);
}

TEST(Gzip, ReadsAllOptionalHeaderParts) {
  EXPECT_EQ(inflate_all_ways(with_header(4, "\x03\0abc"s, "text")).text, "text");
  EXPECT_EQ(inflate_all_ways(with_header(4, "\0\0"s, "text")).text, "text");
  EXPECT_EQ(inflate_all_ways(with_header(8, "name\0"s, "text")).text, "text");
  EXPECT_EQ(inflate_all_ways(with_header(16, "comment\0"s, "text")).text, "text");
  EXPECT_EQ(inflate_all_ways(with_header(4 | 8 | 16, "\x01\0xn\0c\0"s, "text")).text, "text");
}

TEST(Gzip, VerifiesTheHeaderChecksum) {
  // The low half of the CRC-32 of the ten header bytes.
  EXPECT_EQ(inflate_all_ways(with_header(2, "\xA7\x77", "text")).text, "text");
  expect_refused(with_header(2, "\xA6\x77", "text"));
}

TEST(Gzip, RefusesReservedFlags) {
  expect_refused(with_header('\x20', "", "text"));
}

// labels: contract:G.10
TEST(Gzip, StopsAtTheOutputLimit) {
  InflateLimits limits;
  limits.max_output = 5000;
  EXPECT_TRUE(inflate_all_ways(gzip(std::string(5000, 'x')), limits).accepted);
  EXPECT_TRUE(inflate_all_ways(gzip(std::string(2500, 'x')) + gzip(std::string(2500, 'y')), limits)
                  .accepted);
  EXPECT_EQ(inflate_all_ways(gzip(std::string(5001, 'x')), limits).code, ErrorCode::LIMIT);
  EXPECT_EQ(inflate_all_ways(gzip(std::string(5000, 'x')) + gzip("y"), limits).code,
            ErrorCode::LIMIT);
}

// labels: contract:G.10
TEST(Gzip, StopsAtTheRatioLimitBeyondItsStart) {
  InflateLimits limits;
  limits.ratio_from = 1U << 20;
  limits.max_ratio = 50;
  EXPECT_TRUE(inflate_all_ways(gzip(std::string(1U << 20, 'x')), limits).accepted);
  EXPECT_EQ(inflate_all_ways(gzip(std::string((1U << 20) + 1, 'x')), limits).code,
            ErrorCode::LIMIT);
  limits.max_ratio = 1100;
  EXPECT_TRUE(inflate_all_ways(gzip(std::string(3U << 20, 'x')), limits).accepted);
}

TEST(Gzip, SurvivesALengthFieldThatLies) {
  std::string small = gzip(std::string(200000, 'x')), large = gzip("abc");
  small.replace(small.size() - 4, 4, "\x01\0\0\0"s);
  large.replace(large.size() - 4, 4, "\xFF\xFF\xFF\x7F"s);
  expect_refused(small);
  expect_refused(large);
}

TEST(Gzip, HandsOnTheErrorOfTheSink) {
  GzipStream stream([](Bytes) -> Status { return Error(ErrorCode::NO_SPACE, "full"); });
  const Status status = stream.feed(as_bytes(gzip("abc")));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::NO_SPACE);
}

TEST(Gzip, DecodesHttpBodies) {
  const Result<PaddedBuffer> body = decode_gzip_body(as_bytes(gzip("{}")), 10);
  ASSERT_TRUE(body);
  EXPECT_EQ(body->text(), "{}");
  EXPECT_FALSE(decode_gzip_body(as_bytes(gzip(std::string(11, 'x'))), 10));
  EXPECT_TRUE(decode_gzip_body({}, 10));
}

// Text with repeats, from a fixed seed.
std::string sample_text(std::mt19937_64& random) {
  std::string text;
  const std::size_t size = random() % 3000 + 1;
  const std::size_t letters = random() % 60 + 1;
  while (text.size() < size) {
    if (text.size() > 20 && random() % 5 == 0)
      text += text.substr(random() % (text.size() - 10), random() % 10 + 3);
    else
      text += static_cast<char>('!' + random() % letters);
  }
  return text;
}

void mutate(std::string& data, std::mt19937_64& random) {
  for (std::size_t changes = random() % 3 + 1; changes > 0; --changes) {
    const std::size_t at =
        random() % (random() % 2 == 0 ? std::min<std::size_t>(data.size(), 100) : data.size());
    data[at] = random() % 2 == 0 ? static_cast<char>(data[at] ^ 1 << random() % 8)
                                 : static_cast<char>(random());
  }
}

TEST(Gzip, EnginesAgreeOnMutatedInput) {
  if (make_isal_inflate() == nullptr) GTEST_SKIP() << "isa-l is not installed";
  std::mt19937_64 random(20);
  std::size_t accepted = 0;
  for (int round = 0; round < 4000; ++round) {
    std::string data =
        deflate_gzip(as_bytes(sample_text(random)), static_cast<int>(random() % 12) + 1);
    if (random() % 4 == 0) data += gzip(sample_text(random));
    mutate(data, random);
    const Outcome whole = inflate_whole(data);
    accepted += whole.accepted;
    for (const bool use_isal : {true, false}) {
      const Outcome pieces = inflate_pieces(data, random() % 2000 + 1,
                                            use_isal ? make_isal_inflate() : make_zlib_inflate());
      ASSERT_EQ(pieces.accepted, whole.accepted) << "round " << round << " isa-l " << use_isal;
      if (whole.accepted) {
        ASSERT_EQ(pieces.text, whole.text) << "round " << round << " isa-l " << use_isal;
      }
    }
  }
  EXPECT_GT(accepted, 10U);  // changes of header bytes without meaning, and behind the last member
}

}  // namespace
}  // namespace lpm::formats
