// SPDX-License-Identifier: Apache-2.0
#include "cli/exit_code.hpp"

#include "support/catch.hpp"

#include <csignal>

using sidecarctl::Error;
using sidecarctl::ErrorKind;
using sidecarctl::ExitCode;

TEST_CASE("every kind of error has its exit code") {
  struct Case {
    ErrorKind kind;
    ExitCode code;
  };
  const Case all[] = {{ErrorKind::usage, ExitCode::usage},     {ErrorKind::config, ExitCode::usage},
                      {ErrorKind::policy, ExitCode::no},       {ErrorKind::not_found, ExitCode::failed},
                      {ErrorKind::denied, ExitCode::failed},   {ErrorKind::network, ExitCode::failed},
                      {ErrorKind::registry, ExitCode::failed}, {ErrorKind::corrupt, ExitCode::failed},
                      {ErrorKind::io, ExitCode::failed},       {ErrorKind::tool, ExitCode::failed},
                      {ErrorKind::timeout, ExitCode::failed},  {ErrorKind::interrupted, ExitCode::interrupted}};
  for (const Case& one : all) {
    CAPTURE(to_string(one.kind));
    CHECK(exit_code_of(Error(one.kind, "x"), 0) == one.code);
  }
  CHECK(exit_code_of(Error(ErrorKind::interrupted, "x"), SIGINT) == ExitCode::interrupted);
  CHECK(exit_code_of(Error(ErrorKind::interrupted, "x"), SIGTERM) == ExitCode::terminated);
  CHECK(exit_code_of(Error(ErrorKind::network, "x"), SIGTERM) == ExitCode::failed);
}
