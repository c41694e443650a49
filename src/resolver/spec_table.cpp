#include "resolver/spec_table.h"

#include <utility>

#include "graph/source_text.h"

namespace lpm::resolver {
namespace {

// A name that stands in for the edge's own, so that one parse serves all edges with this text.
constexpr std::string_view kAnyName = "@any/any";

Spec parse(std::string_view text) {
  Spec spec;
  spec.text = text;
  auto parsed = manifest::parse_spec(kAnyName, text);
  if (!parsed) return spec;
  spec.is_jsr_of_own_name = parsed->target == manifest::jsr_name(kAnyName);
  if (parsed->is_alias() && !spec.is_jsr_of_own_name) spec.target = parsed->target;
  if (auto* range = std::get_if<manifest::RangeSpec>(&parsed->kind)) {
    spec.kind = Spec::Kind::Range;
    spec.range = std::move(range->range);
  } else if (auto* tag = std::get_if<manifest::TagSpec>(&parsed->kind)) {
    spec.kind = Spec::Kind::Tag;
    spec.tag = std::move(tag->tag);
  } else if (auto source = graph::source_text(parsed->kind)) {
    spec.kind = Spec::Kind::Source;
    spec.source = *std::move(source);
  } else {
    spec.kind = Spec::Kind::Other;
  }
  return spec;
}

}  // namespace

bool Spec::admits(const semver::Version& version) const {
  return kind == Kind::Range && (range.is_any() || range.contains(version));
}

bool Spec::admits_peer(const semver::Version& version) const {
  return kind != Kind::Range || range.contains(version, semver::Prereleases::Any);
}

SpecId SpecTable::add(std::string_view text) {
  const Interner::Entry entry = texts_.add(text);
  if (entry.is_new) {
    const std::string_view kept = arena_.keep(text);
    texts_.rebind(entry.id, kept);
    specs_.push_back(parse(kept));
  }
  return entry.id;
}

}  // namespace lpm::resolver
