// The tar reader over any bytes. Promises: the split of the archive makes no difference; bodies are
// as long as their entries say; limits hold; a safe path stays safe; files that are written to a
// new archive come back as they were. The first byte of an input says how the archive is split.
// Inputs: up to 64 KiB.
#include <algorithm>
#include <string>
#include <vector>

#include "formats/tar.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr std::size_t kMostBytes = 64U << 10;
constexpr TarLimits kLimits{
    .max_entries = 20, .max_file_size = 4000, .max_total_size = 10'000, .max_header_payload = 1000};

void require_safe(std::string_view path) {
  const Result<SafeRelativePath> safe = SafeRelativePath::parse(path);
  if (!safe) return;
  const std::string& text = safe->str();
  require(!text.empty() && text.front() != '/' && text.back() != '/', "safe paths are relative");
  require(("/" + text + "/").find("/../") == std::string::npos, "safe paths have no `..`");
  require(text.find('\0') == std::string::npos, "safe paths have no NUL");
  require(SafeRelativePath::parse(text)->str() == text, "safe paths parse to themselves");
}

struct File {
  std::string path;
  std::string content;
  bool executable = false;
  bool operator==(const File&) const = default;
};

class Log final : public TarSink {
 public:
  Status entry(const TarEntry& entry) override {
    require(!in_file_, "an entry begins after the end of the last");
    require(entry.size <= kLimits.max_file_size, "files are within their limit");
    require_safe(entry.path);
    in_file_ = entry.type == TarType::File;
    left_ = entry.size;
    total_ += entry.size;
    require(++entries_ <= kLimits.max_entries, "entries are within their limit");
    require(total_ <= kLimits.max_total_size, "the sum is within its limit");
    text_ += std::string(entry.path) + '\0' + std::to_string(static_cast<int>(entry.type)) + ' ' +
             std::to_string(entry.mode) + '\n';
    if (in_file_) files_.push_back({std::string(entry.path), "", (entry.mode & 0111) != 0});
    return {};
  }
  Status body(Bytes piece) override {
    require(in_file_ && !piece.empty() && piece.size() <= left_, "a body belongs to its file");
    left_ -= piece.size();
    files_.back().content += as_text(piece);
    return {};
  }
  Status body_end() override {
    require(in_file_ && left_ == 0, "a body is whole at its end");
    in_file_ = false;
    text_ += files_.back().content;
    return {};
  }
  const std::string& text() const { return text_; }
  const std::vector<File>& files() const { return files_; }

 private:
  bool in_file_ = false;
  std::uint64_t left_ = 0, total_ = 0;
  std::uint32_t entries_ = 0;
  std::string text_;
  std::vector<File> files_;
};

struct Outcome {
  bool is_whole = false;
  std::string text;
  std::vector<File> files;
};

Outcome walk(Bytes archive, std::size_t piece) {
  Log log;
  TarReader reader(log, kLimits);
  Status status;
  while (!archive.empty() && status) {
    const Bytes part = archive.first(std::min(piece, archive.size()));
    archive = archive.subspan(part.size());
    status = reader.feed(part);
  }
  if (status) status = reader.finish();
  return {status.has_value(), log.text() + (status ? "" : status.error().what), log.files()};
}

void require_round_trip(const std::vector<File>& files) {
  TarWriter writer;
  std::vector<File> written;
  for (const File& file : files) {
    const Result<SafeRelativePath> path = SafeRelativePath::parse(file.path);
    if (!path) continue;
    writer.add_file(path->str(), as_bytes(file.content), file.executable);
    written.push_back({path->str(), file.content, file.executable});
  }
  if (written.empty()) return;  // an archive of nothing is refused
  const PaddedBuffer archive = writer.take();
  const Outcome again = walk(archive.bytes(), archive.size());
  require(again.is_whole && again.files == written, "what is written is read");
}

// Where a header could be; a checksum that is not where a header is does no harm.
std::string with_right_checksums(std::string_view archive) {
  constexpr std::size_t kBlock = 512, kChecksumAt = 148, kMagicAt = 257;
  std::string repaired(archive);
  for (std::size_t at = 0; at + kBlock <= repaired.size(); at += kBlock) {
    if (repaired.compare(at + kMagicAt, 5, "ustar") != 0) continue;
    repaired.replace(at + kChecksumAt, 8, 8, ' ');
    unsigned sum = 0;
    for (std::size_t i = 0; i < kBlock; ++i) sum += static_cast<unsigned char>(repaired[at + i]);
    char digits[9];
    std::snprintf(digits, sizeof digits, "%06o", sum);
    repaired.replace(at + kChecksumAt, 7, digits, 7);
  }
  return repaired;
}

void check(Bytes archive, std::size_t piece) {
  const Outcome whole = walk(archive, std::max<std::size_t>(archive.size(), 1));
  const Outcome pieces = walk(archive, piece);
  require(whole.is_whole == pieces.is_whole, "verdicts agree");
  if (!whole.is_whole) return;
  require(whole.text == pieces.text && whole.files == pieces.files,
          "the split makes no difference");
  require_round_trip(whole.files);
}

}  // namespace
}  // namespace lpm::formats

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size > kMostBytes) return lpm::fuzz::kTurnedAway;
  if (size == 0) return 0;
  const lpm::Bytes archive(data + 1, size - 1);
  const std::size_t piece = data[0] * 7U + 1;
  check(archive, piece);
  const std::string repaired = with_right_checksums(lpm::as_text(archive));
  if (repaired != lpm::as_text(archive)) check(lpm::as_bytes(repaired), piece);
  return 0;
}
