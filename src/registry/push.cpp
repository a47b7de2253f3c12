// SPDX-License-Identifier: Apache-2.0
#include "registry/push.hpp"

#include "registry/push_blobs.hpp"
#include "registry/push_tags.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>

namespace sidecarctl {

namespace {

std::optional<Digest> known_digest(const PushSession& session) {
  if (!session.plan.targets_known()) return std::nullopt;
  return build_manifest(session.plan, session.image).digest();
}

/// A manifest that rests on remembered digests may turn out to be another one: no reason to refuse anything.
std::optional<Digest> certain_digest(const PushSession& session) {
  return session.plan.has_hints() ? std::nullopt : known_digest(session);
}

bool all_tags_at(const TagState& tags, const std::optional<Digest>& digest) {
  return digest && !tags.empty() && std::all_of(tags.begin(), tags.end(), [&](const auto& tag) {
           return tag.second && tag.second->digest == *digest;
         });
}

/// Is the whole image there under every name that is asked for? A remembered digest is good enough to ask with: the
/// registry's answer is about the very manifest that the compressed layers make.
bool is_there(PushSession& session, const TagState& tags) {
  const auto digest = known_digest(session);
  if (!session.options.tags.empty()) return all_tags_at(tags, digest);
  return digest && session.client.head_manifest(session.options.destination.with_digest(*digest)).has_value();
}

void fill_report(const PushSession& session, const RawManifest& manifest, PushReport& report) {
  report.digest = manifest.digest();
  report.media_type = manifest.media_type;
  report.size = manifest.bytes.size();
  const auto describe = [](const BlobPlan& blob) {
    return PushedLayer{blob.target->digest, blob.target->size, blob.action,
                       blob.bytes_sent,     blob.retries,      blob.milliseconds};
  };
  report.config = describe(session.plan.blobs.front());
  std::set<std::size_t> seen;
  for (std::size_t index = 0; index < session.plan.layers.size(); ++index) {
    const auto& blob = session.plan.layers[index];
    if (!blob) {
      const Descriptor& foreign = session.image.manifest().layers[index];
      report.layers.push_back({foreign.digest, foreign.size, "skipped", 0, 0, 0});
      continue;
    }
    PushedLayer layer = describe(session.plan.blobs[*blob]);
    // The same content a second time: by now the registry has it.
    if (!seen.insert(*blob).second) layer = {layer.digest, layer.size, "existed", 0, 0, 0};
    report.layers.push_back(std::move(layer));
  }
}

/// Everything that can refuse the push is asked here, before the first byte leaves.
void check_before(PushSession& session, const TagState& tags) {
  check_previous(session.options, tags);
  auto digest = certain_digest(session);
  const bool undecided = check_clobber(session, tags, digest);
  const bool asserted = session.options.destination.digest().has_value();
  if (!digest && (undecided || asserted || session.options.dry_run)) {
    if (session.options.dry_run && !undecided && !asserted) probe_blobs(session);
    measure_blobs(session);
    digest = known_digest(session);
  }
  if (!digest) return;
  check_assertion(session.options, *digest);
  check_clobber(session, tags, *digest);
}

/// The manifest under its digest, and all that it names: from now on tags may point at it.
RawManifest put_content(PushSession& session, const TagState& tags) {
  probe_blobs(session);
  upload_blobs(session);
  RawManifest manifest = build_manifest(session.plan, session.image);
  const Digest digest = manifest.digest();
  check_assertion(session.options, digest);
  check_clobber(session, tags, digest);
  session.cancel.check();
  if (!session.options.dry_run) session.client.put_manifest(session.options.destination.with_digest(digest), manifest);
  return manifest;
}

/// A registry may say that it has a blob and miss it when it checks the manifest (garbage collection, a replica
/// behind): then everything is asked once more, and what is missing goes again.
RawManifest put_content_with_second_try(PushSession& session, const TagState& tags) {
  try {
    return put_content(session, tags);
  } catch (const RegistryError& error) {
    if (!error.has_code("MANIFEST_BLOB_UNKNOWN")) throw;
  }
  session.events.warning("the registry misses a blob that it said it had: asking for each again");
  for (BlobPlan& blob : session.plan.blobs) blob.present = false;
  return put_content(session, tags);
}

void add_hints(Error& error, const PushSession& session) {
  if (error.kind() == ErrorKind::interrupted) {
    const auto& blobs = session.plan.blobs;
    const auto done = std::count_if(blobs.begin(), blobs.end(), [](const BlobPlan& blob) { return blob.present; });
    error.set_hint(
        fmt::format("{} of {} are at the registry: run it again to go on", done, plural(blobs.size(), "blob")));
    return;
  }
  const auto* refusal = dynamic_cast<const RegistryError*>(&error);
  if (refusal != nullptr && refusal->has_code("MANIFEST_INVALID") && !error.hint()) {
    error.set_hint("some registries take only one kind of manifest: try --manifest docker or --manifest oci");
  }
}

void push(PushSession& session, PushReport& report) {
  const TagState tags = read_tags(session);
  check_before(session, tags);
  if (is_there(session, tags)) {
    for (BlobPlan& blob : session.plan.blobs) blob.action = "existed";
    fill_report(session, build_manifest(session.plan, session.image), report);
    report.tags = session.options.tags;
    report.already_there = true;
    return;
  }
  const RawManifest manifest = put_content_with_second_try(session, tags);
  fill_report(session, manifest, report);
  if (session.options.dry_run) {
    report.tags = session.options.tags;
    return;
  }
  if (session.options.tags.empty()) {
    verify_manifest(session, session.options.destination.with_digest(report.digest), report.digest);
  }
  set_tags(session, manifest, report);
}

}  // namespace

PushReport push_image(const Image& image, RegistryClient& client, const PushOptions& options, Events& events,
                      const CancelToken& cancel) {
  const auto started = std::chrono::steady_clock::now();
  CompressionCache cache(options.cache);
  image.raw_config();  // Read once, before threads share the image.
  PushSession session{image, client, options, events, cancel, cache, plan_push(image, options, cache)};
  PushReport report{image.digest(), {}, 0, {}, {}, {image.manifest().config.digest, 0, {}, 0, 0, 0}, {}, false, 0};
  try {
    push(session, report);
  } catch (Error& error) {
    add_hints(error, session);
    throw;
  }
  report.milliseconds = static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  return report;
}

}  // namespace sidecarctl
