// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/events.hpp"

#include <mutex>
#include <string>
#include <vector>

namespace sidecarctl {

/// Passes everything on and keeps the warnings, for a report. `inner` must outlive it.
class WarningRecorder final : public Events {
 public:
  explicit WarningRecorder(Events& inner) : inner_(inner) {}
  void status(std::string_view text) override { inner_.status(text); }
  void warning(std::string_view text) override {
    {
      const std::lock_guard lock(mutex_);
      warnings_.emplace_back(text);
    }
    inner_.warning(text);
  }
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override {
    return inner_.progress(what, total);
  }
  std::vector<std::string> warnings() const {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }

 private:
  Events& inner_;
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
};

}  // namespace sidecarctl
