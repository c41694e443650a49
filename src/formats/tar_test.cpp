#include "formats/tar.h"

#include <cstdio>

#include "formats/tar_test_support.h"

namespace lpm::formats {
namespace {

std::string fixture(const std::string& name) {
  const std::string path = std::string(LPM_TEST_DATA) + "/formats/tar/" + name;
  std::FILE* stream = std::fopen(path.c_str(), "rb");
  EXPECT_NE(stream, nullptr) << path;
  std::string text(1U << 16, '\0');
  text.resize(stream == nullptr ? 0 : std::fread(text.data(), 1, text.size(), stream));
  if (stream != nullptr) std::fclose(stream);
  return text;
}

TEST(Tar, ReadsWhatOtherProgramsWrite) {
  const std::string folders = "package/" + std::string(60, 'd') + "/" + std::string(60, 'e');
  for (const std::string name :
       {"gnu-tar-gnu.tar", "gnu-tar-posix.tar", "gnu-tar-ustar.tar", "npm.tar"}) {
    SCOPED_TRACE(name);
    const Walk seen = walk(fixture(name));
    ASSERT_TRUE(seen.accepted) << seen.what;
    ASSERT_NE(seen.find("package/package.json"), nullptr);
    EXPECT_EQ(seen.find("package/package.json")->body, "{\"name\":\"x\"}\n");
    ASSERT_NE(seen.find("package/empty"), nullptr);
    EXPECT_EQ(seen.find("package/empty")->ends, 1);
    ASSERT_NE(seen.find(folders + "/f.js"), nullptr);
    EXPECT_EQ(seen.find(folders + "/f.js")->body, "prefix\n");
    EXPECT_EQ(seen.find(folders + "/f.js")->mode, 0755U);
    if (name == "gnu-tar-ustar.tar") continue;
    EXPECT_NE(seen.find("package/lib/" + std::string(120, 'l') + ".js"), nullptr);
    EXPECT_NE(seen.find("package/\xC3\xA9.txt"), nullptr);
  }
}

TEST(Tar, ReadsTheFormatOfSeventyNine) {
  const Walk seen = walk(fixture("gnu-tar-v7.tar"));
  ASSERT_TRUE(seen.accepted) << seen.what;
  ASSERT_NE(seen.find("package/lib/"), nullptr);
  EXPECT_EQ(seen.find("package/lib/")->type, TarType::Directory);
  EXPECT_EQ(seen.find("package/lib/link")->type, TarType::Symlink);
}

TEST(Tar, NamesEveryType) {
  const Walk seen =
      walk(file("0", "a") + file("7", "b", '7') + file("nul", "c", '\0') + file("1", "", '1') +
           file("2", "", '2') + file("3", "", '3') + file("4", "", '4') + file("5", "", '5') +
           file("6", "", '6') + file("V", "volume", 'V') + file("dir/", "") + kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  std::vector<TarType> types;
  for (const SeenEntry& entry : seen.entries) types.push_back(entry.type);
  EXPECT_EQ(types,
            (std::vector{TarType::File, TarType::File, TarType::File, TarType::HardLink,
                         TarType::Symlink, TarType::Device, TarType::Device, TarType::Directory,
                         TarType::Fifo, TarType::Other, TarType::Directory}));
  EXPECT_EQ(seen.entries[2].body, "c");
  EXPECT_EQ(seen.entries[9].body, "");  // bodies of files only
}

TEST(Tar, HandsAWholeBodyOnWithoutACopy) {
  struct Pointers final : TarSink {
    Status entry(const TarEntry&) override { return {}; }
    Status body(Bytes piece) override {
      pieces.push_back(piece.data());
      return {};
    }
    Status body_end() override { return {}; }
    std::vector<const std::uint8_t*> pieces;
  } sink;
  const std::string archive = file("f", std::string(5000, 'x')) + kEnd;
  TarReader reader(sink);
  ASSERT_TRUE(reader.feed(as_bytes(archive)));
  EXPECT_EQ(sink.pieces, (std::vector{as_bytes(archive).data() + 512}));
}

TEST(Tar, AppliesPaxPathAndSizeToTheNextEntryOnly) {
  const std::string body(700, 'b');
  const Walk seen = walk(
      pax(record("mtime", "1.5") + record("path", "package/l\xC3\xB6ng") + record("size", "700")) +
      header({.name = "short", .size = octal(3)}) + padded(body) + file("package/next", "n") +
      kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  EXPECT_EQ(seen.entries.at(0).path, "package/l\xC3\xB6ng");
  EXPECT_EQ(seen.entries.at(0).body, body);
  EXPECT_EQ(seen.entries.at(1).path, "package/next");
  EXPECT_EQ(seen.entries.at(1).body, "n");
}

TEST(Tar, KeepsPaxRecordsAwayFromOtherHeaders) {
  // The size belongs to the file, not to the long name between.
  const Walk seen =
      walk(pax(record("size", "1024")) + file("L", "package/long\0"s, 'L') +
           header({.size = octal(1)}) + std::string(1024, 'x') + file("package/g", "") + kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  EXPECT_EQ(seen.entries.at(0).path, "package/long");
  EXPECT_EQ(seen.entries.at(0).body.size(), 1024U);
  EXPECT_EQ(seen.entries.at(1).path, "package/g");
}

TEST(Tar, ReadsPaxValuesWithLineBreaks) {
  const Walk seen = walk(pax(record("comment", "a\n9 path=x\n") + record("path", "package/\nf")) +
                         file("f", "") + kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  EXPECT_EQ(seen.entries.at(0).path, "package/\nf");
}

TEST(Tar, RefusesMalformedPaxRecords) {
  for (const std::string_view records :
       {"path=x\n"sv, "99 path=x\n"sv, "9 path=x "sv, "5 =x\n"sv, "0 path=x\n"sv, "x"sv,
        "99999999999999999999 path=x\n"sv, "-9 path=x\n"sv, "8 pathx\n\n"sv})
    expect_damaged(walk(pax(std::string(records)) + file("f", "") + kEnd),
                   "a PAX record is malformed");
  expect_damaged(walk(pax(record("size", "-1")) + file("f", "") + kEnd),
                 "a PAX size is not a number");
  expect_damaged(walk(pax(record("size", "")) + file("f", "") + kEnd),
                 "a PAX size is not a number");
}

TEST(Tar, SkipsGlobalPaxHeadersUnlessTheySetASize) {
  const Walk seen =
      walk(pax(record("comment", "abc") + record("path", "evil"), 'g') + file("f", "x") + kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  EXPECT_EQ(seen.entries.at(0).path, "f");
  expect_damaged(walk(pax(record("size", "0"), 'g') + file("f", "x") + kEnd),
                 "a global PAX header sets a size");
}

TEST(Tar, AppliesGnuLongNamesAndSkipsLongLinkTargets) {
  const std::string name(300, 'n');
  const Walk seen = walk(file("././@LongLink", std::string(200, 't') + '\0', 'K') +
                         file("././@LongLink", name + "\0junk"s, 'L') + file("cut", "x") +
                         file("next", "") + kEnd);
  ASSERT_TRUE(seen.accepted) << seen.what;
  EXPECT_EQ(seen.entries.at(0).path, name);
  EXPECT_EQ(seen.entries.at(1).path, "next");
}

TEST(Tar, JoinsThePrefixOfPosixHeadersOnly) {
  EXPECT_EQ(walk(header({.name = "f", .prefix = "package/d"}) + kEnd).entries.at(0).path,
            "package/d/f");
  EXPECT_EQ(walk(header({.name = std::string(100, 'n'), .prefix = std::string(155, 'p')}) + kEnd)
                .entries.at(0)
                .path,
            std::string(155, 'p') + "/" + std::string(100, 'n'));
  EXPECT_EQ(walk(header({.name = "f", .magic = "ustar  \0"s, .prefix = "13546571231"}) + kEnd)
                .entries.at(0)
                .path,
            "f");
}

TEST(Tar, ReadsNumbersInOctalAndBaseTwoHundredFiftySix) {
  const std::string body(0123, 'x');
  for (const std::string& size :
       {"00000000123"s, "       123 "s, "123\0junk"s, "123 "s, "\x80\0\0\0\0\0\0\0\0\0\0\x53"s}) {
    const Walk seen = walk(header({.size = size}) + padded(body) + kEnd);
    ASSERT_TRUE(seen.accepted) << seen.what << " " << testing::PrintToString(size);
    EXPECT_EQ(seen.entries.at(0).body, body);
  }
  EXPECT_EQ(walk(header({.mode = "\x80\0\0\0\0\0\x01\xED"s}) + kEnd).entries.at(0).mode, 0755U);
}

TEST(Tar, RefusesSizesThatAreNoNumbers) {
  for (const std::string& size :
       {"12x"s, "9"s, "-1"s, "0x10"s, "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s,
        "\x80\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, "\x81\0\0\0\0\0\0\0\0\0\0\x01"s})
    expect_damaged(walk(header({.size = size}) + kEnd), "a header's size is not a number");
}

// labels: contract:G.9
TEST(Tar, VerifiesChecksumsAndAcceptsSignedSums) {
  expect_damaged(walk(file("a", "") + header({.checksum_error = 1}) + kEnd),
                 "a header's checksum is wrong");
  EXPECT_TRUE(walk(header({.name = "\xC3\xA9\xC3\xA9", .signed_checksum = true}) + kEnd).accepted);
  EXPECT_FALSE(
      walk(header({.name = "\xC3\xA9", .checksum_error = 256, .signed_checksum = true}) + kEnd)
          .accepted);
}

TEST(Tar, PassesOverBodiesOfWhatIsNoFile) {
  const std::string inner = file("hidden", "x");
  for (const char type : {'1', '2', '3', '6', 'V'}) {
    const Walk seen = walk(file("link", inner, type) + file("f", "") + kEnd);
    ASSERT_TRUE(seen.accepted) << seen.what;
    EXPECT_EQ(seen.find("hidden"), nullptr) << type;
    EXPECT_NE(seen.find("f"), nullptr) << type;
  }
}

TEST(Tar, GivesFoldersNoBody) {
  EXPECT_NE(walk(header({.name = "d/", .type = '5', .size = octal(4096)}) + file("f", "") + kEnd)
                .find("f"),
            nullptr);
}

TEST(Tar, EndsAtTwoZeroBlocksAndIgnoresTheRest) {
  EXPECT_EQ(walk(file("f", "x") + kEnd + file("late", "") + "rubbish").entries.size(), 1U);
}

TEST(Tar, ReadsOnAfterOneZeroBlock) {
  const Walk seen = walk(file("f", "x") + std::string(512, '\0') + file("g", "") + kEnd);
  ASSERT_TRUE(seen.accepted);
  EXPECT_NE(seen.find("g"), nullptr);
}

TEST(Tar, EndsAtAnyBlockBorder) {
  EXPECT_TRUE(walk(file("f", "x")).accepted);
  EXPECT_TRUE(walk(file("f", "x") + std::string(512, '\0')).accepted);
  EXPECT_TRUE(walk(file("f", "x") + std::string(700, '\0')).accepted);
}

// labels: contract:G.9
TEST(Tar, RefusesCutArchives) {
  const std::string archive = pax(record("path", "package/x")) + file("f", std::string(600, 'x'));
  for (std::size_t size = 1; size < archive.size(); ++size) {
    const bool is_border = size == 1024;  // a PAX header without an entry: nothing was in it
    const Walk seen = walk_pieces(std::string_view(archive).substr(0, size), archive.size(), {});
    ASSERT_FALSE(seen.accepted) << size;
    ASSERT_EQ(seen.what, fmt::format("the tarball is damaged: {}",
                                     is_border ? "it holds nothing" : "it is cut"))
        << size;
  }
}

TEST(Tar, RefusesEmptyArchives) {
  expect_damaged(walk(""), "it holds nothing");
  expect_damaged(walk(kEnd), "it holds nothing");
}

// labels: contract:G.10
TEST(Tar, RefusesADeclaredSizeBeforeTheBodyIsThere) {
  TarLimits limits;
  limits.max_file_size = 1000;
  EXPECT_TRUE(walk(file("f", std::string(1000, 'x')) + kEnd, limits).accepted);
  const Walk seen = walk(header({.size = octal(1001)}), limits);
  EXPECT_EQ(seen.code, ErrorCode::LIMIT);
  EXPECT_TRUE(seen.entries.empty());
  EXPECT_EQ(walk(header({.type = '1', .size = octal(1001)}), limits).code, ErrorCode::LIMIT);
  EXPECT_EQ(walk(pax(record("size", "18446744073709551615")) + file("f", ""), limits).code,
            ErrorCode::LIMIT);
}

// labels: contract:G.10
TEST(Tar, LimitsTheSumOfSizes) {
  TarLimits limits;
  limits.max_total_size = 10;
  EXPECT_TRUE(walk(file("f", "12345") + file("g", "12345") + kEnd, limits).accepted);
  EXPECT_EQ(walk(file("f", "12345") + file("g", "123456") + kEnd, limits).code, ErrorCode::LIMIT);
}

// labels: contract:G.10
TEST(Tar, LimitsTheNumberOfEntries) {
  TarLimits limits;
  limits.max_entries = 2;
  EXPECT_TRUE(
      walk(file("f", "") + pax(record("path", "x")) + file("g", "") + kEnd, limits).accepted);
  EXPECT_EQ(walk(file("f", "") + file("g", "") + file("h", "") + kEnd, limits).code,
            ErrorCode::LIMIT);
}

// labels: contract:G.10
TEST(Tar, LimitsHeaderPayloads) {
  TarLimits limits;
  limits.max_header_payload = 600;
  const auto with_payload = [](std::size_t size) {
    return file("././@LongLink", std::string(size, 'n'), 'L') + file("f", "") + kEnd;
  };
  EXPECT_TRUE(walk(with_payload(600), limits).accepted);
  EXPECT_EQ(walk(with_payload(601), limits).code, ErrorCode::LIMIT);
  for (const char type : {'x', 'g', 'K'})
    EXPECT_EQ(walk(header({.type = type, .size = octal(601)}), limits).code, ErrorCode::LIMIT);
}

TEST(Tar, StopsWhenTheSinkFails) {
  struct Refusing final : TarSink {
    Status entry(const TarEntry&) override { return Error(ErrorCode::NO_SPACE, "full"); }
    Status body(Bytes) override { return {}; }
    Status body_end() override { return {}; }
  } sink;
  TarReader reader(sink);
  const Status status = reader.feed(as_bytes(file("f", "x")));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::NO_SPACE);
}

TEST(TarWriter, WritesWhatTheReaderReads) {
  const std::vector<std::string> paths = {"package/package.json",
                                          "package/" + std::string(120, 'a') + "/b",
                                          std::string(155, 'p') + "/" + std::string(100, 'n'),
                                          std::string(101, 'x'),
                                          "package/" + std::string(300, 'l'),
                                          "package/\xC3\xA9"};
  TarWriter writer;
  for (const std::string& path : paths) writer.add_file(path, as_bytes(path), path.size() > 200);
  const Walk seen = walk(writer.take().text());
  ASSERT_TRUE(seen.accepted) << seen.what;
  ASSERT_EQ(seen.entries.size(), paths.size());
  for (std::size_t i = 0; i < paths.size(); ++i)
    EXPECT_EQ(seen.entries[i], (SeenEntry{paths[i], TarType::File,
                                          paths[i].size() > 200 ? 0755U : 0644U, paths[i], 1}));
}

TEST(TarWriter, UsesPaxOnlyWhereThePathDoesNotFit) {
  const auto blocks_for = [](const std::string& path) {
    TarWriter writer;
    writer.add_file(path, {}, false);
    return writer.take().size() / 512;
  };
  EXPECT_EQ(blocks_for(std::string(100, 'x')), 3U);
  EXPECT_EQ(blocks_for(std::string(155, 'p') + "/" + std::string(100, 'n')), 3U);
  EXPECT_EQ(blocks_for(std::string(101, 'x')), 5U);
  EXPECT_EQ(blocks_for("/" + std::string(100, 'x')), 5U);
  EXPECT_EQ(blocks_for(std::string(156, 'p') + "/n"), 5U);
}

}  // namespace
}  // namespace lpm::formats
