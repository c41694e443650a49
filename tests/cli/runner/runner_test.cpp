// The runner of command cases notices what it should, and only that.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "runner/case.h"

namespace lpm::cases {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Normalize, ReplacesNamedTextsAndShapes) {
  Replacements named = {{"/tmp/x/project", "[ROOT]"}, {"http://127.0.0.1:1234", "[REGISTRY]"}};
  EXPECT_EQ(normalize("in /tmp/x/project/a from http://127.0.0.1:1234/a", named),
            "in [ROOT]/a from [REGISTRY]/a");
  EXPECT_EQ(normalize("done in 12 ms, 1.5s, 3 kB, 20 MiB", {}),
            "done in [TIME], [TIME], [SIZE], [SIZE]");
  EXPECT_EQ(normalize("lpm 0.1.0-dev (lpm/1.2)", {}), "lpm [VERSION] (lpm/[VERSION])");
  EXPECT_EQ(normalize("node = \"22.1.0\"\nnode = \">=18.0.0\"", {}),
            "node = \"[VERSION]\"\nnode = \">=18.0.0\"");
  EXPECT_EQ(normalize("a@1.0.0 3 packages 0123456789abcdef", {}), "a@1.0.0 3 packages [HASH]");
  EXPECT_EQ(normalize("sha512-" + std::string(86, 'A') + "==", {}), "sha512-[HASH]");
}

TEST(Matches, LeavesOpenOnlyWhatIsMarked) {
  EXPECT_TRUE(matches("a\nb\n", "a\nb\n"));
  EXPECT_FALSE(matches("a\nb\n", "a\nb\nc\n"));
  EXPECT_FALSE(matches("a\n", "a"));
  EXPECT_TRUE(matches("a\n...\nd\n", "a\nb\nc\nd\n"));
  EXPECT_TRUE(matches("...\n", ""));
  EXPECT_FALSE(matches("...\nd\n", "a\nb\n"));
  EXPECT_TRUE(matches("x [ANY] z\n", "x y y z\n"));
  EXPECT_FALSE(matches("x [ANY] z\n", "x z y\n"));
  EXPECT_FALSE(matches("a*\n", "abc\n"));
}

TEST(Steps, ReadsQuotesCommentsAndDocuments) {
  Steps steps = parse_steps(
      "# note\n\nrun echo 'a b' \"c \\\"d\\\"\" ''\nwrite f <<EOF\n one\n\nEOF\nrm f\n");
  ASSERT_THAT(steps.problem, IsEmpty());
  ASSERT_EQ(steps.steps.size(), 3u);
  EXPECT_THAT(steps.steps[0].words, ElementsAre("run", "echo", "a b", "c \"d\"", ""));
  EXPECT_EQ(steps.steps[1].document, " one\n\n");
  EXPECT_EQ(steps.steps[2].line, 8);
  EXPECT_THAT(parse_steps("write f <<EOF\nx\n").problem, HasSubstr("EOF"));
  EXPECT_THAT(parse_steps("run 'x\n").problem, HasSubstr("quote"));
}

// A case folder made for one test; `steps` use `run`, so no lpm is needed.
class CaseFolder : public ::testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) {
    files.write("case/" + name, text);
  }
  std::string problems(bool accept = false) {
    Case test(files.path("case"), accept);
    test.run();
    std::string all;
    for (const std::string& problem : test.problems()) all += problem + "\n";
    return all;
  }
  support::TestProject files;
};

TEST_F(CaseFolder, PassesWhenAllIsAsExpected) {
  write("project/a", "one\n");
  write("steps",
        "run cat a\nremember a\nexpect-unchanged a\nexpect-file a <<EOF\none\nEOF\nexpect-requests "
        "* 0\n");
  write("stdout", "one\n");
  write("tree", "a\n");
  EXPECT_EQ(problems(), "");
}

TEST_F(CaseFolder, NoticesEachKindOfDifference) {
  write("project/a", "one\n");
  const std::pair<const char*, const char*> rows[] = {
      {"run false\n", "status is not recorded"},
      {"remember a\nwrite a <<E\ntwo\nE\nexpect-unchanged a\n", "has changed: ."},
      {"expect-file a <<E\ntwo\nE\n", "holds:\none"},
      {"expect-exists b\n", "is absent"},
      {"expect-absent a\n", "is there"},
      {"expect-contains a two\n", "not in:\none"},
      {"run echo x\nexpect-contains stdout y\n", "not in:\nx"},
      {"expect-requests /a 1\n", "there were 0"},
      {"expect-requests /a >=1\n", "there were 0"},
      {"frobnicate\n", "no such step"},
      {"tree .\n", "tree is not recorded"},
      {"mv b c\n", "No such file"},
  };
  for (const auto& [steps, expected] : rows) {
    write("steps", steps);
    EXPECT_THAT(problems(), HasSubstr(expected)) << steps;
  }
  write("steps", "run echo x\n");
  write("stdout", "y\n");
  EXPECT_THAT(problems(), HasSubstr("stdout differs\n--- expected\ny\n--- actual\nx\n"));
}

TEST_F(CaseFolder, AcceptRewritesWhatDiffersAndKeepsWhatMatches) {
  write("steps", "run sh -c 'echo one; echo two; exit 3'\n");
  write("stdout", "one\n...\n");
  write("stderr", "wrong\n");
  EXPECT_EQ(problems(true), "");
  EXPECT_EQ(files.read("case/stdout"), "one\n...\n");
  EXPECT_EQ(files.read("case/stderr"), "");
  EXPECT_EQ(files.read("case/status"), "3\n");
  EXPECT_EQ(problems(), "");
}

TEST_F(CaseFolder, KnowsPlaceholdersInSteps) {
  write("registry.json", R"({"packages": {"a": {"1.0.0": {"$files": {"index.js": "1"}}}}})");
  write("steps",
        "run node -e \"fetch('[REGISTRY]/a').then(r => r.json()).then(d => console.log(d.name, "
        "d.versions['1.0.0'].dist.tarball))\"\n"
        "expect-requests /a 1\nenv X=[ROOT] run sh -c 'echo $X $HOME'\n");
  write("stdout", "$ [ANY]\na [REGISTRY]/a/-/a-1.0.0.tgz\n$ [ANY]\n[ROOT] [HOME]\n");
  EXPECT_EQ(problems(), "");
}

}  // namespace
}  // namespace lpm::cases
