#include "net/handles.h"

#include <openssl/crypto.h>

#include <mutex>

namespace lpm::net {
namespace {

constexpr long kReceiveBuffer = 64 << 10;
constexpr long kIdleConnections = 64;
constexpr long kMostStreams = 128;

void set_up_libraries() {
  // Before curl does: reading openssl.cnf costs half a millisecond and can change what TLS means
  // here.
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  curl_global_init(CURL_GLOBAL_DEFAULT);
}

}  // namespace

CURLM* make_multi_handle(const ClientOptions& options) {
  static std::once_flag once;
  std::call_once(once, set_up_libraries);
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX);
  curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, kMostStreams);
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, kIdleConnections);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                    static_cast<long>(options.max_connections_per_host));
  return multi;
}

// Lets a second TLS connection resume the first one's session.
CURLSH* make_share_handle() {
  CURLSH* share = curl_share_init();
  curl_share_setopt(share, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
  return share;
}

CURL* make_easy_handle(const ClientOptions& options, CURLSH* share) {
  CURL* handle = curl_easy_init();
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_NOPROXY, "");  // the caller has judged no_proxy
  curl_easy_setopt(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options.connect_timeout_ms));
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);  // a name server that hangs must not hold us
  curl_easy_setopt(handle, CURLOPT_SHARE, share);
  return handle;
}

}  // namespace lpm::net
