// gzip in pieces: members one after the other, what follows the last one is ignored.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/gzip.h"
#include "formats/inflate_engine.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kOutputPiece = 256U << 10;
constexpr std::uint64_t kRatioFloor = 1U << 20;

Error damaged(std::string_view reason) {
  return Error(ErrorCode::BAD_TARBALL, fmt::format("the gzip data are damaged: {}", reason));
}

}  // namespace

struct GzipStream::State {
  Sink sink;
  InflateLimits limits;
  std::unique_ptr<InflateEngine> engine = InflateEngine::create();
  PaddedBuffer output;
  std::uint64_t total_in = 0;
  std::uint64_t total_out = 0;
  bool inside_member = true;
  bool any_member = false;
  bool ended = false;                // only ignorable bytes follow
  std::uint8_t magic_seen = 0;       // bytes of a following member's magic that a piece ended in

  Status check_limits() const {
    const std::uint64_t by_ratio = std::max<std::uint64_t>(kRatioFloor, total_in * limits.max_ratio);
    const std::uint64_t limit = std::min(limits.max_output, by_ratio);
    if (total_out <= limit) return {};
    return Error(ErrorCode::LIMIT, fmt::format("the gzip data unpack to more than {}", human_bytes(limit)));
  }

  // Between members: another one begins with 1F 8B, anything else is ignored.
  void begin_next_member(Bytes& piece) {
    while (magic_seen < 2 && !piece.empty()) {
      if (piece.front() != (magic_seen == 0 ? 0x1F : 0x8B)) {
        ended = true;
        return;
      }
      ++magic_seen;
      piece = piece.subspan(1);
    }
    if (magic_seen < 2) return;
    magic_seen = 0;
    inside_member = true;
    engine->reset();
    constexpr std::uint8_t kMagic[2] = {0x1F, 0x8B};
    std::uint8_t unused = 0;
    engine->step(Bytes(kMagic), &unused, 1);
  }
};

GzipStream::GzipStream(Sink sink, const InflateLimits& limits) : state_(std::make_unique<State>()) {
  state_->sink = std::move(sink);
  state_->limits = limits;
  state_->output.reserve(kOutputPiece);
}
GzipStream::GzipStream(GzipStream&&) noexcept = default;
GzipStream::~GzipStream() = default;

Status GzipStream::feed(Bytes piece) {
  State& state = *state_;
  state.total_in += piece.size();
  while (!state.ended) {
    if (!state.inside_member) {
      state.begin_next_member(piece);
      if (!state.inside_member) return {};
    }
    const InflateEngine::Step step = state.engine->step(piece, state.output.data(), kOutputPiece);
    if (step.outcome == InflateEngine::Outcome::Damaged) return damaged("bad data, checksum or length");
    piece = piece.subspan(step.taken);
    state.total_out += step.made;
    LPM_TRY(state.check_limits());
    if (step.made > 0) LPM_TRY(state.sink(Bytes(state.output.data(), step.made)));
    if (step.outcome == InflateEngine::Outcome::MemberEnd) {
      state.inside_member = false;
      state.any_member = true;
    } else if (step.outcome == InflateEngine::Outcome::NeedsInput && (piece.empty() || step.taken == 0)) {
      return {};
    }
  }
  return {};
}

Status GzipStream::finish() {
  if (state_->inside_member || !state_->any_member) return damaged("it is cut");
  return {};
}

}  // namespace lpm::formats
