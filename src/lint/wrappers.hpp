// SPDX-License-Identifier: Apache-2.0
// Programs that only start another one: `tini -- PROGRAM`, `gosu USER PROGRAM`, `nice -n 5 PROGRAM`.
#pragma once

#include "lint/start_chain.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace sidecarctl::lint {

/// What a wrapper starts.
struct WrappedCall {
  std::optional<ProgramCall> call;  ///< nullopt: nothing, or `unknown_reason` says why it cannot be told.
  std::string unknown_reason;
  bool changes_user = false;               ///< The program runs as another user than the wrapper.
  std::optional<std::string> path;         ///< PATH, where the wrapper sets it.
  std::optional<std::string> working_dir;  ///< The folder, where the wrapper changes it.
};

/// Is that a program known to start another one? By its file name, "/sbin/tini".
bool is_wrapper(std::string_view program);

/// Takes the call of a wrapper apart. An option that is not known here ends the search: nothing is guessed.
WrappedCall unwrap(const ProgramCall& wrapper);

}  // namespace sidecarctl::lint
