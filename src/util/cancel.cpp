// SPDX-License-Identifier: Apache-2.0
#include "util/cancel.hpp"

#include "util/error.hpp"

#include <csignal>

namespace sidecarctl {

void CancelToken::check() const {
  if (!cancelled()) return;
  throw Error(ErrorKind::interrupted, signal() == SIGTERM ? "terminated" : "interrupted");
}

}  // namespace sidecarctl
