#include "store/writing_sink.h"

#include <algorithm>
#include <cerrno>

#include "base/text.h"
#include "store/import_steps.h"

namespace lpm::store {
namespace {

constexpr std::uint64_t kMaxGathered = 256U << 10;
constexpr std::uint64_t kMaxPackageJson = 32U << 20;

}  // namespace

Status WritingSink::entry(const formats::TarEntry& entry) {
  doing_ = Doing::Nothing;
  LPM_TRY_ASSIGN(placement_, plan_.add(entry));
  for (; folders_made_ < plan_.folders().size(); ++folders_made_)
    LPM_TRY(staged_.make_folder(plan_.folders()[folders_made_]));
  switch (placement_.fate) {
    case EntryFate::Skip:
    case EntryFate::Folder:
      return {};
    case EntryFate::NewFile:
      files_.push_back(indexed(plan_.files()[placement_.file]));
      return begin_file(entry);
    case EntryFate::Repeated:
      return begin_repeated(entry);
  }
  return {};
}

Status WritingSink::begin_file(const formats::TarEntry& entry) {
  is_package_json_ = current().path == "package.json";
  if (is_package_json_) {
    package_json_.clear();
    if (entry.size > kMaxPackageJson)
      return Error(ErrorCode::LIMIT, "package.json is larger than " + human_bytes(kMaxPackageJson));
  }
  current().size = entry.size;
  if (entry.size <= kMaxGathered && placement_.fate == EntryFate::NewFile) {
    doing_ = Doing::Gathering;
    gathered_.clear();
    return {};
  }
  doing_ = Doing::Appending;
  hasher_.restart();
  if (placement_.fate == EntryFate::Repeated) {
    file_ = staged_.folder().empty_file(current().path.c_str());
    return file_.valid() ? Status() : staged_.cannot_write(errno, current().path);
  }
  LPM_TRY_ASSIGN(file_, staged_.create_file(current().path, current().mode));
  return {};
}

Status WritingSink::begin_repeated(const formats::TarEntry& entry) {
  if (plan_.files()[placement_.file].executable && current().mode != 0755) {
    current().mode = 0755;
    LPM_TRY(staged_.make_executable(current().path));
  }
  if (allow_conflicts_) return begin_file(entry);
  if (entry.size != current().size) return conflicting_duplicates(current().path);
  doing_ = Doing::Comparing;
  is_package_json_ = false;
  file_ = staged_.folder().open_file(current().path.c_str());
  if (!file_.valid()) return staged_.cannot_write(errno, current().path);
  return {};
}

Status WritingSink::body(Bytes piece) {
  if (is_package_json_ && doing_ != Doing::Nothing) package_json_ += as_text(piece);
  switch (doing_) {
    case Doing::Nothing:
      return {};
    case Doing::Gathering:
      // The usual case: all of it in one piece, which need not be copied.
      if (gathered_.empty() && piece.size() == current().size) {
        doing_ = Doing::Nothing;
        return staged_.write_file(current(), piece);
      }
      gathered_.append(piece.data(), piece.size());
      return {};
    case Doing::Appending:
      hasher_.update(piece);
      return staged_.append(file_, current().path, piece);
    case Doing::Comparing:
      return compare(piece);
  }
  return {};
}

Status WritingSink::compare(Bytes piece) {
  compared_.resize(piece.size());
  const std::int64_t count = os::read_piece(file_.get(), compared_);
  if (count == static_cast<std::int64_t>(piece.size()) &&
      std::equal(piece.begin(), piece.end(), compared_.begin()))
    return {};
  return conflicting_duplicates(current().path);
}

Status WritingSink::body_end() {
  const Doing done = std::exchange(doing_, Doing::Nothing);
  if (done == Doing::Gathering) return staged_.write_file(current(), gathered_.bytes());
  if (done == Doing::Appending) {
    const ContentHash hash = hasher_.finish();
    current().hash_low = hash.low;
    current().hash_high = hash.high;
    current().mtime_ns = os::stamp(file_).mtime_ns;
  }
  file_.reset();
  return {};
}

}  // namespace lpm::store
