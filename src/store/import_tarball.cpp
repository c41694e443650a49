// Importing an archive that is in memory as a whole: everything is decided before the first file is
// made.
#include <algorithm>
#include <cstring>
#include <numeric>

#include "store/import_steps.h"
#include "store/integrity_check.h"
#include "store/package_facts.h"
#include "store/staged_entry.h"

namespace lpm::store {
namespace {

// Archives that inflate to more are written while they are inflated.
constexpr std::uint64_t kMaxInMemory = 64U << 20;

// Keeps views of the bodies, which lie in one buffer.
class GatheringSink : public formats::TarSink {
 public:
  explicit GatheringSink(bool allow_conflicts) : allow_conflicts_(allow_conflicts) {}

  Status entry(const formats::TarEntry& entry) override {
    LPM_TRY_ASSIGN(placement_, plan_.add(entry));
    if (placement_.fate == EntryFate::NewFile) bodies_.emplace_back();
    body_ = {};
    return {};
  }

  Status body(Bytes piece) override {
    if (body_.empty())
      body_ = piece;
    else if (body_.data() + body_.size() == piece.data())
      body_ = {body_.data(), body_.size() + piece.size()};
    else
      return Error(ErrorCode::INTERNAL, "the body of an archive entry came in pieces");
    return {};
  }

  Status body_end() override {
    if (placement_.fate == EntryFate::NewFile) bodies_[placement_.file] = body_;
    if (placement_.fate != EntryFate::Repeated) return {};
    Bytes& first = bodies_[placement_.file];
    if (!std::equal(first.begin(), first.end(), body_.begin(), body_.end()) && !allow_conflicts_)
      return conflicting_duplicates(plan_.files()[placement_.file].path.str());
    first = body_;
    return {};
  }

  const ArchivePlan& plan() const { return plan_; }

  std::vector<IndexedFile> files() const {
    std::vector<IndexedFile> files;
    files.reserve(plan_.files().size());
    for (const PlannedFile& planned : plan_.files()) files.push_back(indexed(planned));
    return files;
  }

  // In the order of the files of an index: by path.
  std::vector<Bytes> sorted_bodies() const {
    const auto& planned = plan_.files();
    std::vector<std::uint32_t> order(planned.size());
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return planned[a].path.str() < planned[b].path.str();
    });
    std::vector<Bytes> bodies;
    bodies.reserve(order.size());
    for (const std::uint32_t number : order) bodies.push_back(bodies_[number]);
    return bodies;
  }

 private:
  bool allow_conflicts_;
  ArchivePlan plan_;
  std::vector<Bytes> bodies_;  // by number of the planned file
  Placement placement_;
  Bytes body_;
};

Result<Entry> write_entry(const std::string& store_directory, const std::string& target,
                          PackageIndex index, const std::vector<Bytes>& bodies) {
  LPM_TRY_ASSIGN(StagedEntry staged, StagedEntry::create(store_directory));
  for (const std::string& folder : index.directories) LPM_TRY(staged.make_folder(folder));
  for (std::size_t i = 0; i < bodies.size(); ++i)
    LPM_TRY(staged.write_file(index.files[i], bodies[i]));
  return staged.publish(target, std::move(index));
}

Result<Entry> import_archive(Bytes archive, const crypto::Sha512& digest,
                             const ImportRequest& request, const std::string& store_directory,
                             const formats::TarLimits& limits) {
  GatheringSink sink(request.allow_conflicting_duplicates);
  formats::TarReader reader(sink, limits);
  LPM_TRY(reader.feed(archive));
  LPM_TRY(reader.finish());
  PackageIndex index = begin_index(sink.plan(), digest, sink.files());
  const std::vector<Bytes> bodies = sink.sorted_bodies();
  const IndexedFile* const package_json = find_file(index, "package.json");
  if (package_json == nullptr) return no_package_json(request);
  const Bytes text = bodies[static_cast<std::size_t>(package_json - index.files.data())];
  LPM_TRY_ASSIGN(index, complete_index(std::move(index), as_text(text), request));
  const std::string target = target_of(store_directory, index, request);
  return write_entry(store_directory, target, std::move(index), bodies);
}

// gzip's last four bytes: the length of the last member before compression, modulo 2^32. Only a
// hint.
std::uint64_t promised_size(Bytes compressed) {
  std::uint32_t size = 0;
  if (compressed.size() >= sizeof size)
    std::memcpy(&size, compressed.data() + compressed.size() - sizeof size, sizeof size);
  return size;
}

// The memory that a worker inflates into; it keeps what ordinary packages need.
class InflateBuffer {
 public:
  InflateBuffer() : buffer_(shared()) {}
  ~InflateBuffer() {
    if (buffer_.capacity() > kKept) buffer_ = PaddedBuffer();
  }
  InflateBuffer(const InflateBuffer&) = delete;
  InflateBuffer& operator=(const InflateBuffer&) = delete;
  PaddedBuffer& get() { return buffer_; }

 private:
  static constexpr std::size_t kKept = 16U << 20;
  static PaddedBuffer& shared() {
    static thread_local PaddedBuffer buffer;
    return buffer;
  }
  PaddedBuffer& buffer_;
};

}  // namespace

Result<Entry> Store::import_in_pieces(Bytes compressed, const ImportRequest& request) {
  LPM_TRY_ASSIGN(StreamImport import, start_import(request));
  LPM_TRY(import.feed(compressed));
  return import.finish();
}

// An entry of these bytes that somebody made under another integrity, or none; looked at, since its
// files may be gone.
std::optional<Entry> Store::find_whole(const crypto::Sha512& digest, const ImportRequest& request) {
  // Who knew the digest has asked before.
  if (request.expected.sha512_digest()) return std::nullopt;
  auto entry = find(digest, request.name, request.version);
  if (!entry || files_match(entry->directory, entry->index, CheckTimes::No)) return entry;
  discard(*entry);
  return std::nullopt;
}

Result<Entry> Store::import_anyhow(Bytes compressed, const ImportRequest& request) {
  if (compressed.size() > limits_.max_compressed) return too_large(request, limits_.max_compressed);
  if (promised_size(compressed) > kMaxInMemory) return import_in_pieces(compressed, request);
  LPM_TRY_ASSIGN(const crypto::Sha512 digest, check_integrity(compressed, request));
  if (auto entry = find_whole(digest, request)) return std::move(*entry);
  InflateBuffer buffer;
  formats::InflateLimits limits = limits_.inflate;
  limits.max_output = std::min(limits.max_output, kMaxInMemory);
  if (Status inflated = formats::inflate_gzip(compressed, buffer.get(), limits); !inflated) {
    // It promised less than it holds; in pieces the real limits decide.
    if (inflated.error().code == ErrorCode::LIMIT) return import_in_pieces(compressed, request);
    return std::move(inflated).error();
  }
  return import_archive(buffer.get().bytes(), digest, request, directory_, limits_.tar);
}

Result<Entry> Store::import_files(Bytes archive, const crypto::Sha512& key,
                                  const ImportRequest& request) {
  if (auto entry = find_whole(key, request)) return std::move(*entry);
  return import_archive(archive, key, request, directory_, limits_.tar);
}

Result<Entry> Store::import_tarball(Bytes compressed, const ImportRequest& request) {
  auto entry = import_anyhow(compressed, request);
  // A stream has said so already.
  if (!entry && entry.error().context.empty())
    entry.error().context.push_back("while importing " + label_of(request));
  return entry;
}

}  // namespace lpm::store
