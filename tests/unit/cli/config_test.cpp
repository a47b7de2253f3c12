// SPDX-License-Identifier: Apache-2.0
#include "cli/config.hpp"

#include "sample_commands.hpp"
#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "util/file.hpp"

using sidecarctl::ConfigFile;
using sidecarctl::Error;
using sidecarctl::ErrorKind;
using sidecarctl::parse_config;
using sidecarctl::test::kSampleCommands;
using sidecarctl::test::TempDir;
using Strings = std::vector<std::string>;

namespace {

ConfigFile parse(std::string_view text, const std::filesystem::path& folder = {}) {
  return parse_config(text, "sidecar.toml", folder, kSampleCommands);
}

std::string failure(std::string_view text) {
  try {
    parse(text);
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::config);
    return std::string(error.message());
  }
  return "";
}

}  // namespace

TEST_CASE("keys become values as the command line would have them, with their origin") {
  const ConfigFile config = parse(R"([sidecar]
image = "registry.example/app"
user = 5001
[check]
profile = "flags"
volume = ["a", "b"]
jobs = 3
telemetry = true
fix = "diff"
)");
  CHECK(config.find("sidecar", "image")->values == Strings{"registry.example/app"});
  CHECK(config.find("sidecar", "user")->values == Strings{"5001"});
  CHECK(config.find("check", "volume")->values == Strings{"a", "b"});
  CHECK(config.find("check", "jobs")->values == Strings{"3"});
  CHECK(config.find("check", "telemetry")->is_boolean);
  CHECK(config.find("check", "fix")->values == Strings{"diff"});
  CHECK(config.find("check", "profile")->origin == "sidecar.toml:5: profile");
  CHECK(config.find("check", "absent") == nullptr);
  CHECK(config.find("absent", "profile") == nullptr);
}

TEST_CASE("what no command knows is refused with the nearest known name") {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case all[] = {
      {"[check]\nprofil = 'x'", "sidecar.toml:2: unknown key 'profil' in [check]; did you mean 'profile'?"},
      {"[check]\n\nxyzzy = 1", "sidecar.toml:3: unknown key 'xyzzy' in [check]"},
      {"[chekc]", "sidecar.toml:1: unknown section [chekc]; did you mean 'check'?"},
      {"[sidecar]\nvolume = []", "sidecar.toml:2: unknown key 'volume' in [sidecar]; did you mean 'volumes'?"},
      {"[test]\nx = 1", "sidecar.toml:1: section [test] belongs to a command that this version does not have"},
      {"[look]\nconfig = true", "sidecar.toml:1: command 'look' takes no configuration"},
      {"profile = 'x'",
       "sidecar.toml:1: 'profile' stands outside of a section; put it under [sidecar] or that of a command"},
      {"[[check]]", "sidecar.toml:1: 'check' stands outside of a section; put it under [sidecar] or that of a command"},
      {"[check]\npassword = 'x'",
       "sidecar.toml:2: 'password' in [check]: a secret must not stand in this file; use 'sidecarctl login', "
       "--password-stdin or --token-file"},
      {"[check]\nTARGET = 'x'", "sidecar.toml:2: unknown key 'TARGET' in [check]"},
      {"[check]\nverbose = true", "sidecar.toml:2: unknown key 'verbose' in [check]"},
  };
  for (const Case& one : all) CHECK(failure(one.text) == one.message);
}

TEST_CASE("a wrong type is told with line and column") {
  struct Case {
    const char* text;
    const char* message;
  };
  const Case all[] = {
      {"[check]\nvolume = true", "sidecar.toml:2:10: volume must be a list of strings, not a boolean"},
      {"[check]\nvolume = ['a', true]", "sidecar.toml:2:16: volume must be a list of strings, not a boolean"},
      {"[check]\ntelemetry = 'yes'", "sidecar.toml:2:13: telemetry must be true or false, not a string"},
      {"[check]\nprofile = ['flags']", "sidecar.toml:2:11: profile must be a string in quotes, not a list"},
      {"[check]\njobs = {a = 1}", "sidecar.toml:2:8: jobs must be a number, not a table"},
      {"[sidecar]\ntag = 1.10", "sidecar.toml:2:7: tag must be a string in quotes, not a number"},
      {"[sidecar]\ntag = 2024-01-01", "sidecar.toml:2:7: tag must be a string in quotes, not a date or time"},
      {"[check]\nfix = 3", "sidecar.toml:2:7: fix must be true, false or a string, not a number"},
  };
  for (const Case& one : all) CHECK(failure(one.text) == one.message);
}

TEST_CASE("broken TOML is told with line and column") {
  CHECK(failure("[check]\nprofile = flags\n").starts_with("sidecar.toml:2:"));
  CHECK(failure("[check]\na = 1\na = 2\n").starts_with("sidecar.toml:3:"));
  CHECK(failure("[check\n").starts_with("sidecar.toml:1:"));
  CHECK(failure("[check]\nprofile = \"\xff\"\n").starts_with("sidecar.toml:2:"));
  CHECK(failure("x = " + std::string(100000, '[')).starts_with("sidecar.toml:1:"));
}

TEST_CASE("paths are relative to the folder of the file") {
  const ConfigFile config = parse(R"([check]
baseline = "known.json"
token-file = "/etc/token"
output = ["json=out/a.json", "text=-", "text"]
profile = "flags"
)",
                                  "../up");
  CHECK(config.find("check", "baseline")->values == Strings{"../up/known.json"});
  CHECK(config.find("check", "token-file")->values == Strings{"/etc/token"});
  CHECK(config.find("check", "output")->values == Strings{"json=../up/out/a.json", "text=-", "text"});
  CHECK(config.find("check", "profile")->values == Strings{"flags"});
}

TEST_CASE("image and tag make the default image") {
  using sidecarctl::default_image;
  CHECK_FALSE(default_image(parse("")).has_value());
  CHECK_FALSE(default_image(parse("[sidecar]\ntag = '1'")).has_value());
  CHECK(default_image(parse("[sidecar]\nimage = 'host:5000/app'")) == "host:5000/app");
  CHECK(default_image(parse("[sidecar]\nimage = 'host:5000/app'\ntag = '1.0'")) == "host:5000/app:1.0");
  CHECK_THROWS_WITH(default_image(parse("[sidecar]\nimage = 'app:2'\ntag = '1'")),
                    "sidecar.toml:3: tag is given, and image 'app:2' has a tag or digest already");
}

TEST_CASE("the nearest file above a folder is found") {
  const TempDir directory;
  const auto inner = directory.path() / "a" / "b";
  std::filesystem::create_directories(inner);
  CHECK_FALSE(sidecarctl::find_config_file(inner) == inner / "sidecar.toml");
  sidecarctl::write_file_atomically(directory.path() / "sidecar.toml", "");
  CHECK(sidecarctl::find_config_file(inner) == directory.path() / "sidecar.toml");
  sidecarctl::write_file_atomically(directory.path() / "a" / "sidecar.toml", "");
  CHECK(sidecarctl::find_config_file(inner) == directory.path() / "a" / "sidecar.toml");
}

TEST_CASE("a file that is absent, a folder or too large is a configuration error") {
  const TempDir directory;
  const auto fails = [&](const std::string& name) {
    try {
      sidecarctl::load_config((directory.path() / name).string(), kSampleCommands);
    } catch (const Error& error) {
      return error.kind() == ErrorKind::config;
    }
    return false;
  };
  CHECK(fails("absent.toml"));
  CHECK(fails("."));
  const std::string largest(sidecarctl::kLargestConfigFile, '\n');
  sidecarctl::write_file_atomically(directory.path() / "fits.toml", largest);
  sidecarctl::write_file_atomically(directory.path() / "large.toml", largest + "\n");
  CHECK_FALSE(fails("fits.toml"));
  CHECK(fails("large.toml"));
}
