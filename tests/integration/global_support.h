// What the tests of global packages share.
#pragma once

#include <chrono>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "integration/support.h"

namespace lpm::integration {

using support::Environment;

struct GlobalScene : Workplace {
  std::string home(const std::string& path) const { return project.home() + "/.lpm/" + path; }
  std::string global(const std::string& path) const { return home("global/" + path); }
  std::string outer_path() const { return project.environment().at("PATH"); }

  // A package whose one command, named as it is, prints "NAME VERSION".
  void publish_tool(const std::string& name, const std::string& version) {
    publish_tool(name, version, name);
  }
  void publish_tool(const std::string& name, const std::string& version,
                    const std::string& command) {
    registry.publish(name, version)
        .bin(command, "cli.js")
        .file("cli.js", "#!/usr/bin/env node\nconsole.log('" + name + " " + version + "')\n");
  }

  // With the folder of global commands on PATH.
  RunOptions on_path(const Environment& added = {}) const {
    Environment environment = added;
    environment["PATH"] = home("bin") + ":" + outer_path();
    return {.environment = environment};
  }
  Ran lpm(const std::vector<std::string>& arguments, const Environment& added = {}) const {
    return project.lpm(arguments, on_path(added));
  }
  TestProject::Child start(const std::vector<std::string>& arguments) const {
    return project.start_lpm(arguments, on_path());
  }
  // What a command on PATH prints.
  std::string call(const std::string& command) const {
    const Ran ran = project.run({"sh", "-c", command}, on_path());
    return ran.status == 0 ? ran.out : ran.out + ran.err;
  }

  std::vector<std::string> roots() const {
    std::vector<std::string> names;
    const std::string listing = project.run({"sh", "-c", "ls -A \"$0\" 2>&-", global("roots")}).out;
    for (std::size_t at = 0; at < listing.size(); at = listing.find('\n', at) + 1)
      names.push_back(listing.substr(at, listing.find('\n', at) - at));
    return names;
  }
  std::string log() const { return project.read(global("log")); }

  // Nothing is under way, nothing lies about, every link leads somewhere.
  void expect_settled() const {
    EXPECT_EQ(log(), "");
    EXPECT_EQ(project.tree(global("trash")), project.exists(global("trash")) ? "" : "(absent)\n");
    const Ran links = project.run({"sh", "-c", "find \"$0\" -xtype l", home("bin")});
    EXPECT_EQ(links.out, "");
    const std::string catalogue = project.read(global("installed.json"));
    for (const std::string& root : roots())
      EXPECT_THAT(catalogue, HasSubstr("\"root\": \"" + root + "\"")) << "nobody's root";
  }
};

// With `a` installed, and a log that can be damaged.
struct InstalledScene : GlobalScene {
  InstalledScene() {
    for (const char* name : {"a", "b"}) publish_tool(name, "1.0.0");
    EXPECT_EQ(lpm({"install", "-g", "a@1"}).status, 0);
  }
  void append_to_log(const std::string& bytes) const {
    std::ofstream(global("log"), std::ios::binary | std::ios::app) << bytes;
  }
  void replace_in_log(const std::string& text, const std::string& by) const {
    std::string whole = log();
    const std::size_t at = whole.find(text);
    ASSERT_NE(at, std::string::npos) << whole;
    project.write(global("log"), whole.replace(at, text.size(), by));
  }
  // Of the bytes that were set aside.
  std::string damaged() const {
    return project.run({"sh", "-c", "cat \"$0\".damaged-* 2>&-", global("log")}).out;
  }
  // A process that has written its intent and waits for the registry.
  TestProject::Child start_slow(const std::string& package) {
    registry.fault("/" + package + "/-/*").delay(3000);
    TestProject::Child child = start({"install", "-g", package});
    wait_until([&] { return registry.count("/" + package + "/-/*") > 0; });
    EXPECT_THAT(log(), HasSubstr("install -g " + package));
    return child;
  }
  template <class Holds>
  static void wait_until(Holds holds) {
    for (int i = 0; i < 1000 && !holds(); ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_TRUE(holds());
  }
};

}  // namespace lpm::integration
