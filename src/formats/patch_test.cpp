#include "formats/patch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lpm::formats {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::string_view kPatch = R"(Words for people.

diff --git a/lib/index.js b/lib/index.js
index 1111111..2222222 100644
--- a/lib/index.js
+++ b/lib/index.js
@@ -2,3 +2,4 @@ function add()
 two
-three
+three!
+more
 four
)";

std::string error_of(std::string_view text) {
  const auto files = parse_patch(text, "p.patch");
  return files ? "" : files.error().what + " at " + files.error().where;
}

std::string applied(std::string_view patch, std::string_view text) {
  const auto files = parse_patch(patch, "p.patch");
  if (!files) return files.error().what;
  const PatchedText patched = apply_hunks(files->at(0).hunks, text);
  return patched.failed == nullptr ? patched.text : "line " + std::to_string(patched.failed->line);
}

TEST(Patch, ReadsWhatGitWrites) {
  const auto files = parse_patch(kPatch, "p.patch");
  ASSERT_TRUE(files) << files.error().what;
  ASSERT_THAT(*files, SizeIs(1));
  const FilePatch& file = files->front();
  EXPECT_EQ(file.kind, FilePatch::Kind::Change);
  EXPECT_EQ(file.path.str(), "lib/index.js");
  EXPECT_EQ(file.line, 3U);
  ASSERT_THAT(file.hunks, SizeIs(1));
  EXPECT_EQ(file.hunks[0].old_begin, 2U);
  EXPECT_THAT(file.hunks[0].old_lines, ElementsAre("two\n", "three\n", "four\n"));
  EXPECT_THAT(file.hunks[0].new_lines, ElementsAre("two\n", "three!\n", "more\n", "four\n"));
}

TEST(Patch, IsAppliedWhereItSaysOrNearBy) {
  EXPECT_EQ(applied(kPatch, "one\ntwo\nthree\nfour\nfive\n"),
            "one\ntwo\nthree!\nmore\nfour\nfive\n");
  EXPECT_EQ(applied(kPatch, "a\nb\nc\none\ntwo\nthree\nfour"), "line 7");  // no line end
  EXPECT_EQ(applied(kPatch, "a\nb\nc\none\ntwo\nthree\nfour\n"),
            "a\nb\nc\none\ntwo\nthree!\nmore\nfour\n");
  EXPECT_EQ(applied(kPatch, "two\nthree\nfour\n"), "two\nthree!\nmore\nfour\n");
  EXPECT_EQ(applied(kPatch, "two\nTHREE\nfour\n"), "line 7");
  EXPECT_EQ(applied(kPatch, ""), "line 7");
}

TEST(Patch, HunksAreAppliedInTheirOrder) {
  constexpr std::string_view kTwo =
      "--- a/f\n+++ b/f\n@@ -1 +1,2 @@\n x\n+1\n@@ -3,1 +4,1 @@\n-x\n+2\n";
  EXPECT_EQ(applied(kTwo, "x\ny\nx\n"), "x\n1\ny\n2\n");
  EXPECT_EQ(applied(kTwo, "0\nx\ny\nx\n"), "0\nx\n1\ny\n2\n");  // both a line further down
  EXPECT_EQ(applied(kTwo, "x\n"), "line 6");                    // the one `x` is used up
}

TEST(Patch, KnowsNewRemovedAndRenamedFiles) {
  const auto files = parse_patch(
      "diff --git a/new.sh b/new.sh\nnew file mode 100755\n--- /dev/null\n+++ b/new.sh\n"
      "@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file\n"
      "diff --git a/old b/old\ndeleted file mode 100644\n--- a/old\n+++ /dev/null\n@@ -1 +0,0 @@\n"
      "-x\n"
      "diff --git a/from.js b/to.js\nsimilarity index 100%\nrename from from.js\nrename to to.js\n"
      "diff --git a/cli.js b/cli.js\nold mode 100644\nnew mode 100755\n"
      "diff --git a/empty b/empty\nnew file mode 100644\nindex 0000000..e69de29\n",
      "p.patch");
  ASSERT_TRUE(files) << files.error().what << files.error().where;
  ASSERT_THAT(*files, SizeIs(5));
  EXPECT_EQ((*files)[0].kind, FilePatch::Kind::Create);
  EXPECT_EQ((*files)[0].executable, true);
  EXPECT_EQ(apply_hunks((*files)[0].hunks, "").text, "one\ntwo");
  EXPECT_EQ((*files)[1].kind, FilePatch::Kind::Delete);
  EXPECT_EQ((*files)[1].path.str(), "old");
  EXPECT_EQ((*files)[2].renamed_from->str(), "from.js");
  EXPECT_EQ((*files)[2].path.str(), "to.js");
  EXPECT_EQ((*files)[3].path.str(), "cli.js");
  EXPECT_EQ((*files)[3].executable, true);
  EXPECT_EQ((*files)[4].kind, FilePatch::Kind::Create);
  EXPECT_EQ((*files)[4].path.str(), "empty");
}

TEST(Patch, ReadsWhatOtherToolsAndEditorsMakeOfIt) {
  // Without git's lines, with times, and with blanks cut off at line ends.
  EXPECT_EQ(
      applied("--- a/f\t2020-01-01\n+++ b/f\t2020-01-02\n@@ -1,2 +1,2 @@\n\n-x\n+y\n", "\nx\n"),
      "\ny\n");
  // Checked out with the line ends of another system.
  EXPECT_EQ(applied("--- a/f\r\n+++ b/f\r\n@@ -1 +1 @@\r\n-x\r\n+y\r\n", "x\n"), "y\n");
  const auto quoted = parse_patch(
      "--- \"a/\\303\\244 \\\"x\\\".js\"\n+++ \"b/\\303\\244 \\\"x\\\".js\"\n@@ -1 +1 @@\n-x\n+y\n",
      "p.patch");
  ASSERT_TRUE(quoted) << quoted.error().what;
  EXPECT_EQ(quoted->at(0).path.str(), "\u00e4 \"x\".js");
}

TEST(Patch, RefusesWhatItCannotDo) {
  EXPECT_EQ(error_of(""), "`p.patch` is not understood: it changes no file at p.patch:1");
  EXPECT_THAT(error_of("--- a/../x\n+++ b/../x\n@@ -1 +1 @@\n-x\n+y\n"),
              HasSubstr("no path inside the package at p.patch:1"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/node_modules/y/x\n@@ -1 +1 @@\n-x\n+y\n"),
              HasSubstr("belongs to other packages at p.patch:2"));
  EXPECT_THAT(error_of("diff --git a/x b/x\nBinary files a/x and b/x differ\n"),
              HasSubstr("a binary file at p.patch:2"));
  EXPECT_THAT(error_of("diff --git a/x b/x\nnew file mode 120000\n--- /dev/null\n+++ b/x\n"),
              HasSubstr("no mode of a plain file at p.patch:2"));
  EXPECT_THAT(error_of("@@ -1 +1 @@\n-x\n+y\n"), HasSubstr("no file before this hunk"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-x\n+y\n"),
              HasSubstr("in the middle of a hunk"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/x\n@@ -1,2 +1 @@\n-x\n+y\n@@ -9 +9 @@\n"),
              HasSubstr("shorter than it says at p.patch:6"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n-z\n+y\n"),
              HasSubstr("longer than it says at p.patch:5"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/x\n@@ what @@\n"), HasSubstr("this is no `@@"));
  EXPECT_THAT(error_of("--- a/x\n+++ b/x\n@@ -1 +0,0 @@\n-\n\\ No newline at end of file\n"),
              HasSubstr("nothing in the line without an end at p.patch:5"));
  EXPECT_THAT(error_of("diff --git a/x b/y\nold mode 100644\n"), HasSubstr("it names no file"));
}

}  // namespace
}  // namespace lpm::formats
