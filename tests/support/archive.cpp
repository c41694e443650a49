#include "support/archive.h"

#include <openssl/evp.h>
#include <zlib.h>

#include <cstdio>
#include <cstring>

namespace lpm::support {
namespace {

constexpr std::size_t kBlock = 512;

void put(char* field, std::size_t width, std::string_view text) {
  std::memcpy(field, text.data(), std::min(width, text.size()));
}

void put_octal(char* field, std::size_t width, unsigned long long value) {
  char text[32];
  std::snprintf(text, sizeof text, "%0*llo", static_cast<int>(width) - 1, value);
  put(field, width - 1, text);
}

void append_padded(std::string& out, std::string_view content) {
  out += content;
  out.append((kBlock - content.size() % kBlock) % kBlock, '\0');
}

std::string header(const TarEntry& entry, char type, std::string_view name,
                   unsigned long long size) {
  char block[kBlock] = {};
  put(block, 100, name);
  put_octal(block + 100, 8, entry.mode);
  put_octal(block + 108, 8, 0);
  put_octal(block + 116, 8, 0);
  put_octal(block + 124, 12, size);
  put_octal(block + 136, 12, 499162500);  // 1985-10-26, the time that npm gives every packed file
  block[156] = type;
  put(block + 157, 100, entry.link);
  std::memcpy(block + 257, "ustar\00000", 8);
  std::memset(block + 148, ' ', 8);
  unsigned sum = entry.bad_checksum ? 1 : 0;
  for (char c : block) sum += static_cast<unsigned char>(c);
  std::snprintf(block + 148, 8, "%06o", sum);
  return {block, kBlock};
}

std::string pax_record(const std::string& key, const std::string& value) {
  // The number in front counts itself.
  std::size_t size = key.size() + value.size() + 3;
  std::size_t total = size + std::to_string(size).size();
  if (std::to_string(total).size() + size != total) total = size + std::to_string(total).size();
  return std::to_string(total) + ' ' + key + '=' + value + '\n';
}

void append_entry(std::string& out, const TarEntry& entry) {
  if (!entry.pax.empty()) {
    std::string records;
    for (const auto& [key, value] : entry.pax) records += pax_record(key, value);
    out += header({}, 'x', "PaxHeader/entry", records.size());
    append_padded(out, records);
  }
  if (!entry.long_name.empty()) {
    std::string name = entry.long_name + '\0';
    out += header({}, 'L', "././@LongLink", name.size());
    append_padded(out, name);
  }
  if (entry.name.size() > 100 && entry.long_name.empty() && entry.pax.empty()) {
    TarEntry renamed = entry;
    renamed.long_name = entry.name;
    append_entry(out, renamed);
    return;
  }
  auto size = entry.declared_size >= 0 ? static_cast<unsigned long long>(entry.declared_size)
                                       : entry.content.size();
  out += header(entry, entry.type, entry.name, size);
  append_padded(out, entry.content);
}

std::string digest(const EVP_MD* method, std::string_view bytes) {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), value, &size, method, nullptr);
  return {reinterpret_cast<char*>(value), size};
}

}  // namespace

std::string write_tar(const std::vector<TarEntry>& entries) {
  std::string out;
  for (const TarEntry& entry : entries) append_entry(out, entry);
  return out.append(2 * kBlock, '\0');
}

std::string gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 32, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string gunzip(std::string_view bytes) {
  z_stream stream{};
  inflateInit2(&stream, 15 + 16);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  int status = Z_OK;
  while (status == Z_OK) {
    char piece[16384];
    stream.next_out = reinterpret_cast<Bytef*>(piece);
    stream.avail_out = sizeof piece;
    status = inflate(&stream, Z_NO_FLUSH);
    out.append(piece, sizeof piece - stream.avail_out);
  }
  inflateEnd(&stream);
  return status == Z_STREAM_END ? out : std::string();
}

std::string sha1_hex(std::string_view bytes) {
  std::string out;
  for (char c : digest(EVP_sha1(), bytes)) {
    char hex[3];
    std::snprintf(hex, sizeof hex, "%02x", static_cast<unsigned char>(c));
    out += hex;
  }
  return out;
}

std::string sha512_integrity(std::string_view bytes) {
  return "sha512-" + base64_encode(digest(EVP_sha512(), bytes));
}

std::string base64_encode(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                             reinterpret_cast<const unsigned char*>(bytes.data()),
                             static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64_decode(std::string_view text) {
  std::string out(text.size(), '\0');
  int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()));
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  out.resize(size < 0 ? 0 : static_cast<std::size_t>(size) - padding);
  return out;
}

}  // namespace lpm::support
