// A tar archive is a row of 512-byte blocks: a header, then the body padded to whole blocks, and
// two zero blocks at the end. Long names travel in entries of their own before the entry they
// belong to: PAX records (`x`) or GNU names (`L`). The reader is a state machine over any split of
// the bytes; on a whole buffer neither headers nor bodies are copied. Where tar readers differ it
// reads as npm's does, so that what a scanner sees is what runs: all entries but folders have the
// body that their size says, one zero block alone does not end the archive, and records meant for
// the next file do not touch other records. Where npm's skips a damaged entry this one refuses.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "formats/tar.h"
#include "formats/tar_block.h"

namespace lpm::formats {
namespace {

TarType type_of(char flag, std::string_view path) {
  switch (flag) {
    case '\0':
    case '0':
      return path.ends_with('/') ? TarType::Directory : TarType::File;
    case '7':
      return TarType::File;
    case '1':
      return TarType::HardLink;
    case '2':
      return TarType::Symlink;
    case '3':
    case '4':
      return TarType::Device;
    case '5':
      return TarType::Directory;
    case '6':
      return TarType::Fifo;
    default:
      return TarType::Other;
  }
}

// Headers that describe the next entry instead of being one; `N` and `X` are old forms of `L` and
// `x`.
bool is_meta(char type) {
  return std::string_view("LNKxXg").find(type) != std::string_view::npos;
}

// Records of a PAX header belong to entries of the file system, not to those that only some readers
// know.
bool takes_pax_size(char type) {
  return type == '\0' || type == 'D' || (type >= '0' && type <= '7');
}

}  // namespace

TarReader::TarReader(TarSink& sink, const TarLimits& limits) : sink_(sink), limits_(limits) {}

Status TarReader::feed(Bytes piece) {
  while (!piece.empty() && expect_ != Expect::End) {
    switch (expect_) {
      case Expect::Header:
        LPM_TRY(feed_header(piece));
        break;
      case Expect::Body:
        LPM_TRY(feed_body(piece));
        break;
      case Expect::LongName:
      case Expect::Pax:
      case Expect::PaxGlobal:
        LPM_TRY(feed_payload(piece));
        break;
      case Expect::Skip:
      case Expect::Padding:
        feed_skipped(piece);
        break;
      case Expect::End:
        break;
    }
  }
  return {};
}

Status TarReader::finish() {
  // Some writers leave out the zero blocks, or write an odd number of zero bytes.
  const bool is_at_border = expect_ == Expect::Header && (pending_.empty() || after_zero_block_);
  if (expect_ != Expect::End && !is_at_border) return damaged_tar("it is cut");
  if (entries_ == 0) return damaged_tar("it holds nothing");
  return {};
}

Status TarReader::feed_header(Bytes& piece) {
  if (pending_.empty() && piece.size() >= kTarBlock) {
    const std::uint8_t* block = piece.data();
    piece = piece.subspan(kTarBlock);
    return header(block);
  }
  const std::size_t taken = std::min(kTarBlock - pending_.size(), piece.size());
  pending_.append(piece.data(), taken);
  piece = piece.subspan(taken);
  if (pending_.size() < kTarBlock) return {};
  const PaddedBuffer block = std::exchange(pending_, PaddedBuffer());
  return header(block.data());
}

Status TarReader::feed_body(Bytes& piece) {
  const std::size_t taken = std::min<std::uint64_t>(remaining_, piece.size());
  LPM_TRY(sink_.body(piece.first(taken)));
  piece = piece.subspan(taken);
  remaining_ -= taken;
  if (remaining_ > 0) return {};
  expect_ = padding_ > 0 ? Expect::Padding : Expect::Header;
  return sink_.body_end();
}

Status TarReader::feed_payload(Bytes& piece) {
  const std::size_t taken = std::min<std::uint64_t>(remaining_, piece.size());
  const Bytes part = piece.first(taken);
  piece = piece.subspan(taken);
  remaining_ -= taken;
  const bool is_whole = remaining_ == 0;
  if (pending_.empty() && is_whole) return payload(as_text(part));
  pending_.append(part.data(), part.size());
  if (!is_whole) return {};
  const PaddedBuffer text = std::exchange(pending_, PaddedBuffer());
  return payload(text.text());
}

void TarReader::feed_skipped(Bytes& piece) {
  for (std::uint64_t* left : {&remaining_, &padding_}) {
    const std::size_t taken = std::min<std::uint64_t>(*left, piece.size());
    piece = piece.subspan(taken);
    *left -= taken;
  }
  if (remaining_ + padding_ == 0) expect_ = Expect::Header;
}

Status TarReader::header(const std::uint8_t* bytes) {
  const TarBlock block(bytes);
  if (block.is_zero()) {
    if (std::exchange(after_zero_block_, true)) expect_ = Expect::End;
    return {};
  }
  after_zero_block_ = false;
  if (!block.checksum_holds()) return damaged_tar("a header's checksum is wrong");
  const std::optional<std::uint64_t> size = block.size();
  if (!size) return damaged_tar("a header's size is not a number");
  return is_meta(block.type()) ? meta_header(block.type(), *size) : entry_header(block, *size);
}

Status TarReader::meta_header(char type, std::uint64_t size) {
  if (size > limits_.max_header_payload)
    return Error(ErrorCode::LIMIT,
                 fmt::format("a header in the tarball has {} of records, the limit is {}",
                             human_bytes(size), human_bytes(limits_.max_header_payload)));
  skip(size);
  if (size == 0) return {};
  switch (type) {
    case 'L':
    case 'N':
      expect_ = Expect::LongName;
      break;
    case 'x':
    case 'X':
      expect_ = Expect::Pax;
      break;
    case 'g':
      expect_ = Expect::PaxGlobal;
      break;
    default:
      break;  // the target of a link, which is not made
  }
  return {};
}

Status TarReader::payload(std::string_view text) {
  const Expect kind = std::exchange(expect_, padding_ > 0 ? Expect::Padding : Expect::Header);
  if (kind == Expect::LongName) {
    next_path_ = text.substr(0, text.find('\0'));
    has_next_path_ = true;
    return {};
  }
  LPM_TRY_ASSIGN(const PaxRecords records, read_pax_records(text));
  if (kind == Expect::PaxGlobal) {
    // Readers disagree on whether it applies; what they would unpack then differs from here on.
    if (records.size) return damaged_tar("a global PAX header sets a size");
    return {};
  }
  if (records.path) {
    next_path_ = *records.path;
    has_next_path_ = true;
  }
  if (records.size) next_size_ = records.size;
  return {};
}

std::string_view TarReader::entry_path(const TarBlock& block) {
  if (std::exchange(has_next_path_, false)) return next_path_;
  if (block.prefix().empty()) return block.name();
  path_ = block.prefix();
  path_ += '/';
  path_ += block.name();
  return path_;
}

Status TarReader::entry_header(const TarBlock& block, std::uint64_t size) {
  if (++entries_ > limits_.max_entries)
    return Error(ErrorCode::LIMIT,
                 fmt::format("the tarball has more than {} entries", limits_.max_entries));
  const std::string_view path = entry_path(block);
  const TarType type = type_of(block.type(), path);
  const std::optional<std::uint64_t> pax_size = std::exchange(next_size_, std::nullopt);
  if (takes_pax_size(block.type())) size = pax_size.value_or(size);
  // Some writers give folders the size that the system reports; a folder never has a body.
  if (type == TarType::Directory) size = 0;
  if (size > limits_.max_file_size)
    return Error(ErrorCode::LIMIT,
                 fmt::format("`{}` in the tarball has {}, the limit is {}", path, human_bytes(size),
                             human_bytes(limits_.max_file_size)));
  if (size > limits_.max_total_size - total_)
    return Error(ErrorCode::LIMIT, fmt::format("the tarball unpacks to more than {}",
                                               human_bytes(limits_.max_total_size)));
  total_ += size;
  skip(size);
  const bool is_file = type == TarType::File;
  const auto mode = static_cast<std::uint32_t>(block.mode().value_or(0644) & 07777);
  LPM_TRY(sink_.entry({path, type, mode, is_file ? size : 0}));
  if (!is_file) return {};
  if (size == 0) return sink_.body_end();
  expect_ = Expect::Body;
  return {};
}

void TarReader::skip(std::uint64_t size) {
  remaining_ = size;
  padding_ = tar_padding(size);
  expect_ = size > 0 ? Expect::Skip : Expect::Header;
}

}  // namespace lpm::formats
