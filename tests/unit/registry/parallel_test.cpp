// SPDX-License-Identifier: Apache-2.0
#include "registry/parallel.hpp"

#include "support/catch.hpp"

#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace sidecarctl;  // NOLINT(google-build-using-namespace): a test of one header

TEST_CASE("every index is worked on once, whatever the number of threads") {
  const unsigned jobs = GENERATE(0U, 1U, 3U, 64U);
  const std::size_t count = GENERATE(0U, 1U, 10U);
  std::mutex mutex;
  std::multiset<std::size_t> seen;
  std::atomic<bool> stop{false};
  for_each_parallel(count, jobs, stop, [&](std::size_t index) {
    const std::lock_guard lock(mutex);
    seen.insert(index);
  });
  CHECK(seen.size() == count);
  CHECK(std::set<std::size_t>(seen.begin(), seen.end()).size() == count);
  CHECK_FALSE(stop);
}

TEST_CASE("the first exception stops the others and is thrown") {
  std::atomic<bool> stop{false};
  std::atomic<int> begun{0};
  const auto work = [&](std::size_t index) {
    ++begun;
    if (index == 0) throw std::runtime_error("first");
    while (!stop) std::this_thread::yield();
    throw std::runtime_error("because of the first");
  };
  int told = 0;
  CHECK_THROWS_WITH(for_each_parallel(100, 3, stop, work, [&] { ++told; }), "first");
  CHECK(stop);
  CHECK(told == 1);
  CHECK(begun <= 4);
}
