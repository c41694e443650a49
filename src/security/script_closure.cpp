// Follows the lifecycle commands of a package into its files: the command's own words, then what
// each file requires, until nothing new turns up.
#include "security/script_closure.h"

#include <algorithm>
#include <deque>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/digest.h"
#include "formats/json.h"
#include "security/node_command.h"
#include "security/paths.h"
#include "security/program_rules.h"
#include "security/programs.h"
#include "security/script_file.h"
#include "security/shell_text.h"

namespace lpm::security {
namespace {

using formats::json::Value;

constexpr std::size_t kMostFiles = 1000;
constexpr std::size_t kMostBytes = std::size_t{32} << 20;

// "a/c.js" of "a/./b/../c.js"; nothing when it leaves the package or is no path of one.
std::optional<std::string> normal_path(std::string_view path) {
  if (path.empty() || path.front() == '/' || path.find('\0') != std::string_view::npos ||
      path.find('\\') != std::string_view::npos) {
    return std::nullopt;
  }
  std::vector<std::string> parts;
  for (std::string_view part : split(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.find_last_of('/');
  return slash == std::string_view::npos ? "" : std::string(path.substr(0, slash + 1));
}

bool is_script_name(std::string_view path) {
  return path.ends_with(".js") || path.ends_with(".cjs") || path.ends_with(".mjs") ||
         base_name(path).find('.') == std::string_view::npos;
}

class Follower {
 public:
  explicit Follower(const PackageFiles& files) : files_(files) {}

  ScriptReport run() {
    read_commands();
    while (!waiting_.empty() && report_.files.size() < kMostFiles) follow_next();
    finish();
    return std::move(report_);
  }

 private:
  void add(std::string_view id, std::string_view path, std::uint32_t line, std::string_view text) {
    report_.capabilities.push_back(capability(id, path, line, text));
  }
  // Something runs that is not among the files.
  void add_gap(std::string_view id, std::string_view path, std::string_view text) {
    add(id, path, 0, text);
    report_.complete = false;
  }

  void read_commands() {
    const std::optional<std::string> manifest = take_file("package.json");
    if (!manifest) return add_gap("bad-manifest", "package.json", "");
    const auto document = formats::json::parse(*manifest, "package.json");
    if (!document || !document->is_object()) return add_gap("bad-manifest", "package.json", "");
    note_own_runtime(*document);
    const Value* scripts = document->find("scripts");
    bool installs = false;
    for (const char* phase : {"preinstall", "install", "postinstall"}) {
      const auto command = scripts == nullptr ? std::nullopt : scripts->text_at(phase);
      if (!command || trim(*command).empty()) continue;
      installs = installs || std::string_view(phase) != "postinstall";
      add_command(phase, std::string(*command), false);
    }
    const Value* gyp = document->find("gypfile");
    const bool refused =
        gyp != nullptr && gyp->kind == formats::json::Kind::Boolean && !gyp->boolean;
    if (!installs && !refused && files_.file("binding.gyp")) {
      add_command("install", "node-gyp rebuild", true);
    }
  }

  // A dependency may bring a `node` or `node-gyp` of its own, which then stands first in PATH.
  void note_own_runtime(const Value& manifest) {
    for (const char* group : {"dependencies", "optionalDependencies"}) {
      const Value* names = manifest.find(group);
      for (const char* name : {"node", "node-gyp"}) {
        const Value* spec = names == nullptr ? nullptr : names->find(name);
        if (spec != nullptr) add_gap("other-program", "package.json", name);
      }
    }
  }

  void add_command(std::string_view phase, std::string text, bool implied) {
    ScriptCommand command;
    command.phase = phase;
    command.text = classify_command(text);
    command.implied = implied;
    command.command = std::move(text);
    named_ = &command.files;
    followed_.clear();
    follow_command(command.command);
    named_ = nullptr;
    report_.commands.push_back(std::move(command));
  }

  void follow_command(std::string_view text) {
    if (!followed_.insert(std::string(text)).second) return;
    const ShellText parsed = read_shell_text(text);
    for (const Item& item : parsed.items) {
      if (item.piece != Piece::Command) continue;
      for (const Program& program : programs_of(item.command.words).all) follow_program(program);
    }
  }

  void follow_program(const Program& program) {
    if (program.name == "node" || program.name == "nodejs") return follow_node(program);
    if (program.name == "node-gyp") return follow_gyp();
    for (const std::string& text : commands_given_by(program)) {
      if (depth_ >= 4) return add_gap("other-program", "", text);
      ++depth_;
      follow_command(text);
      --depth_;
    }
    if (const Word* script = script_word_of(program)) {
      if (!script->expands && is_plain_inner_path(script->value)) {
        return want(script->value, "", false);
      }
    }
    const std::string& word = program.word->value;
    if (!program.word->expands && word.find('/') != std::string::npos &&
        is_plain_inner_path(word)) {
      return want(word, "", false);
    }
    add_gap("other-program", "", word);
  }

  void follow_node(const Program& program) {
    const NodeCommand node = read_node_command(program.arguments);
    if (node.code == NodeCode::GuardedRequire) return want(node.required, "", true);
    if (node.script == nullptr || node.script->expands || node.code != NodeCode::None) {
      return add_gap("dynamic-require", "", program.word->value);
    }
    if (!node.plain) report_.complete = false;  // -r and the like
    want(node.script->value, "", false);
  }

  void follow_gyp() {
    const std::optional<std::string> gyp = take_file("binding.gyp");
    if (!gyp) return add_gap("missing-file", "binding.gyp", "");
    if (named_ != nullptr) named_->push_back("binding.gyp");
    for (const char* sign : {"<!", ">!", "^!", "<|", "action", "rules", "includes", "postbuilds",
                             "make_global_settings", "dependencies"}) {
      const std::size_t at = gyp->find(sign);
      if (at == std::string::npos) continue;
      const auto line =
          std::count(gyp->begin(), gyp->begin() + static_cast<std::ptrdiff_t>(at), '\n');
      add("gyp-command", "binding.gyp", static_cast<std::uint32_t>(line) + 1, sign);
      report_.complete = false;
    }
  }

  // A file that is run or required from `from`; one that may be missing is no gap.
  void want(std::string_view path, std::string_view from, bool may_be_missing) {
    const std::optional<std::string> wanted = normal_path(folder_of(from) + std::string(path));
    if (!wanted) return add_gap("missing-file", from, path);
    const std::optional<std::string> found = resolve(*wanted);
    if (!found) {
      if (!may_be_missing) add_gap("missing-file", from, path);
      return;
    }
    if (from.empty() && named_ != nullptr) named_->push_back(*found);
    if (seen_.insert(*found).second) waiting_.push_back(*found);
  }

  // Node's search: the file, with an ending, a folder's main.
  std::optional<std::string> resolve(const std::string& path) const {
    for (const char* ending : {"", ".js", ".json", ".node"}) {
      if (!path.empty() && files_.file(path + ending)) return path + ending;
    }
    const std::string folder = path.empty() ? "" : path + "/";
    if (const auto manifest = files_.file(folder + "package.json")) {
      const auto document = formats::json::parse(*manifest, "package.json");
      const auto main = document ? document->text_at("main") : std::nullopt;
      const auto inner = main ? normal_path(folder + std::string(*main)) : std::nullopt;
      for (const char* ending : {"", ".js", ".json", ".node", "/index.js"}) {
        if (inner && files_.file(*inner + ending)) return *inner + ending;
      }
    }
    for (const char* name : {"index.js", "index.json", "index.node"}) {
      if (files_.file(folder + name)) return folder + name;
    }
    return std::nullopt;
  }

  std::optional<std::string> take_file(const std::string& path) {
    std::optional<std::string> content = files_.file(path);
    if (!content) return std::nullopt;
    bytes_ += content->size();
    if (taken_.insert(path).second) {
      const crypto::Sha256 digest = crypto::sha256(as_bytes(*content));
      report_.files.push_back({path, to_hex(digest)});
    }
    return content;
  }

  void follow_next() {
    const std::string path = std::move(waiting_.front());
    waiting_.pop_front();
    const std::optional<std::string> content = take_file(path);
    if (!content) return;
    if (bytes_ > kMostBytes) {
      waiting_.clear();
      return add_gap("too-much", path, "");
    }
    if (path.ends_with(".json")) return;
    if (!is_script_name(path)) {
      if (path.ends_with(".sh")) add_shell_file(path, *content);
      return add_gap("native-file", path, "");
    }
    const bool other_interpreter =
        content->starts_with("#!") &&
        content->substr(0, content->find('\n')).find("node") == std::string::npos;
    if (other_interpreter) {
      add_shell_file(path, *content);
      return add_gap("native-file", path, "");
    }
    follow_facts(path, read_script(path, *content));
  }

  // Amber in any case; red when its lines are.
  void add_shell_file(std::string_view path, std::string_view content) {
    const Verdict verdict = classify_command(content);
    if (verdict.tier == Tier::Red) add("red-command", path, 0, verdict.evidence.front().text);
  }

  void follow_facts(const std::string& path, ScriptFacts facts) {
    sends_ = sends_ || facts.sends;
    reads_environment_ = reads_environment_ || facts.reads_environment;
    if (!facts.capabilities.empty()) {
      for (const Capability& found : facts.capabilities) {
        if (found.id != "environment" && found.id != "network") report_.complete = false;
      }
      std::move(facts.capabilities.begin(), facts.capabilities.end(),
                std::back_inserter(report_.capabilities));
    }
    for (const std::string& required : facts.required) want(required, path, false);
    for (const std::string& executed : facts.executed) want(executed, "", false);
  }

  void finish() {
    ScriptReport& report = report_;
    if (!waiting_.empty()) add_gap("too-much", "", "");
    if (sends_ && reads_environment_) {
      const auto found =
          std::find_if(report.capabilities.begin(), report.capabilities.end(),
                       [](const Capability& capability) { return capability.id == "environment"; });
      if (found != report.capabilities.end()) {
        const Capability where = *found;
        add("environment-sent", where.path, where.line, where.text);
      }
    }
    sort_report();
    for (const ScriptCommand& command : report.commands) {
      report.tier = std::max(report.tier, command.text.tier);
    }
    for (const Capability& found : report.capabilities) {
      report.tier = std::max(report.tier, found.tier);
    }
    report.closure_hash = "sha256-" + closure_hash(report.files);
  }

  void sort_report() {
    ScriptReport& report = report_;
    std::sort(report.files.begin(), report.files.end(),
              [](const ReachedFile& a, const ReachedFile& b) { return a.path < b.path; });
    std::stable_sort(report.capabilities.begin(), report.capabilities.end(),
                     [](const Capability& a, const Capability& b) {
                       return std::tie(a.path, a.line, a.id) < std::tie(b.path, b.line, b.id);
                     });
  }

  // Over `path`, a zero byte and the hex digest of the content, a zero byte, for each file by path.
  static std::string closure_hash(const std::vector<ReachedFile>& files) {
    std::string text;
    for (const ReachedFile& file : files) {
      text.append(file.path).push_back('\0');
      text.append(file.sha256).push_back('\0');
    }
    const crypto::Sha256 digest = crypto::sha256(as_bytes(text));
    return to_hex(digest);
  }

  const PackageFiles& files_;
  ScriptReport report_;
  std::deque<std::string> waiting_;
  std::set<std::string> seen_;
  std::set<std::string> taken_;
  std::set<std::string> followed_;  // texts of commands, of the current command
  std::vector<std::string>* named_ = nullptr;
  std::size_t bytes_ = 0;
  int depth_ = 0;
  bool sends_ = false;
  bool reads_environment_ = false;
};

}  // namespace

ScriptReport analyse_scripts(const PackageFiles& files) {
  return Follower(files).run();
}

}  // namespace lpm::security
