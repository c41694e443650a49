// node_modules/.lpm/.record: what the last run left (docs/formats/node-modules.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "linker/linker.h"

namespace lpm::linker {

inline constexpr const char* kRecordName = ".record";

struct RecordedPackage {
  std::string content;
  std::string links;
  bool operator==(const RecordedPackage&) const = default;
};

struct Record {
  std::map<std::string, RecordedPackage, std::less<>> packages;  // by folder
  std::map<std::string, std::string, std::less<>> links;  // path below node_modules -> target
  bool operator==(const Record&) const = default;
};

// What the record will say once the plan is carried out.
Record record_of(const LinkPlan& plan, const std::vector<const store::Entry*>& entries);
// `inode` is that of node_modules/.lpm: a record that was copied or checked out from somewhere says
// nothing.
std::string write_record(const Record& record, std::uint64_t inode);
// 32 digits that two texts of write_record share when they say the same, whatever folders they
// speak of.
std::string record_digest(std::string_view text);
// Empty when the text is not whole or speaks of another folder.
Record parse_record(std::string_view text, std::uint64_t inode);

}  // namespace lpm::linker
