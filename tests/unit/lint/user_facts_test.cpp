// SPDX-License-Identifier: Apache-2.0
#include "lint/user_facts.hpp"

#include "support/catch.hpp"
#include "support/fake_files.hpp"
#include "support/subject_builder.hpp"
#include "util/error.hpp"

namespace sidecarctl::lint {
namespace {

using Kind = UserSpec::Kind;
using Groups = std::vector<std::uint64_t>;

test::FakeFiles files_with(std::string passwd, std::string group = "") {
  test::FakeFiles files;
  files.file("/etc/passwd", std::move(passwd));
  files.file("/etc/group", std::move(group));
  return files;
}

const std::string kPasswd =
    "root:x:0:0:root:/root:/bin/sh\n"
    "# a comment\n"
    "\n"
    "  app:x:5001:600:App:/home/app:/bin/bash  \n"
    "toor:x:0:0::/:/bin/sh\n"
    "web:x:5001:601::/srv:/bin/sh\n"
    "777:x:9000:9000::/:/bin/sh\n";
const std::string kGroup = "root:x:0:\napp:x:600:app\naudio:x:29:web,app\nstaff:x:50:app\nempty:x:51:\n";

/// Rules of the 10x family that find something at warning level or above.
std::string complaints(const std::string& user) {
  std::string found;
  for (const char* id : {"SDC101", "SDC102", "SDC103", "SDC104", "SDC105", "SDC106"}) {
    test::SubjectBuilder builder;
    builder.config.user = user;
    const test::RuleAnswer answer = test::ask(id, builder);
    CHECK_FALSE(answer.unknown());
    for (const Finding& finding : answer.findings) {
      const Severity severity =
          finding.severity.value_or(std::string(id) == "SDC105" ? Severity::warning : Severity::error);
      if (severity == Severity::info) continue;
      found += (found.empty() ? "" : " ") + std::string(id) + (severity == Severity::error ? "" : "?");
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every spelling of USER gets exactly one primary rule") {
  struct Case {
    std::string user;
    Kind kind;
    std::string rules;  // "?": a warning.
  };
  const auto row = GENERATE(values<Case>({
      {"", Kind::empty, "SDC101"},
      {"root", Kind::name, "SDC102"},
      {"root:root", Kind::name, "SDC102"},
      {"root:nosuch", Kind::name, "SDC102"},
      {"0", Kind::root_number, "SDC102"},
      {"0:0", Kind::root_number, "SDC102"},
      {"0:5001", Kind::root_number, "SDC102"},
      {"00", Kind::root_number, "SDC102"},
      {"+0", Kind::root_number, "SDC102"},
      {"-0", Kind::root_number, "SDC102"},
      {"0:", Kind::root_number, "SDC102"},
      {":", Kind::empty_name, "SDC102"},
      {":0", Kind::empty_name, "SDC102"},
      {":5001", Kind::empty_name, "SDC102"},
      {"5001", Kind::canonical, ""},
      {"5001:5001", Kind::canonical, ""},
      {"5001:app", Kind::canonical, ""},
      {"1", Kind::canonical, ""},
      {"2147483647", Kind::canonical, ""},
      {"5001:0", Kind::canonical, "SDC105?"},
      {"5001:root", Kind::canonical, "SDC105?"},
      {"5001:", Kind::canonical, "SDC105?"},
      {"5001:nosuch", Kind::canonical, "SDC105"},
      {"5001:-1", Kind::canonical, "SDC105"},
      {"5001:4294967296", Kind::canonical, "SDC105"},
      {"5001:5001:5001", Kind::canonical, "SDC105"},
      {"+5001", Kind::odd_number, "SDC104"},
      {"05001", Kind::odd_number, "SDC104"},
      {"5001 ", Kind::near_number, "SDC104"},
      {" 5001", Kind::near_number, "SDC104"},
      {"5001 # sidecar", Kind::near_number, "SDC104"},
      {"\"5001\"", Kind::name, "SDC103"},
      {"0x1389", Kind::near_number, "SDC104"},
      {"5001.0", Kind::near_number, "SDC104"},
      {"\uff15\uff10\uff10\uff11", Kind::near_number, "SDC104"},
      {"2147483648", Kind::out_of_range, "SDC104"},
      {"4294967295", Kind::out_of_range, "SDC104"},
      {"4294967296", Kind::out_of_range, "SDC104"},
      {"99999999999999999999999", Kind::out_of_range, "SDC104"},
      {"-1", Kind::out_of_range, "SDC104"},
      {"-1:-1", Kind::out_of_range, "SDC104"},
      {"app", Kind::name, "SDC103"},
      {"app:app", Kind::name, "SDC103"},
      {"appuser", Kind::name, "SDC103"},
      {"appuser:appuser", Kind::name, "SDC103"},
      {"1user", Kind::name, "SDC103"},
      {"a:b:c", Kind::name, "SDC103"},
      {"app:b:c", Kind::name, "SDC103"},
  }));
  INFO("USER '" << row.user << "'");
  CHECK(parse_user(row.user).kind == row.kind);
  CHECK(complaints(row.user) == row.rules);
}

TEST_CASE("a user is taken apart at the first colon") {
  const UserSpec spec = parse_user("a:b:c");
  CHECK(spec.user == "a");
  CHECK(spec.group == "b:c");
  CHECK(spec.has_colon);
  CHECK(spec.several_colons);
  CHECK_FALSE(parse_user("5001").has_colon);
  CHECK(parse_user("+5001").uid == 5001);
  CHECK_FALSE(parse_user("-1").uid);
}

TEST_CASE("passwd and group files are read as the runtime reads them") {
  const auto entries = parse_passwd(kPasswd);
  REQUIRE(entries.size() == 6);
  CHECK(entries[1].name == "# a comment");  // The runtime knows no comments; its uid is 0.
  CHECK(entries[1].uid == 0);
  CHECK(entries[2].name == "app");
  CHECK(entries[2].gid == 600);
  CHECK(entries[2].home == "/home/app");
  CHECK(entries[2].shell == "/bin/bash");
  const auto groups = parse_group(kGroup);
  REQUIRE(groups.size() == 5);
  CHECK(groups[2].members == std::vector<std::string>{"web", "app"});
  CHECK(groups[4].members.empty());
  CHECK(parse_passwd("short\n+::x:y\n").size() == 2);
  CHECK(parse_passwd("a:b:99999999999999999999999:0\n")[0].uid > 4294967295);
}

TEST_CASE("the process gets the groups that both Docker and containerd give") {
  struct Case {
    std::string user;
    std::uint64_t uid, gid;
    Groups groups;
  };
  const auto row = GENERATE(values<Case>({
      {"5001", 5001, 600, {29, 50}},  // Of the first entry with that uid.
      {"app", 5001, 600, {29, 50}},
      {"web", 5001, 601, {29}},
      {"5001:", 5001, 0, {29, 50}},  // containerd: group 0.
      {"5001:7", 5001, 7, {}},       // Docker drops the memberships.
      {"5001:audio", 5001, 29, {}},
      {"1234", 1234, 0, {}},  // No entry: group 0.
      {"1234:1234", 1234, 1234, {}},
      {"777", 777, 0, {}},  // A number is never a name.
      {"toor", 0, 0, {}},
      {"", 0, 0, {}},
      {":29", 0, 29, {}},
  }));
  INFO("USER '" << row.user << "'");
  auto files = files_with(kPasswd, kGroup);
  const UserFacts facts = find_user_facts(files, row.user);
  CHECK(facts.exists);
  CHECK(facts.identity.uid == row.uid);
  CHECK(facts.identity.gid == row.gid);
  CHECK(facts.identity.groups == row.groups);
  CHECK(facts.is_root == (row.uid == 0));
}

TEST_CASE("a user that cannot exist has a problem and a rule that reports it") {
  struct Case {
    std::string user, problem, rule;
  };
  const auto row = GENERATE(values<Case>({
      {"nosuch", "no user 'nosuch' in /etc/passwd", "SDC103"},
      {"5001 ", "no user '5001 ' in /etc/passwd", "SDC104"},
      {"4294967296", "uid '4294967296' is outside of 0-2147483647", "SDC104"},
      {"-1:nosuch", "uid '-1' is outside of 0-2147483647", "SDC104"},
      {"5001:nosuch", "no group 'nosuch' in /etc/group", "SDC105"},
      {"5001:2147483648", "gid '2147483648' is outside of 0-2147483647", "SDC105"},
      {"5001:1:2", "there is more than one colon, which containerd refuses", "SDC105"},
  }));
  INFO("USER '" << row.user << "'");
  auto files = files_with(kPasswd, kGroup);
  const UserFacts facts = find_user_facts(files, row.user);
  CHECK_FALSE(facts.exists);
  CHECK(facts.problem == row.problem);
  CHECK_THAT(why_not_judged(facts), Catch::EndsWith("(" + row.rule + ")"));
  CHECK(uid_for_fix(facts) == kSidecarUid);
}

TEST_CASE("a uid of /etc/passwd that the kernel does not take cannot start") {
  auto files = files_with("neg:x:-1:5::/:\nmost:x:4294967294:5::/:\nmore:x:4294967295:5::/:\n");
  CHECK(find_user_facts(files, "neg").problem == "/etc/passwd gives 'neg' a uid out of range");
  CHECK(find_user_facts(files, "most").exists);
  CHECK_FALSE(find_user_facts(files, "more").exists);
}

TEST_CASE("without /etc/passwd a number starts with group 0 and a name does not start") {
  test::FakeFiles files;
  const UserFacts number = find_user_facts(files, "5001");
  CHECK(number.exists);
  CHECK_FALSE(number.has_passwd_file);
  CHECK(number.identity.gid == 0);
  CHECK(find_user_facts(files, "root").problem == "no user 'root': the image has no /etc/passwd");
}

TEST_CASE("/etc/passwd may be a link") {
  test::FakeFiles files;
  files.file("/usr/share/passwd", "app:x:7:8::/:\n").link("/etc/passwd", "../usr/share/passwd");
  CHECK(find_user_facts(files, "app").identity.gid == 8);
}

TEST_CASE("all names of a uid are told") {
  auto files = files_with(kPasswd, kGroup);
  CHECK(find_user_facts(files, "5001").same_uid == std::vector<std::string>{"app", "web"});
  CHECK(find_user_facts(files, "web").same_uid == std::vector<std::string>{"web", "app"});
}

TEST_CASE("a passwd file of one MiB is read, a larger one is refused") {
  std::string text(ImageFiles::kMaxHead, '\n');
  auto files = files_with(text);
  CHECK(find_user_facts(files, "5001").exists);
  files.file("/etc/passwd", text + "\n");
  CHECK_THROWS_AS(find_user_facts(files, "5001"), Error);
}

}  // namespace sidecarctl::lint
