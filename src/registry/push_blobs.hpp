// SPDX-License-Identifier: Apache-2.0
// The work on blobs during a push: what is there, what it would become, and the way there.
#pragma once

#include "registry/push_plan.hpp"

#include <atomic>

namespace sidecarctl {

/// What the steps of one push share. References must outlive the push.
struct PushSession {
  const Image& image;
  RegistryClient& client;
  const PushOptions& options;
  Events& events;
  const CancelToken& cancel;
  CompressionCache& cache;
  PushPlan plan;
  std::atomic<bool> stop{false};  ///< A sibling failed: end soon.

  const std::string& repository() const noexcept { return options.destination.repository(); }
};

/// HEAD of every blob whose target is known and that is not known to be present, in parallel.
void probe_blobs(PushSession& session);

/// Finds out what layers of unknown target become, by packing them without sending anything.
void measure_blobs(PushSession& session);

/// Brings every layer that is not present to the registry, largest first, then the config. In a dry run only says what
/// it would do.
void upload_blobs(PushSession& session);

}  // namespace sidecarctl
