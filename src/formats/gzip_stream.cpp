// gzip in pieces: a state machine over header, deflate data and trailer of one member after the
// other.
#include "formats/gzip_stream.h"

#include <libdeflate.h>

namespace lpm::formats {
namespace {

constexpr std::size_t kOutputPiece =
    128U << 10;  // stays in the second-level cache between inflate and sink

}  // namespace

GzipMembers::GzipMembers(GzipStream::Sink sink, const InflateLimits& limits,
                         std::unique_ptr<RawInflate> engine)
    : sink_(std::move(sink)), limits_(limits), engine_(std::move(engine)), output_(kOutputPiece) {}

Status GzipMembers::feed(Bytes piece) {
  total_in_ += piece.size();
  while (!piece.empty() && part_ != Part::Ignored) {
    switch (part_) {
      case Part::Header:
        LPM_TRY(read_header(piece));
        break;
      case Part::Deflate:
        LPM_TRY(inflate(piece));
        break;
      case Part::Trailer:
        LPM_TRY(read_trailer(piece));
        break;
      case Part::Between:
        look_for_member(piece);
        break;
      case Part::Ignored:
        break;
    }
  }
  return {};
}

Status GzipMembers::finish() const {
  if (part_ == Part::Between || part_ == Part::Ignored) return {};
  return damaged_gzip("they are cut");
}

Status GzipMembers::read_header(Bytes& piece) {
  switch (header_.feed(piece)) {
    case GzipHeader::Verdict::NeedsInput:
      return {};
    case GzipHeader::Verdict::Damaged:
      return damaged_gzip("no valid gzip header");
    case GzipHeader::Verdict::Done:
      break;
  }
  engine_->reset();
  checksum_ = 0;
  member_size_ = 0;
  part_ = Part::Deflate;
  return {};
}

Status GzipMembers::inflate(Bytes& piece) {
  while (true) {
    const RawInflate::Step step = engine_->step(piece, output_.data(), kOutputPiece);
    if (step.outcome == RawInflate::Outcome::Damaged)
      return damaged_gzip("the deflate data are not valid");
    piece = piece.subspan(step.taken);
    if (step.made > 0) LPM_TRY(hand_on(step.made));
    if (step.outcome == RawInflate::Outcome::End) break;
    if (step.outcome == RawInflate::Outcome::OutputFull) continue;
    if (piece.empty()) return {};
    if (step.taken + step.made == 0) return damaged_gzip("the deflate data are not valid");
  }
  trailer_ = GzipTrailer();
  part_ = Part::Trailer;
  Bytes excess = engine_->taken_too_far();
  return read_trailer(excess);
}

Status GzipMembers::hand_on(std::size_t made) {
  total_out_ += made;
  const std::uint64_t limit = output_limit(total_in_, limits_);
  if (total_out_ > limit) return too_much_output(limit);
  member_size_ += made;
  checksum_ = libdeflate_crc32(checksum_, output_.data(), made);
  return sink_(Bytes(output_.data(), made));
}

Status GzipMembers::read_trailer(Bytes& piece) {
  if (!trailer_.feed(piece)) return {};
  if (!trailer_.holds(checksum_, member_size_)) return damaged_gzip("checksum or length is wrong");
  part_ = Part::Between;
  saw_first_magic_ = false;
  return {};
}

void GzipMembers::look_for_member(Bytes& piece) {
  const std::uint8_t byte = piece.front();
  if (!saw_first_magic_ && byte == kGzipMagic[0]) {
    saw_first_magic_ = true;
    piece = piece.subspan(1);
  } else if (saw_first_magic_ && byte == kGzipMagic[1]) {
    begin_member();
  } else {
    part_ = Part::Ignored;
  }
}

void GzipMembers::begin_member() {
  header_ = GzipHeader();
  Bytes first_magic = Bytes(kGzipMagic).first(1);
  header_.feed(first_magic);
  part_ = Part::Header;
}

struct GzipStream::State {
  GzipMembers members;
};

GzipStream::GzipStream(Sink sink, const InflateLimits& limits)
    : state_(std::make_unique<State>(
          State{GzipMembers(std::move(sink), limits, make_raw_inflate())})) {}
GzipStream::GzipStream(GzipStream&&) noexcept = default;
GzipStream::~GzipStream() = default;

Status GzipStream::feed(Bytes piece) {
  return state_->members.feed(piece);
}
Status GzipStream::finish() {
  return state_->members.finish();
}

}  // namespace lpm::formats
