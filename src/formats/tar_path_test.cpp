#include <gtest/gtest.h>

#include "formats/tar.h"

namespace lpm::formats {
namespace {

using namespace std::literals;

TEST(SafeRelativePath, DropsDotsAndRepeatedSlashes) {
  EXPECT_EQ(SafeRelativePath::parse("./a//b/./c/")->str(), "a/b/c");
  EXPECT_EQ(SafeRelativePath::parse("/etc/passwd")->str(), "etc/passwd");
  EXPECT_EQ(SafeRelativePath::parse("a\\..\\b")->str(), "a\\..\\b");
  EXPECT_EQ(SafeRelativePath::parse("...")->str(), "...");
  EXPECT_EQ(SafeRelativePath::parse("a/\xEF\xBC\x8E\xEF\xBC\x8E/b")->str(),
            "a/\xEF\xBC\x8E\xEF\xBC\x8E/b");
}

TEST(SafeRelativePath, RefusesToLeave) {
  for (const std::string_view path : {"..", "../a", "a/../b", "a/..", "/..", "./.."}) {
    const Result<SafeRelativePath> parsed = SafeRelativePath::parse(path);
    ASSERT_FALSE(parsed) << path;
    EXPECT_EQ(parsed.error().code, ErrorCode::PATH_TRAVERSAL);
  }
}

TEST(SafeRelativePath, RefusesEmptyPathsAndNul) {
  for (const std::string_view path : {""sv, "/"sv, "."sv, "./."sv, "a\0b"sv, "..\0"sv}) {
    const Result<SafeRelativePath> parsed = SafeRelativePath::parse(path);
    ASSERT_FALSE(parsed) << path;
    EXPECT_EQ(parsed.error().code, ErrorCode::BAD_TARBALL);
  }
}

}  // namespace
}  // namespace lpm::formats
