// WorkerPool: a fixed set of threads for disk and CPU work, with one bounded-by-the-caller FIFO
// queue. Threads start with the first task, so that a command which needs none never makes one.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace lpm {

class WorkerPool {
 public:
  using Task = std::function<void()>;

  // `threads` of 0 means one per core the process may run on.
  explicit WorkerPool(std::size_t threads = 0);
  ~WorkerPool();  // runs what is queued, then joins
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  std::size_t size() const { return size_; }

  // Never blocks. A task must not throw; it may post further tasks, but must not wait for them.
  void post(Task task);
  // Goes before everything posted with post(): for work that others wait for, such as metadata.
  void post_front(Task task);
  // Blocks until the queue is empty and no task runs.
  void wait_idle();
  // Runs `body(i)` for 0 <= i < count on the workers and the calling thread; returns when all are
  // done.
  void for_each_index(std::size_t count, const std::function<void(std::size_t)>& body);

 private:
  void start_locked();
  void run();

  const std::size_t size_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable idle_;
  std::deque<Task> queue_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
  bool stopping_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace lpm
