#include "net/trust.h"

#include <openssl/x509.h>

#include <algorithm>
#include <cctype>
#include <vector>

#include "base/text.h"
#include "os/files.h"
#include "os/process.h"

namespace lpm::net {
namespace {

// Names that c_rehash makes: eight hex digits, a dot, a number.
bool is_hash_name(std::string_view name) {
  if (name.size() < 10 || name[8] != '.') return false;
  for (const char c : name.substr(0, 8)) {
    if (!std::isxdigit(static_cast<unsigned char>(c))) return false;
  }
  return parse_decimal(name.substr(9)).has_value();
}

bool has_hashes(const std::string& directory_list) {
  for (const std::string_view directory : split(directory_list, ':')) {
    if (directory.empty()) continue;
    const auto entries = os::list_directory(std::string(directory));
    if (!entries) continue;
    for (const auto& entry : *entries) {
      if (is_hash_name(entry.name)) return true;
    }
  }
  return false;
}

std::string first_existing_bundle() {
  const char* const candidates[] = {
      X509_get_default_cert_file(),
      "/etc/ssl/certs/ca-certificates.crt",
      "/etc/pki/tls/certs/ca-bundle.crt",
      "/etc/ssl/ca-bundle.pem",
      "/etc/ssl/cert.pem",
  };
  for (const char* candidate : candidates) {
    if (os::exists(candidate)) return candidate;
  }
  return "";
}

void set_blob(CURL* handle, CURLoption option, std::string_view text) {
  if (text.empty()) {
    curl_easy_setopt(handle, option, nullptr);
    return;
  }
  curl_blob blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
  curl_easy_setopt(handle, option, &blob);
}

const char* text_or_null(const std::string& text) {
  return text.empty() ? nullptr : text.c_str();
}

void set_authorities(CURL* handle, const char* file, const char* directory, std::string_view pem) {
  curl_easy_setopt(handle, CURLOPT_CAINFO, file);
  curl_easy_setopt(handle, CURLOPT_CAPATH, directory);
  set_blob(handle, CURLOPT_CAINFO_BLOB, pem);
  curl_easy_setopt(handle, CURLOPT_PROXY_CAINFO, file);
  curl_easy_setopt(handle, CURLOPT_PROXY_CAPATH, directory);
  set_blob(handle, CURLOPT_PROXY_CAINFO_BLOB, pem);
}

Result<std::string> joined_pems(const Tls& tls) {
  std::string joined;
  for (const std::string& path : tls.ca_files) {
    auto text = os::read_file(path);
    if (!text) {
      return Error(ErrorCode::TLS, "cannot read the certificate authorities that `cafile` names")
          .at(path)
          .fact("reason",
                text.error().facts.empty() ? text.error().what : text.error().facts.front().text);
    }
    joined += *text + "\n";
  }
  for (const std::string& pem : tls.ca_pems) joined += pem + "\n";
  return joined;
}

Status apply_authorities(CURL* handle, const Tls& tls, const SystemTrust& system,
                         TrustSource source) {
  if (relies_on_system(tls)) {
    if (source == TrustSource::Directory) {
      set_authorities(handle, nullptr, system.directory.c_str(), "");
    } else {
      set_authorities(handle, text_or_null(system.file), nullptr, system.several_pem);
    }
    return {};
  }
  // Configured authorities replace the system's, as npm has it. One file is curl's to read: it
  // keeps the parsed form for later connections.
  if (tls.ca_files.size() == 1 && tls.ca_pems.empty() && os::exists(tls.ca_files.front())) {
    set_authorities(handle, tls.ca_files.front().c_str(), nullptr, "");
    return {};
  }
  LPM_TRY_ASSIGN(const std::string pem, joined_pems(tls));
  set_authorities(handle, nullptr, nullptr, pem);
  return {};
}

void add_file(std::vector<std::string>& files, const std::string& path) {
  auto real = os::real_path(path);
  if (real && std::find(files.begin(), files.end(), *real) == files.end()) {
    files.push_back(std::move(*real));
  }
}

}  // namespace

SystemTrust find_system_trust() {
  SystemTrust trust;
  trust.directory = os::environment_variable("SSL_CERT_DIR").value_or(X509_get_default_cert_dir());
  if (!has_hashes(trust.directory)) trust.directory.clear();
  std::vector<std::string> files;
  add_file(files, os::environment_variable("SSL_CERT_FILE").value_or(first_existing_bundle()));
  add_file(files, os::environment_variable("NODE_EXTRA_CA_CERTS").value_or(""));
  if (files.size() == 1) trust.file = files.front();
  for (std::size_t i = 0; files.size() > 1 && i < files.size(); ++i) {
    if (auto text = os::read_file(files[i])) trust.several_pem += *text + "\n";
  }
  return trust;
}

bool relies_on_system(const Tls& tls) {
  return tls.ca_files.empty() && tls.ca_pems.empty();
}

Status apply_tls(CURL* handle, const Tls& tls, const SystemTrust& system, TrustSource source) {
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, tls.strict ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, tls.strict ? 2L : 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY_SSL_VERIFYPEER, tls.strict ? 1L : 0L);
  curl_easy_setopt(handle, CURLOPT_PROXY_SSL_VERIFYHOST, tls.strict ? 2L : 0L);
  curl_easy_setopt(handle, CURLOPT_SSLCERT, text_or_null(tls.certificate_file));
  curl_easy_setopt(handle, CURLOPT_SSLKEY, text_or_null(tls.key_file));
  set_blob(handle, CURLOPT_SSLCERT_BLOB, tls.certificate_pem);
  set_blob(handle, CURLOPT_SSLKEY_BLOB, tls.key_pem.reveal());
  return apply_authorities(handle, tls, system, source);
}

}  // namespace lpm::net
