// For the tests of net alone: an HTTP/1.1 server whose answers are written byte by byte by the
// test.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/text.h"

namespace lpm::net {

struct SeenRequest {
  std::string path;
  std::map<std::string, std::string> headers;  // names in lower case
  int connection = 0;                          // counts from 1
  int serial_on_connection = 0;                // counts from 1
};

// One accepted connection; a test's answer writes to it.
class Peer {
 public:
  Peer(int fd, SSL* tls) : fd_(fd), tls_(tls) {}
  bool send(std::string_view text) {
    while (!text.empty()) {
      const auto count = tls_ != nullptr
                             ? SSL_write(tls_, text.data(), static_cast<int>(text.size()))
                             : ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }
  bool answer(int status, std::string_view body, std::string_view headers = "") {
    return send(fmt::format("HTTP/1.1 {} Some\r\nContent-Length: {}\r\n{}\r\n{}", status,
                            body.size(), headers, body));
  }
  // Up to and with the empty line; "" at the end.
  std::string read_head() {
    while (buffer_.find("\r\n\r\n") == std::string::npos) {
      char bytes[4096];
      const auto count =
          tls_ != nullptr ? SSL_read(tls_, bytes, sizeof bytes) : recv(fd_, bytes, sizeof bytes, 0);
      if (count <= 0) return "";
      buffer_.append(bytes, static_cast<std::size_t>(count));
    }
    const std::size_t end = buffer_.find("\r\n\r\n") + 4;
    std::string head = buffer_.substr(0, end);
    buffer_.erase(0, end);
    return head;
  }

 private:
  int fd_;
  SSL* tls_;
  std::string buffer_;
};

class TestServer {
 public:
  // Returns whether the connection stays open.
  using Answer = std::function<bool(const SeenRequest&, Peer&)>;

  explicit TestServer(Answer answer, SSL_CTX* tls = nullptr)
      : answer_(std::move(answer)), tls_(tls) {
    std::signal(SIGPIPE, SIG_IGN);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), length);
    listen(listener_, 128);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }

  ~TestServer() {
    stopping_ = true;
    shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    {
      const std::lock_guard lock(mutex_);
      for (const int fd : open_) shutdown(fd, SHUT_RDWR);
    }
    for (auto& thread : threads_) thread.join();
    close(listener_);
  }

  int port() const { return port_; }
  std::string url(std::string_view path) const {
    return fmt::format("{}://127.0.0.1:{}{}", tls_ != nullptr ? "https" : "http", port_, path);
  }
  std::vector<SeenRequest> seen() const {
    const std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  void accept_all() {
    for (int connection = 1; !stopping_; ++connection) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const std::lock_guard lock(mutex_);
      open_.push_back(fd);
      threads_.emplace_back([this, fd, connection] { serve(fd, connection); });
    }
  }

  void serve(int fd, int connection) {
    SSL* session = tls_ != nullptr ? SSL_new(tls_) : nullptr;
    if (session != nullptr) SSL_set_fd(session, fd);
    if (session == nullptr || SSL_accept(session) == 1) {
      Peer peer(fd, session);
      for (int serial = 1; !stopping_; ++serial) {
        const std::string head = peer.read_head();
        if (head.empty() || !answer_(note(head, connection, serial), peer)) break;
      }
    }
    SSL_free(session);
    const std::lock_guard lock(mutex_);
    std::erase(open_, fd);
    close(fd);
  }

  SeenRequest note(const std::string& head, int connection, int serial) {
    SeenRequest request;
    const auto lines = split(head, '\n');
    request.path = std::string(split(lines.front(), ' ')[1]);
    for (std::size_t i = 1; i < lines.size(); ++i) {
      const std::size_t colon = lines[i].find(':');
      if (colon == std::string_view::npos) continue;
      request.headers[to_lower_ascii(lines[i].substr(0, colon))] =
          std::string(trim(lines[i].substr(colon + 1)));
    }
    request.connection = connection;
    request.serial_on_connection = serial;
    const std::lock_guard lock(mutex_);
    seen_.push_back(request);
    return request;
  }

  Answer answer_;
  SSL_CTX* tls_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> stopping_ = false;
  mutable std::mutex mutex_;
  std::vector<SeenRequest> seen_;
  std::vector<int> open_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace lpm::net
