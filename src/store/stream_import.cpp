// Importing an archive that arrives in pieces: files are made in .staging while the rest is on its
// way; nothing shows before the digest of the whole is right.
#include "store/import_steps.h"
#include "store/integrity_check.h"
#include "store/package_facts.h"
#include "store/writing_sink.h"

namespace lpm::store {

struct Store::StreamImport::State {
  State(std::string directory, ImportRequest wanted, const ImportLimits& limits, StagedEntry entry)
      : store_directory(std::move(directory)),
        request(std::move(wanted)),
        max_compressed(limits.max_compressed),
        digester(request.expected),
        staged(std::move(entry)),
        sink(staged, request.allow_conflicting_duplicates),
        reader(sink, limits.tar),
        gzip([this](Bytes piece) { return reader.feed(piece); }, limits.inflate) {}

  Status feed(Bytes piece);
  Result<Entry> finish();
  Error with_context(Error error) const {
    return std::move(error).during("while importing " + label_of(request));
  }

  const std::string store_directory;
  const ImportRequest request;
  const std::uint64_t max_compressed;
  std::uint64_t received = 0;
  ArchiveDigester digester;
  StagedEntry staged;
  WritingSink sink;
  formats::TarReader reader;
  formats::GzipStream gzip;
};

Status Store::StreamImport::State::feed(Bytes piece) {
  received += piece.size();
  if (received > max_compressed) return too_large(request, max_compressed);
  digester.update(piece);
  return gzip.feed(piece);
}

Result<Entry> Store::StreamImport::State::finish() {
  // First: bytes that were damaged on the way should be called that, not a bad archive.
  LPM_TRY_ASSIGN(const crypto::Sha512 digest, digester.finish(request));
  LPM_TRY(gzip.finish());
  LPM_TRY(reader.finish());
  PackageIndex index = begin_index(sink.plan(), digest, sink.files());
  if (find_file(index, "package.json") == nullptr) return no_package_json(request);
  std::vector<std::uint32_t> made_modes;
  for (const IndexedFile& file : index.files) made_modes.push_back(file.mode);
  LPM_TRY_ASSIGN(index, complete_index(std::move(index), sink.package_json(), request));
  // Bins that came before package.json could say so.
  for (std::size_t i = 0; i < index.files.size(); ++i) {
    if (index.files[i].mode != made_modes[i]) LPM_TRY(staged.make_executable(index.files[i].path));
  }
  const std::string target = target_of(store_directory, index, request);
  return staged.publish(target, std::move(index));
}

Store::StreamImport::StreamImport(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::StreamImport::StreamImport(StreamImport&&) noexcept = default;
Store::StreamImport::~StreamImport() = default;

// A failed import is over: its staging folder goes at once.
Status Store::StreamImport::feed(Bytes piece) {
  if (state_ == nullptr) return Error(ErrorCode::INTERNAL, "this import has failed before");
  Status fed = state_->feed(piece);
  if (fed) return fed;
  Error error = state_->with_context(std::move(fed).error());
  state_.reset();
  return error;
}

Result<Entry> Store::StreamImport::finish() {
  if (state_ == nullptr) return Error(ErrorCode::INTERNAL, "this import has failed before");
  auto entry = state_->finish();
  if (entry) return entry;
  Error error = state_->with_context(std::move(entry).error());
  state_.reset();
  return error;
}

Result<Store::StreamImport> Store::start_import(ImportRequest request) {
  LPM_TRY(check_offer(request));
  LPM_TRY_ASSIGN(StagedEntry staged, StagedEntry::create(directory_));
  return StreamImport(std::make_unique<StreamImport::State>(directory_, std::move(request), limits_,
                                                            std::move(staged)));
}

}  // namespace lpm::store
