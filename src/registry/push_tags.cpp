// SPDX-License-Identifier: Apache-2.0
#include "registry/push_tags.hpp"

#include "registry/parallel.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <vector>

namespace sidecarctl {

namespace {

constexpr unsigned kTagJobs = 8;

std::string points_at(const std::optional<Descriptor>& there) {
  return there ? fmt::format("points at '{}'", there->digest.str()) : std::string("does not exist");
}

/// The config digest of what a tag points at; nullopt when that is not a single image.
std::optional<Digest> config_of_tag(PushSession& session, const Descriptor& there) {
  const RawManifest manifest = session.client.get_manifest(session.options.destination.with_digest(there.digest));
  if (manifest_kind(manifest) != ManifestKind::image) return std::nullopt;
  return parse_manifest(manifest).config.digest;
}

[[noreturn]] void refuse_clobber(const std::string& tag, const Descriptor& there) {
  throw Error(ErrorKind::policy,
              fmt::format("tag '{}' exists and points at '{}', which is another image", tag, there.digest.str()),
              "push under a new tag, or without --no-clobber");
}

}  // namespace

TagState read_tags(PushSession& session) {
  const std::vector<std::string>& tags = session.options.tags;
  std::vector<std::optional<Descriptor>> found(tags.size());
  for_each_parallel(tags.size(), kTagJobs, session.stop, [&](std::size_t index) {
    session.cancel.check();
    found[index] = session.client.head_manifest(session.options.destination.with_tag(tags[index]));
  });
  TagState state;
  for (std::size_t index = 0; index < tags.size(); ++index) state.emplace(tags[index], std::move(found[index]));
  return state;
}

void check_previous(const PushOptions& options, const TagState& tags) {
  if (!options.expect_previous) return;
  if (options.tags.empty()) throw Error(ErrorKind::usage, "--expect-previous needs a tag to look at");
  const std::string& tag = options.tags.front();
  const std::optional<Descriptor>& there = tags.at(tag);
  if (there && there->digest == *options.expect_previous) return;
  throw Error(
      ErrorKind::policy,
      fmt::format("tag '{}' {}, not at '{}' as expected", tag, points_at(there), options.expect_previous->str()),
      there ? "somebody else pushed it: look at what is there first" : "leave out --expect-previous for a new tag");
}

bool check_clobber(PushSession& session, const TagState& tags, const std::optional<Digest>& digest) {
  if (!session.options.no_clobber) return false;
  bool undecided = false;
  for (const auto& [tag, there] : tags) {
    if (!there || (digest && there->digest == *digest)) continue;
    if (digest || config_of_tag(session, *there) != session.image.manifest().config.digest) refuse_clobber(tag, *there);
    undecided = true;
  }
  return undecided;
}

void check_assertion(const PushOptions& options, const Digest& digest) {
  const std::optional<Digest>& asserted = options.destination.digest();
  if (!asserted || *asserted == digest) return;
  throw Error(
      ErrorKind::policy,
      fmt::format("the image's digest is '{}', but the destination asserts '{}'", digest.str(), asserted->str()),
      "leave '@sha256:...' out of the destination to push the image as it is");
}

void verify_manifest(PushSession& session, const Reference& reference, const Digest& digest) {
  auto there = session.client.head_manifest(reference);
  // Registries with replicas may answer from one that has not heard of the new manifest yet.
  if (!there || there->digest != digest) there = session.client.head_manifest(reference);
  if (!there)
    throw Error(ErrorKind::registry,
                fmt::format("the registry took '{}', but says that it is not there", reference.str()));
  if (there->digest == digest) return;
  throw Error(ErrorKind::registry,
              fmt::format("'{}' now points at '{}', not at '{}' that was pushed", reference.str(), there->digest.str(),
                          digest.str()),
              "somebody else may have pushed at the same time");
}

void set_tags(PushSession& session, const RawManifest& manifest, PushReport& report) {
  bool unreachable = false;
  for (const std::string& tag : session.options.tags) {
    if (unreachable) {  // Each would wait through all its retries.
      report.failed_tags.push_back({tag, Error(ErrorKind::network, "not tried, because the registry does not answer")});
      continue;
    }
    const Reference reference = session.options.destination.with_tag(tag);
    try {
      session.cancel.check();
      session.client.put_manifest(reference, manifest);
      verify_manifest(session, reference, report.digest);
      report.tags.push_back(tag);
    } catch (Error& error) {
      error.add_context(fmt::format("while setting tag '{}'", tag));
      if (error.kind() == ErrorKind::interrupted) {
        if (!report.tags.empty()) error.add_context(fmt::format("after setting {}", join(report.tags, ", ")));
        throw;
      }
      unreachable = error.kind() == ErrorKind::network || error.kind() == ErrorKind::timeout;
      report.failed_tags.push_back({tag, error});
    }
  }
}

}  // namespace sidecarctl
