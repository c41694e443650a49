// lpm.lock from anybody: it is refused with a place, or it is the one text of its graph.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "lockfile/lockfile.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = lpm::lockfile::parse_lockfile(text, "lpm.lock");
  if (!parsed) {
    if (!parsed.error().where.starts_with("lpm.lock:")) std::abort();
    static_cast<void>(lpm::lockfile::merge_conflict(text, "lpm.lock"));
    return 0;
  }
  if (lpm::lockfile::write_lockfile(*parsed) != text) std::abort();
  const std::string image = lpm::lockfile::write_image(*parsed, text);
  const auto read = lpm::lockfile::read_image(lpm::as_bytes(image), text);
  if (!read || !(*read == *parsed)) std::abort();
  return 0;
}
