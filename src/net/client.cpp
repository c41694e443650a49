#include <condition_variable>
#include <mutex>

#include "net/event_loop.h"
#include "net/net.h"

namespace lpm::net {

struct Client::Loop {
  EventLoop events;
  explicit Loop(ClientOptions options) : events(std::move(options)) {}
};

std::string_view Response::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "";
}

Client::Client(ClientOptions options) : loop_(std::make_unique<Loop>(std::move(options))) {}
Client::~Client() = default;

void Client::submit(Request request, Completion completion) {
  loop_->events.submit(std::make_unique<Transfer>(std::move(request), std::move(completion)));
}

Result<Response> Client::fetch(Request request) {
  std::mutex mutex;
  std::condition_variable arrived;
  std::optional<Result<Response>> answer;
  submit(std::move(request), [&](Result<Response> result) {
    const std::lock_guard lock(mutex);
    answer.emplace(std::move(result));
    arrived.notify_one();
  });
  std::unique_lock lock(mutex);
  arrived.wait(lock, [&] { return answer.has_value(); });
  return std::move(*answer);
}

ClientStatistics Client::statistics() const {
  return loop_->events.statistics();
}

std::optional<Stalled> Client::longest_stall(std::int64_t at_least_ms) const {
  return loop_->events.longest_stall(at_least_ms);
}

}  // namespace lpm::net
