// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

namespace sidecarctl {

/// What low layers may tell the user while they work; failure is told by throwing. Thread-safe: every
/// implementation takes calls from several threads at once. Texts may hold bytes from outside; the implementation
/// escapes them before a terminal sees them.
class Events {
 public:
  /// One bar. The destructor ends it. Its methods are called by one thread at a time.
  class Progress {
   public:
    virtual ~Progress() = default;
    virtual void advance(std::uint64_t bytes) = 0;
    /// Goes back to `bytes` done, when a retry starts again.
    virtual void reset_to(std::uint64_t bytes) = 0;
    /// Said at the end, instead of the bar: "existed", "uploaded".
    virtual void finish(std::string_view outcome) = 0;
  };
  virtual ~Events() = default;
  virtual void status(std::string_view text) = 0;  ///< Said before touching the network.
  virtual void warning(std::string_view text) = 0;
  /// `total` in bytes; 0: not known.
  virtual std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) = 0;
};

/// Says nothing to nobody.
class NullEvents final : public Events {
 public:
  void status(std::string_view) override {}
  void warning(std::string_view) override {}
  std::unique_ptr<Progress> progress(std::string_view what, std::uint64_t total) override;
};

}  // namespace sidecarctl
