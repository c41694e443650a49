#include "store/package_index.h"

#include <bit>
#include <cstring>
#include <span>
#include <type_traits>

#include "os/os.h"
#include "store/content_hash.h"

namespace lpm::store {
namespace {

static_assert(std::endian::native == std::endian::little, "the format is written as it lies");

constexpr std::string_view kMagic = "lpmindex";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kChecksummedFrom = 24;

struct Text {
  std::uint32_t offset;
  std::uint32_t length;
};
struct Pair {
  Text first;
  Text second;
};
struct Table {
  std::uint32_t offset;
  std::uint32_t count;
};
struct File {
  Text path;
  std::uint64_t size;
  std::int64_t mtime_ns;
  std::uint64_t hash_low;
  std::uint64_t hash_high;
  std::uint32_t mode;
  std::uint32_t zero;
};
static_assert(sizeof(File) == 48);

struct Header {
  char magic[8];
  std::uint32_t version;
  std::uint32_t skipped_entries;
  std::uint64_t checksum;
  std::uint64_t length;
  std::uint8_t digest[64];
  Text name;
  Text package_version;
  Text boot_id;
  Text engines_node;
  Table files;
  Table directories;
  Table bins;
  Table refused_bins;
  Table install_scripts;
  Table os;
  Table cpu;
  Table libc;
  Table bundled;
};
static_assert(sizeof(Header) == 200 && offsetof(Header, checksum) == 16 &&
              offsetof(Header, digest) == 32 && offsetof(Header, files) == 128);

// Appends records and texts behind the header; offsets are those in the file.
class Writer {
 public:
  Writer() : out_(sizeof(Header), '\0') {}

  Text text(std::string_view value) {
    const auto offset = static_cast<std::uint32_t>(out_.size());
    out_ += value;
    return {offset, static_cast<std::uint32_t>(value.size())};
  }
  template <class Record>
  Table table(const std::vector<Record>& records) {
    const auto offset = static_cast<std::uint32_t>(out_.size());
    out_.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
    return {offset, static_cast<std::uint32_t>(records.size())};
  }
  Table texts(const std::vector<std::string>& values) {
    std::vector<Text> records;
    for (const std::string& value : values) records.push_back(text(value));
    return table(records);
  }
  Table bins(const std::vector<IndexedBin>& bins) {
    std::vector<Pair> records;
    for (const IndexedBin& bin : bins) records.push_back({text(bin.command), text(bin.path)});
    return table(records);
  }
  Table pairs(const manifest::StringPairs& pairs) {
    std::vector<Pair> records;
    for (const auto& [first, second] : pairs) records.push_back({text(first), text(second)});
    return table(records);
  }
  Table files(const std::vector<IndexedFile>& files) {
    std::vector<File> records;
    records.reserve(files.size());
    for (const IndexedFile& file : files) {
      records.push_back(
          {text(file.path), file.size, file.mtime_ns, file.hash_low, file.hash_high, file.mode, 0});
    }
    return table(records);
  }

  std::string finish(Header& header) {
    header.length = out_.size();
    std::memcpy(out_.data(), &header, sizeof header);
    header.checksum = checksum_of(as_bytes(out_).subspan(kChecksummedFrom));
    std::memcpy(out_.data(), &header, sizeof header);
    return std::move(out_);
  }

 private:
  std::string out_;
};

// Follows offsets; one that leaves the file turns ok() off and reads as empty.
class Reader {
 public:
  explicit Reader(Bytes bytes) : bytes_(bytes) {}
  bool ok() const { return ok_; }

  std::string text(Text place) {
    const Bytes found = range(place.offset, place.length);
    return std::string(as_text(found));
  }
  template <class Record>
  std::vector<Record> records(Table table) {
    static_assert(std::is_trivially_copyable_v<Record>);
    const Bytes found = range(table.offset, std::uint64_t{table.count} * sizeof(Record));
    std::vector<Record> result(found.size() / sizeof(Record));
    if (!result.empty()) std::memcpy(result.data(), found.data(), found.size());
    return result;
  }
  std::vector<std::string> texts(Table table) {
    std::vector<std::string> result;
    for (const Text place : records<Text>(table)) result.push_back(text(place));
    return result;
  }
  manifest::StringPairs pairs(Table table) {
    manifest::StringPairs result;
    for (const Pair& pair : records<Pair>(table))
      result.emplace_back(text(pair.first), text(pair.second));
    return result;
  }
  std::vector<IndexedBin> bins(Table table) {
    std::vector<IndexedBin> result;
    for (const Pair& pair : records<Pair>(table))
      result.push_back({text(pair.first), text(pair.second)});
    return result;
  }
  std::vector<IndexedFile> files(Table table) {
    const Bytes found = range(table.offset, std::uint64_t{table.count} * sizeof(File));
    std::vector<IndexedFile> result(found.size() / sizeof(File));
    for (std::size_t i = 0; i < result.size(); ++i) {
      File file;
      std::memcpy(&file, found.data() + i * sizeof file, sizeof file);
      result[i] = {text(file.path), file.size,     file.mode,
                   file.mtime_ns,   file.hash_low, file.hash_high};
    }
    return result;
  }

 private:
  Bytes range(std::uint64_t offset, std::uint64_t length) {
    if (offset <= bytes_.size() && length <= bytes_.size() - offset)
      return bytes_.subspan(offset, length);
    ok_ = false;
    return {};
  }

  Bytes bytes_;
  bool ok_ = true;
};

bool is_whole(Bytes bytes, const Header& header) {
  return std::string_view(header.magic, sizeof header.magic) == kMagic &&
         header.version == kVersion && header.length == bytes.size() &&
         header.checksum == checksum_of(bytes.subspan(kChecksummedFrom));
}

}  // namespace

std::string write_index(const PackageIndex& index) {
  Header header{};
  std::memcpy(header.magic, kMagic.data(), kMagic.size());
  header.version = kVersion;
  header.skipped_entries = index.skipped_entries;
  std::memcpy(header.digest, index.tarball_digest.data(), sizeof header.digest);
  Writer writer;
  header.name = writer.text(index.name);
  header.package_version = writer.text(index.version);
  header.boot_id = writer.text(index.boot_id);
  header.engines_node = writer.text(index.engines_node);
  header.files = writer.files(index.files);
  header.directories = writer.texts(index.directories);
  header.bins = writer.bins(index.bins);
  header.refused_bins = writer.texts(index.refused_bins);
  header.install_scripts = writer.pairs(index.install_scripts);
  header.os = writer.texts(index.platform.os);
  header.cpu = writer.texts(index.platform.cpu);
  header.libc = writer.texts(index.platform.libc);
  header.bundled = writer.texts(index.bundled);
  return writer.finish(header);
}

std::optional<PackageIndex> parse_index(Bytes bytes) {
  Header header;
  if (bytes.size() < sizeof header) return std::nullopt;
  std::memcpy(&header, bytes.data(), sizeof header);
  if (!is_whole(bytes, header)) return std::nullopt;
  Reader reader(bytes);
  PackageIndex index;
  std::memcpy(index.tarball_digest.data(), header.digest, sizeof header.digest);
  index.skipped_entries = header.skipped_entries;
  index.name = reader.text(header.name);
  index.version = reader.text(header.package_version);
  index.boot_id = reader.text(header.boot_id);
  index.engines_node = reader.text(header.engines_node);
  index.files = reader.files(header.files);
  index.directories = reader.texts(header.directories);
  index.bins = reader.bins(header.bins);
  index.refused_bins = reader.texts(header.refused_bins);
  index.install_scripts = reader.pairs(header.install_scripts);
  index.platform.os = reader.texts(header.os);
  index.platform.cpu = reader.texts(header.cpu);
  index.platform.libc = reader.texts(header.libc);
  index.bundled = reader.texts(header.bundled);
  if (!reader.ok()) return std::nullopt;
  return index;
}

bool is_cut_short(std::string_view bytes) {
  if (bytes.find_first_not_of('\0') == std::string_view::npos) return true;
  Header header{};
  std::memcpy(&header, bytes.data(), std::min(bytes.size(), sizeof header));
  return kMagic.starts_with(bytes.substr(0, kMagic.size())) &&
         (bytes.size() < sizeof header || bytes.size() < header.length);
}

std::optional<PackageIndex> load_index(const std::string& path) {
  constexpr std::size_t kUsualSize = 64 * 1024;
  static thread_local PaddedBuffer buffer(kUsualSize);
  if (os::read_file_into(path, buffer) != 0) return std::nullopt;
  auto index = parse_index(buffer.bytes());
  // One huge package should not keep its memory for good.
  if (buffer.capacity() > 16 * kUsualSize) buffer = PaddedBuffer(kUsualSize);
  return index;
}

}  // namespace lpm::store
