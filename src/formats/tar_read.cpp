// A tar archive is a row of 512-byte blocks: a header, then the body padded to whole blocks. Long names travel in
// entries of their own before the entry they belong to: PAX records (`x`) or GNU names (`L`). The reader is a
// state machine over any split of the bytes; on a whole buffer bodies are handed on without a copy.
#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/text.h"
#include "formats/tar.h"

namespace lpm::formats {
namespace {

constexpr std::size_t kBlock = 512;

struct Field {
  std::size_t offset, size;
};
constexpr Field kName{0, 100}, kMode{100, 8}, kSize{124, 12}, kChecksum{148, 8}, kMagic{257, 6}, kPrefix{345, 155};
constexpr std::size_t kTypeOffset = 156;

std::string_view text_of(Bytes block, Field field) {
  const auto* start = reinterpret_cast<const char*>(block.data() + field.offset);
  return {start, strnlen(start, field.size)};
}

// Octal digits with spaces or NUL around, or base-256 when the top bit is set.
std::optional<std::uint64_t> number_of(Bytes block, Field field) {
  const std::uint8_t* p = block.data() + field.offset;
  if ((p[0] & 0x80) != 0) {
    std::uint64_t value = p[0] & 0x7F;
    for (std::size_t i = 1; i < field.size; ++i) {
      if (value >> 55 != 0) return std::nullopt;
      value = value << 8 | p[i];
    }
    return value;
  }
  std::size_t i = 0;
  while (i < field.size && (p[i] == ' ' || p[i] == 0)) ++i;
  std::uint64_t value = 0;
  for (; i < field.size && p[i] >= '0' && p[i] <= '7'; ++i) {
    if (value >> 60 != 0) return std::nullopt;
    value = value * 8 + (p[i] - '0');
  }
  for (; i < field.size; ++i)
    if (p[i] != ' ' && p[i] != 0) return std::nullopt;
  return value;
}

// Sum of all bytes with the checksum field as spaces; some old writers summed signed bytes.
bool checksum_holds(Bytes block) {
  const std::optional<std::uint64_t> stored = number_of(block, kChecksum);
  if (!stored) return false;
  std::uint32_t sum = 0;
  std::int32_t signed_sum = 0;
  for (std::size_t i = 0; i < kBlock; ++i) {
    const bool in_checksum = i >= kChecksum.offset && i < kChecksum.offset + kChecksum.size;
    const std::uint8_t byte = in_checksum ? ' ' : block[i];
    sum += byte;
    signed_sum += static_cast<std::int8_t>(byte);
  }
  return *stored == sum || static_cast<std::int64_t>(*stored) == signed_sum;
}

bool is_zero_block(Bytes block) {
  return std::all_of(block.begin(), block.end(), [](std::uint8_t byte) { return byte == 0; });
}

TarType type_of(char flag, std::string_view path) {
  switch (flag) {
    case '\0': case '0': case '7': return path.ends_with('/') ? TarType::Directory : TarType::File;
    case '1': return TarType::HardLink;
    case '2': return TarType::Symlink;
    case '3': case '4': return TarType::Device;
    case '5': return TarType::Directory;
    case '6': return TarType::Fifo;
    default: return TarType::Other;
  }
}

Error bad_tar(std::string_view reason) {
  return Error(ErrorCode::BAD_TARBALL, fmt::format("the tarball is damaged: {}", reason));
}

struct PaxRecord {
  std::string_view key, value;
};

// "<length> <key>=<value>\n", the length counting the whole record.
bool next_pax_record(std::string_view& payload, PaxRecord& record) {
  const std::size_t space = payload.find(' ');
  if (space == std::string_view::npos) return false;
  const std::optional<std::uint64_t> length = parse_decimal(payload.substr(0, space));
  if (!length || *length > payload.size() || *length < space + 3) return false;
  const std::string_view body = payload.substr(space + 1, *length - space - 1);
  const std::size_t equals = body.find('=');
  if (body.back() != '\n' || equals == std::string_view::npos) return false;
  record = {body.substr(0, equals), body.substr(equals + 1, body.size() - equals - 2)};
  payload.remove_prefix(*length);
  return true;
}

}  // namespace

TarReader::TarReader(TarSink& sink, const TarLimits& limits) : sink_(sink), limits_(limits) {}

Status TarReader::header(Bytes block) {
  if (is_zero_block(block)) {
    expect_ = Expect::End;
    return {};
  }
  if (!checksum_holds(block)) return bad_tar("a header's checksum is wrong");
  const std::optional<std::uint64_t> size = number_of(block, kSize);
  const std::optional<std::uint64_t> mode = number_of(block, kMode);
  if (!size) return bad_tar("a header's size is not a number");
  const char flag = static_cast<char>(block[kTypeOffset]);
  const bool is_payload = flag == 'L' || flag == 'K' || flag == 'x' || flag == 'X' || flag == 'g';
  if (is_payload) {
    if (*size > limits_.max_header_payload)
      return Error(ErrorCode::LIMIT, fmt::format("a name in the tarball takes {} bytes, the limit is {}", *size, limits_.max_header_payload));
    expect_ = flag == 'L' ? Expect::LongName : flag == 'x' || flag == 'X' ? Expect::Pax : Expect::PaxGlobal;
    remaining_ = *size;
    padding_ = (kBlock - *size % kBlock) % kBlock;
    pending_.clear();
    return remaining_ == 0 ? payload() : Status();
  }
  if (++entries_ > limits_.max_entries)
    return Error(ErrorCode::LIMIT, fmt::format("the tarball has more than {} entries", limits_.max_entries));
  std::string path = has_next_path_ ? std::move(next_path_) : std::string(text_of(block, kName));
  const bool is_ustar = text_of(block, kMagic).starts_with("ustar");
  if (!has_next_path_ && is_ustar) {
    const std::string_view prefix = text_of(block, kPrefix);
    if (!prefix.empty()) path = fmt::format("{}/{}", prefix, path);
  }
  const std::uint64_t body = has_next_size_ ? next_size_ : *size;
  has_next_path_ = has_next_size_ = false;
  const TarEntry entry{path, type_of(flag, path), static_cast<std::uint32_t>(mode.value_or(0644) & 07777), body};
  if (body > limits_.max_file_size)
    return Error(ErrorCode::LIMIT, fmt::format("`{}` in the tarball has {}, the limit is {}", path, human_bytes(body), human_bytes(limits_.max_file_size)));
  total_ += body;
  if (total_ > limits_.max_total_size)
    return Error(ErrorCode::LIMIT, fmt::format("the tarball unpacks to more than {}", human_bytes(limits_.max_total_size)));
  remaining_ = body;
  padding_ = (kBlock - body % kBlock) % kBlock;
  LPM_TRY(sink_.entry(entry));
  if (entry.type != TarType::File) {
    // Links and devices have no body, whatever their size field says; folders and others may.
    const bool has_no_body = entry.type != TarType::Directory && entry.type != TarType::Other;
    if (has_no_body) remaining_ = padding_ = 0;
    expect_ = remaining_ + padding_ > 0 ? Expect::Skip : Expect::Header;
    return {};
  }
  expect_ = Expect::Body;
  if (remaining_ > 0) return {};
  expect_ = Expect::Header;
  return sink_.body_end();
}

Status TarReader::payload() {
  std::string_view text = pending_.text();
  if (expect_ == Expect::LongName) {
    next_path_ = text.substr(0, text.find('\0'));
    has_next_path_ = true;
  } else if (expect_ == Expect::Pax) {
    while (!text.empty()) {
      PaxRecord record;
      if (!next_pax_record(text, record)) return bad_tar("a PAX record is malformed");
      if (record.key == "path") {
        next_path_ = record.value;
        has_next_path_ = true;
      } else if (record.key == "size") {
        const std::optional<std::uint64_t> size = parse_decimal(record.value);
        if (!size) return bad_tar("a PAX size is not a number");
        next_size_ = *size;
        has_next_size_ = true;
      }
    }
  }
  pending_.clear();
  expect_ = padding_ > 0 ? Expect::Padding : Expect::Header;
  return {};
}

Status TarReader::feed(Bytes piece) {
  while (!piece.empty()) {
    switch (expect_) {
      case Expect::Header: {
        if (pending_.empty() && piece.size() >= kBlock) {
          const Bytes block = piece.first(kBlock);
          piece = piece.subspan(kBlock);
          LPM_TRY(header(block));
          break;
        }
        const std::size_t take = std::min(kBlock - pending_.size(), piece.size());
        pending_.append(piece.data(), take);
        piece = piece.subspan(take);
        if (pending_.size() < kBlock) break;
        const PaddedBuffer block = std::move(pending_);
        pending_ = PaddedBuffer();
        LPM_TRY(header(block.bytes()));
        break;
      }
      case Expect::Body: {
        const std::size_t take = std::min<std::uint64_t>(remaining_, piece.size());
        LPM_TRY(sink_.body(piece.first(take)));
        piece = piece.subspan(take);
        remaining_ -= take;
        if (remaining_ > 0) break;
        expect_ = padding_ > 0 ? Expect::Padding : Expect::Header;
        LPM_TRY(sink_.body_end());
        break;
      }
      case Expect::LongName:
      case Expect::Pax:
      case Expect::PaxGlobal: {
        const std::size_t take = std::min<std::uint64_t>(remaining_, piece.size());
        pending_.append(piece.data(), take);
        piece = piece.subspan(take);
        remaining_ -= take;
        if (remaining_ == 0) LPM_TRY(payload());
        break;
      }
      case Expect::Skip:
      case Expect::Padding: {
        std::uint64_t& left = expect_ == Expect::Skip && remaining_ > 0 ? remaining_ : padding_;
        const std::size_t take = std::min<std::uint64_t>(left, piece.size());
        piece = piece.subspan(take);
        left -= take;
        if (padding_ == 0 && (expect_ == Expect::Padding || remaining_ == 0)) expect_ = Expect::Header;
        break;
      }
      case Expect::End:
        return {};
    }
  }
  return {};
}

Status TarReader::finish() {
  // Writers may leave out the final zero blocks, and even the padding of the last body.
  const bool at_border = expect_ == Expect::End || expect_ == Expect::Padding || (expect_ == Expect::Header && pending_.empty());
  if (!at_border) return bad_tar("it ends in the middle of an entry");
  return {};
}

}  // namespace lpm::formats
