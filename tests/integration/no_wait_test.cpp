// `--no-wait`: a command that would wait for a lock ends at once and names the holder. And the
// order in which locks are taken: project before store, store before nothing.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <set>
#include <sstream>

#include "integration/support.h"

namespace lpm::integration {
namespace {

using Words = std::vector<std::string>;

struct Scene : Workplace {
  Scene() : Workplace(R"({"a": "^1.0.0"})") {
    registry.publish("a", "1.0.0").file("index.js", "1");
    registry.publish("b", "1.0.0").file("index.js", "1");
    for (const char* name : {"tool", "other-tool"})
      registry.publish(name, "1.0.0").bin(name, "cli.js").file("cli.js", "1");
    for (const Words& words : {Words{"install"}, Words{"install", "-g", "other-tool"}}) {
      const Ran ran = project.lpm(words);
      EXPECT_EQ(ran.status, 0) << ran;
    }
  }
  std::string project_lock() const { return project.path(".lpm/.install.lock"); }
  std::string store_lock() const { return project.home() + "/.lpm/store/.lock"; }
  std::string global_lock() const { return project.home() + "/.lpm/global/.tx.lock"; }
};

std::string own_start_time() {
  std::ifstream file("/proc/self/stat");
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string field;
  constexpr int kStartTime = 20;  // the 22nd, and two stand before the name's end
  for (int i = 0; i < kStartTime; ++i) fields >> field;
  return field;
}

// Held as another lpm would, which calls itself `lpm sleep`.
class HeldLock {
 public:
  explicit HeldLock(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
    EXPECT_EQ(flock(file_, LOCK_EX | LOCK_NB), 0) << path;
    const std::string line = std::to_string(getpid()) + " " + own_start_time() + " sleep\n";
    EXPECT_EQ(ftruncate(file_, 0), 0);
    EXPECT_EQ(pwrite(file_, line.data(), line.size(), 0), static_cast<ssize_t>(line.size()));
  }
  ~HeldLock() { close(file_); }
  HeldLock(const HeldLock&) = delete;
  HeldLock& operator=(const HeldLock&) = delete;

 private:
  int file_;
};

void expect_locked(Scene& scene, const Words& words, const std::string& lock) {
  std::string name;
  for (const std::string& word : words) name += word + " ";
  SCOPED_TRACE(name + " while " + lock + " is held");
  const auto before = scene.project.snapshot("package.json");
  Words arguments = words;
  arguments.emplace_back("--no-wait");
  const HeldLock held(lock);
  const Ran ran = scene.project.lpm(arguments);
  EXPECT_EQ(ran.status, 1) << ran;
  EXPECT_THAT(ran.err, HasSubstr("code: LPM_LOCKED"));
  EXPECT_THAT(ran.err, HasSubstr("held by  process " + std::to_string(getpid()) + " (sleep)"));
  EXPECT_LT(ran.elapsed, std::chrono::milliseconds(900)) << "waited";
  EXPECT_EQ(scene.project.snapshot("package.json"), before);
}

const std::vector<Words> kOfTheProject = {{"install"},
                                          {"install", "b"},
                                          {"uninstall", "a"},
                                          {"ci"},
                                          {"update"},
                                          {"dedupe"},
                                          {"version", "patch", "--no-git-tag-version"}};
const std::vector<Words> kOfTheStore = {{"store", "status"},
                                        {"store", "verify"},
                                        {"store", "verify", "--fix"},
                                        {"store", "gc"},
                                        {"store", "clean"},
                                        {"install", "b"},
                                        {"ci"},
                                        {"update", "--force"},
                                        {"install", "-g", "tool"}};
const std::vector<Words> kOfGlobalPackages = {
    {"install", "-g", "tool"}, {"update", "-g", "--force"}, {"uninstall", "-g", "other-tool"}};

TEST(NoWait, EndsAtOnceAndNamesWhoHoldsTheProject) {
  Scene scene;
  scene.project.write("package.json",
                      R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}})");
  for (const Words& words : kOfTheProject) expect_locked(scene, words, scene.project_lock());
}

TEST(NoWait, EndsAtOnceAndNamesWhoHoldsTheStore) {
  Scene scene;
  for (const Words& words : kOfTheStore) expect_locked(scene, words, scene.store_lock());
}

TEST(NoWait, EndsAtOnceAndNamesWhoHoldsTheGlobalPackages) {
  Scene scene;
  for (const Words& words : kOfGlobalPackages) expect_locked(scene, words, scene.global_lock());
}

// What strace tells of locks: pairs of a lock that was held and one that was taken meanwhile.
class LockTrace {
 public:
  explicit LockTrace(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) read(line);
  }
  const std::set<std::pair<std::string, std::string>>& pairs() const { return pairs_; }
  const std::set<std::string>& taken() const { return taken_; }

 private:
  // "flock(5</x/.lpm/.install.lock>, LOCK_EX|LOCK_NB) = 0"
  void read(const std::string& line) {
    const bool is_flock = line.find("flock(") != std::string::npos;
    const bool is_close = line.find("close(") != std::string::npos;
    const std::size_t at = line.find('(');
    const std::size_t path = line.find('<', at);
    if (!(is_flock || is_close) || path == std::string::npos) return;
    const std::string file = line.substr(at, line.find('>', path) - at);  // descriptor and path
    const std::string kind = kind_of(file);
    if (kind.empty()) return;
    if (is_close) {
      held_.erase(file);
      return;
    }
    taken_.insert(kind);
    for (const std::string& other : held_)
      if (other != file) pairs_.emplace(kind_of(other), kind);
    if (line.find("= 0") != std::string::npos) held_.insert(file);
  }
  static std::string kind_of(const std::string& file) {
    for (const auto& [end, kind] :
         std::vector<std::pair<std::string, std::string>>{{"/store/.lock", "store"},
                                                          {"/.tx.lock", "global"},
                                                          {"/.owner.lock", "root"},
                                                          {"/.lpm/.install.lock", "project"}})
      if (file.ends_with(end)) return kind;
    return "";
  }
  std::set<std::string> held_, taken_;
  std::set<std::pair<std::string, std::string>> pairs_;
};

// Two commands that take the same locks in other orders would wait for each other for ever.
TEST(LockOrder, NothingIsTakenWhileTheStoreIsHeldAndTheProjectComesFirst) {
  std::set<std::string> taken;
  for (const auto& table : {kOfTheProject, kOfTheStore, kOfGlobalPackages}) {
    for (const Words& words : table) {
      Scene scene;
      scene.project.write(
          "package.json",
          R"({"name": "app", "version": "1.0.0", "dependencies": {"a": "^1.0.0"}})");
      const std::string trace = scene.project.root() + "/trace";
      Words command = {
          "strace", "-f", "-y", "-o", trace, "-e", "trace=flock,close", TestProject::lpm_binary()};
      command.insert(command.end(), words.begin(), words.end());
      const Ran ran = scene.project.run(command);
      if (ran.status == 127 || ran.err.find("PTRACE") != std::string::npos)
        GTEST_SKIP() << "strace cannot be used here: " << ran.err;
      ASSERT_EQ(ran.status, 0) << ran;
      const LockTrace locks(scene.project.read(trace));
      taken.insert(locks.taken().begin(), locks.taken().end());
      for (const auto& [held, next] : locks.pairs()) {
        EXPECT_NE(held, "store") << "then " << next << ": " << ran;
        EXPECT_FALSE(held == "project" && next == "global") << ran;
        EXPECT_FALSE(held == "global" && next == "project") << ran;
      }
    }
  }
  EXPECT_EQ(taken, (std::set<std::string>{"project", "store", "global", "root"}));
}

}  // namespace
}  // namespace lpm::integration
