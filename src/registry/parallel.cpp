// SPDX-License-Identifier: Apache-2.0
#include "registry/parallel.hpp"

#include <algorithm>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace sidecarctl {

namespace {

/// Ends when every thread has: also when making one more of them fails.
class ThreadGroup {
 public:
  ThreadGroup() = default;
  ThreadGroup(const ThreadGroup&) = delete;
  ThreadGroup& operator=(const ThreadGroup&) = delete;
  ~ThreadGroup() {
    for (std::thread& thread : threads_) thread.join();
  }
  bool start(const std::function<void()>& body) {
    try {
      threads_.emplace_back(body);
      return true;
    } catch (const std::system_error&) {
      return false;  // A limit on processes: those that are there do the work.
    }
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

void for_each_parallel(std::size_t count, unsigned jobs, std::atomic<bool>& stop,
                       const std::function<void(std::size_t)>& work, const std::function<void()>& on_failure) {
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr first_failure;
  const std::function<void()> worker = [&] {
    while (!stop) {
      const std::size_t index = next++;
      if (index >= count) return;
      try {
        work(index);
      } catch (...) {
        const std::lock_guard lock(mutex);
        if (!first_failure) first_failure = std::current_exception();
        if (!stop.exchange(true) && on_failure) on_failure();
      }
    }
  };
  {
    ThreadGroup group;
    const std::size_t helpers = std::min<std::size_t>(std::max(jobs, 1U), count);
    for (std::size_t started = 1; started < helpers; ++started) {
      if (!group.start(worker)) break;
    }
    worker();
  }
  if (first_failure) std::rethrow_exception(first_failure);
}

}  // namespace sidecarctl
