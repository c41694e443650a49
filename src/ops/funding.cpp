#include "ops/funding.h"

#include <algorithm>
#include <map>
#include <set>

#include "formats/json.h"
#include "ops/inspect_lock.h"
#include "ops/pages.h"
#include "os/files.h"

namespace lpm::ops {
namespace {

using formats::json::Value;

struct Wish {
  std::string url;
  std::string type;
};

void add_wish(const Value& value, std::vector<Wish>& wishes) {
  // What is no page that could be opened is no page that should be shown.
  const auto page = [](const std::string& text) { return web_page(text); };
  Wish wish;
  if (value.is_string()) wish.url = page(value.string);
  if (value.is_object()) {
    wish.url = page(std::string(value.text_at("url").value_or("")));
    wish.type = value.text_at("type").value_or("");
  }
  if (!wish.url.empty()) wishes.push_back(std::move(wish));
}

std::vector<Wish> wishes_of(const std::string& package_json) {
  std::vector<Wish> wishes;
  const auto text = os::read_file_if_exists(package_json);
  if (!text || !*text) return wishes;
  const auto root = formats::json::parse(**text, "package.json");
  const Value* funding = root && root->is_object() ? root->find("funding") : nullptr;
  if (funding == nullptr) return wishes;
  if (funding->is_array())
    for (const Value& item : funding->items) add_wish(item, wishes);
  else
    add_wish(*funding, wishes);
  return wishes;
}

// node_modules/.lpm/<folder>/node_modules/<name>, where `folder` begins with name and version
// (docs/formats/node-modules.md). Several folders of one version differ in peers only.
std::map<std::string, std::string> folders_by_start(const std::string& virtual_store) {
  std::map<std::string, std::string> folders;
  const auto entries = os::list_directory(virtual_store);
  if (!entries) return folders;
  for (const auto& entry : *entries) {
    const std::string name = entry.name;
    const std::size_t peers = name.find('_', name.rfind('@') + 1);
    folders.emplace(name.substr(0, peers), name);
  }
  return folders;
}

}  // namespace

Result<std::vector<FundingSource>> list_funding(const Session& session) {
  LPM_TRY_ASSIGN(const lockfile::Lockfile lock, read_lock(session));
  const std::string store = session.project + "/node_modules/.lpm";
  const std::map<std::string, std::string> folders = folders_by_start(store);
  std::map<std::string, std::pair<std::string, std::set<std::string>>> sources;
  for (const graph::Package& package : lock.graph.packages) {
    std::string start = package.name + "@" + package.version;
    std::replace(start.begin(), start.end(), '/', '+');
    const auto folder = folders.find(start);
    if (folder == folders.end()) continue;
    for (const Wish& wish : wishes_of(store + "/" + folder->second + "/node_modules/" +
                                      package.name + "/package.json")) {
      auto& [type, packages] = sources[wish.url];
      if (type.empty()) type = wish.type;
      packages.insert(package.name + "@" + package.version);
    }
  }
  std::vector<FundingSource> list;
  for (const auto& [url, source] : sources)
    list.push_back({url, source.first, {source.second.begin(), source.second.end()}});
  return list;
}

}  // namespace lpm::ops
