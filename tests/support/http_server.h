// HttpServer: a small server for tests on 127.0.0.1, one thread per connection: HTTP/1.1 with
// keep-alive, and over TLS HTTP/2 where the client offers it. A reply carries its own misbehaviour:
// slow, cut off, silent, lying.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "support/tls_identity.h"

namespace lpm::support {

using Headers = std::vector<std::pair<std::string, std::string>>;         // names in lower case
std::string header_value(const Headers& headers, std::string_view name);  // "" when absent

struct HttpRequest {
  std::string method;
  std::string target;  // as sent: "/@scope%2fname?write=true"
  std::string path;    // percent-decoded, without query
  Headers headers;
  std::string body;
  std::string origin;    // of the listener: "http://127.0.0.1:40001"
  std::string protocol;  // "HTTP/1.1" or "HTTP/2"
  int connection = 0;    // counts from 1
  long long at_ms = 0;   // since the server started
};

struct HttpReply {
  int status = 200;
  Headers headers;
  std::string body;

  int delay_ms = 0;    // before the first byte
  bool stall = false;  // never answers; with cut_after: falls silent after those bytes
  std::optional<std::size_t> cut_after =
      {};  // body bytes, then the connection (HTTP/2: the stream) ends
  std::optional<long long> declared_length = {};  // another Content-Length than the body's
  bool chunked = false;                           // HTTP/1.1: no Content-Length
  bool reset = false;                             // TCP reset instead of an answer
  bool close = false;          // the connection ends after this reply (HTTP/2: GOAWAY)
  std::size_t piece_size = 0;  // 0: at once; else pieces of this size ...
  int piece_delay_ms = 0;      // ... with this pause after each
};

class HttpServer {
 public:
  using Handler = std::function<HttpReply(const HttpRequest&)>;

  // Listens at once. With an identity it speaks TLS. `handler` is called on many threads.
  explicit HttpServer(Handler handler, const TlsIdentity* identity = nullptr, int port = 0);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  int port() const { return port_; }
  const std::string& origin() const { return origin_; }

  // For connections: waits, or returns false when the server stops or the peer hangs up.
  bool wait(int milliseconds, int peer);
  bool stopping() const { return stopping_; }
  HttpReply answer(HttpRequest request);  // completes the request and calls the handler

 private:
  struct Connection {
    int socket = -1;
    int number = 0;
    std::atomic<bool> done = false;
    std::thread thread;
  };

  void accept_connections();
  void serve(Connection& connection);
  void reap(bool all);

  Handler handler_;
  const TlsIdentity* identity_;
  int listener_ = -1;
  int port_ = 0;
  std::string origin_;
  long long started_ms_ = 0;
  std::atomic<bool> stopping_ = false;
  std::mutex mutex_;
  std::list<Connection> connections_;
  std::thread acceptor_;
};

}  // namespace lpm::support
