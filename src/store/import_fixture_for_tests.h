// Importing, each case in memory and in pieces: both must agree on everything.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "os/os.h"
#include "os/temporary_folder_for_tests.h"
#include "store/archive_for_tests.h"
#include "store/store.h"

namespace lpm::store {

// 0: in memory; else the size of the pieces.
class Import : public testing::TestWithParam<std::size_t> {
 protected:
  Result<Entry> import(const std::string& tarball, const ImportRequest& request = {}) {
    if (GetParam() == 0) return store().import_tarball(as_bytes(tarball), request);
    auto stream = store().start_import(request);
    if (!stream) return std::move(stream).error();
    for (std::size_t at = 0; at < tarball.size(); at += GetParam())
      LPM_TRY(stream->feed(as_bytes(std::string_view(tarball).substr(at, GetParam()))));
    return stream->finish();
  }
  Result<Entry> import(const TestArchive& archive, const ImportRequest& request = {}) {
    return import(archive.gzip(), request);
  }
  Store& store() {
    if (!store_) store_.emplace(folder_ / "store/x1", limits_);
    return *store_;
  }

  static std::string content_of(const Entry& entry, const std::string& path) {
    auto content = os::read_file(entry.directory + "/" + path);
    return content ? *content : "<" + content.error().what + ">";
  }
  static std::vector<std::string> paths_of(const Entry& entry) {
    std::vector<std::string> paths;
    for (const IndexedFile& file : entry.index.files) paths.push_back(file.path);
    return paths;
  }

  // The import fails with this code, and neither an entry nor half of one is left behind.
  void expect_refused(const std::string& tarball, ErrorCode code, std::string_view word,
                      const ImportRequest& request = {}) {
    const auto entry = import(tarball, request);
    ASSERT_FALSE(entry);
    EXPECT_EQ(info(entry.error().code).name, info(code).name) << entry.error().what;
    EXPECT_NE(entry.error().what.find(word), std::string::npos) << entry.error().what;
    EXPECT_EQ(entry.error().context.size(), 1U);
    for (const std::string& left : everything_in(folder_ / "store"))
      EXPECT_TRUE(left == "/x1" || left == "/x1/.staging") << left;
    EXPECT_EQ(everything_in(folder_ / "outside"), std::vector<std::string>{"/sentinel"});
  }
  void expect_refused(const TestArchive& archive, ErrorCode code, std::string_view word,
                      const ImportRequest& request = {}) {
    expect_refused(archive.gzip(), code, word, request);
  }

  static std::vector<std::string> everything_in(const std::string& root,
                                                const std::string& below = "") {
    std::vector<std::string> found;
    const auto names = os::list_directory(root + below);
    if (!names) return found;
    for (const os::DirectoryEntry& entry : *names) {
      found.push_back(below + "/" + entry.name);
      if (entry.type == os::FileType::Directory) {
        for (std::string& deeper : everything_in(root, below + "/" + entry.name))
          found.push_back(std::move(deeper));
      }
    }
    return found;
  }

  void SetUp() override {
    ASSERT_TRUE(os::make_directory(folder_ / "outside"));
    ASSERT_TRUE(os::write_file(folder_ / "outside/sentinel", "as it was"));
  }
  void TearDown() override { EXPECT_EQ(*os::read_file(folder_ / "outside/sentinel"), "as it was"); }

  os::TemporaryFolder folder_;
  ImportLimits limits_;
  std::optional<Store> store_;
};

}  // namespace lpm::store
