#include "base/printable.h"

#include <gtest/gtest.h>

namespace lpm {
namespace {

TEST(Printable, LeavesTextsOfAnyLanguageAlone) {
  for (const char* text : {"", "plain", "äöü €", "日本語", "😀"}) EXPECT_EQ(printable(text), text);
}

TEST(Printable, TakesPowerFromControlCharacters) {
  EXPECT_EQ(printable("a\x1b[31mb\x07"), "a\\x1b[31mb\\x07");
  EXPECT_EQ(printable(std::string_view("\0\x7f", 2)), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "\\x9b31m");  // the one-character form of ESC [
  EXPECT_EQ(printable("two\nlines\tand\ra return"), "two lines and\\x0da return");
}

TEST(Printable, KeepsTheLinesOfATextThatHasSeveral) {
  EXPECT_EQ(printable_lines("two\nlines\tand\ra return\x1b"), "two\nlines\tand\\x0da return\\x1b");
}

TEST(Printable, ShowsBytesThatAreNoText) {
  EXPECT_EQ(printable("\xff"
                      "a\xc3"),
            "\\xffa\\xc3");
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // half a surrogate pair
}

TEST(Printable, ShowsWhatTurnsTheDirection) {
  EXPECT_EQ(printable("a\xe2\x80\xae"
                      "b"),
            "a\\u202eb");
  EXPECT_EQ(printable("\xef\xbb\xbf"), "\\ufeff");
}

}  // namespace
}  // namespace lpm
