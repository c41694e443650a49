// TlsIdentity: a key and a self-signed certificate for localhost, 127.0.0.1 and registry.example,
// made on the spot.
#pragma once

#include <string>

typedef struct ssl_ctx_st SSL_CTX;

namespace lpm::support {

class TlsIdentity {
 public:
  // `offer_http2` false: ALPN answers http/1.1 only.
  explicit TlsIdentity(bool offer_http2 = true);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  const std::string& certificate_pem() const {
    return certificate_pem_;
  }  // what a client must trust
  SSL_CTX* context() const { return context_; }

 private:
  SSL_CTX* context_ = nullptr;
  std::string certificate_pem_;
};

}  // namespace lpm::support
