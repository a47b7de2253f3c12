// SPDX-License-Identifier: Apache-2.0
#include "image/reference.hpp"
#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "util/error.hpp"

#include <fmt/format.h>

namespace sidecarctl::lint {

namespace {
Verdict check(const Subject& subject, std::vector<Finding>& findings) {
  const SourceInfo& source = subject.source();
  if (!source.name) return Verdict::not_applicable("the image has no name here");
  try {
    const Reference reference = Reference::parse(*source.name);
    if (!subject.settings().for_push || reference.has_explicit_registry()) return Verdict::decided();
    findings.push_back(Finding{fmt::format("'{}' names no registry host", *source.name),
                               {},
                               "write the host before it: registry.example.com/" + *source.name,
                               source.name,
                               {}});
  } catch (const ParseError& error) {
    findings.push_back(Finding{std::string(error.message()),
                               {},
                               error.hint().value_or("rename the image: docker tag OLD NEW"),
                               source.name,
                               {}});
  }
  return Verdict::decided();
}
}  // namespace

extern constinit const Rule sdc306_invalid_reference{
    "SDC306",      "invalid-reference", Severity::error,
    Needs::source, Origin::runtime,     "The name cannot be used with a registry",
    check};

}  // namespace sidecarctl::lint
