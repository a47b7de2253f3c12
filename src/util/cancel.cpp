// SPDX-License-Identifier: Apache-2.0
#include "util/cancel.hpp"

#include <csignal>

#include "util/error.hpp"

namespace sidecarctl {

void CancelToken::check() const {
  if (!cancelled()) return;
  throw Error(ErrorKind::interrupted, signal() == SIGTERM ? "terminated" : "interrupted");
}

}  // namespace sidecarctl
