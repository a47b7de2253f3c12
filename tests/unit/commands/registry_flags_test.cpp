// SPDX-License-Identifier: Apache-2.0
#include "commands/registry_flags.hpp"

#include "cli/console.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/error.hpp"
#include "util/file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>

using namespace std::chrono_literals;
using sidecarctl::Error;
using sidecarctl::ErrorKind;
using sidecarctl::RegistryFlags;
using sidecarctl::RegistryOptions;

namespace {

struct Folder {
  std::string file(const std::string& name, const std::string& text, unsigned mode = 0600) const {
    sidecarctl::write_file_atomically(directory.path() / name, text, mode);
    return directory.path() / name;
  }
  sidecarctl::test::TempDir directory;
};

struct Run {
  RegistryOptions resolve(std::vector<std::string> arguments, const std::string& input = "",
                          RegistryFlags::Use use = RegistryFlags::Use::read) {
    CLI::App app;
    flags.declare(app);
    flags.declare_connection(app);
    std::reverse(arguments.begin(), arguments.end());
    app.parse(std::move(arguments));
    std::istringstream stream(input);
    sidecarctl::Console console(out, err, false, false, true);
    sidecarctl::SystemClock clock;
    sidecarctl::Env env{console, [](const std::string&) { return std::nullopt; }, clock, cancel, stream};
    return flags.resolve(env, use);
  }
  std::string failure(const std::vector<std::string>& arguments, const std::string& input = "") {
    try {
      resolve(arguments, input);
    } catch (const Error& error) {
      kind = error.kind();
      return std::string(error.message());
    }
    return "";
  }
  RegistryFlags flags;
  sidecarctl::CancelToken cancel;
  std::ostringstream out, err;
  ErrorKind kind = ErrorKind::io;
};

}  // namespace

TEST_CASE("without flags the defaults of registries hold") {
  const RegistryOptions options = Run().resolve({});
  CHECK_FALSE(options.plain_http);
  CHECK(options.tls_verify);
  CHECK(options.helper_timeout == 30s);
  CHECK(options.retry_max_time == 10min);
  CHECK_FALSE(options.timeout.has_value());
  CHECK_FALSE(options.password.has_value());
}

TEST_CASE("connection flags arrive") {
  const Folder folder;
  const std::string cert = folder.file("cert.pem", "x");
  const RegistryOptions options =
      Run().resolve({"--plain-http", "--tls-verify=false", "--cert", cert, "--key", cert, "--proxy", "http://p:1",
                     "--timeout", "1h30m", "--retry-max-time", "0", "--helper-timeout", "500ms"});
  CHECK(options.plain_http);
  CHECK_FALSE(options.tls_verify);
  CHECK(options.cert == cert);
  CHECK(options.key == cert);
  CHECK(options.proxy == "http://p:1");
  CHECK(options.timeout == 90min);
  CHECK(options.retry_max_time == 0s);
  CHECK(options.helper_timeout == 500ms);
}

TEST_CASE("the password is the first line of stdin") {
  CHECK(Run().resolve({"-u", "me", "--password-stdin"}, "secret\nmore\n").password == "secret");
  CHECK(Run().resolve({"-u", "me", "--password-stdin"}, "with blank \r\n").password == "with blank ");
  CHECK(Run().resolve({"-u", "me", "--password-stdin"}, "no line end").password == "no line end");
  const std::string longest(sidecarctl::kLongestPassword, 'x');
  CHECK(Run().resolve({"-u", "me", "--password-stdin"}, longest).password == longest);
}

TEST_CASE("a password that is missing, empty or too long is refused") {
  Run run;
  CHECK(run.failure({"--password-stdin"}, "x\n") == "--password-stdin needs --username");
  CHECK(run.kind == ErrorKind::usage);
  CHECK(Run().failure({"-u", "me"}) == "--username needs --password-stdin or --token-file");
  Run empty;
  CHECK(empty.failure({"-u", "me", "--password-stdin"}, "\nx") == "--password-stdin: there is no password on stdin");
  CHECK(empty.kind == ErrorKind::config);
  CHECK(Run().failure({"-u", "me", "--password-stdin"}, std::string(sidecarctl::kLongestPassword + 1, 'x')) ==
        "the password on stdin is longer than 65536 bytes");
}

TEST_CASE("a signal while the password is awaited interrupts") {
  Run run;
  run.cancel.cancel(2);
  run.failure({"-u", "me", "--password-stdin"});
  CHECK(run.kind == ErrorKind::interrupted);
}

TEST_CASE("login may ask for the password, and makes the authfile") {
  const RegistryOptions options =
      Run().resolve({"-u", "me", "--authfile", "/nowhere/auth.json"}, "", RegistryFlags::Use::login);
  CHECK(options.username == "me");
  CHECK(options.authfile == "/nowhere/auth.json");
}

TEST_CASE("a token file is trimmed, and other users who can read it are told of") {
  const Folder folder;
  Run mine;
  CHECK(mine.resolve({"--token-file", folder.file("token", "  abc\n")}).token == "abc");
  CHECK(mine.err.str().empty());
  Run theirs;
  CHECK(theirs.resolve({"--token-file", folder.file("open", "abc", 0644)}).token == "abc");
  CHECK(theirs.err.str().find("can be read by other users") != std::string::npos);
  CHECK(theirs.err.str().find("abc") == std::string::npos);
}

TEST_CASE("files that cannot be used are configuration errors that name the flag") {
  const Folder folder;
  const std::string folder_name = folder.directory.path();
  for (const char* flag : {"--cacert", "--authfile", "--cert", "--token-file"}) {
    CAPTURE(flag);
    Run absent;
    CHECK(absent.failure({flag, folder_name + "/absent"}) ==
          std::string(flag) + ": cannot read '" + folder_name + "/absent': No such file or directory");
    CHECK(absent.kind == ErrorKind::config);
    Run directory;
    CHECK(directory.failure({flag, folder_name}).starts_with(flag));
    CHECK(directory.kind == ErrorKind::config);
  }
  Run empty;
  CHECK(empty.failure({"--token-file", folder.file("empty", " \n")}).ends_with("is empty"));
  Run lines;
  CHECK(lines.failure({"--token-file", folder.file("two", "a\nb\n")}).ends_with("has more than one line"));
  Run large;
  CHECK(large.failure({"--token-file", folder.file("large", std::string(sidecarctl::kLargestTokenFile + 1, 'x'))})
            .find("longer than the limit") != std::string::npos);
  CHECK(large.kind == ErrorKind::config);
}

TEST_CASE("wrong durations and contradictions are refused while parsing") {
  CHECK_THROWS_AS(Run().resolve({"--timeout", "30"}), CLI::ValidationError);
  CHECK_THROWS_AS(Run().resolve({"--timeout", "0s"}), CLI::ValidationError);
  CHECK_THROWS_AS(Run().resolve({"--key", "x"}), CLI::RequiresError);
  CHECK_THROWS_AS(Run().resolve({"--password-stdin", "--token-file", "x"}), CLI::ExcludesError);
}
