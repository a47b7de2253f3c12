// SPDX-License-Identifier: Apache-2.0
#include "cli/help.hpp"

#include "sample_commands.hpp"
#include "support/catch.hpp"

using namespace sidecarctl;

TEST_CASE("help shows usage, options with defaults, groups and examples") {
  CHECK(command_help(describe_command(test::kCheckInfo)) == R"(Check images

Usage: sidecarctl check [OPTIONS] [TARGET...]

  TARGET...                 What to check

Options:
  --profile auto|flags|server
                            What it must satisfy (default: auto)
  -l, --volume NAME         A volume (may be repeated)
  --jobs N                  How many at once (default: 4)
  --baseline FILE           Known findings
  --output FORMAT=PATH      Reports to write (may be repeated)
  --telemetry               Ask for telemetry
  --tls-verify              Check certificates
  --fix[=VALUE]             Repair
  --password-stdin          Read the password
  --token-file FILE         Token
  --format text|json        Format (default: text)

Repair:
  --to TEXT                 Where to

Examples:
  sidecarctl check a

Global options: see 'sidecarctl --help'.
)");
}

TEST_CASE("a required argument stands without brackets, and a command without examples has none") {
  const std::string help = command_help(describe_command(test::kLookInfo));
  CHECK(help.find("Usage: sidecarctl look [OPTIONS] IMAGE\n") != std::string::npos);
  CHECK(help.find("Examples") == std::string::npos);
}

TEST_CASE("the help of the program has one line for each command, images first, help last") {
  const std::string help = program_help(test::kSampleCommands);
  const std::size_t images = help.find("\nImages:\n  check        Check images\n");
  const std::size_t other = help.find("\nHelp:\n  look         Look at an image\n");
  REQUIRE(images != std::string::npos);
  REQUIRE(other != std::string::npos);
  CHECK(images < other);
}
