// SPDX-License-Identifier: Apache-2.0
// The tags of one push: what they point at before, setting them, and proof that they point at the new manifest after.
#pragma once

#include "registry/push_blobs.hpp"

#include <map>
#include <optional>
#include <string>

namespace sidecarctl {

/// What each tag points at; nullopt: there is no such tag.
using TagState = std::map<std::string, std::optional<Descriptor>>;

/// HEAD of every tag, in parallel.
TagState read_tags(PushSession& session);

/// Throws Error{policy} unless the first tag points where the user expects.
void check_previous(const PushOptions& options, const TagState& tags);

/// Throws Error{policy} when a tag exists with another digest than `digest`. `digest` nullopt: not known yet; then a
/// tag is refused only if its image has another config, and so another digest for sure. Returns whether a digest is
/// still needed.
bool check_clobber(PushSession& session, const TagState& tags, const std::optional<Digest>& digest);

/// Throws Error{policy} when the destination asserts another digest.
void check_assertion(const PushOptions& options, const Digest& digest);

/// Sets every tag and checks each; a tag that is refused is a TagFailure and the others stand.
void set_tags(PushSession& session, const RawManifest& manifest, PushReport& report);

/// Asks the registry for the manifest under `reference`; throws Error{registry} if it is not there or is another.
void verify_manifest(PushSession& session, const Reference& reference, const Digest& digest);

}  // namespace sidecarctl
