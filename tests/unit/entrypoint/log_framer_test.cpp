// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/log_framer.hpp"

#include "support/catch.hpp"

#include <string>

using sidecarctl::entrypoint::LogFramer;

namespace {

const std::string kHead = "2026-01-01T00:00:00.000Z stdout ";
constexpr std::int64_t kNow = 1767225600000;

std::string framed(const std::string& bytes) {
  LogFramer framer("stdout");
  std::string out;
  // One byte at a time: a pipe may cut anywhere.
  for (const char byte : bytes) framer.push({&byte, 1}, kNow, out);
  framer.finish(kNow, out);
  return out;
}

}  // namespace

TEST_CASE("lines get time and stream, their bytes stay") {
  CHECK(framed("one\ntwo\n") == kHead + "F one\n" + kHead + "F two\n");
  CHECK(framed("no end") == kHead + "F no end\n");
  CHECK(framed("\xff\x00\x1b[2J\n") == kHead + "F \xff\n");
  CHECK(framed("") == "");
  CHECK(framed("\n\n") == kHead + "F \n" + kHead + "F \n");
}

TEST_CASE("a carriage return ends a line, and with a newline it is one end") {
  CHECK(framed("10%\r20%\r\n") == kHead + "F 10%\n" + kHead + "F 20%\n");
  CHECK(framed("\r10%") == kHead + "F 10%\n");
}

TEST_CASE("a line without end is cut into parts, and memory stays bounded") {
  const std::string long_line(LogFramer::kMaxLine * 2 + 5, 'x');
  const std::string part(LogFramer::kMaxLine, 'x');
  CHECK(framed(long_line + "\n") == kHead + "P " + part + "\n" + kHead + "P " + part + "\n" + kHead + "F xxxxx\n");
  CHECK(framed(part + "\n") == kHead + "F " + part + "\n");
}
