// SPDX-License-Identifier: Apache-2.0
#include "lint/rule.hpp"
#include "lint/subject.hpp"

namespace sidecarctl::lint {

namespace {

Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const ImageConfig& config = *subject.config();
  const std::vector<std::string> argv = config.argv();
  if (!argv.empty() && !argv[0].empty()) return Verdict::decided();
  const bool is_empty_word = !argv.empty();
  findings.push_back(Finding{
      is_empty_word ? "the program to start is the empty string"
                    : "the image has neither ENTRYPOINT nor CMD, so nothing would start",
      ConfigField{is_empty_word && config.entrypoint.empty() ? "/config/Cmd" : "/config/Entrypoint"},
      "ENTRYPOINT [\"/usr/bin/entrypoint\"]; an ENTRYPOINT in a Dockerfile takes away the CMD of its base image",
      is_empty_word ? std::optional<std::string>("") : std::nullopt,
      {}});
  return Verdict::decided();
}

}  // namespace

extern constinit const Rule sdc701_nothing_to_start{
    "SDC701",      "nothing-to-start",  Severity::error,
    Needs::config, Origin::requirement, "Neither ENTRYPOINT nor CMD: nothing would start",
    check};

}  // namespace sidecarctl::lint
