#include "base/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <memory>

namespace lpm {
namespace {

std::size_t usable_cores() {
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

WorkerPool::WorkerPool(std::size_t threads) : size_(threads != 0 ? threads : usable_cores()) {}

WorkerPool::~WorkerPool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  threads_.clear();
}

void WorkerPool::start_locked() {
  while (threads_.size() < size_) threads_.emplace_back([this] { run(); });
}

void WorkerPool::post(Task task) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (threads_.empty()) start_locked();
    queue_.push_back(std::move(task));
    wake = waiting_ > 0;
  }
  if (wake) work_.notify_one();
}

void WorkerPool::post_front(Task task) {
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (threads_.empty()) start_locked();
    queue_.push_front(std::move(task));
    wake = waiting_ > 0;
  }
  if (wake) work_.notify_one();
}

void WorkerPool::wait_idle() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return queue_.empty() && running_ == 0; });
}

void WorkerPool::for_each_index(std::size_t count, const std::function<void(std::size_t)>& body) {
  struct Shared {
    std::atomic<std::size_t> next{0};
    std::atomic<std::size_t> helpers{0};
    std::mutex mutex;
    std::condition_variable done;
  };
  if (count == 0) return;
  Shared shared;
  const auto drain = [&shared, &body, count] {
    for (std::size_t i = shared.next++; i < count; i = shared.next++) body(i);
  };
  const std::size_t helpers = std::min(size_ - 1, count - 1);
  shared.helpers = helpers;
  for (std::size_t i = 0; i < helpers; ++i) {
    post_front([&shared, drain] {
      drain();
      const std::lock_guard lock(shared.mutex);
      if (--shared.helpers == 0) shared.done.notify_one();
    });
  }
  drain();
  std::unique_lock lock(shared.mutex);
  shared.done.wait(lock, [&shared] { return shared.helpers == 0; });
}

void WorkerPool::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    ++waiting_;
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    --waiting_;
    if (queue_.empty()) return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
    lock.unlock();
    task();
    task = nullptr;
    lock.lock();
    --running_;
    if (running_ == 0 && queue_.empty()) idle_.notify_all();
  }
}

}  // namespace lpm
