#include "linker/record.h"

#include <algorithm>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/crypto.h"

namespace lpm::linker {
namespace {

constexpr std::string_view kHead = "lpm-node-modules 1 ";
constexpr std::string_view kTail = "end";

class Fnv1a {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_byte(static_cast<unsigned char>(c));
    add_byte(0);
  }
  std::string hex() const {
    std::uint8_t bytes[8];
    for (int i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(state_ >> (56 - 8 * i));
    return to_hex(bytes);
  }

 private:
  void add_byte(unsigned char byte) { state_ = (state_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t state_ = 0xcbf29ce484222325ULL;
};

std::string content_of(const PlannedPackage& planned, const store::Entry& entry) {
  std::string text = to_hex(Bytes(entry.index.tarball_digest).first(8));
  if (planned.private_copy) text += 'p';
  for (const PatchFile* patch : planned.patch.files) text += patch->digest.substr(0, 16);
  return text;
}

std::string links_of(const LinkPlan& plan, const PlannedPackage& planned) {
  Fnv1a hash;
  for (std::uint32_t i = planned.links.begin; i < planned.links.end; ++i) {
    hash.add(plan.links[i].path);
    hash.add(plan.links[i].target);
  }
  for (std::uint32_t i = planned.shims.begin; i < planned.shims.end; ++i) {
    hash.add(plan.shims[i].path);
    hash.add(plan.shims[i].target);
  }
  return hash.hex();
}

bool is_one_field(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

}  // namespace

Record record_of(const LinkPlan& plan, const std::vector<const store::Entry*>& entries) {
  Record record;
  std::size_t links = 0;
  std::size_t shims = 0;
  for (const PlannedPackage& planned : plan.packages) {
    record.packages[planned.folder] = {content_of(planned, *entries[graph::index(planned.id)]),
                                       links_of(plan, planned)};
    links = planned.links.end;
    shims = planned.shims.end;
  }
  for (; links < plan.links.size(); ++links)
    record.links[plan.links[links].path] = plan.links[links].target;
  for (; shims < plan.shims.size(); ++shims)
    record.links[plan.shims[shims].path] = plan.shims[shims].target;
  return record;
}

std::string write_record(const Record& record, std::uint64_t inode) {
  std::string text(kHead);
  text.append(std::to_string(inode)).append("\n");
  for (const auto& [folder, package] : record.packages)
    text.append("package\t")
        .append(folder)
        .append("\t")
        .append(package.content)
        .append("\t")
        .append(package.links)
        .append("\n");
  for (const auto& [path, target] : record.links)
    if (is_one_field(path) && is_one_field(target))
      text.append("link\t").append(path).append("\t").append(target).append("\n");
  return text.append(kTail).append("\n");
}

std::string record_digest(std::string_view text) {
  return to_hex(crypto::sha256(as_bytes(text.substr(text.find('\n') + 1)))).substr(0, 32);
}

Record parse_record(std::string_view text, std::uint64_t inode) {
  Record record;
  const std::vector<std::string_view> lines = split(text, '\n');
  if (lines.size() < 3 || lines.front() != std::string(kHead) + std::to_string(inode) ||
      lines[lines.size() - 2] != kTail || !lines.back().empty())
    return {};
  for (std::size_t i = 1; i + 2 < lines.size(); ++i) {
    const std::vector<std::string_view> fields = split(lines[i], '\t');
    if (fields.size() == 4 && fields[0] == "package")
      record.packages[std::string(fields[1])] = {std::string(fields[2]), std::string(fields[3])};
    else if (fields.size() == 3 && fields[0] == "link")
      record.links[std::string(fields[1])] = std::string(fields[2]);
    else
      return {};
  }
  return record;
}

}  // namespace lpm::linker
