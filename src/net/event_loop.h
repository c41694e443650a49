// The network thread: curl's multi handle on epoll, the waiting requests, deadlines and back-off.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "net/net.h"
#include "net/transfer.h"
#include "net/trust.h"
#include "net/waiting.h"
#include "os/files.h"

namespace lpm::net {

class EventLoop {
 public:
  explicit EventLoop(ClientOptions options);
  ~EventLoop();

  void submit(std::unique_ptr<Transfer> transfer);  // starts the thread at the first one
  ClientStatistics statistics() const;
  std::optional<Stalled> longest_stall(std::int64_t at_least_ms) const;

 private:
  struct Server {
    int active = 0;
    bool http2 = false;
    bool beyond_directory = false;  // the system's folder does not vouch for it
  };

  void run();
  void set_up();
  void tear_down();
  void serve();
  void take_submitted();
  void start_what_may();
  void start(std::unique_ptr<Transfer> transfer);
  bool has_room(const Transfer& transfer) const;
  Load load() const;
  void wait_for_events();
  int wait_milliseconds() const;
  void collect_finished();
  void check_deadlines();
  void requeue_due();
  void finish(Transfer* transfer, CURLcode code);
  void settle(std::unique_ptr<Transfer> transfer, Next next);
  std::unique_ptr<Transfer> take_active(Transfer* raw);
  void begin_again_with_files(std::unique_ptr<Transfer> transfer);
  double jitter();  // in [0, 1]
  void release_handle(Transfer& transfer);
  void complete(std::unique_ptr<Transfer> transfer, Result<Response> result);
  CURL* take_handle();
  std::int64_t shortest_deadline() const;
  Status prepare(Transfer& transfer);
  bool may_trust_files(const Transfer& transfer, CURLcode code) const;

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known);
  static int on_timer(CURLM*, long milliseconds, void* self);

  const ClientOptions options_;

  // Shared with callers.
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<Transfer>> submitted_;
  std::unordered_set<const Transfer*>
      started_;  // from the first attempt to the end, for longest_stall()
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> requests_ = 0;
  std::atomic<std::uint64_t> attempts_ = 0;
  std::atomic<std::uint64_t> bytes_received_ = 0;
  os::Fd wake_;
  std::thread thread_;

  // The network thread's own.
  CURLM* multi_ = nullptr;
  CURLSH* share_ = nullptr;
  os::Fd epoll_;
  std::int64_t curl_due_ = -1;      // monotonic; -1: curl waits for nothing
  std::int64_t next_deadline_ = 0;  // no attempt can be over its time before
  std::vector<CURL*> idle_handles_;
  std::unordered_map<Transfer*, std::unique_ptr<Transfer>> active_;
  std::vector<std::unique_ptr<Transfer>> backing_off_;
  std::unordered_map<std::string, Server> servers_;
  WaitingRequests waiting_;
  std::optional<SystemTrust> trust_;
  std::minstd_rand random_;
};

}  // namespace lpm::net
