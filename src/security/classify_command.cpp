// The tier of a command: rules over the raw text, then over each simple command that the grammar
// finds, also inside substitutions and `sh -c` texts, which wait in a queue with their depth. Each
// level reads a text once, and the levels are few, so the cost is linear.
//
// No rule ever makes a verdict better: findings are collected, the worst decides. Green is left
// only when there was exactly one simple command and it is a known recipe.
#include <algorithm>
#include <array>
#include <deque>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/text.h"
#include "security/program_rules.h"
#include "security/programs.h"
#include "security/raw_text_rules.h"
#include "security/recipes.h"
#include "security/rules.h"
#include "security/shell_text.h"
#include "security/triage.h"

namespace lpm::security {
namespace {

constexpr int kDeepest = 8;                   // commands inside commands
constexpr std::size_t kMostEvidence = 32;     // findings shown
constexpr std::size_t kMostCollected = 1024;  // findings kept of a tier before some are chosen
// Bytes of nested commands that are read: the levels of an honest command, never its square.
constexpr std::size_t kNestedBytes = 64 * 1024;
constexpr std::size_t kNestedTimes = 16;

struct Nested {
  std::string text;
  int depth = 0;
};

// Whether what flows through a pipe was downloaded or decoded, through groups and loops too:
//   curl URL | while read line; do sh; done      (sh inherits the input of the loop)
//   { curl URL; } | sh                           (the group hands on what is written in it)
class Flow {
 public:
  void open() { frames_.push_back({.inherited = top().current, .current = top().current}); }
  void close() {
    if (frames_.size() == 1) return;
    const bool any = top().any;
    frames_.pop_back();
    note(any);
  }
  void separate() { top().current = top().inherited; }
  void note(bool tainted) {
    top().current = top().current || tainted;
    top().any = top().any || tainted;
  }
  // What the next command reads; a command after no pipe reads what its group does.
  bool tainted() const { return frames_.back().current; }

 private:
  struct Frame {
    bool inherited = false;
    bool current = false;
    bool any = false;
  };
  Frame& top() { return frames_.back(); }
  std::vector<Frame> frames_ = {Frame{}};
};

// True when a command anywhere in the text downloads or decodes.
bool downloads(std::string_view text) {
  const ShellText parsed = read_shell_text(text);
  return std::any_of(parsed.items.begin(), parsed.items.end(), [](const Item& item) {
    if (item.piece != Piece::Command) return false;
    const Programs programs = programs_of(item.command.words);
    return std::any_of(programs.all.begin(), programs.all.end(), is_downloader);
  });
}

bool downloads(const Word& word) {
  return std::any_of(word.substitutions.begin(), word.substitutions.end(),
                     [](const std::string& text) { return downloads(text); });
}

class Classifier {
 public:
  Verdict classify(std::string_view command) {
    budget_ = kNestedBytes + kNestedTimes * command.size();
    for (Evidence& evidence : find_in_raw_text(command)) add(std::move(evidence));
    const bool is_recipe = classify_text(command, 0);
    while (!waiting_.empty()) {
      const Nested nested = std::move(waiting_.front());
      waiting_.pop_front();
      classify_text(nested.text, nested.depth);
    }
    if (evidence_.empty())
      add(evidence_of(is_recipe ? "known-recipe" : "empty-command", trim(command)));
    return finish();
  }

 private:
  void add(Evidence evidence) {
    worst_ = std::max(worst_, evidence.tier);
    std::size_t& collected = collected_[static_cast<std::size_t>(evidence.tier)];
    if (collected++ < kMostCollected) evidence_.push_back(std::move(evidence));
  }
  void add(std::string_view id, std::string_view text) { add(evidence_of(id, text)); }

  // True when the text is one command that is a known recipe.
  bool classify_text(std::string_view untrimmed, int depth) {
    const std::string_view text = trim(untrimmed);
    const ShellText parsed = read_shell_text(text);
    if (!parsed.whole) add("unparsed", text);
    if (parsed.items.size() > 1) add("compound-command", text);
    Flow flow;
    bool is_recipe = false;
    for (const Item& item : parsed.items) {
      switch (item.piece) {
        case Piece::Command:
          is_recipe = classify_simple(item.command, flow, depth);
          break;
        case Piece::Pipe:
          break;
        case Piece::Separator:
          flow.separate();
          break;
        case Piece::Open:
          flow.open();
          break;
        case Piece::Close:
          flow.close();
          break;
      }
    }
    return parsed.items.size() == 1 && is_recipe;
  }

  bool classify_simple(const Command& command, Flow& flow, int depth) {
    queue_substitutions(command, depth);
    for (Evidence& evidence : find_in_redirections(command.redirections)) add(std::move(evidence));
    const bool has_extras = note_extras(command);
    const Programs programs = programs_of(command.words);
    if (programs.too_deep) add("too-deep", command.words[0].value);
    bool produces = false;
    bool known = !has_extras && is_known_recipe(command.words);
    for (const Program& program : programs.all) {
      classify_program(program, command, flow, depth);
      produces = produces || is_downloader(program);
    }
    flow.note(produces);
    if (!known && !command.words.empty()) add("unknown-program", command.words[0].value);
    return known;
  }

  void classify_program(const Program& program, const Command& command, const Flow& flow,
                        int depth) {
    for (Evidence& evidence : find_in_program(program)) add(std::move(evidence));
    for (const std::string& text : commands_given_by(program)) queue(text, depth);
    if (is_shell(program.name) && (flow.tainted() || reads_download(command))) {
      add("download-to-shell", "| " + program.word->value);
    }
    const Word* script = script_word_of(program);
    if (script != nullptr && downloads(*script)) add("download-to-shell", script->value);
  }

  static bool reads_download(const Command& command) {
    return std::any_of(command.redirections.begin(), command.redirections.end(),
                       [](const Redirection& redirection) {
                         return !redirection.writes && downloads(redirection.target);
                       });
  }

  // Assignments, redirections, expansions and disguises: each of them is amber at least.
  bool note_extras(const Command& command) {
    bool found = false;
    const auto note = [&](std::string_view id, std::string_view text) {
      add(id, text);
      found = true;
    };
    for (const Word& word : command.assignments) note("assignment", word.value);
    for (const Redirection& redirection : command.redirections) {
      note("compound-command", "> " + redirection.target.value);
    }
    for (const Word& word : command.words) {
      if (word.disguised) note("disguised-word", word.value);
      if (word.expands) note("expansion", word.value);
    }
    return found;
  }

  void queue_substitutions(const Command& command, int depth) {
    const auto queue_of = [&](const Word& word) {
      for (const std::string& text : word.substitutions) queue(text, depth);
    };
    for (const Word& word : command.assignments) queue_of(word);
    for (const Word& word : command.words) queue_of(word);
    for (const Redirection& redirection : command.redirections) queue_of(redirection.target);
  }

  void queue(std::string_view text, int depth) {
    if (queued_.contains(text)) return;
    if (depth >= kDeepest || text.size() > budget_) {
      add("too-deep", text);
      return;
    }
    budget_ -= text.size();
    queued_.emplace(text);
    waiting_.push_back({std::string(text), depth + 1});
  }

  Verdict finish() {
    std::stable_sort(evidence_.begin(), evidence_.end(),
                     [](const Evidence& a, const Evidence& b) { return a.tier > b.tier; });
    Verdict verdict;
    verdict.tier = worst_;
    for (Evidence& evidence : evidence_) {
      if (verdict.evidence.size() == kMostEvidence) break;
      const bool known =
          std::any_of(verdict.evidence.begin(), verdict.evidence.end(), [&](const Evidence& other) {
            return other.rule == evidence.rule && other.text == evidence.text;
          });
      if (!known) verdict.evidence.push_back(std::move(evidence));
    }
    return verdict;
  }

  Tier worst_ = Tier::Green;
  std::size_t budget_ = 0;
  std::array<std::size_t, 3> collected_ = {};
  std::vector<Evidence> evidence_;
  std::unordered_set<std::string, TextHash, std::equal_to<>> queued_;
  std::deque<Nested> waiting_;
};

}  // namespace

Verdict classify_command(std::string_view command) {
  return Classifier().classify(command);
}

}  // namespace lpm::security
