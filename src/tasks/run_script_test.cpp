#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tasks/test_support.h"

namespace lpm::tasks {
namespace {

using RunScript = ProjectTest;

TEST_F(RunScript, RunsPreMainAndPostInOrderWithArgumentsForMainOnly) {
  const auto& script = context(R"({"scripts": {
    "prebuild": "echo pre \"$#\" \"$npm_lifecycle_event\" >> log",
    "build": "echo main \"$npm_lifecycle_event\" >> log; printf '<%s>' >> log",
    "postbuild": "echo post \"$npm_lifecycle_event\" >> log"}})");
  EXPECT_EQ(run(script, "build", {"a b", "c"}), 0);
  EXPECT_EQ(read("project/log"), "pre 0 prebuild\nmain build\n<a b><c>post postbuild\n");
}

TEST_F(RunScript, StopsAtTheFirstFailureAndHandsOnItsStatus) {
  const auto& script = context(R"({"scripts": {
    "prea": "exit 3", "a": "touch ran", "b": "exit 42", "postb": "touch ran"}})");
  EXPECT_EQ(run(script, "a"), 3);
  EXPECT_EQ(run(script, "b"), 42);
  EXPECT_FALSE(os::exists(project_ + "/ran"));
}

TEST_F(RunScript, TurnsASignalInto128PlusItsNumber) {
  EXPECT_EQ(run(context(R"({"scripts": {"die": "kill -TERM $$"}})"), "die"), 128 + SIGTERM);
}

TEST_F(RunScript, IgnoreScriptsLeavesPreAndPostOut) {
  write("home/.npmrc", "ignore-scripts=true\n");
  const auto& script = context(R"({"scripts": {"prea": "echo pre >> log", "a": "echo a >> log"}})");
  EXPECT_EQ(run(script, "a"), 0);
  EXPECT_EQ(read("project/log"), "a\n");
}

TEST_F(RunScript, AMissingScriptIsAnErrorWithSuggestionUnlessIfPresent) {
  const auto& script = context(R"({"scripts": {"build": "true", "test": "true"}})");
  const auto status = run_script(script, "biuld", {}, false);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::SCRIPT_NOT_FOUND);
  EXPECT_EQ(status.error().what, "package.json has no script `biuld`");
  EXPECT_EQ(status.error().hints, std::vector<std::string>{"did you mean `lpm run build`?"});
  set_variable("npm_config_if_present", "true");
  EXPECT_EQ(run(context(R"({})"), "biuld"), 0);
}

TEST_F(RunScript, AnEmptyScriptDoesNothing) {
  EXPECT_EQ(run(context(R"({"scripts": {"a": "", "posta": "touch post"}})"), "a", {"x"}), 0);
  EXPECT_TRUE(os::exists(project_ + "/post"));
}

TEST_F(RunScript, KnowsNpmsOwnScripts) {
  const auto& bare = context("{}");
  EXPECT_EQ(find_script(bare, "env"), "env");
  EXPECT_EQ(find_script(bare, "start"), std::nullopt);
  EXPECT_EQ(find_script(bare, "install"), std::nullopt);
  EXPECT_EQ(find_script(bare, "restart"),
            "/opt/lpm/bin/lpm run --if-present stop && /opt/lpm/bin/lpm run start");
  write("project/server.js", "");
  write("project/binding.gyp", "{}");
  EXPECT_EQ(find_script(bare, "start"), "node server.js");
  EXPECT_EQ(find_script(bare, "install"), "node-gyp rebuild");
  const auto& own =
      context(R"({"scripts": {"start": "mine", "preinstall": "x", "restart": "again"}})");
  EXPECT_EQ(find_script(own, "start"), "mine");
  EXPECT_EQ(find_script(own, "install"), std::nullopt);
  EXPECT_EQ(find_script(own, "restart"), "again");
}

TEST_F(RunScript, UsesTheScriptShell) {
  write("shell", "#!/bin/sh\nprintf '%s|' \"$@\" > seen\n", 0755);
  write("home/.npmrc", "script-shell=" + root_ + "/shell\n");
  EXPECT_EQ(run(context(R"({"scripts": {"a": "say hi"}})"), "a", {"x y"}), 0);
  EXPECT_EQ(read("project/seen"), "-c|say hi 'x y'|");
}

TEST_F(RunScript, RunsInTheProjectAndFindsItsCommandsFirst) {
  write("project/node_modules/.bin/tool", "#!/bin/sh\npwd > where\n", 0755);
  EXPECT_EQ(run(context(R"({"scripts": {"a": "tool"}})"), "a"), 0);
  EXPECT_EQ(read("project/where"), project_ + "\n");
}

TEST_F(RunScript, QuotedArgumentsArriveUnchanged) {
  const std::vector<std::string> torture = {"",
                                            " ",
                                            "a b",
                                            "'",
                                            "\"",
                                            "''",
                                            "it's",
                                            "\\",
                                            "a\\",
                                            "\\'",
                                            "$HOME",
                                            "$(touch hacked)",
                                            "`touch hacked`",
                                            "a\nb",
                                            "\n",
                                            "\t",
                                            "*",
                                            "?",
                                            "[a-z]",
                                            "{a,b}",
                                            "~",
                                            "~root",
                                            "#x",
                                            "!x",
                                            "a;b",
                                            "a&b",
                                            "a|b",
                                            "<x",
                                            ">x",
                                            "(x)",
                                            "--",
                                            "-n",
                                            "A=B",
                                            "\xc3\xa4\xe6\xbc\xa2\xf0\x9f\x98\x80",
                                            "\xff\xfe",
                                            "%s",
                                            "^",
                                            "'$x'",
                                            "\"'\"'\"",
                                            "\r",
                                            "\x01",
                                            "\x7f"};
  std::string expected;
  for (const std::string& argument : torture) expected += "<" + argument + ">\n";
  write("project/show", "#!/bin/sh\nprintf '<%s>\\n' \"$@\" > seen\n", 0755);
  for (const char* shell : {"sh", "bash"}) {
    write("home/.npmrc", std::string("script-shell=") + shell + "\n");
    EXPECT_EQ(run(context(R"({"scripts": {"a": "./show"}})"), "a", torture), 0);
    EXPECT_EQ(read("project/seen"), expected) << shell;
  }
  EXPECT_FALSE(os::exists(project_ + "/hacked"));
}

TEST_F(RunScript, EveryByteSurvivesQuoting) {
  write("project/show", "#!/bin/sh\nprintf '<%s>\\n' \"$@\" > seen\n", 0755);
  std::vector<std::string> arguments;
  std::string expected;
  for (int byte = 1; byte < 256; ++byte) {
    const std::string text =
        std::string("a") + static_cast<char>(byte) + "b" + static_cast<char>(byte);
    arguments.push_back(text);
    expected += "<" + text + ">\n";
  }
  EXPECT_EQ(run(context(R"({"scripts": {"a": "./show"}})"), "a", arguments), 0);
  EXPECT_EQ(read("project/seen"), expected);
}

TEST_F(RunScript, ReplacesThisProcessForTheLastStepOnly) {
  ScriptContext script =
      context(R"({"scripts": {"prea": "echo pre >> log", "a": "echo main $PPID >> log; exit 7"}})");
  script.may_replace_process = true;
  const pid_t child = fork();
  if (child == 0) {
    const auto status = run_script(script, "a", {}, false);
    _exit(status ? 99 : 98);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 7);
  EXPECT_EQ(read("project/log"), "pre\nmain " + std::to_string(getpid()) + "\n");
}

using RunCommand = ProjectTest;

TEST_F(RunCommand, LooksInTheFoldersAboveThenOnPath) {
  ScriptContext script = context("{}");
  write("project/node_modules/.bin/tool",
        "#!/bin/sh\nprintf '%s:' \"$PWD\" \"$@\" \"$npm_lifecycle_event\" > \"$INIT_CWD/seen\"\n",
        0755);
  ASSERT_TRUE(os::make_directories(project_ + "/sub"));
  script.initial_directory = project_ + "/sub";
  EXPECT_EQ(*run_command(script, {"tool", "a b", "$x"}), 0);
  EXPECT_EQ(read("project/sub/seen"), project_ + "/sub:a b:$x:npx:");
  EXPECT_EQ(*run_command(script, {"sh", "-c", "exit 9"}), 9);
}

TEST_F(RunCommand, FindsTheProjectsCommandsFromElsewhere) {
  ScriptContext script = context("{}");
  write("project/node_modules/.bin/tool", "#!/bin/sh\nexit 5\n", 0755);
  script.initial_directory = root_;
  EXPECT_EQ(*run_command(script, {"tool"}), 5);
}

TEST_F(RunCommand, AMissingCommandIsAnError) {
  const auto& script = context("{}");
  for (const char* command : {"no-such-command-anywhere", "./no-such-file"}) {
    const auto status = run_command(script, {command});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::COMMAND_NOT_FOUND);
    EXPECT_EQ(status.error().status(), 127);
  }
}

TEST(QuoteForShell, LeavesPlainWordsAlone) {
  EXPECT_EQ(quote_for_shell("--flag=a/b.c:1,2@x%+_"), "--flag=a/b.c:1,2@x%+_");
  EXPECT_EQ(quote_for_shell(""), "''");
  EXPECT_EQ(quote_for_shell("a'b"), "'a'\\''b'");
}

}  // namespace
}  // namespace lpm::tasks
