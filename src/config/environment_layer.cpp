// Settings and facts from environment variables.
#include <algorithm>

#include "base/text.h"
#include "config/keys.h"
#include "config/layer_reader.h"

namespace lpm::config {
namespace {

constexpr std::string_view kNpmPrefix = "npm_config_";
constexpr std::string_view kOwnPrefix = "LPM_";

// npm's rule: `_` is `-` but at the start, capitals do not count; a `//host/:key` is taken as it
// is.
std::string npm_key(std::string_view name) {
  if (name.starts_with("//")) return std::string(name);
  std::string key = to_lower_ascii(name);
  if (!key.empty()) std::replace(key.begin() + 1, key.end(), '_', '-');
  return key;
}

// Items of a list stand apart by an empty line, since certificates hold line ends.
std::vector<std::string> split_paragraphs(const std::string& value) {
  std::vector<std::string> items;
  std::size_t begin = 0;
  for (std::size_t end = value.find("\n\n"); end != value.npos; end = value.find("\n\n", begin)) {
    items.push_back(value.substr(begin, end - begin));
    begin = end + 2;
  }
  items.push_back(value.substr(begin));
  return items;
}

}  // namespace

Status LayerReader::read_environment() {
  for (const auto& [name, value] : sources_.environment) {
    if (value.empty() || name.size() <= kNpmPrefix.size()) continue;
    const std::string_view start = std::string_view(name).substr(0, kNpmPrefix.size());
    if (equals_ignoring_case(start, kNpmPrefix)) LPM_TRY(read_npm_variable(name, value));
  }
  for (const auto& [name, value] : sources_.environment) {
    if (!value.empty() && name.starts_with(kOwnPrefix)) LPM_TRY(read_own_variable(name, value));
  }
  return {};
}

Status LayerReader::read_npm_variable(std::string_view name, const std::string& value) {
  SettingValue setting{
      npm_key(name.substr(kNpmPrefix.size())), {}, Layer::Environment, std::string(name), false};
  const SettingInfo* info = find_setting(setting.key);
  const std::string trimmed(trim(value));
  const bool is_list = info != nullptr && info->type == SettingType::TextList;
  setting.values = is_list ? split_paragraphs(trimmed) : std::vector<std::string>{trimmed};
  return accept_expanded(std::move(setting), os::current_directory());
}

Status LayerReader::read_own_variable(std::string_view name, const std::string& value) {
  std::string key = npm_key(name.substr(kOwnPrefix.size()));
  if (key == "registry-url") key = "registry";
  if (key == "home") key = "lpm-home";
  if (find_setting(key) == nullptr) return {};
  return accept({key, {value}, Layer::Environment, std::string(name), false},
                os::current_directory());
}

// Facts that npm takes for defaults. Of two spellings the lower-case one wins, being later in the
// sorted map.
void LayerReader::note_environment_facts() {
  std::string https_proxy, http_proxy, proxy, no_proxy;
  for (const auto& [name, value] : sources_.environment) {
    if (equals_ignoring_case(name, "https_proxy")) https_proxy = value;
    if (equals_ignoring_case(name, "http_proxy")) http_proxy = value;
    if (equals_ignoring_case(name, "proxy")) proxy = value;
    if (equals_ignoring_case(name, "no_proxy")) no_proxy = value;
    if (name == "NODE_ENV" && value == "production") {
      values.push_back({"omit", {"dev"}, Layer::Default, "NODE_ENV", false});
    }
  }
  const auto add = [&](std::string_view key, const std::string& value, std::string_view where) {
    if (value.empty()) return;
    values.push_back(
        {std::string(key), {value}, Layer::Default, std::string(where), holds_user(value)});
  };
  add("https-proxy", https_proxy, "HTTPS_PROXY");
  // npm asks HTTPS_PROXY first for plain http: too.
  add("proxy", https_proxy, "HTTPS_PROXY");
  if (https_proxy.empty()) add("proxy", http_proxy.empty() ? proxy : http_proxy, "HTTP_PROXY");
  if (no_proxy.empty()) return;
  SettingValue setting{"noproxy", {}, Layer::Default, "NO_PROXY", false};
  for (std::string_view host : split(no_proxy, ',')) {
    if (host = trim(host); !host.empty()) setting.values.emplace_back(host);
  }
  values.push_back(std::move(setting));
}

}  // namespace lpm::config
