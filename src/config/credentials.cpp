#include "config/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "crypto/digest.h"

namespace lpm::config {
namespace {

const SettingValue* find_setting_of(const PlaceSettings& settings, const char* name) {
  const auto found = settings.find(name);
  if (found == settings.end() || found->second->values.empty()) return nullptr;
  return found->second->values.back().empty() ? nullptr : found->second;
}

const std::string& text_of(const SettingValue& setting) {
  return setting.values.back();
}

bool fits_a_header(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

Result<std::optional<Credential>> finish(std::string authorization, const SettingValue& origin) {
  if (!fits_a_header(authorization)) {
    return Error(ErrorCode::BAD_CONFIG, fmt::format("`{}` holds a control character", origin.key))
        .at(origin.where);
  }
  const auto digest = crypto::sha256(as_bytes(authorization));
  Credential credential;
  credential.fingerprint = to_hex(digest).substr(0, 16);
  credential.authorization = Secret(std::move(authorization));
  return std::optional<Credential>(std::move(credential));
}

int value_of_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

}  // namespace

std::string place_of(const Url& url) {
  const std::string origin = url.origin();
  // npm ties a credential to the folder of the registry's path.
  return origin.substr(origin.find("//")) + url.path.substr(0, url.path.rfind('/') + 1);
}

std::optional<PlaceKey> split_place_key(std::string_view key) {
  if (!key.starts_with("//")) return std::nullopt;
  const std::size_t colon = key.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  PlaceKey result{std::string(key.substr(0, colon)), std::string(key.substr(colon + 1))};
  if (!result.place.ends_with('/')) result.place += '/';
  return result;
}

Result<std::optional<Credential>> make_credential(const PlaceSettings& settings) {
  if (const SettingValue* token = find_setting_of(settings, "_authToken")) {
    return finish("Bearer " + text_of(*token), *token);
  }
  if (const SettingValue* auth = find_setting_of(settings, "_auth")) {
    return finish("Basic " + text_of(*auth), *auth);
  }
  const SettingValue* user = find_setting_of(settings, "username");
  const SettingValue* password = find_setting_of(settings, "_password");
  if (user == nullptr || password == nullptr) return std::optional<Credential>();
  const std::string pair = text_of(*user) + ":" + decode_base64_leniently(text_of(*password));
  return finish("Basic " + crypto::to_base64(as_bytes(pair)), *password);
}

std::string decode_base64_leniently(std::string_view text) {
  std::string result;
  unsigned bits = 0;
  int count = 0;
  for (char c : text) {
    if (c == '=') break;
    const int digit = value_of_digit(c);
    if (digit < 0) continue;
    bits = (bits << 6 | static_cast<unsigned>(digit)) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += static_cast<char>(bits >> count & 0xff);
  }
  return result;
}

}  // namespace lpm::config
