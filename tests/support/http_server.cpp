#include "support/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "support/connections.h"

namespace lpm::support {
namespace {

long long now_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

std::string decode_path(std::string_view target) {
  std::string path;
  target = target.substr(0, target.find('?'));
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (target[i] == '%' && i + 2 < target.size()) {
      path +=
          static_cast<char>(std::strtol(std::string(target.substr(i + 1, 2)).c_str(), nullptr, 16));
      i += 2;
    } else {
      path += target[i];
    }
  }
  return path;
}

}  // namespace

std::string header_value(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

HttpServer::HttpServer(Handler handler, const TlsIdentity* identity, int port)
    : handler_(std::move(handler)), identity_(identity), started_ms_(now_ms()) {
  signal(SIGPIPE, SIG_IGN);  // OpenSSL writes without MSG_NOSIGNAL
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      listen(listener_, 1024) != 0 ||
      getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    std::perror("test server: cannot listen");
    std::abort();
  }
  port_ = ntohs(address.sin_port);
  origin_ = std::string(identity_ != nullptr ? "https" : "http") +
            "://127.0.0.1:" + std::to_string(port_);
  acceptor_ = std::thread([this] { accept_connections(); });
}

HttpServer::~HttpServer() {
  stopping_ = true;
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  reap(true);
}

void HttpServer::accept_connections() {
  for (int number = 1; !stopping_; ++number) {
    int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    int on = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    reap(false);
    std::lock_guard lock(mutex_);
    Connection& connection = connections_.emplace_back();
    connection.socket = socket;
    connection.number = number;
    connection.thread = std::thread([this, &connection] { serve(connection); });
  }
}

void HttpServer::serve(Connection& connection) {
  {
    Channel channel(connection.socket, identity_ != nullptr ? identity_->context() : nullptr);
    if (channel.ok() && channel.is_http2())
      serve_http2(*this, channel, connection.number);
    else if (channel.ok())
      serve_http1(*this, channel, connection.number);
  }
  std::lock_guard lock(mutex_);
  close(connection.socket);
  connection.socket = -1;
  connection.done = true;
}

// Joins finished connections; with `all` ends the others first.
void HttpServer::reap(bool all) {
  std::list<Connection> finished;
  {
    std::lock_guard lock(mutex_);
    for (auto it = connections_.begin(); it != connections_.end();) {
      auto next = std::next(it);
      if (all && it->socket >= 0) shutdown(it->socket, SHUT_RDWR);
      if (all || it->done) finished.splice(finished.end(), connections_, it);
      it = next;
    }
  }
  for (Connection& connection : finished) connection.thread.join();
}

bool HttpServer::wait(int milliseconds, int peer) {
  using std::chrono::steady_clock;
  for (auto end = steady_clock::now() + std::chrono::milliseconds(milliseconds);
       steady_clock::now() < end;) {
    if (stopping_) return false;
    pollfd poll_peer{peer, POLLRDHUP, 0};
    auto left = std::chrono::ceil<std::chrono::milliseconds>(end - steady_clock::now());
    if (poll(&poll_peer, 1, static_cast<int>(std::clamp<long long>(left.count(), 0, 20))) > 0)
      return false;
  }
  return !stopping_;
}

HttpReply HttpServer::answer(HttpRequest request) {
  request.path = decode_path(request.target);
  request.origin = origin_;
  request.at_ms = now_ms() - started_ms_;
  return handler_(request);
}

}  // namespace lpm::support
