// For tests: a registry of packages given as JSON, which answers in an order that a seed decides.
#pragma once

#include <algorithm>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "formats/formats.h"
#include "resolver/resolver.h"

namespace lpm::resolver::test {

using formats::json::Value;

inline constexpr std::string_view kRegistry = "http://registry.example/";

// {"a": {"versions": {"1.0.0": {...}}, "tags": {...}, "time": {...}}}: versions hold members of npm
// manifests. Without tags `latest` is the highest version that is no prerelease. A package that no
// registry has goes by the text that asks for it, and says its name and its source as in a key:
// {"git+https://git.example/a.git#main": {"name": "a", "source":
// "git+https://git.example/a.git#c0", "versions": {...}}}.
class Universe {
 public:
  Universe(const Value& packages, std::string_view source_text) {
    for (const auto& [name, package] : packages.members) {
      const std::string real_name(package.text_at("name").value_or(name));
      documents_[name] = document(real_name, package, source_text);
      if (const auto source = package.text_at("source"))
        sources_[name] = {real_name, graph::split_key("x@" + std::string(*source))->source};
    }
  }

  // A package whose document cannot be had: the error that the source reports.
  void fail(const std::string& name, Error error) {
    failures_.insert_or_assign(name, std::move(error));
  }

  Result<PackumentPointer> packument(const std::string& name) const {
    if (const auto failure = failures_.find(name); failure != failures_.end())
      return failure->second;
    const auto document = documents_.find(name);
    if (document == documents_.end())
      return Error(ErrorCode::PACKAGE_NOT_FOUND, "not found").at(std::string(kRegistry) + name);
    PaddedBuffer json;
    json.append(document->second.data(), document->second.size());
    const auto source = sources_.find(name);
    const std::string& real_name = source == sources_.end() ? name : source->second.real_name;
    return manifest::Packument::parse(json, real_name, kRegistry);
  }
  graph::Source source(const std::string& name) const {
    const auto source = sources_.find(name);
    return source == sources_.end() ? graph::Source() : source->second.source;
  }
  Result<PackumentPointer> packument_of(const graph::Package& package) const {
    if (package.source == graph::Source()) return packument(package.name);
    for (const auto& [name, made] : sources_)
      if (made.source == package.source && made.real_name == package.name) return packument(name);
    return Error(ErrorCode::SOURCE_NOT_FOUND, "not found");
  }

 private:
  static std::string latest_of(const Value& versions) {
    std::optional<semver::Version> highest;
    std::string text;
    for (const auto& [version_text, members] : versions.members) {
      const auto version = semver::Version::parse(version_text);
      if (!version || (highest && version->has_prerelease() && !highest->has_prerelease()))
        continue;
      if (highest && highest->has_prerelease() == version->has_prerelease() && *version < *highest)
        continue;
      highest = version;
      text = version_text;
    }
    return text;
  }

  static std::string document(const std::string& name, const Value& package,
                              std::string_view source) {
    const auto raw = [source](const Value& value) {
      return source.substr(value.begin, value.end - value.begin);
    };
    const Value* versions = package.find("versions");
    std::string text = "{\"name\":" + formats::json::quote(name) + ",\"dist-tags\":";
    if (const Value* tags = package.find("tags")) {
      text += raw(*tags);
    } else {
      text += "{\"latest\":" + formats::json::quote(latest_of(*versions)) + "}";
    }
    if (const Value* time = package.find("time")) text.append(",\"time\":").append(raw(*time));
    return text.append(",\"versions\":").append(raw(*versions)).append("}");
  }

  std::map<std::string, std::string> documents_;
  std::map<std::string, Error> failures_;
  struct Made {
    std::string real_name;
    graph::Source source;
  };
  std::map<std::string, Made> sources_;
};

class ShuffledSource final : public MetadataSource {
 public:
  ShuffledSource(const Universe& universe, unsigned seed) : universe_(universe), random_(seed) {}

  void request(const std::string& name) override {
    if (!asked_.insert(name).second) repeated_.push_back(name);
    waiting_.push_back(name);
  }
  Arrival next() override {
    if (waiting_.empty()) std::abort();  // the resolver waits for what it did not ask for
    const std::size_t index = random_() % waiting_.size();
    std::string name = waiting_[index];
    waiting_.erase(waiting_.begin() + static_cast<std::ptrdiff_t>(index));
    auto packument = universe_.packument(name);
    graph::Source source = universe_.source(name);
    return {std::move(name), std::move(packument), std::move(source)};
  }

  const std::set<std::string>& asked() const { return asked_; }
  const std::vector<std::string>& repeated() const { return repeated_; }

 private:
  const Universe& universe_;
  std::mt19937 random_;
  std::vector<std::string> waiting_;
  std::set<std::string> asked_;
  std::vector<std::string> repeated_;
};

class RecordingListener final : public PickListener {
 public:
  void picked(const Pick& pick) override {
    graph::Package package;
    package.source = pick.source;
    package.name = pick.name;
    package.version = pick.packument->version_text(pick.version);
    hear(package.id_without_peers(), pick.platform_admits);
  }
  void kept(const graph::Package& package, bool platform_admits) override {
    hear(package.id_without_peers(), platform_admits);
  }
  const std::set<std::string>& ids() const { return ids_; }
  const std::vector<std::string>& repeated() const { return repeated_; }

 private:
  void hear(std::string id, bool platform_admits) {
    if (!platform_admits) id += " (other platform)";
    if (!ids_.insert(id).second) repeated_.push_back(id);
  }

  std::set<std::string> ids_;
  std::vector<std::string> repeated_;
};

}  // namespace lpm::resolver::test
