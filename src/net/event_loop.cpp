#include "net/event_loop.h"

#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>

#include "base/clock.h"
#include "net/handles.h"

namespace lpm::net {
namespace {

constexpr std::int64_t kMillisecond = 1'000'000;

// Signals belong to the main thread; and a write to a closed socket must not raise SIGPIPE here.
void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

EventLoop::EventLoop(ClientOptions options)
    : options_(std::move(options)),
      waiting_(static_cast<std::size_t>(std::max(1, options_.max_requests))),
      random_(static_cast<unsigned>(monotonic_now())) {}

EventLoop::~EventLoop() {
  if (!thread_.joinable()) return;
  stopping_ = true;
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

void EventLoop::submit(std::unique_ptr<Transfer> transfer) {
  ++requests_;
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    wake = submitted_.empty();
    submitted_.push_back(std::move(transfer));
    if (!thread_.joinable()) {
      wake_ = os::Fd(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
      thread_ = std::thread([this] { run(); });
    }
  }
  if (wake) eventfd_write(wake_.get(), 1);
}

ClientStatistics EventLoop::statistics() const {
  return {requests_, attempts_, bytes_received_};
}

std::optional<Stalled> EventLoop::longest_stall(std::int64_t at_least_ms) const {
  const std::int64_t now = monotonic_now();
  const std::lock_guard lock(mutex_);
  const Transfer* longest = nullptr;
  for (const Transfer* transfer : started_) {
    if (longest == nullptr || transfer->last_progress() < longest->last_progress())
      longest = transfer;
  }
  if (longest == nullptr) return std::nullopt;
  const std::int64_t idle = (now - longest->last_progress()) / kMillisecond;
  if (idle < at_least_ms) return std::nullopt;
  return Stalled{without_credentials(longest->url()), idle};
}

// ---- The thread ----

void EventLoop::run() {
  block_signals();
  set_up();
  while (!stopping_) serve();
  tear_down();
}

void EventLoop::set_up() {
  epoll_ = os::Fd(epoll_create1(EPOLL_CLOEXEC));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = wake_.get();
  epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event);

  multi_ = make_multi_handle(options_);
  share_ = make_share_handle();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &EventLoop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &EventLoop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
}

void EventLoop::tear_down() {
  for (auto& [raw, transfer] : active_) {
    curl_multi_remove_handle(multi_, transfer->handle);
    curl_easy_cleanup(transfer->handle);
  }
  for (CURL* handle : idle_handles_) curl_easy_cleanup(handle);
  curl_multi_cleanup(multi_);
  curl_share_cleanup(share_);
}

void EventLoop::serve() {
  take_submitted();
  requeue_due();
  start_what_may();
  wait_for_events();
  collect_finished();
  check_deadlines();
}

void EventLoop::take_submitted() {
  std::vector<std::unique_ptr<Transfer>> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(submitted_);
  }
  for (auto& transfer : arrived) waiting_.add(std::move(transfer));
}

void EventLoop::requeue_due() {
  if (backing_off_.empty()) return;
  const std::int64_t now = monotonic_now();
  for (auto& transfer : backing_off_) {
    if (transfer->due <= now) waiting_.add_first(std::move(transfer));
  }
  std::erase(backing_off_, nullptr);
}

// ---- Starting ----

Load EventLoop::load() const {
  Load load;
  for (const auto& [raw, transfer] : active_) {
    const Priority priority = transfer->request().priority;
    ++load.of(priority);
    if (priority == Priority::Tarball) load.buffered += transfer->buffered_estimate();
  }
  return load;
}

// curl queues what exceeds its connections, and its clock runs there: keep the surplus here.
bool EventLoop::has_room(const Transfer& transfer) const {
  const auto server = servers_.find(transfer.origin());
  if (server == servers_.end() || server->second.http2) return true;
  return server->second.active < options_.max_connections_per_host;
}

void EventLoop::start_what_may() {
  if (waiting_.empty()) return;
  Load now = load();
  while (auto transfer = waiting_.take(now, [this](const Transfer& t) { return has_room(t); })) {
    const Priority priority = transfer->request().priority;
    ++now.of(priority);
    if (priority == Priority::Tarball) now.buffered += transfer->buffered_estimate();
    start(std::move(transfer));
  }
}

void EventLoop::start(std::unique_ptr<Transfer> transfer) {
  {
    const std::lock_guard lock(mutex_);
    started_.insert(transfer.get());
  }
  CURL* handle = take_handle();
  transfer->handle = handle;
  if (Status ready = prepare(*transfer); !ready) {
    idle_handles_.push_back(handle);
    complete(std::move(transfer), std::move(ready).error());
    return;
  }
  ++attempts_;
  next_deadline_ = std::min(next_deadline_, transfer->attempt_started() + shortest_deadline());
  ++servers_[transfer->origin()].active;
  active_.emplace(transfer.get(), std::move(transfer));
  curl_multi_add_handle(multi_, handle);
}

std::int64_t EventLoop::shortest_deadline() const {
  return std::min(options_.connect_timeout_ms, options_.idle_timeout_ms) * kMillisecond;
}

CURL* EventLoop::take_handle() {
  if (!idle_handles_.empty()) {
    CURL* handle = idle_handles_.back();
    idle_handles_.pop_back();
    return handle;
  }
  return make_easy_handle(options_, share_);
}

Status EventLoop::prepare(Transfer& transfer) {
  transfer.trusted_directory = false;
  LPM_TRY(transfer.prepare(transfer.handle, options_));
  if (!transfer.needs_tls()) return {};
  if (!trust_) trust_ = find_system_trust();
  const bool by_directory =
      !trust_->directory.empty() && !servers_[transfer.origin()].beyond_directory;
  const Tls& tls = transfer.request().tls;
  transfer.trusted_directory = by_directory && relies_on_system(tls);
  return apply_tls(transfer.handle, tls, *trust_,
                   by_directory ? TrustSource::Directory : TrustSource::Files);
}

// The folder is quick and may lack what a bundle has.
bool EventLoop::may_trust_files(const Transfer& transfer, CURLcode code) const {
  return code == CURLE_PEER_FAILED_VERIFICATION && transfer.trusted_directory &&
         !(trust_->file.empty() && trust_->several_pem.empty());
}

// ---- Waiting ----

int EventLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
  auto& loop = *static_cast<EventLoop*>(self);
  if (what == CURL_POLL_REMOVE) {
    epoll_ctl(loop.epoll_.get(), EPOLL_CTL_DEL, socket, nullptr);
    return 0;
  }
  epoll_event event{};
  event.data.fd = socket;
  if (what & CURL_POLL_IN) event.events |= EPOLLIN;
  if (what & CURL_POLL_OUT) event.events |= EPOLLOUT;
  epoll_ctl(loop.epoll_.get(), known == nullptr ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, socket, &event);
  if (known == nullptr) curl_multi_assign(loop.multi_, socket, self);
  return 0;
}

int EventLoop::on_timer(CURLM*, long milliseconds, void* self) {
  static_cast<EventLoop*>(self)->curl_due_ =
      milliseconds < 0 ? -1 : monotonic_now() + milliseconds * kMillisecond;
  return 0;
}

int EventLoop::wait_milliseconds() const {
  std::int64_t due = curl_due_ < 0 ? INT64_MAX : curl_due_;
  if (!active_.empty()) due = std::min(due, next_deadline_);
  for (const auto& transfer : backing_off_) due = std::min(due, transfer->due);
  if (due == INT64_MAX) return -1;
  const std::int64_t wait = due - monotonic_now();
  return wait <= 0 ? 0 : static_cast<int>(std::min<std::int64_t>(wait / kMillisecond + 1, 60'000));
}

void EventLoop::wait_for_events() {
  epoll_event events[64];
  const int count = epoll_wait(epoll_.get(), events, 64, wait_milliseconds());
  int running = 0;
  for (int i = 0; i < count; ++i) {
    if (events[i].data.fd == wake_.get()) {
      eventfd_t ignored = 0;
      eventfd_read(wake_.get(), &ignored);
      continue;
    }
    int bits = 0;
    if (events[i].events & EPOLLIN) bits |= CURL_CSELECT_IN;
    if (events[i].events & EPOLLOUT) bits |= CURL_CSELECT_OUT;
    if (events[i].events & (EPOLLERR | EPOLLHUP)) bits |= CURL_CSELECT_ERR;
    curl_multi_socket_action(multi_, events[i].data.fd, bits, &running);
  }
  if (curl_due_ >= 0 && curl_due_ <= monotonic_now()) {
    curl_due_ = -1;
    curl_multi_socket_action(multi_, CURL_SOCKET_TIMEOUT, 0, &running);
  }
}

// Ends attempts that do not connect in time or on which nothing moves.
void EventLoop::check_deadlines() {
  const std::int64_t now = monotonic_now();
  if (active_.empty() || now < next_deadline_) return;
  std::vector<Transfer*> over;
  // One that connects in a moment may be due before what its connect deadline says now.
  next_deadline_ = now + shortest_deadline();
  for (const auto& [raw, transfer] : active_) {
    const std::int64_t due =
        transfer->is_connected()
            ? transfer->last_progress() + options_.idle_timeout_ms * kMillisecond
            : transfer->attempt_started() + options_.connect_timeout_ms * kMillisecond;
    if (due <= now) {
      raw->abort(transfer->is_connected() ? Abort::Idle : Abort::Connect);
      over.push_back(raw);
    } else {
      next_deadline_ = std::min(next_deadline_, due);
    }
  }
  for (Transfer* transfer : over) finish(transfer, CURLE_OPERATION_TIMEDOUT);
}

// ---- Ending ----

void EventLoop::collect_finished() {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    Transfer* transfer = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
    finish(transfer, code);
  }
}

void EventLoop::finish(Transfer* raw, CURLcode code) {
  auto transfer = take_active(raw);
  long version = 0;
  curl_easy_getinfo(transfer->handle, CURLINFO_HTTP_VERSION, &version);
  if (version != 0) servers_[transfer->origin()].http2 = version >= CURL_HTTP_VERSION_2_0;
  if (may_trust_files(*transfer, code)) {
    begin_again_with_files(std::move(transfer));
    return;
  }
  const Next next = transfer->judge(code, options_, jitter());
  release_handle(*transfer);
  settle(std::move(transfer), next);
}

std::unique_ptr<Transfer> EventLoop::take_active(Transfer* raw) {
  auto node = active_.extract(raw);
  --servers_[raw->origin()].active;
  return std::move(node.mapped());
}

// Also for those that wait for the same server: they would learn it one after the other.
void EventLoop::begin_again_with_files(std::unique_ptr<Transfer> transfer) {
  servers_[transfer->origin()].beyond_directory = true;
  std::vector<Transfer*> others;
  for (const auto& [raw, other] : active_) {
    const bool same = raw->origin() == transfer->origin() && raw->trusted_directory;
    if (same && !raw->is_connected()) others.push_back(raw);
  }
  const auto again = [this](std::unique_ptr<Transfer> one) {
    one->begin_again();
    release_handle(*one);
    waiting_.add_first(std::move(one));
  };
  for (Transfer* other : others) again(take_active(other));
  again(std::move(transfer));
}

double EventLoop::jitter() {
  return static_cast<double>(random_() - random_.min()) /
         static_cast<double>(random_.max() - random_.min());
}

void EventLoop::release_handle(Transfer& transfer) {
  curl_multi_remove_handle(multi_, transfer.handle);
  idle_handles_.push_back(std::exchange(transfer.handle, nullptr));
}

void EventLoop::settle(std::unique_ptr<Transfer> transfer, Next next) {
  switch (next) {
    case Next::Deliver:
    case Next::Fail: {
      bytes_received_ += transfer->bytes_received();
      auto result = next == Next::Deliver ? transfer->take_response() : transfer->take_error();
      complete(std::move(transfer), std::move(result));
      return;
    }
    case Next::Repeat:
    case Next::Follow:
      waiting_.add_first(std::move(transfer));
      return;
    case Next::Retry:
      transfer->due = monotonic_now() + transfer->wait_ms() * kMillisecond;
      backing_off_.push_back(std::move(transfer));
      return;
  }
}

void EventLoop::complete(std::unique_ptr<Transfer> transfer, Result<Response> result) {
  {
    const std::lock_guard lock(mutex_);
    started_.erase(transfer.get());
  }
  transfer->complete(std::move(result));
}

}  // namespace lpm::net
