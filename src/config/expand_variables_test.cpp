#include "config/expand_variables.h"

#include <gtest/gtest.h>

namespace lpm::config {
namespace {

const os::EnvironmentMap kEnvironment = {
    {"A", "one"}, {"B", "two${A}"}, {"E", ""}, {"X-Y", "dash"}};

std::string expand(std::string_view text) {
  return expand_variables(text, kEnvironment).text;
}

TEST(ExpandVariables, ReplacesWhatIsSet) {
  EXPECT_EQ(expand("${A}"), "one");
  EXPECT_EQ(expand("x${A}y${A}z"), "xoneyonez");
  EXPECT_EQ(expand("${E}."), ".");
  EXPECT_EQ(expand("${X-Y}"), "dash");
  EXPECT_EQ(expand("$A ${} ${A $A}"), "$A ${} ${A $A}");
}

TEST(ExpandVariables, DoesNotExpandResults) {
  EXPECT_EQ(expand("${B}"), "two${A}");
}

TEST(ExpandVariables, LeavesUnsetOnesAndNamesThem) {
  const Expansion expansion = expand_variables("a${M}b${N}", kEnvironment);
  EXPECT_EQ(expansion.text, "a${M}b${N}");
  EXPECT_EQ(expansion.unset, (std::vector<std::string>{"M", "N"}));
}

TEST(ExpandVariables, KnowsFallbacks) {
  EXPECT_EQ(expand("[${M?}]"), "[]");
  EXPECT_EQ(expand("${A?}"), "one");
  EXPECT_EQ(expand("${M-x}${A-x}${E-x}"), "xone");
  EXPECT_EQ(expand("${M:-x}${A:-x}${E:-x}"), "xonex");
  EXPECT_TRUE(expand_variables("${M?}${M-}", kEnvironment).unset.empty());
}

TEST(ExpandVariables, BackslashesKeepTheText) {
  EXPECT_EQ(expand("\\${A}"), "${A}");
  EXPECT_EQ(expand("\\\\${A}"), "\\one");
  EXPECT_EQ(expand("\\\\\\${A}"), "\\${A}");
  EXPECT_EQ(expand("${A}\\${A}"), "one${A}");
}

TEST(ExpandVariables, FindsAVariableBehindAnUnfinishedOne) {
  EXPECT_EQ(expand("${ ${A}"), "${ one");
  EXPECT_EQ(expand("${A"), "${A");
}

}  // namespace
}  // namespace lpm::config
