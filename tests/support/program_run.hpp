// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "util/cancel.hpp"
#include "util/json.hpp"

#include <map>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// The program, run in this process with streams in memory and an environment of its own.
struct ProgramRun {
  std::map<std::string, std::string> environment;  ///< All that the program sees.
  std::string input;
  CancelToken cancel;
  bool color = false;  ///< As if stdout were a terminal.

  int run(const std::vector<std::string>& arguments);
  /// Runs and reads stdout as one JSON document.
  Json json(const std::vector<std::string>& arguments);

  int code = -1;
  std::string out, err;
};

}  // namespace sidecarctl::test
