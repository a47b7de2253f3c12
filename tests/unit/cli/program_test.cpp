// SPDX-License-Identifier: Apache-2.0
#include "cli/program.hpp"

#include "sample_commands.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"
#include "util/json.hpp"

#include <csignal>

using sidecarctl::test::ProgramRun;
using sidecarctl::test::TempDir;
using Strings = std::vector<std::string>;

namespace {

constexpr const char* kDefaults = "profile=auto jobs=4 telemetry=0 tls=1 fix= baseline= token= to=";

/// The first line on stderr, without "sidecarctl: error: ".
std::string problem(const ProgramRun& run) {
  const std::string prefix = "sidecarctl: error: ";
  REQUIRE(run.err.starts_with(prefix));
  return run.err.substr(prefix.size(), run.err.find('\n') - prefix.size());
}

}  // namespace

TEST_CASE("options reach the command, and its code is returned") {
  const ProgramRun run({"check", "--volume", "a", "one", "-l", "b", "--profile=flags", "--tls-verify=false", "two"});
  CHECK(run.code == 1);
  CHECK(run.out ==
        "profile=flags jobs=4 telemetry=0 tls=0 fix= baseline= token= to= volume=a volume=b target=one target=two\n");
  CHECK(run.err.empty());
}

TEST_CASE("of a single value the last one wins, and a value in brackets is no list") {
  CHECK(ProgramRun({"check", "--jobs", "1", "--jobs=2"}).out.find("jobs=2") != std::string::npos);
  CHECK(ProgramRun({"check", "--volume", "[a,b]"}).out.find("volume=[a,b]\n") != std::string::npos);
}

TEST_CASE("a flag with an optional value takes none of the words that follow") {
  CHECK(ProgramRun({"check", "--fix", "one"}).out.find("fix=all") != std::string::npos);
  CHECK(ProgramRun({"check", "--fix=diff", "one"}).out.find("fix=diff") != std::string::npos);
}

TEST_CASE("global options stand before or after the command") {
  for (const Strings& words :
       {Strings{"-q", "--color", "never", "check", "x"}, Strings{"check", "x", "-q", "--color=never"},
        Strings{"--color=always", "check", "-vv", "x", "--color", "never"}}) {
    CAPTURE(words);
    const ProgramRun run(words);
    CHECK(run.code == 1);
    CHECK(run.out == std::string(kDefaults) + " target=x\n");
  }
}

TEST_CASE("a command may take the name of a global option for itself") {
  CHECK(ProgramRun({"look", "x", "--config"}).out == "x config\n");
  CHECK(ProgramRun({"--config", "absent.toml", "look", "x"}).out == "x\n");
}

TEST_CASE("usage errors are one sentence, and exit with 2") {
  struct Case {
    Strings words;
    const char* message;
  };
  const Case all[] = {
      {{"chekc"}, "unknown command 'chekc'; did you mean 'check'?"},
      {{"xyzzy"}, "unknown command 'xyzzy'"},
      {{"--colour", "never", "check"}, "unknown option '--colour'; did you mean '--color'?"},
      {{"check", "--profil", "flags"}, "unknown option '--profil'; did you mean '--profile'?"},
      {{"check", "--profil=flags"}, "unknown option '--profil'; did you mean '--profile'?"},
      {{"check", "--quite"}, "unknown option '--quite'; did you mean '--quiet'?"},
      {{"check", "-x"}, "unknown option '-x'"},
      {{"check", "--profile", "flag"}, "--profile: 'flag' is not one of auto, flags, server; did you mean 'flags'?"},
      {{"check", "--profile"}, "option '--profile' needs a value: one of auto, flags, server"},
      {{"check", "--volume"}, "option '--volume' needs a value"},
      {{"check", "--volume=", "x"}, "option '--volume' has an empty value"},
      {{"check", "--jobs", "many"}, "--jobs: 'many' is not a number, or one that is too large"},
      {{"check", "--jobs", "99999999999"}, "--jobs: '99999999999' is not a number, or one that is too large"},
      {{"check", "--telemetry=perhaps"}, "--telemetry: 'perhaps' is not true or false"},
      {{"check", "--verbose=perhaps"}, "--verbose: 'perhaps' is not true or false"},
      {{"check", "--to", "x"}, "--to needs --fix"},
      {{"check", "--password-stdin", "--token-file", "x"}, "--password-stdin and --token-file exclude each other"},
      {{"look"}, "IMAGE is missing"},
      {{"look", "a", "b"}, "unexpected argument 'b'"},
      {{"--color", "red", "check"}, "--color: 'red' is not one of auto, always, never"},
      {{"check", "--progress=bar"}, "--progress: 'bar' is not one of auto, tty, plain, none"},
  };
  for (const Case& one : all) {
    CAPTURE(one.words);
    const ProgramRun run(one.words);
    CHECK(run.code == 2);
    CHECK(run.out.empty());
    CHECK(problem(run) == one.message);
    CHECK(run.err.find("\nhint: ") != std::string::npos);
  }
}

TEST_CASE("without a command the help is shown, and it is an error") {
  const ProgramRun run({});
  CHECK(run.code == 2);
  CHECK(run.out.empty());
  CHECK(run.err.find("  check        Check images\n") != std::string::npos);
}

TEST_CASE("help wins over whatever else is wrong") {
  for (const Strings& words : {Strings{"check", "--help"}, Strings{"--help", "check"},
                               Strings{"check", "-h", "--xyzzy"}, Strings{"check", "--profile", "wrong", "--help"},
                               Strings{"help", "check"}, Strings{"--config", "absent.toml", "check", "--help"}}) {
    CAPTURE(words);
    const ProgramRun run(words);
    CHECK(run.code == 0);
    CHECK(run.out.find("Usage: sidecarctl check [OPTIONS] [TARGET...]") != std::string::npos);
  }
  CHECK(ProgramRun({"look", "--help"}).out.find("Usage: sidecarctl look [OPTIONS] IMAGE\n") != std::string::npos);
  CHECK(ProgramRun({"help"}).out.starts_with("sidecarctl lints"));
  CHECK(ProgramRun({"-h"}).code == 0);
}

TEST_CASE("a failure is shown once, escaped, with context and hint") {
  const ProgramRun run({"check", "throw"});
  CHECK(run.code == 3);
  CHECK(run.err == "sidecarctl: error: no answer from 'a\\nb'\n  while asking\nhint: try again\n");
  CHECK(run.out.empty());
}

TEST_CASE("kinds of failure have their codes") {
  CHECK(ProgramRun({"check", "policy"}).code == 1);
  CHECK(ProgramRun({"check", "interrupted"}, {}, SIGINT).code == 130);
  CHECK(ProgramRun({"check", "interrupted"}, {}, SIGTERM).code == 143);
  const ProgramRun bug({"check", "bug"});
  CHECK(bug.code == 70);
  CHECK(problem(bug).starts_with("this is a bug in sidecarctl 0."));
  CHECK(problem(bug).find("please report: impossible") != std::string::npos);
  CHECK(ProgramRun({"check", "oddity"}).code == 70);
}

TEST_CASE("with --format json every failure is a document") {
  struct Case {
    Strings words;
    const char* schema;
    const char* kind;
  };
  const Case all[] = {{{"check", "--format", "json", "throw"}, "sidecarctl.check/v1", "network"},
                      {{"check", "--format=json", "bug"}, "sidecarctl.check/v1", "bug"},
                      {{"check", "--xyzzy", "--format=json"}, "sidecarctl.check/v1", "usage"},
                      {{"check", "--format", "json", "--profile", "wrong"}, "sidecarctl.check/v1", "usage"},
                      {{"check", "--profile", "wrong", "--format", "json"}, "sidecarctl.check/v1", "usage"},
                      {{"--config=absent.toml", "check", "--format=json"}, "sidecarctl.check/v1", "config"},
                      {{"chekc", "--format=json"}, "sidecarctl.error/v1", "usage"},
                      {{"--format=json", "check"}, "sidecarctl.error/v1", "usage"}};
  for (const Case& one : all) {
    CAPTURE(one.words);
    const ProgramRun run(one.words);
    const auto document = sidecarctl::parse_json(run.out, "the document");
    CHECK(document.at("schema") == one.schema);
    CHECK(document.at("error").at("kind") == one.kind);
    CHECK(document.at("error").at("context").is_array());
    CHECK(document.at("error").contains("hint"));
    CHECK_FALSE(run.err.empty());
  }
  CHECK(ProgramRun({"check", "--format", "text", "throw"}).out.empty());
}

TEST_CASE("flag beats environment beats section beats [sidecar]") {
  const TempDir directory;
  const std::string file = directory.path() / "sidecar.toml";
  sidecarctl::write_file_atomically(file, R"([sidecar]
image = "app"
tag = "1.0"
profile = "server"
volumes = ["shared"]
[check]
jobs = 2
telemetry = true
tls-verify = false
fix = true
volume = ["own", "other"]
)");
  const auto out = [&](Strings words, std::map<std::string, std::string> variables = {}) {
    words.insert(words.begin(), {"--config", file, "check"});
    return ProgramRun(words, std::move(variables)).out;
  };
  CHECK(out({}) ==
        "profile=server jobs=2 telemetry=1 tls=0 fix=all baseline= token= to= volume=own volume=other"
        " default=app:1.0\n");
  CHECK(out({"--to", "x"}).find("to=x") != std::string::npos);
  CHECK(out({}, {{"SIDECARCTL_CHECK_PROFILE", "flags"},
                 {"SIDECARCTL_CHECK_JOBS", "7"},
                 {"SIDECARCTL_CHECK_TELEMETRY", "no"},
                 {"SIDECARCTL_CHECK_TLS_VERIFY", "1"},
                 {"SIDECARCTL_CHECK_FIX", "diff"},
                 {"SIDECARCTL_CHECK_VOLUME", "x,y\\,z"}}) ==
        "profile=flags jobs=7 telemetry=0 tls=1 fix=diff baseline= token= to= volume=x volume=y,z default=app:1.0\n");
  CHECK(out({"--profile=auto", "--jobs=1", "--telemetry=false", "--tls-verify", "--volume=v", "--fix=some"},
            {{"SIDECARCTL_CHECK_PROFILE", "flags"}, {"SIDECARCTL_CHECK_VOLUME", "x"}}) ==
        "profile=auto jobs=1 telemetry=0 tls=1 fix=some baseline= token= to= volume=v default=app:1.0\n");
}

TEST_CASE("a shared value is taken where the command has such an option and its section says nothing") {
  const TempDir directory;
  const std::string file = directory.path() / "sidecar.toml";
  sidecarctl::write_file_atomically(file, "[sidecar]\nvolumes = \"shared\"\nregistry = \"r.example\"\nuser = 5001\n");
  const ProgramRun run({"check", "--config", file});
  CHECK(run.out == std::string(kDefaults) + " volume=shared\n");
}

TEST_CASE("a wrong value names where it stands") {
  const TempDir directory;
  const std::string file = directory.path() / "sidecar.toml";
  sidecarctl::write_file_atomically(file, "[check]\nprofile = \"flag\"\n");
  const ProgramRun from_file({"--config", file, "check"});
  CHECK(from_file.code == 2);
  CHECK(problem(from_file) == file + ":2: profile: 'flag' is not one of auto, flags, server; did you mean 'flags'?");
  const ProgramRun from_environment({"check"}, {{"SIDECARCTL_CHECK_JOBS", "many"}});
  CHECK(problem(from_environment) ==
        "environment variable SIDECARCTL_CHECK_JOBS: 'many' is not a number, or one that is too large");
  const ProgramRun boolean({"check"}, {{"SIDECARCTL_CHECK_TELEMETRY", "perhaps"}});
  CHECK(problem(boolean) == "environment variable SIDECARCTL_CHECK_TELEMETRY: 'perhaps' is not true or false");
  CHECK(boolean.code == 2);
}

TEST_CASE("a secret is not read from the environment, and a flag beats what it excludes") {
  CHECK(ProgramRun({"check"}, {{"SIDECARCTL_CHECK_PASSWORD_STDIN", "1"}}).code == 1);
  CHECK(ProgramRun({"check", "--password-stdin"}, {{"SIDECARCTL_CHECK_TOKEN_FILE", "x"}}).out ==
        std::string(kDefaults) + "\n");
  CHECK(ProgramRun({"check", "--to=x"}, {{"SIDECARCTL_CHECK_FIX", "yes"}}).code == 1);
}
