// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace sidecarctl {

/// Calls work(0) ... work(count - 1), each once, on up to `jobs` threads, in about that order. The first exception sets
/// `stop` and calls `on_failure`, no further index is begun, and it is thrown when all threads have ended. Work that
/// takes long looks at `stop`.
void for_each_parallel(std::size_t count, unsigned jobs, std::atomic<bool>& stop,
                       const std::function<void(std::size_t)>& work, const std::function<void()>& on_failure = {});

}  // namespace sidecarctl
