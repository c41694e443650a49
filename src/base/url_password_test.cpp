#include "base/url_password.h"

#include <gtest/gtest.h>

namespace lpm {
namespace {

TEST(UrlPassword, IsLeftOutWithItsUser) {
  EXPECT_EQ(without_password("git+https://me:s3cret@h.example/a.git#main"),
            "git+https://h.example/a.git#main");
  EXPECT_EQ(without_password("https://token@h.example/a"), "https://h.example/a");
  EXPECT_EQ(without_password("ssh://me:s3cret@h.example/a"), "ssh://h.example/a");
}

TEST(UrlPassword, UserOfSshIsPartOfTheAddress) {
  EXPECT_EQ(without_password("git+ssh://git@h.example/a"), "git+ssh://git@h.example/a");
}

TEST(UrlPassword, IsFoundInTheMiddleOfSentences) {
  EXPECT_EQ(without_password("fatal: 'https://a:b@h.example/c' and http://x:y@z"),
            "fatal: 'https://h.example/c' and http://z");
}

TEST(UrlPassword, TextsWithoutAreUnchanged) {
  for (const char* text : {"", "^1.0.0", "@scope/a", "https://h.example/@a/b", "a@b:c", "://"})
    EXPECT_EQ(without_password(text), text);
}

}  // namespace
}  // namespace lpm
