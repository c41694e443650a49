#include "formats/inflate_engine.h"

#include <dlfcn.h>
#include <isa-l/igzip_lib.h>
#include <zlib.h>

#include <climits>
#include <algorithm>

namespace lpm::formats {
namespace {

class ZlibEngine final : public InflateEngine {
 public:
  ZlibEngine() { inflateInit2(&stream_, 15 + 16); }
  ~ZlibEngine() override { inflateEnd(&stream_); }
  ZlibEngine(const ZlibEngine&) = delete;
  ZlibEngine& operator=(const ZlibEngine&) = delete;

  void reset() override { inflateReset(&stream_); }

  Step step(Bytes input, std::uint8_t* output, std::size_t room) override {
    const auto offered = static_cast<unsigned>(std::min<std::size_t>(input.size(), UINT_MAX));
    stream_.next_in = const_cast<Bytef*>(input.data());
    stream_.avail_in = offered;
    stream_.next_out = output;
    stream_.avail_out = static_cast<unsigned>(room);
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const Step step{Outcome::NeedsInput, offered - stream_.avail_in, room - stream_.avail_out};
    if (result == Z_STREAM_END) return {Outcome::MemberEnd, step.taken, step.made};
    if (result != Z_OK && result != Z_BUF_ERROR) return {Outcome::Damaged, step.taken, step.made};
    return {stream_.avail_out == 0 ? Outcome::OutputFull : Outcome::NeedsInput, step.taken, step.made};
  }

 private:
  z_stream stream_{};
};

// isa-l's entry points, looked up once; the library stays loaded.
struct IsalLibrary {
  void (*init)(inflate_state*) = nullptr;
  void (*reset)(inflate_state*) = nullptr;
  int (*inflate)(inflate_state*) = nullptr;

  static const IsalLibrary* instance() {
    static const IsalLibrary library = load();
    return library.inflate != nullptr ? &library : nullptr;
  }

 private:
  static IsalLibrary load() {
    IsalLibrary library;
    void* handle = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return library;
    library.init = reinterpret_cast<void (*)(inflate_state*)>(dlsym(handle, "isal_inflate_init"));
    library.reset = reinterpret_cast<void (*)(inflate_state*)>(dlsym(handle, "isal_inflate_reset"));
    if (library.init != nullptr && library.reset != nullptr)
      library.inflate = reinterpret_cast<int (*)(inflate_state*)>(dlsym(handle, "isal_inflate"));
    return library;
  }
};

class IsalEngine final : public InflateEngine {
 public:
  explicit IsalEngine(const IsalLibrary& library) : library_(library), state_(std::make_unique<inflate_state>()) {
    library_.init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  void reset() override {
    library_.reset(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  Step step(Bytes input, std::uint8_t* output, std::size_t room) override {
    const auto offered = static_cast<std::uint32_t>(std::min<std::size_t>(input.size(), UINT32_MAX));
    state_->next_in = const_cast<std::uint8_t*>(input.data());
    state_->avail_in = offered;
    state_->next_out = output;
    state_->avail_out = static_cast<std::uint32_t>(room);
    const int result = library_.inflate(state_.get());
    const std::size_t taken = offered - state_->avail_in, made = room - state_->avail_out;
    if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT && result != ISAL_OUT_OVERFLOW) return {Outcome::Damaged, taken, made};
    if (state_->block_state == ISAL_BLOCK_FINISH) return {Outcome::MemberEnd, taken, made};
    return {state_->avail_out == 0 ? Outcome::OutputFull : Outcome::NeedsInput, taken, made};
  }

 private:
  const IsalLibrary& library_;
  std::unique_ptr<inflate_state> state_;  // 87 KB
};

}  // namespace

std::unique_ptr<InflateEngine> InflateEngine::create() {
  if (const IsalLibrary* library = IsalLibrary::instance()) return std::make_unique<IsalEngine>(*library);
  return create_portable();
}

std::unique_ptr<InflateEngine> InflateEngine::create_portable() { return std::make_unique<ZlibEngine>(); }

}  // namespace lpm::formats
