#include "net/failure.h"

#include <fmt/format.h>

#include <cstring>

#include "base/text.h"

namespace lpm::net {
namespace {

bool is_certificate_failure(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CLIENTCERT:
      return true;
    default:
      return false;
  }
}

// The words of curl and OpenSSL, for the one thing that the user can do about it.
std::string certificate_hint(std::string_view text) {
  const auto says = [text](std::string_view words) { return text.find(words) != text.npos; };
  if (says("issuer") || says("self-signed") || says("self signed")) {
    return "if the server uses a private certificate authority, set `cafile` in .npmrc to its PEM "
           "file";
  }
  if (says("expired") || says("not yet valid")) {
    return "the server's certificate has to be renewed, or this machine's clock is wrong";
  }
  if (says("subject name") || says("host name")) {
    return "the certificate is for another host: compare it with the registry's URL";
  }
  return "";
}

std::string reason_of(const AttemptFacts& facts) {
  if (facts.code == CURLE_COULDNT_CONNECT && facts.os_errno != 0) {
    return std::strerror(static_cast<int>(facts.os_errno));
  }
  if (!facts.curl_text.empty()) return std::string(facts.curl_text);
  return curl_easy_strerror(facts.code);
}

Error connect_error(const AttemptFacts& facts, const std::string& host) {
  const bool by_proxy = facts.through_proxy || facts.code == CURLE_COULDNT_RESOLVE_PROXY;
  Error error(ErrorCode::NETWORK, by_proxy
                                      ? fmt::format("cannot reach `{}` through the proxy", host)
                                      : fmt::format("cannot reach `{}`", host));
  error.facts.push_back({"reason", facts.code == CURLE_COULDNT_RESOLVE_HOST
                                       ? "the host name has no address"
                                       : reason_of(facts)});
  error.hints.push_back(by_proxy ? "check `proxy` and `https-proxy`: `lpm config list`"
                                 : "check the network connection and the `registry` setting");
  return error;
}

Error timeout_error(const AttemptFacts& facts, const std::string& host) {
  const std::string what = facts.connected ? fmt::format("`{}` stopped answering", host)
                                           : fmt::format("no connection to `{}` in time", host);
  return Error(ErrorCode::TIMEOUT, what)
      .fact("received", human_bytes(facts.received))
      .hint("raise `fetch-timeout`, or check the network connection");
}

Error abort_error(const AttemptFacts& facts, const std::string& host) {
  switch (facts.abort) {
    case Abort::TooLarge:
      return Error(ErrorCode::LIMIT,
                   fmt::format("the answer is larger than {}", human_bytes(facts.max_body)));
    case Abort::TooManyHeaders:
      return Error(ErrorCode::NETWORK, "the answer has too many headers");
    case Abort::WrongRange:
      return Error(ErrorCode::NETWORK,
                   "the server sent another part of the file than it was asked for");
    default:
      return timeout_error(facts, host);
  }
}

}  // namespace

bool is_retriable_failure(CURLcode code, Abort abort) {
  if (abort == Abort::TooLarge || abort == Abort::TooManyHeaders) return false;
  if (abort != Abort::None) return true;
  if (is_certificate_failure(code)) return false;
  switch (code) {
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FILESIZE_EXCEEDED:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return false;
    default:
      return true;
  }
}

bool is_stale_connection(CURLcode code) {
  switch (code) {
    case CURLE_HTTP2:
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2_STREAM:
      return true;
    default:
      return false;
  }
}

Error describe_failure(const AttemptFacts& facts) {
  const std::string host =
      facts.origin.empty() ? without_credentials(facts.url) : std::string(facts.origin);
  if (facts.abort != Abort::None) return abort_error(facts, host);
  if (is_certificate_failure(facts.code) || facts.code == CURLE_SSL_CONNECT_ERROR) {
    Error error(ErrorCode::TLS, fmt::format("no trusted connection to `{}`", host));
    error.facts.push_back({"reason", reason_of(facts)});
    if (std::string hint = certificate_hint(facts.curl_text); !hint.empty()) {
      error.hints.push_back(std::move(hint));
    }
    return error;
  }
  switch (facts.code) {
    case CURLE_COULDNT_CONNECT:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return connect_error(facts, host);
    case CURLE_OPERATION_TIMEDOUT:
      return timeout_error(facts, host);
    case CURLE_FILESIZE_EXCEEDED:
      return Error(ErrorCode::LIMIT,
                   fmt::format("the answer is larger than {}", human_bytes(facts.max_body)));
    case CURLE_PARTIAL_FILE:
      return Error(ErrorCode::NETWORK, fmt::format("`{}` cut its answer short", host))
          .fact("received", human_bytes(facts.received));
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return Error(ErrorCode::NETWORK, "not an http or https URL");
    default:
      return Error(ErrorCode::NETWORK, fmt::format("the connection to `{}` broke", host))
          .fact("reason", reason_of(facts));
  }
}

}  // namespace lpm::net
