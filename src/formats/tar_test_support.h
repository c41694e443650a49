// Archives made by hand and what a reader saw of them.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "formats/tar.h"

namespace lpm::formats {

using namespace std::literals;

struct SeenEntry {
  std::string path;
  TarType type;
  std::uint32_t mode;
  std::string body;
  int ends = 0;
  bool operator==(const SeenEntry&) const = default;
};

class Recorder final : public TarSink {
 public:
  Status entry(const TarEntry& entry) override {
    entries.push_back({std::string(entry.path), entry.type, entry.mode, {}, 0});
    return {};
  }
  Status body(Bytes piece) override {
    entries.back().body += as_text(piece);
    return {};
  }
  Status body_end() override {
    ++entries.back().ends;
    return {};
  }
  std::vector<SeenEntry> entries;
};

struct Walk {
  std::vector<SeenEntry> entries;
  bool accepted = false;
  ErrorCode code = ErrorCode::INTERNAL;
  std::string what;

  const SeenEntry* find(std::string_view path) const {
    for (const SeenEntry& entry : entries)
      if (entry.path == path) return &entry;
    return nullptr;
  }
};

inline Walk walk_pieces(std::string_view archive, std::size_t piece, const TarLimits& limits) {
  Recorder recorder;
  TarReader reader(recorder, limits);
  Status status;
  for (std::size_t at = 0; at < archive.size() && status; at += piece)
    status = reader.feed(as_bytes(archive.substr(at, piece)));
  if (status) status = reader.finish();
  if (status) return {std::move(recorder.entries), true, {}, {}};
  return {std::move(recorder.entries), false, status.error().code, status.error().what};
}

// Reads the archive whole and in pieces; the split must make no difference.
inline Walk walk(std::string_view archive, const TarLimits& limits = {}) {
  Walk whole = walk_pieces(archive, archive.size() + 1, limits);
  for (const std::size_t piece : {1, 511, 512, 513, 3000}) {
    const Walk pieces = walk_pieces(archive, piece, limits);
    EXPECT_EQ(pieces.accepted, whole.accepted) << "piece " << piece;
    EXPECT_EQ(pieces.what, whole.what) << "piece " << piece;
    EXPECT_TRUE(pieces.entries == whole.entries) << "piece " << piece;
  }
  return whole;
}

struct HeaderFields {
  std::string name = "package/f";
  char type = '0';
  std::string size = "00000000000";
  std::string mode = "0000644";
  std::string magic =
      "ustar\0"
      "00"s;
  std::string prefix = "";
  int checksum_error = 0;
  bool signed_checksum = false;
};

inline std::string header(const HeaderFields& fields) {
  std::string block(512, '\0');
  const auto put = [&block](std::size_t at, const std::string& text) {
    block.replace(at, text.size(), text);
  };
  put(0, fields.name);
  put(100, fields.mode);
  put(124, fields.size);
  put(148, "        ");
  block[156] = fields.type;
  put(257, fields.magic);
  put(345, fields.prefix);
  int sum = fields.checksum_error;
  for (const char c : block)
    sum += fields.signed_checksum ? static_cast<signed char>(c) : static_cast<unsigned char>(c);
  put(148, fmt::format("{:06o}", sum) + "\0 "s);
  return block;
}

inline std::string padded(std::string text) {
  text.resize((text.size() + 511) / 512 * 512, '\0');
  return text;
}

inline std::string octal(std::size_t size) {
  return fmt::format("{:011o}", size);
}

inline std::string file(std::string name, const std::string& body, char type = '0') {
  return header({.name = std::move(name), .type = type, .size = octal(body.size())}) + padded(body);
}

inline std::string record(std::string_view key, std::string_view value) {
  std::size_t length = key.size() + value.size() + 4;
  while (fmt::format("{} {}={}\n", length, key, value).size() != length) ++length;
  return fmt::format("{} {}={}\n", length, key, value);
}

inline std::string pax(const std::string& records, char type = 'x') {
  return file("PaxHeader", records, type);
}

inline const std::string kEnd(1024, '\0');

inline void expect_damaged(const Walk& walk, std::string_view reason) {
  EXPECT_FALSE(walk.accepted);
  EXPECT_EQ(walk.code, ErrorCode::BAD_TARBALL);
  EXPECT_EQ(walk.what, fmt::format("the tarball is damaged: {}", reason));
}

}  // namespace lpm::formats
