// The small piece of TOML that lpm.lock is made of, in one canonical spelling
// (docs/formats/lockfile.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lpm::lockfile {

void append_string(std::string& out, std::string_view text);   // "quoted"
void append_segment(std::string& out, std::string_view text);  // bare where it may be, else quoted
void append_array(std::string& out, const std::vector<std::string>& items);

// Reads one line from left to right. Nothing where the canonical spelling is not there.
class LineCursor {
 public:
  explicit LineCursor(std::string_view line) : rest_(line) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  bool skip(std::string_view literal);
  std::string_view bare();  // may be empty
  std::optional<std::string> segment();
  std::optional<std::string> string();
  std::optional<std::vector<std::string>> array();
  std::optional<std::uint64_t> number();

 private:
  bool take_escape(std::string& out);
  std::string_view rest_;
};

}  // namespace lpm::lockfile
