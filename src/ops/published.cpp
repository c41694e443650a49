#include "ops/published.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/clock.h"
#include "manifest/manifest.h"
#include "ops/install/acquire.h"
#include "ops/json_fields.h"
#include "registry/raw_document.h"
#include "semver/semver.h"

namespace lpm::ops {
namespace {

using formats::json::Kind;
using formats::json::Value;

struct Sorted {
  semver::Version version;
  const Value* data = nullptr;
};

std::vector<Sorted> sorted_versions(const Value& document) {
  std::vector<Sorted> sorted;
  const Value* versions = document.find("versions");
  if (versions == nullptr || !versions->is_object()) return sorted;
  for (const auto& [text, data] : versions->members)
    if (auto version = semver::Version::parse(text); version && data.is_object())
      sorted.push_back({*std::move(version), &data});
  std::sort(sorted.begin(), sorted.end(),
            [](const Sorted& a, const Sorted& b) { return a.version < b.version; });
  return sorted;
}

void put(Value& object, const std::string& name, const Value& value) {
  for (auto& member : object.members) {
    if (member.first != name) continue;
    member.second = value;
    return;
  }
  object.members.emplace_back(name, value);
}

PublishedVersion view_of(const Value& document, const Sorted& chosen, const Value& all) {
  PublishedVersion view;
  view.version = chosen.version.to_string();
  view.data.kind = Kind::Object;
  for (const auto& [name, value] : document.members)
    if (name != "versions" && name != "_attachments") view.data.members.emplace_back(name, value);
  for (const auto& [name, value] : chosen.data->members) put(view.data, name, value);
  put(view.data, "versions", all);
  return view;
}

Error no_version(const manifest::PackageArgument& wish, const std::vector<Sorted>& sorted) {
  Error error(ErrorCode::NO_MATCHING_VERSION,
              fmt::format("no version of `{}` matches `{}`", wish.name, wish.spec));
  if (!sorted.empty())
    error.facts.push_back({"published", fmt::format("{} versions, {} the highest", sorted.size(),
                                                    sorted.back().version.to_string())});
  return std::move(error).hint(fmt::format("`lpm view {} versions` lists them", wish.name));
}

// What a tag means, else every version in the range.
Result<std::vector<Sorted>> choose(const Value& document, const std::vector<Sorted>& sorted,
                                   const manifest::PackageArgument& wish,
                                   const std::string& default_tag) {
  const std::string spec = wish.spec.empty() ? default_tag : wish.spec;
  std::optional<std::string_view> tagged;
  if (const Value* tags = document.find("dist-tags"); tags != nullptr) tagged = tags->text_at(spec);
  const std::optional<semver::Range> range = semver::Range::parse(spec);
  if (!tagged && !range)
    return Error(ErrorCode::NO_SUCH_TAG, fmt::format("`{}` has no tag `{}`", wish.name, spec))
        .hint(fmt::format("`lpm view {} dist-tags` shows those it has", wish.name));
  std::vector<Sorted> chosen;
  for (const Sorted& one : sorted) {
    const bool fits = tagged ? one.version.to_string() == *tagged : range->contains(one.version);
    if (fits) chosen.push_back(one);
  }
  if (chosen.empty()) return no_version({wish.name, spec, true}, sorted);
  return chosen;
}

}  // namespace

Result<std::vector<PublishedVersion>> published_versions(const Session& session,
                                                         const std::string& wish) {
  LPM_TRY_ASSIGN(const manifest::PackageArgument argument, manifest::parse_package_argument(wish));
  if (argument.name.empty())
    return Error(ErrorCode::BAD_SPEC, fmt::format("`{}` names no package of a registry", wish));
  if (session.settings.flag("offline"))
    return Error(ErrorCode::OFFLINE,
                 fmt::format("what the registry says of `{}` is needed from the network, and "
                             "--offline was given",
                             argument.name));
  install::Supply supply(session, {});
  LPM_TRY_ASSIGN(const std::string text,
                 registry::raw_document(session.registries, supply.network(), argument.name));
  Result<Value> document = formats::json::parse(text, argument.name);
  if (!document || !document->is_object())
    return Error(
        ErrorCode::BAD_METADATA,
        fmt::format("the registry's answer for `{}` is no package document", argument.name));
  const std::vector<Sorted> sorted = sorted_versions(*document);
  LPM_TRY_ASSIGN(const std::vector<Sorted> chosen,
                 choose(*document, sorted, argument, session.settings.text("tag")));
  Value all;
  all.kind = Kind::Array;
  for (const Sorted& one : sorted) all.items.push_back(text_value(one.version.to_string()));
  std::vector<PublishedVersion> views;
  for (const Sorted& one : chosen) views.push_back(view_of(*document, one, all));
  return views;
}

Result<Pinged> ping_registry(const Session& session) {
  if (session.settings.flag("offline"))
    return Error(ErrorCode::OFFLINE, "`ping` needs the network, and --offline was given");
  install::Supply supply(session, {});
  const std::int64_t start = monotonic_now();
  LPM_TRY_ASSIGN(registry::Answer answer, registry::ping(session.registries, supply.network()));
  return Pinged{std::move(answer.registry), answer.status, monotonic_now() - start};
}

}  // namespace lpm::ops
