// A registry's document of all versions of `pkg`, or of `@scope/pkg`. Promises: versions are in
// order and found by text and by value; dependencies are in order and not twice; the image that is
// cached says the same; what is picked is in its range; and our strict JSON reader sees the same
// versions and dependencies in documents that it can read. Inputs: up to 32 KiB.
#include <algorithm>
#include <map>

#include "formats/json.h"
#include "formats/json_text.h"
#include "fuzz.h"
#include "packument_walk.h"

namespace lpm::manifest {
namespace {

using formats::json::Value;
using fuzz::require;

constexpr std::size_t kMostBytes = 32U << 10;
constexpr std::string_view kBase = "http://registry.example/";

using Texts = std::map<std::string, std::string>;

Texts texts_of(const std::vector<NameAndText>& pairs) {
  Texts texts;
  std::string_view last;
  for (const auto& [name, text] : pairs) {
    require(texts.empty() || last < name, "names are in order, each once");
    texts.emplace(name, text);
    last = name;
  }
  return texts;
}

void require_found(const Packument& packument) {
  for (VersionIndex i = 0; i < packument.version_count(); ++i) {
    const auto by_text = packument.find_version(packument.version_text(i));
    require(by_text == i, "versions are found by their text");
    const auto by_value = packument.find_version(packument.version(i));
    require(by_value && packument.version(*by_value) == packument.version(i),
            "versions are found by their value");
    if (i > 0)
      require(!(packument.version(i - 1) < packument.version(i)),
              "versions are in descending order");
    const Texts required = texts_of(packument.dependencies(i));
    for (const auto& [name, text] : texts_of(packument.optional_dependencies(i)))
      require(!required.contains(name), "what is optional is not required");
    const Texts peers = texts_of(packument.peer_dependencies(i));
    for (const std::string_view peer : packument.optional_peers(i))
      require(peers.contains(std::string(peer)) && packument.is_optional_peer(i, peer),
              "optional peers are peers");
    if (packument.has_derivable_tarball(i))
      require(packument.tarball_url(i).starts_with(kBase), "derived tarballs are the registry's");
  }
}

void require_picks_fit(const Packument& packument) {
  const semver::Version node{18, 0, 0, "", ""};
  for (const char* text : {"*", "^1.0.0", "<2", "1.0.0"}) {
    const auto range = semver::Range::parse(text);
    for (const std::optional<UnixNanoseconds> before :
         {std::optional<UnixNanoseconds>(),
          std::optional<UnixNanoseconds>(1'500'000'000'000'000'000)}) {
      const PickRules rules{.node = &node, .before = before};
      const auto picked = pick_version(packument, *range, rules);
      if (picked)
        require(range->is_any() || range->contains(packument.version(*picked)),
                "what is picked is in the range");
    }
  }
  (void)pick_tag(packument, "latest", {.before = 1'500'000'000'000'000'000});
}

const Value* object_at(const Value& object, std::string_view key) {
  const Value* member = object.find(key);
  return member != nullptr && member->is_object() ? member : nullptr;
}

bool has_duplicates(const Value& value) {
  std::vector<std::string_view> names;
  for (const auto& [name, member] : value.members) {
    if (has_duplicates(member)) return true;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) != names.end() ||
         std::any_of(value.items.begin(), value.items.end(), has_duplicates);
}

Texts strings_of(const Value* object) {
  Texts texts;
  if (object == nullptr) return texts;
  for (const auto& [name, member] : object->members)
    if (member.is_string()) texts.emplace(name, member.string);
  return texts;
}

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0, size = 0; at < text.size(); at += size)
    if ((size = formats::json::utf8_size_at(text, at)) == 0) return false;
  return true;
}

// Two readers of one document. What escapes mean in keys, lone surrogates, and what is not UTF-8
// are read differently by intention.
void require_same_as_strict_reader(const Packument& packument, std::string_view text) {
  if (text.find('\\') != std::string_view::npos || !is_utf8(text)) return;
  const auto root = formats::json::parse(text, "f");
  if (!root || has_duplicates(*root)) return;
  const Value* versions = object_at(*root, "versions");
  std::size_t count = 0;
  if (versions != nullptr) {
    for (const auto& [version, members] : versions->members) {
      const auto index = packument.find_version(version);
      if (!members.is_object() || !index) continue;
      ++count;
      const Texts optional = strings_of(object_at(members, "optionalDependencies"));
      Texts required = strings_of(object_at(members, "dependencies"));
      std::erase_if(required, [&](const auto& pair) { return optional.contains(pair.first); });
      require(texts_of(packument.dependencies(*index)) == required,
              "readers agree on dependencies");
      require(texts_of(packument.optional_dependencies(*index)) == optional,
              "readers agree on optional dependencies");
    }
  }
  require(count == packument.version_count(), "readers agree on the versions");
}

void check(Bytes json, std::string_view name) {
  PaddedBuffer text = fuzz::padded(json);
  const auto packument = Packument::parse(text, name, kBase);
  if (!packument) return;
  require((*packument)->name() == name, "the name is the one that was asked for");
  require_found(**packument);
  require_picks_fit(**packument);
  require_same_as_strict_reader(**packument, as_text(json));

  const auto again = Packument::from_image(fuzz::padded((*packument)->image()));
  require(again != nullptr && fuzz::everything_of(*again) == fuzz::everything_of(**packument),
          "the image says the same");
  PaddedBuffer second = fuzz::padded(json);
  const auto repeated = Packument::parse(second, name, kBase);
  require(repeated && as_text((*repeated)->image()) == as_text((*packument)->image()),
          "a document has one image");
}

}  // namespace
}  // namespace lpm::manifest

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > lpm::manifest::kMostBytes) return lpm::fuzz::kTurnedAway;
  lpm::manifest::check({data, size}, "pkg");
  lpm::manifest::check({data, size}, "@scope/pkg");
  return 0;
}
