// TestProject: a private folder with home/, project/ and tmp/, removed at the end, and lpm run in
// it with an environment that nothing outside can reach.
//
//   TestProject project;
//   project.use(registry);
//   project.write("package.json", R"({"dependencies": {"a": "^1"}})");
//   Ran ran = project.lpm({"install"});
//   EXPECT_EQ(ran.status, 0) << ran;
//   EXPECT_EQ(project.tree("node_modules/a"), "index.js\npackage.json\n");
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::support {

class FakeRegistry;
class Terminal;

struct Ran {
  int status = -1;  // exit status; 128 + n after signal n
  int signal = 0;
  bool timed_out = false;  // killed with everything it started
  std::string out;
  std::string err;
  std::chrono::milliseconds elapsed{0};
  bool terminal_restored = true;  // its modes, when there was one
};
std::ostream& operator<<(std::ostream& stream,
                         const Ran& ran);  // for messages of failed expectations

using Environment = std::map<std::string, std::string>;

struct RunOptions {
  std::string directory = {};    // relative to the project, which it is unless told
  Environment environment = {};  // added to the clean one
  std::string input = {};
  std::chrono::seconds time_limit{60};
  // As a user whom permission bits bind, when the test itself runs as root. The files must have
  // been given away before: TestProject::give_away().
  bool unprivileged = false;
  // In a terminal of its own, so many columns wide; 0: none. What it writes to stdout and stderr
  // comes as `out`, as a terminal would get it; `input` is typed.
  int terminal_columns = 0;
};

class TestProject {
 public:
  TestProject();
  ~TestProject();  // LPM_KEEP_TEST_PROJECTS=1 keeps the folder and prints it
  TestProject(const TestProject&) = delete;
  TestProject& operator=(const TestProject&) = delete;

  const std::string& root() const { return root_; }
  std::string home() const { return root_ + "/home"; }
  std::string path() const { return root_ + "/project"; }
  std::string path(std::string_view relative) const { return path() + "/" + std::string(relative); }

  // Writes the registry's URL into home/.npmrc. Without it lpm is pointed at a closed port.
  void use(const FakeRegistry& registry);
  void use_registry_url(std::string_view url);

  // The environment of every child that a test starts: PATH with node's folder first, HOME,
  // LPM_HOME, TMPDIR, LANG, and `added`. Nothing of this process's own.
  Environment environment(const Environment& added = {}) const;
  // For all later children of this project.
  void set(std::string_view name, std::string_view value) { added_[std::string(name)] = value; }

  Ran lpm(const std::vector<std::string>& arguments, const RunOptions& options = {}) const;
  Ran run(const std::vector<std::string>& argv, const RunOptions& options = {}) const;

  // A child that runs beside the test; wait() or the destructor ends it.
  class Child {
   public:
    Child(Child&& other) noexcept;
    ~Child();
    pid_t pid() const { return pid_; }
    void kill(int signal);
    bool is_running();
    std::string output() const;  // what stdout, or the terminal, got so far
    Ran wait(std::chrono::seconds limit = std::chrono::seconds(60));

   private:
    friend class TestProject;
    Child() = default;
    pid_t pid_ = -1;
    std::string out_file_;
    std::string err_file_;
    std::shared_ptr<Terminal> terminal_;
    std::chrono::steady_clock::time_point started_;
    std::optional<Ran> ended_;
  };
  Child start(const std::vector<std::string>& argv, const RunOptions& options = {}) const;
  // Everything below root() to the user of unprivileged children; nothing to do unless root runs.
  void give_away() const;
  Child start_lpm(const std::vector<std::string>& arguments, const RunOptions& options = {}) const;
  static std::string
  lpm_binary();  // LPM_UNDER_TEST of the build, or the environment variable of that name

  // Files; paths relative to the project unless absolute. Folders are made as needed.
  void write(std::string_view path, std::string_view content) const;
  std::string read(std::string_view path) const;         // "" when absent
  bool exists(std::string_view path) const;              // a dangling symlink exists, too
  std::string link_target(std::string_view path) const;  // "" when it is no symlink
  void remove(std::string_view path) const;
  void make_directory(std::string_view path) const;

  // One line an entry, sorted: "bin/", "bin/run*" (executable), "link -> target", "file". Missing:
  // "(absent)\n". Folders are listed only when empty. Symlinks are not followed.
  std::string tree(std::string_view path = "") const;
  // Every path below root() with size, mode, content hash or link target; equal when nothing
  // changed.
  std::map<std::string, std::string> snapshot(std::string_view path = "") const;

 private:
  std::string absolute(std::string_view path) const;
  std::string root_;
  Environment added_;
};

}  // namespace lpm::support
