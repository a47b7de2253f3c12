// SPDX-License-Identifier: Apache-2.0
#include "support/subject_builder.hpp"

#include "util/error.hpp"

#include <stdexcept>

namespace sidecarctl::test {

SubjectBuilder::SubjectBuilder() {
  const Digest digest = Digest::sha256_of("layer");
  source.transport = "oci";
  source.target = "oci:out:registry.example/app:1.0";
  source.name = "registry.example/app:1.0";
  source.tag = "1.0";

  manifest.media_type = std::string(media_type::oci_manifest);
  manifest.config.media_type = media_type::oci_config;
  manifest.layers.push_back(Descriptor{std::string(media_type::oci_layer_gzip), digest, 1000, {}, {}, {}, {}});
  resolution.root = RawManifest{manifest.media_type, "{}"};
  resolution.manifest = resolution.root;

  config.platform = linux_amd64();
  config.has_os = config.has_architecture = true;
  config.user = "5001";
  config.entrypoint = {"/usr/bin/entrypoint"};
  config.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/home/app"};
  config.working_dir = "/home/app";
  config.diff_ids = {digest};
  config.history = {HistoryEntry{"COPY rootfs /", "", false}};

  files.directory("/tmp", 01777).directory("/home/app", 0755, 5001, 5001);
  files.file("/etc/passwd", "root:x:0:0::/root:/bin/sh\napp:x:5001:5001::/home/app:/bin/sh\n");
  files.file("/etc/group", "root:x:0:\napp:x:5001:\n");
  files.file("/bin/sh", elf_file(), 0755).file("/usr/bin/tee", elf_file(), 0755);
  files.file("/usr/bin/entrypoint", elf_file(), 0755);
  for (const char* folder : {"/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/sbin"}) files.directory(folder);
  files.directory("/opt/palantir/sidecars/shared-volumes/shared", 0755, 5001, 5001);

  profile.name = lint::ProfileName::flags;
  profile.reason = "the test says so";
  volumes = {"shared"};
}

lint::Subject SubjectBuilder::build() {
  lint::Subject::Parts parts;
  parts.source = source;
  parts.settings = settings;
  parts.profile = profile;
  parts.volumes = volumes;
  if (has_manifest) parts.resolution = resolution;
  if (has_config) {
    if (has_manifest) parts.manifest = manifest;
    parts.config = config;
    parts.files = &files;
  }
  return lint::Subject(std::move(parts));
}

RuleAnswer ask(std::string_view rule_id, SubjectBuilder& builder) {
  for (const lint::Rule* rule : lint::all_rules()) {
    if (rule->id != rule_id) continue;
    RuleAnswer answer;
    const lint::Subject subject = builder.build();
    try {
      answer.verdict = rule->check(subject, answer.findings);
    } catch (const Error& error) {
      answer.verdict = lint::Verdict::unknown(std::string(error.message()));
      answer.findings.clear();
    }
    return answer;
  }
  throw std::logic_error("no rule " + std::string(rule_id));
}

}  // namespace sidecarctl::test
