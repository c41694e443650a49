#include "support/channel.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace lpm::support {

Channel::Channel(int socket, SSL_CTX* tls) : socket_(socket) {
  if (tls == nullptr) return;
  ssl_ = SSL_new(tls);
  SSL_set_fd(ssl_, socket_);
  ok_ = SSL_accept(ssl_) == 1;
}

Channel::~Channel() {
  if (ssl_ == nullptr) return;
  if (ok_) SSL_shutdown(ssl_);
  SSL_free(ssl_);
}

bool Channel::is_http2() const {
  if (ssl_ == nullptr) return false;
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_, &name, &size);
  return std::string_view(reinterpret_cast<const char*>(name), size) == "h2";
}

bool Channel::has_buffered_bytes() const {
  return ssl_ != nullptr && SSL_pending(ssl_) > 0;
}

long Channel::read(char* into, std::size_t size) {
  if (ssl_ != nullptr) return SSL_read(ssl_, into, static_cast<int>(size));
  return recv(socket_, into, size, 0);
}

bool Channel::write(std::string_view bytes) {
  while (!bytes.empty()) {
    long written = ssl_ != nullptr ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                                   : send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

void Channel::reset() {
  linger now{1, 0};
  setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  ok_ = false;  // no TLS goodbye
}

}  // namespace lpm::support
