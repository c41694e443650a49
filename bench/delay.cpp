// A TCP proxy on loopback that delays: every piece of data by MS in each direction, and the first
// piece of a connection by one round trip more, as its set-up would cost on a real line.
//
// usage: delay LISTEN_PORT TARGET_PORT ONE_WAY_MS       until a signal ends it
//
// One thread, epoll. Delays are equal, so what was read first is due first: one queue per
// direction, one for all due times.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <memory>
#include <queue>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

struct Piece {
  Clock::time_point due;
  std::string bytes;
  bool end = false;  // the sender is done: pass the half-close on
};

struct Connection;

struct Side {
  int socket = -1;
  Connection* connection = nullptr;
  std::deque<Piece> outgoing;  // to be written to this socket
  bool wants_write = false;
};

struct Connection : std::enable_shared_from_this<Connection> {
  Side client;
  Side server;
  Clock::time_point accepted;
  int ends = 0;  // half-closes passed on
  bool dropped = false;
  Side& other(const Side& side) { return &side == &client ? server : client; }
};

struct Due {
  Clock::time_point at;
  std::shared_ptr<Connection> connection;
  bool operator>(const Due& other) const { return at > other.at; }
};

class Proxy {
 public:
  Proxy(int listen_port, int target_port, double one_way_ms)
      : target_port_(target_port),
        delay_(std::chrono::duration_cast<Clock::duration>(
            std::chrono::duration<double, std::milli>(one_way_ms))) {
    poll_ = epoll_create1(EPOLL_CLOEXEC);
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address = loopback(listen_port);
    if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 4096) != 0) {
      std::perror("delay: cannot listen");
      std::exit(1);
    }
    epoll_event event{EPOLLIN, {.ptr = nullptr}};
    epoll_ctl(poll_, EPOLL_CTL_ADD, listener_, &event);
  }

  void run() {
    std::vector<epoll_event> events(512);
    for (;;) {
      int count = wait(events);
      for (int i = 0; i < count; ++i) {
        auto* side = static_cast<Side*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (side == nullptr)
          accept_all();
        else if (!side->connection->dropped)
          serve(*side, events[static_cast<std::size_t>(i)].events);
      }
      write_due();
      dropped_.clear();
    }
  }

 private:
  static sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  int wait(std::vector<epoll_event>& events) {
    if (due_.empty()) return epoll_wait(poll_, events.data(), static_cast<int>(events.size()), -1);
    auto left = std::max(due_.top().at - Clock::now(), Clock::duration::zero());
    auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
    timespec timeout{ns / 1'000'000'000, ns % 1'000'000'000};
    return epoll_pwait2(poll_, events.data(), static_cast<int>(events.size()), &timeout, nullptr);
  }

  void watch(Side& side, int operation) {
    epoll_event event{EPOLLIN | EPOLLRDHUP | (side.wants_write ? EPOLLOUT : 0u), {.ptr = &side}};
    epoll_ctl(poll_, operation, side.socket, &event);
  }

  void accept_all() {
    int socket;
    while ((socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
      int target = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address = loopback(target_port_);
      if (connect(target, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        std::perror("delay: the target does not answer");
        close(target);
        close(socket);
        continue;
      }
      fcntl(target, F_SETFL, O_NONBLOCK);
      int on = 1;
      for (int each : {socket, target}) setsockopt(each, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      auto connection = std::make_shared<Connection>();
      connection->accepted = Clock::now();
      connection->client = {socket, connection.get(), {}, false};
      connection->server = {target, connection.get(), {}, false};
      alive_.insert(connection);
      watch(connection->client, EPOLL_CTL_ADD);
      watch(connection->server, EPOLL_CTL_ADD);
    }
  }

  void serve(Side& side, unsigned what) {
    if ((what & EPOLLERR) != 0) return drop(side.connection);
    if ((what & EPOLLOUT) != 0 && !write_out(side)) return;
    if ((what & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0) read_in(side);
  }

  void read_in(Side& side) {
    Connection& connection = *side.connection;
    auto now = Clock::now();
    auto due = now + delay_;
    if (&side == &connection.client)
      due = std::max(due, connection.accepted + 3 * delay_);  // two for the set-up, one for the way
    for (;;) {
      char buffer[65536];
      ssize_t size = recv(side.socket, buffer, sizeof buffer, 0);
      if (size < 0) return errno == EAGAIN ? void() : drop(&connection);
      Side& other = connection.other(side);
      other.outgoing.push_back(
          {due, std::string(buffer, static_cast<std::size_t>(size)), size == 0});
      due_.push({due, connection.shared_from_this()});
      if (size == 0) {
        epoll_ctl(poll_, EPOLL_CTL_DEL, side.socket, nullptr);
        return;
      }
      if (static_cast<std::size_t>(size) < sizeof buffer) return;
    }
  }

  void write_due() {
    auto now = Clock::now();
    while (!due_.empty() && due_.top().at <= now) {
      std::shared_ptr<Connection> connection = due_.top().connection;
      due_.pop();
      if (!connection->dropped && write_out(connection->client)) write_out(connection->server);
    }
  }

  // False when the connection ended.
  bool write_out(Side& side) {
    Connection* connection = side.connection;
    auto now = Clock::now();
    while (!side.outgoing.empty() && side.outgoing.front().due <= now) {
      Piece& piece = side.outgoing.front();
      if (piece.end) {
        shutdown(side.socket, SHUT_WR);
        side.outgoing.pop_front();
        if (++connection->ends == 2) return drop(connection), false;
        continue;
      }
      ssize_t size = send(side.socket, piece.bytes.data(), piece.bytes.size(), MSG_NOSIGNAL);
      if (size < 0 && errno != EAGAIN) return drop(connection), false;
      if (size == static_cast<ssize_t>(piece.bytes.size())) {
        side.outgoing.pop_front();
        continue;
      }
      if (size > 0) piece.bytes.erase(0, static_cast<std::size_t>(size));
      return want_write(side, true), true;
    }
    want_write(side, false);
    return true;
  }

  void want_write(Side& side, bool wants) {
    if (side.wants_write == wants) return;
    side.wants_write = wants;
    watch(side, EPOLL_CTL_MOD);
  }

  // Kept until the round of events ends: later events may point to it.
  void drop(Connection* connection) {
    if (std::exchange(connection->dropped, true)) return;
    close(connection->client.socket);
    close(connection->server.socket);
    dropped_.push_back(connection->shared_from_this());
    alive_.erase(dropped_.back());
  }

  int target_port_;
  Clock::duration delay_;
  int poll_ = -1;
  int listener_ = -1;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::unordered_set<std::shared_ptr<Connection>> alive_;
  std::vector<std::shared_ptr<Connection>> dropped_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4)
    return std::fprintf(stderr, "usage: delay LISTEN_PORT TARGET_PORT ONE_WAY_MS\n"), 2;
  signal(SIGPIPE, SIG_IGN);
  Proxy(std::atoi(argv[1]), std::atoi(argv[2]), std::atof(argv[3])).run();
}
