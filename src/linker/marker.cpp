#include "linker/marker.h"

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/text.h"
#include "crypto/crypto.h"
#include "os/files.h"

namespace lpm::linker {
namespace {

// npm believes such a file only if it names every package folder; this one names none.
constexpr std::string_view kBegin =
    "{\n  \"lockfileVersion\": 3,\n  \"requires\": true,\n  \"packages\": {},\n  \"lpm\": \"";
constexpr std::string_view kEnd = "\"\n}\n";
constexpr std::size_t kDigits = 32;

}  // namespace

bool is_marker(std::string_view text) {
  return text.size() == kBegin.size() + kDigits + kEnd.size() && text.starts_with(kBegin) &&
         text.ends_with(kEnd);
}

std::string marker_text(std::string_view trees) {
  const std::string digest = to_hex(crypto::sha256(as_bytes(trees)));
  return fmt::format("{}{}{}", kBegin, digest.substr(0, kDigits), kEnd);
}

void write_marker(const std::string& modules, std::string_view trees) {
  const std::string path = fmt::format("{}/{}", modules, kMarkerName);
  const std::string text = marker_text(trees);
  const Result<std::string> present = os::read_file(path);
  if (present && *present == text) return;
  if (!os::write_file_atomic(path, text, os::Durability::None))
    static_cast<void>(os::remove_file(path));
}

}  // namespace lpm::linker
