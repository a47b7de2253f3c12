// SPDX-License-Identifier: Apache-2.0
#include "support/program_run.hpp"

#include "cli/console.hpp"
#include "cli/program.hpp"
#include "util/clock.hpp"

#include <sstream>

namespace sidecarctl::test {

int ProgramRun::run(const std::vector<std::string>& arguments) {
  std::ostringstream out_stream, err_stream;
  std::istringstream in_stream(input);
  SystemClock clock;
  Console console({out_stream, err_stream, color, false, false, false, nullptr, {}});
  const Environment look_up = [this](const std::string& name) {
    const auto at = environment.find(name);
    return at == environment.end() ? std::nullopt : std::optional(at->second);
  };
  Env env{console, look_up, clock, cancel, in_stream};
  code = static_cast<int>(run_program(arguments, all_commands(), env));
  out = out_stream.str();
  err = err_stream.str();
  return code;
}

Json ProgramRun::json(const std::vector<std::string>& arguments) {
  run(arguments);
  return parse_json(out, "stdout");
}

}  // namespace sidecarctl::test
