// SPDX-License-Identifier: Apache-2.0
#include "util/events.hpp"

namespace sidecarctl {

namespace {
class NullProgress final : public Events::Progress {
 public:
  void advance(std::uint64_t) override {}
  void reset_to(std::uint64_t) override {}
  void finish(std::string_view) override {}
};
}  // namespace

std::unique_ptr<Events::Progress> NullEvents::progress(std::string_view, std::uint64_t) {
  return std::make_unique<NullProgress>();
}

}  // namespace sidecarctl
