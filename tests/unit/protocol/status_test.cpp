// SPDX-License-Identifier: Apache-2.0
#include "protocol/status.hpp"

#include "protocol/clock.hpp"
#include "protocol/sha256.hpp"
#include "support/catch.hpp"
#include "util/json.hpp"

#include <string>

using namespace sidecarctl;
using namespace sidecarctl::protocol;

TEST_CASE("a status is one line of JSON with every field of the schema") {
  Status status;
  status.run_id = "r1";
  status.state = State::failed;
  status.exit_code = 137;
  status.signal = 9;
  status.reason = "the command was ended by SIGKILL";
  status.argv = {"dd", "if=x\n\"y\"", "\xff"};
  status.started_unix = 1767225600000;
  status.ended_unix = 1767225600012;
  status.milliseconds = 12;
  status.log_bytes = 80;
  status.oom_kills = 1;
  status.version = "0.1.0";
  const std::string text = status_json(status);
  CHECK(text.find('\n') == text.size() - 1);
  const Json json = parse_json(text, "status");
  CHECK(json["schema"] == "sidecar.status/v1");
  CHECK(json["state"] == "failed");
  CHECK(json["exit_code"] == 137);
  CHECK(json["signal"] == 9);
  CHECK(json["argv"][1] == "if=x\n\"y\"");
  CHECK(json["argv"][2] == "\xef\xbf\xbd");
  CHECK(json["started"] == "2026-01-01T00:00:00.000Z");
  CHECK(json["ended"] == "2026-01-01T00:00:00.012Z");
  CHECK(json["oom_kills"] == 1);
}

TEST_CASE("what is not known is null") {
  Status status;
  status.state = State::not_started;
  const Json json = parse_json(status_json(status), "status");
  CHECK(json["state"] == "not-started");
  CHECK(json["signal"].is_null());
  CHECK(json["started"].is_null());
  CHECK(json["oom_kills"].is_null());
}

TEST_CASE("a status is never longer than the space kept for it") {
  Status status;
  status.run_id = std::string(100000, '\x01');
  status.reason = std::string(100000, '\x01');
  status.argv.assign(1000, std::string(1000, '\x01'));
  const std::string text = status_json(status);
  CHECK(text.size() <= kMaxStatusBytes);
  CHECK_NOTHROW(parse_json(text, "status"));
}

TEST_CASE("times are written as RFC 3339, in UTC") {
  CHECK(utc_text(0) == "1970-01-01T00:00:00.000Z");
  CHECK(utc_text(951782400123) == "2000-02-29T00:00:00.123Z");
  CHECK(utc_text(4102444799999) == "2099-12-31T23:59:59.999Z");
}

TEST_CASE("the small SHA-256 agrees with the published examples") {
  const auto hash = [](const std::string& text, std::size_t step) {
    SmallSha256 sha;
    for (std::size_t at = 0; at < text.size(); at += step)
      sha.update(text.data() + at, std::min(step, text.size() - at));
    return sha.finish();
  };
  CHECK(hash("", 1) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash("abc", 1) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 7) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash(std::string(1'000'000, 'a'), 4093) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}
