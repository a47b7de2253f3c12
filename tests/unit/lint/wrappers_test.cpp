// SPDX-License-Identifier: Apache-2.0
#include "lint/wrappers.hpp"

#include "support/catch.hpp"
#include "util/strings.hpp"

#include <string>
#include <vector>

using namespace sidecarctl;
using namespace sidecarctl::lint;

namespace {

WrappedCall unwrap_line(const std::string& line) {
  std::vector<std::string> words = split(line, ' ');
  ProgramCall call{words[0], {}};
  for (std::size_t i = 1; i < words.size(); ++i) call.arguments.push_back(ShellWord{words[i], "", true});
  return unwrap(call);
}

}  // namespace

TEST_CASE("the program behind a wrapper is found past its options") {
  struct Row {
    const char *line, *program;
  };
  const Row rows[] = {{"tini -- app -x", "app"},
                      {"/sbin/tini -s -e 143 -vv app", "app"},
                      {"tini -e143 app", "app"},
                      {"docker-init -- /app", "/app"},
                      {"dumb-init --single-child -r 15:3 app", "app"},
                      {"dumb-init --rewrite=15:3 -- app", "app"},
                      {"su-exec 5001:5001 app", "app"},
                      {"gosu app -dash", "-dash"},
                      {"nice -n 5 app", "app"},
                      {"nice -5 app", "app"},
                      {"nice --adjustment=5 app", "app"},
                      {"timeout -k 5s --signal TERM 1h app", "app"},
                      {"timeout 5 app --verbose", "app"},
                      {"stdbuf -oL app", "app"},
                      {"setsid --wait app", "app"},
                      {"env A=b app", "app"},
                      {"env -i PATH=/x app", "app"}};
  for (const Row& row : rows) {
    INFO(row.line);
    REQUIRE(is_wrapper(split(row.line, ' ')[0]));
    const WrappedCall wrapped = unwrap_line(row.line);
    REQUIRE(wrapped.call);
    CHECK(wrapped.call->program == row.program);
  }
}

TEST_CASE("what is not known of a wrapper is not guessed") {
  for (const std::string line : {"tini --new-option app", "dumb-init -z app", "timeout --what=ever 5 app"}) {
    INFO(line);
    const WrappedCall wrapped = unwrap_line(line);
    CHECK_FALSE(wrapped.call);
    CHECK_THAT(wrapped.unknown_reason, Catch::Contains("is not known here"));
  }
  const ProgramCall variable{"tini", {ShellWord{"", "the variable 'APP' has no value in the image", false}}};
  CHECK(unwrap(variable).unknown_reason == "the variable 'APP' has no value in the image");
}

TEST_CASE("a wrapper without a program starts none") {
  for (const std::string line : {"tini", "tini --", "gosu app", "timeout 5", "nice -n", "env A=b"}) {
    INFO(line);
    CHECK_FALSE(unwrap_line(line).call);
    CHECK(unwrap_line(line).unknown_reason.empty());
  }
}

TEST_CASE("wrappers that change the user say so") {
  CHECK(unwrap_line("gosu app run").changes_user);
  CHECK(unwrap_line("su-exec app run").changes_user);
  CHECK_FALSE(unwrap_line("tini run").changes_user);
  CHECK_FALSE(is_wrapper("python3"));
}
