// The tar reader over any bytes. Promises: the split of the archive makes no difference; bodies are
// as long as their entries say; limits hold; a safe path stays safe.
#include <algorithm>
#include <string>

#include "formats/tar.h"
#include "fuzz.h"

namespace lpm::formats {
namespace {

using fuzz::require;

constexpr TarLimits kLimits{.max_entries = 100,
                            .max_file_size = 1U << 16,
                            .max_total_size = 1U << 18,
                            .max_header_payload = 4096};

void require_safe(std::string_view path) {
  const Result<SafeRelativePath> safe = SafeRelativePath::parse(path);
  if (!safe) return;
  const std::string& text = safe->str();
  require(!text.empty() && text.front() != '/' && text.back() != '/', "safe paths are relative");
  require(("/" + text + "/").find("/../") == std::string::npos, "safe paths have no `..`");
  require(text.find('\0') == std::string::npos, "safe paths have no NUL");
  require(SafeRelativePath::parse(text)->str() == text, "safe paths parse to themselves");
}

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
    return {};
  }
  Status body(Bytes piece) override {
    require(in_file_ && !piece.empty() && piece.size() <= left_, "a body belongs to its file");
    left_ -= piece.size();
    text_ += as_text(piece);
    return {};
  }
  Status body_end() override {
    require(in_file_ && left_ == 0, "a body is whole at its end");
    in_file_ = false;
    return {};
  }
  const std::string& text() const { return text_; }

 private:
  bool in_file_ = false;
  std::uint64_t left_ = 0, total_ = 0;
  std::uint32_t entries_ = 0;
  std::string text_;
};

std::string walk(Bytes archive, std::size_t piece) {
  Log log;
  TarReader reader(log, kLimits);
  Status status;
  while (!archive.empty() && status) {
    const Bytes part = archive.first(std::min(piece, archive.size()));
    archive = archive.subspan(part.size());
    status = reader.feed(part);
  }
  if (status) status = reader.finish();
  return log.text() + (status ? "whole" : status.error().what);
}

}  // namespace
}  // namespace lpm::formats

// The first byte says how the archive is split.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lpm::formats;
  if (size == 0) return 0;
  const lpm::Bytes archive(data + 1, size - 1);
  const std::string whole = walk(archive, size);
  const std::string pieces = walk(archive, data[0] * 7U + 1);
  if (whole.ends_with("whole"))
    lpm::fuzz::require(whole == pieces, "the split makes no difference");
  lpm::fuzz::require(whole.ends_with("whole") == pieces.ends_with("whole"), "verdicts agree");
  return 0;
}
