#include <zlib.h>

#include <algorithm>
#include <climits>

#include "formats/raw_inflate.h"

namespace lpm::formats {
namespace {

class ZlibInflate final : public RawInflate {
 public:
  ZlibInflate() { inflateInit2(&stream_, -MAX_WBITS); }
  ~ZlibInflate() override { inflateEnd(&stream_); }
  ZlibInflate(const ZlibInflate&) = delete;
  ZlibInflate& operator=(const ZlibInflate&) = delete;

  void reset() override { inflateReset(&stream_); }

  Step step(Bytes input, std::uint8_t* output, std::size_t room) override {
    const auto offered = static_cast<unsigned>(std::min<std::size_t>(input.size(), UINT_MAX));
    const auto space = static_cast<unsigned>(std::min<std::size_t>(room, UINT_MAX));
    stream_.next_in = const_cast<Bytef*>(input.data());
    stream_.avail_in = offered;
    stream_.next_out = output;
    stream_.avail_out = space;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    const std::size_t taken = offered - stream_.avail_in, made = space - stream_.avail_out;
    if (result == Z_STREAM_END) return {Outcome::End, taken, made};
    if (result != Z_OK && result != Z_BUF_ERROR) return {Outcome::Damaged, taken, made};
    return {stream_.avail_out == 0 ? Outcome::OutputFull : Outcome::NeedsInput, taken, made};
  }

  Bytes taken_too_far() const override { return {}; }

 private:
  z_stream stream_{};
};

}  // namespace

std::unique_ptr<RawInflate> make_zlib_inflate() {
  return std::make_unique<ZlibInflate>();
}

}  // namespace lpm::formats
