// The reader of lpm.lock, line by line; targets are looked up when all packages are known.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockfile/lockfile.h"
#include "lockfile/toml_text.h"

namespace lpm::lockfile {

// Relative, normal (no empty, `.` or `..` part) and thus inside its base; `.` alone is the base.
bool is_inner_path(std::string_view path);
bool is_version_text(std::string_view text);

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  bool parse();
  Error error(std::string_view file) const;  // after parse() was false
  Lockfile result() && { return std::move(result_); }

 private:
  enum class Stage { Start, Resolution, Importers, Packages };
  struct Problem {
    std::size_t line;
    std::string expected;
    std::string found;
  };
  // An edge whose `to` waits for its package.
  struct Target {
    std::uint32_t owner;
    std::uint32_t edge;
    std::size_t line;
    std::string to;
  };

  // Notes the first problem; always false. Without `line` it is the line being read.
  bool fail(std::string expected, std::size_t line = 0);
  bool next_line();
  bool read_version();
  bool read_table();
  template <class Body>
  bool read_lines(Body body);

  bool needs_newest();
  bool hash_value(LineCursor& cursor, std::string& hash);
  bool rule_line(LineCursor& cursor, std::string_view key, std::vector<graph::AppliedRule>& rules);
  bool resolution_line(LineCursor& cursor);
  bool begin_importer(std::string path);
  bool importer_line(LineCursor& cursor);
  bool begin_package(std::string key);
  bool package_line(LineCursor& cursor);
  bool package_edge(LineCursor& cursor, graph::Package& package, bool optional);
  bool peer(LineCursor& cursor, graph::Package& package, bool optional);
  bool integrity(LineCursor& cursor, graph::Package& package);
  bool size(LineCursor& cursor, graph::Package& package);

  bool equals_sign(LineCursor& cursor);
  bool text_value(LineCursor& cursor, std::string& target);
  bool flag_value(LineCursor& cursor, bool& target);
  bool array_value(LineCursor& cursor, std::vector<std::string>& target);
  bool dependency_name(LineCursor& cursor, std::string& target);

  // parse_targets.cpp
  bool resolve_targets();
  bool find_target(const Target& target, std::string_view edge_name, bool may_lack,
                   graph::PackageId& id);
  bool sort_by_name();

  template <class T>
  static std::uint32_t index_of_last(const std::vector<T>& items) {
    return static_cast<std::uint32_t>(items.size() - 1);
  }
  template <class T>
  static std::uint32_t index_of_next(const std::vector<T>& items) {
    return static_cast<std::uint32_t>(items.size());
  }

  std::string_view text_;
  std::size_t offset_ = 0;
  std::size_t line_number_ = 0;
  std::string_view line_;
  std::size_t key_length_ = 0;
  Stage stage_ = Stage::Start;
  std::uint64_t newer_ = 0;
  std::uint64_t version_ = 0;
  std::size_t newest_line_ = 0;  // the first that needs kFormatVersion
  std::optional<Problem> problem_;
  std::vector<std::string> keys_;
  std::vector<Target> importer_targets_;
  std::vector<Target> package_targets_;
  Lockfile result_;
};

}  // namespace lpm::lockfile
