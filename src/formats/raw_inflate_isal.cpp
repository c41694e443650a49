// isa-l inflates about three times faster than zlib. It comes with the system or not at all, so it
// is opened at run time; its soname stands for the layout of inflate_state.
#include <dlfcn.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <array>
#include <climits>

#include "formats/raw_inflate.h"

namespace lpm::formats {
namespace {

// The entry points, looked up once; the library stays loaded.
struct IsalLibrary {
  decltype(&isal_inflate_init) init = nullptr;
  decltype(&isal_inflate_reset) reset = nullptr;
  decltype(&isal_inflate) inflate = nullptr;

  bool is_whole() const { return init != nullptr && reset != nullptr && inflate != nullptr; }

  static const IsalLibrary& instance() {
    static const IsalLibrary library = load();
    return library;
  }

 private:
  static IsalLibrary load() {
    IsalLibrary library;
    void* handle = dlopen("libisal.so.2", RTLD_NOW | RTLD_LOCAL);
    if (handle == nullptr) return library;
    library.init = reinterpret_cast<decltype(library.init)>(dlsym(handle, "isal_inflate_init"));
    library.reset = reinterpret_cast<decltype(library.reset)>(dlsym(handle, "isal_inflate_reset"));
    library.inflate = reinterpret_cast<decltype(library.inflate)>(dlsym(handle, "isal_inflate"));
    return library;
  }
};

class IsalInflate final : public RawInflate {
 public:
  explicit IsalInflate(const IsalLibrary& library) : library_(library) { library_.init(&state_); }

  void reset() override {
    library_.reset(&state_);
    excess_size_ = 0;
  }

  Step step(Bytes input, std::uint8_t* output, std::size_t room) override {
    const auto offered = static_cast<std::uint32_t>(std::min<std::size_t>(input.size(), INT_MAX));
    const auto space = static_cast<std::uint32_t>(std::min<std::size_t>(room, INT_MAX));
    state_.next_in = const_cast<std::uint8_t*>(input.data());
    state_.avail_in = offered;
    state_.next_out = output;
    state_.avail_out = space;
    const int result = library_.inflate(&state_);
    const std::size_t taken = offered - state_.avail_in, made = space - state_.avail_out;
    if (result < 0) return {Outcome::Damaged, taken, made};
    if (state_.block_state == ISAL_BLOCK_FINISH) {
      keep_excess();
      return {Outcome::End, taken, made};
    }
    return {state_.avail_out == 0 ? Outcome::OutputFull : Outcome::NeedsInput, taken, made};
  }

  Bytes taken_too_far() const override { return Bytes(excess_).first(excess_size_); }

 private:
  // Whole bytes that are left in the bit buffer, above the bits of the last byte that deflate used
  // a part of.
  void keep_excess() {
    std::uint64_t bits = state_.read_in >> (state_.read_in_length % 8);
    excess_size_ = static_cast<std::size_t>(state_.read_in_length / 8);
    for (std::size_t i = 0; i < excess_size_; ++i, bits >>= 8)
      excess_[i] = static_cast<std::uint8_t>(bits);
  }

  const IsalLibrary& library_;
  std::array<std::uint8_t, 8> excess_{};
  std::size_t excess_size_ = 0;
  inflate_state state_;  // 87 KB, set up by init()
};

}  // namespace

std::unique_ptr<RawInflate> make_isal_inflate() {
  const IsalLibrary& library = IsalLibrary::instance();
  return library.is_whole() ? std::make_unique<IsalInflate>(library) : nullptr;
}

std::unique_ptr<RawInflate> make_raw_inflate() {
  std::unique_ptr<RawInflate> engine = make_isal_inflate();
  return engine != nullptr ? std::move(engine) : make_zlib_inflate();
}

}  // namespace lpm::formats
