// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/rule.hpp"
#include "lint/subject.hpp"
#include "support/fake_files.hpp"

#include <memory>
#include <string>
#include <vector>

namespace sidecarctl::test {

/// The folder of the volume `shared`.
inline const std::string kSharedVolume = std::string(lint::kSharedVolumes) + "/shared";

/// Makes Subjects by hand, out of an image that is right in every respect: a test changes one thing and asks one rule.
/// The image: linux/amd64, user 5001 with a passwd entry, HOME and the volume `shared` his own, a static program
/// /usr/bin/entrypoint, /bin/sh and /usr/bin/tee, PATH set, one gzip layer, name registry.example/app:1.0, profile
/// flags.
struct SubjectBuilder {
  SubjectBuilder();
  SourceInfo source;
  Resolution resolution;
  Manifest manifest{{}, Descriptor{{}, Digest::sha256_of("config"), 100, {}, {}, {}, {}}, {}, {}, {}};
  ImageConfig config;
  FakeFiles files;
  lint::LintSettings settings;
  lint::Profile profile;
  std::vector<std::string> volumes;
  bool has_manifest = true;  ///< false: as an engine shows it.
  bool has_config = true;    ///< false: not an image.

  /// The builder must outlive the subject.
  lint::Subject build();
};

struct RuleAnswer {
  lint::Verdict verdict;
  std::vector<lint::Finding> findings;
  bool passed() const { return verdict.kind == lint::Verdict::Kind::decided && findings.empty(); }
  bool found() const { return !findings.empty(); }
  bool not_applicable() const { return verdict.kind == lint::Verdict::Kind::not_applicable; }
  bool unknown() const { return verdict.kind == lint::Verdict::Kind::unknown; }
};

/// What the rule with that id says. An Error from the files becomes `unknown`, as in the engine.
RuleAnswer ask(std::string_view rule_id, SubjectBuilder& builder);

}  // namespace sidecarctl::test
