// tar as npm packages use it: ustar, PAX `path`, `linkpath` and `size`, GNU long names `L` and `K`.
// One resumable reader serves whole buffers and streams; it never touches the disk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace lpm::formats {

// A path from an archive that is known to stay inside its folder: relative, `/` between components,
// no empty, `.` or `..` component, no NUL. (Backslashes are ordinary bytes on this platform.)
class SafeRelativePath {
 public:
  // PATH_TRAVERSAL when it has a `..` component, BAD_TARBALL when it is empty or holds NUL. `.`
  // components and repeated slashes are dropped.
  static Result<SafeRelativePath> parse(std::string_view path);
  const std::string& str() const { return path_; }
  const char* c_str() const { return path_.c_str(); }
  bool operator==(const SafeRelativePath&) const = default;
  auto operator<=>(const SafeRelativePath&) const = default;

 private:
  explicit SafeRelativePath(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

class TarBlock;

enum class TarType : std::uint8_t { File, Directory, HardLink, Symlink, Device, Fifo, Other };

struct TarEntry {
  std::string_view path;  // raw, PAX and GNU names applied; valid during the callback
  TarType type;
  std::uint32_t mode;  // permission bits as stored, unmasked
  std::uint64_t size;  // of a File; judged against the limits before the body is read
};

struct TarLimits {
  std::uint32_t max_entries = 100'000;
  std::uint64_t max_file_size = 500ULL << 20;
  std::uint64_t max_total_size = 5ULL << 30;
  std::uint32_t max_header_payload = 1U << 20;  // PAX records, GNU long names
};

// What the reader tells its user. A body comes in order, in one piece when the archive is one.
class TarSink {
 public:
  virtual ~TarSink() = default;
  virtual Status entry(const TarEntry& entry) = 0;
  virtual Status body(Bytes piece) = 0;  // of the last File entry
  virtual Status body_end() = 0;         // after the last piece of a File entry, also an empty one
};

class TarReader {
 public:
  TarReader(TarSink& sink, const TarLimits& limits = {});
  Status feed(Bytes piece);  // any split of the archive
  Status finish();           // fails when an entry is cut

 private:
  enum class Expect : std::uint8_t { Header, Body, Padding, LongName, Pax, PaxGlobal, Skip, End };
  Status header(const std::uint8_t* block);
  Status meta_header(char type, std::uint64_t size);
  Status entry_header(const TarBlock& block, std::uint64_t size);
  std::string_view entry_path(const TarBlock& block);
  Status payload(std::string_view text);
  void skip(std::uint64_t size);
  Status feed_header(Bytes& piece);
  Status feed_body(Bytes& piece);
  Status feed_payload(Bytes& piece);
  void feed_skipped(Bytes& piece);

  TarSink& sink_;
  TarLimits limits_;
  Expect expect_ = Expect::Header;
  PaddedBuffer pending_;         // bytes of a header or payload that is not complete yet
  std::uint64_t remaining_ = 0;  // of the body or payload, or bytes to pass over
  std::uint64_t padding_ = 0;    // behind them
  std::uint64_t total_ = 0;
  std::uint32_t entries_ = 0;
  bool after_zero_block_ = false;
  std::string next_path_;  // from PAX or GNU records, for the next entry
  std::string path_;       // prefix and name, where there is a prefix
  std::optional<std::uint64_t> next_size_;
  bool has_next_path_ = false;
};

// Writes a deterministic ustar archive: fixed times, no owner, PAX records where ustar has no room.
class TarWriter {
 public:
  void add_file(std::string_view path, Bytes content, bool executable);
  PaddedBuffer take();

 private:
  PaddedBuffer out_;
};

}  // namespace lpm::formats
