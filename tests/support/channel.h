// Channel: the bytes of one connection, plain or TLS.
#pragma once

#include <cstddef>
#include <string_view>

typedef struct ssl_st SSL;
typedef struct ssl_ctx_st SSL_CTX;

namespace lpm::support {

class Channel {
 public:
  Channel(int socket, SSL_CTX* tls);  // does the TLS handshake; see ok()
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  bool ok() const { return ok_; }
  bool is_http2() const;  // agreed by ALPN
  int socket() const { return socket_; }
  bool has_buffered_bytes() const;  // readable without the socket

  long read(char* into, std::size_t size);  // 0 or less: the peer is gone
  bool write(std::string_view bytes);       // all of them
  void reset();                             // the peer sees a TCP reset

 private:
  int socket_;
  SSL* ssl_ = nullptr;
  bool ok_ = true;
};

}  // namespace lpm::support
