// SPDX-License-Identifier: Apache-2.0
// "One fault, one primary error" for the rules about the user, and fixes that lead somewhere.
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>
#include <utility>
#include <vector>

namespace sidecarctl::test {

namespace {

/// The errors of all rules about the user: "SDC102 USER 5001".
std::vector<std::pair<std::string, std::string>> user_errors(SubjectBuilder& builder) {
  std::vector<std::pair<std::string, std::string>> errors;
  for (const lint::Rule* rule : lint::all_rules()) {
    if (!rule->id.starts_with("SDC1")) continue;
    for (const lint::Finding& finding : ask(rule->id, builder).findings) {
      if (finding.severity.value_or(rule->severity) == lint::Severity::error)
        errors.emplace_back(std::string(rule->id), finding.fix);
    }
  }
  return errors;
}

void prepare(SubjectBuilder& builder) {
  builder.files.file("/etc/passwd",
                     "root:x:0:0::/root:/bin/sh\napp:x:5001:5001::/home/app:/bin/sh\n"
                     "other:x:1234:1234::/home/app:/bin/sh\ntoor:x:0:0::/root:/bin/sh\n"
                     "huge:x:3000000000:1::/:/bin/sh\n5001x:x:77:77::/:/bin/sh\n");
}

}  // namespace

TEST_CASE("a wrong USER is one error of one rule, and its fix leaves none") {
  const std::vector<std::pair<std::string, std::string>> table{
      {"", "SDC101"},
      {"0", "SDC102"},
      {"00", "SDC102"},
      {"+0", "SDC102"},
      {"-0", "SDC102"},
      {"0:0", "SDC102"},
      {"0:nosuch", "SDC102"},
      {"0:a:b", "SDC102"},
      {"root", "SDC102"},
      {"root:root", "SDC102"},
      {"root:nosuch", "SDC102"},
      {"toor", "SDC102"},
      {"toor:nosuch", "SDC102"},
      {":", "SDC102"},
      {":0", "SDC102"},
      {":5001", "SDC102"},
      {"app", "SDC103"},
      {"app:app", "SDC103"},
      {"app:nosuch", "SDC103"},
      {"app:a:b", "SDC103"},
      {"app:", "SDC103"},
      {"other", "SDC103"},
      {"nosuch", "SDC103"},
      {"nosuch:nosuch", "SDC103"},
      {"huge", "SDC103"},
      {"5001x", "SDC103"},
      {"  ", "SDC103"},
      {"app\n", "SDC103"},
      {"\x1b[2J", "SDC103"},
      {"$UID", "SDC103"},
      {"+5001", "SDC104"},
      {"05001", "SDC104"},
      {"+1234", "SDC104"},
      {"05001:nosuch", "SDC104"},
      {"5001 ", "SDC104"},
      {" 5001", "SDC104"},
      {"5001 # x", "SDC104"},
      {"0x10", "SDC104"},
      {"\xef\xbc\x91\xef\xbc\x92", "SDC104"},
      {"-1", "SDC104"},
      {"-1:app", "SDC104"},
      {"70000000000", "SDC104"},
      {"2147483648", "SDC104"},
      {"99999999999999999999999999:a:b", "SDC104"},
      {"5001:nosuch", "SDC105"},
      {"5001:a:b", "SDC105"},
      {"5001:-1", "SDC105"},
      {"5001:70000000000", "SDC105"},
      {"5001: ", "SDC105"},
  };
  for (const lint::ProfileName profile : {lint::ProfileName::flags, lint::ProfileName::byoc}) {
    for (const auto& [user, rule] : table) {
      SubjectBuilder builder;
      prepare(builder);
      builder.profile.name = profile;
      builder.config.user = user;
      INFO("USER '" << user << "' in profile " << to_string(profile));
      const auto errors = user_errors(builder);
      REQUIRE(errors.size() == 1);
      CHECK(errors[0].first == rule);
      REQUIRE(errors[0].second.starts_with("USER "));
      builder.config.user = errors[0].second.substr(5);
      INFO("fixed to '" << builder.config.user << "'");
      CHECK(user_errors(builder).empty());
    }
  }
}

TEST_CASE("a good USER is no error, whatever its group") {
  for (const std::string user : {"5001", "5001:5001", "5001:0", "5001:root", "5001:app", "5001:", "5001:1234"}) {
    for (const lint::ProfileName profile : {lint::ProfileName::flags, lint::ProfileName::byoc}) {
      SubjectBuilder builder;
      builder.profile.name = profile;
      builder.config.user = user;
      INFO(user);
      CHECK(user_errors(builder).empty());
    }
  }
}

}  // namespace sidecarctl::test
