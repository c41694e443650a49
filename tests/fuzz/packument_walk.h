// Asks a packument for everything that it can say.
#pragma once

#include <string>

#include "manifest/packument.h"

namespace lpm::fuzz {

inline void describe(std::string& out, std::string_view text) {
  out.append(std::to_string(text.size())).append(":").append(text);
}

inline void describe(std::string& out, const std::vector<manifest::NameAndText>& pairs) {
  for (const auto& [name, text] : pairs) {
    describe(out, name);
    describe(out, text);
  }
  out += '\n';
}

template <class Texts>
void describe_all(std::string& out, const Texts& texts) {
  for (const auto& text : texts) describe(out, text);
  out += '\n';
}

// All answers in one text, so that two packuments can be compared.
inline std::string everything_of(const manifest::Packument& packument) {
  std::string out(packument.name());
  describe(out, packument.dist_tags());
  out += std::to_string(packument.modified().value_or(0));
  for (manifest::VersionIndex i = 0; i < packument.version_count(); ++i) {
    describe(out, packument.version_text(i));
    describe(out, packument.version(i).to_string());
    describe(out, packument.dependencies(i));
    describe(out, packument.optional_dependencies(i));
    describe(out, packument.peer_dependencies(i));
    describe_all(out, packument.optional_peers(i));
    describe_all(out, packument.bundled(i));
    const manifest::PlatformFilter platform = packument.platform(i);
    describe_all(out, platform.os);
    describe_all(out, platform.cpu);
    describe_all(out, platform.libc);
    describe(out, packument.engines_node(i));
    for (const bool flag :
         {packument.is_deprecated(i), packument.has_install_script(i), packument.has_bin(i),
          packument.is_attested(i), packument.has_derivable_tarball(i)})
      out += flag ? '1' : '0';
    if (const auto integrity = packument.integrity(i); !integrity.empty())
      describe(out, integrity.to_string());
    describe(out, packument.tarball_url(i));
    out += std::to_string(packument.unpacked_size(i)) + " " +
           std::to_string(packument.published(i).value_or(0));
  }
  return out;
}

inline PaddedBuffer padded(Bytes bytes) {
  PaddedBuffer buffer;
  buffer.append(bytes.data(), bytes.size());
  return buffer;
}

}  // namespace lpm::fuzz
