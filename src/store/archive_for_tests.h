// Builds package archives byte by byte, also such as no honest tool would make.
#pragma once

#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "formats/formats.h"

namespace lpm::store {

class TestArchive {
 public:
  // With `package/package.json` for a name and version.
  static TestArchive of(const std::string& name, const std::string& version,
                        const std::string& more_fields = "") {
    TestArchive archive;
    archive.file("package/package.json",
                 R"({"name":")" + name + R"(","version":")" + version + "\"" + more_fields + "}");
    return archive;
  }

  TestArchive& file(std::string_view path, std::string_view content, unsigned mode = 0644) {
    header(path, '0', mode, content.size());
    return payload(content);
  }
  TestArchive& entry(std::string_view path, char type, unsigned mode = 0644,
                     std::string_view link = "") {
    header(path, type, mode, 0, link);
    return *this;
  }
  TestArchive& pax_file(std::string_view path, std::string_view content) {
    const std::string rest = " path=" + std::string(path) + "\n";
    std::size_t length = rest.size() + 1;
    while (std::to_string(length).size() + rest.size() != length) ++length;
    const std::string record = std::to_string(length) + rest;
    header("PaxHeader/x", 'x', 0644, record.size());
    payload(record);
    return file("package/shortened", content);
  }
  TestArchive& gnu_file(std::string_view path, std::string_view content) {
    const std::string name = std::string(path) + '\0';
    header("././@LongLink", 'L', 0644, name.size());
    payload(name);
    return file("package/shortened", content);
  }
  // A header that promises a body of `size` which never comes.
  TestArchive& promise(std::string_view path, std::uint64_t size) {
    header(path, '0', 0644, size);
    return *this;
  }
  TestArchive& damage_last_header() {
    tar_[tar_.size() - 512] ^= 1;
    return *this;
  }

  std::string tar() const { return tar_ + std::string(1024, '\0'); }
  std::string gzip() const { return formats::deflate_gzip(as_bytes(tar())); }

 private:
  void header(std::string_view path, char type, unsigned mode, std::uint64_t size,
              std::string_view link = "") {
    char block[512] = {};
    path.copy(block, 100);
    std::snprintf(block + 100, 8, "%07o", mode);
    std::snprintf(block + 108, 8, "%07o", 0U);
    std::snprintf(block + 116, 8, "%07o", 0U);
    std::snprintf(block + 124, 12, "%011llo", static_cast<unsigned long long>(size));
    std::snprintf(block + 136, 12, "%011o", 0U);
    std::memset(block + 148, ' ', 8);
    block[156] = type;
    link.copy(block + 157, 100);
    std::memcpy(block + 257,
                "ustar\0"
                "00",
                8);
    unsigned sum = 0;
    for (const char c : block) sum += static_cast<unsigned char>(c);
    std::snprintf(block + 148, 8, "%06o", sum);
    tar_.append(block, sizeof block);
  }
  TestArchive& payload(std::string_view content) {
    tar_ += content;
    tar_.append((512 - content.size() % 512) % 512, '\0');
    return *this;
  }

  std::string tar_;
};

}  // namespace lpm::store
