// SPDX-License-Identifier: Apache-2.0
#include "registry/push_blobs.hpp"

#include "image/read_ahead_source.hpp"
#include "image/verifying_source.hpp"
#include "registry/parallel.hpp"
#include "util/sha256.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <mutex>

namespace sidecarctl {

namespace {

/// Requests without a body cost the registry little; more at once would look like an attack to some proxies.
constexpr unsigned kProbeJobs = 8;

/// A progress bar that follows absolute positions, which go back when a retry starts again.
class ProgressMeter {
 public:
  ProgressMeter(Events& events, const std::string& what, std::uint64_t total) : bar_(events.progress(what, total)) {}
  void move_to(std::uint64_t position) {
    const std::lock_guard lock(mutex_);
    if (position < position_) {
      bar_->reset_to(position);
    } else {
      bar_->advance(position - position_);
    }
    position_ = position;
  }
  void finish(const std::string& outcome) { bar_->finish(outcome); }

 private:
  std::mutex mutex_;
  std::unique_ptr<Events::Progress> bar_;
  std::uint64_t position_ = 0;
};

/// Bytes of the image, until the user or a failed sibling says stop.
class StoppableSource final : public ByteSource {
 public:
  StoppableSource(std::unique_ptr<ByteSource> inner, const PushSession& session, ProgressMeter* meter)
      : inner_(std::move(inner)), session_(session), meter_(meter) {}

  std::size_t read(std::span<std::byte> out) override {
    session_.cancel.check();
    if (session_.stop) throw Error(ErrorKind::interrupted, "stopped, because another upload failed");
    const std::size_t got = inner_->read(out);
    seen_ += got;
    if (meter_ != nullptr) meter_->move_to(seen_);
    return got;
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  const PushSession& session_;
  ProgressMeter* meter_;
  std::uint64_t seen_ = 0;
};

std::unique_ptr<ByteSource> open_stored(const PushSession& session, const BlobPlan& blob, ProgressMeter* meter) {
  session.cancel.check();
  std::unique_ptr<ByteSource> bytes = blob.kind == BlobPlan::Kind::config
                                          ? std::make_unique<StringSource>(session.image.raw_config())
                                          : session.image.open_stored(blob.source);
  return std::make_unique<StoppableSource>(std::move(bytes), session, meter);
}

std::unique_ptr<ByteSource> open_packed(const PushSession& session, const BlobPlan& blob, ProgressMeter* meter) {
  return session.options.compressor.open(open_stored(session, blob, meter));
}

UploadResult send_blob(const PushSession& session, const BlobPlan& blob, ProgressMeter& meter) {
  if (blob.kind != BlobPlan::Kind::compressed) {
    const SourceOpener open = [&] { return open_stored(session, blob, nullptr); };
    return session.client.upload_blob(session.repository(), *blob.target, open,
                                      [&](std::uint64_t sent) { meter.move_to(sent); });
  }
  // The bar counts what was read: how much will be sent is not known before the end. Packing goes on while the registry
  // is busy with what it got.
  const SourceOpener open = [&] { return open_read_ahead(open_packed(session, blob, &meter)); };
  if (blob.target && !blob.target_is_hint)
    return session.client.upload_blob(session.repository(), *blob.target, open, {});
  return session.client.upload_stream(session.repository(), blob.target_type, open, {});
}

void describe_failure(Error& error, const BlobPlan& blob) {
  error.add_context("while pushing " + blob.what);
  if (error.hint()) return;
  if (dynamic_cast<const DigestMismatch*>(&error) != nullptr) {
    error.set_hint("the image is damaged, or was changed while it was being pushed");
  }
  const auto* refusal = dynamic_cast<const RegistryError*>(&error);
  if (refusal != nullptr && refusal->has_code("DIGEST_INVALID")) {
    error.set_hint("the bytes were right when they were read here: look for a proxy or a faulty disk on the way");
  }
}

void upload(PushSession& session, BlobPlan& blob) {
  const auto started = std::chrono::steady_clock::now();
  ProgressMeter meter(session.events, blob.what, blob.source.size);
  try {
    const UploadResult result = send_blob(session, blob, meter);
    if (blob.kind == BlobPlan::Kind::compressed) {
      blob.set_target(result.descriptor.digest, result.descriptor.size);
      session.cache.add(blob.source.digest, session.options.compressor.id(), {blob.target->digest, blob.target->size});
    }
    blob.bytes_sent += result.bytes_sent;
    blob.retries += result.retries;
  } catch (Error& error) {
    describe_failure(error, blob);
    throw;
  }
  blob.present = true;
  blob.action = "uploaded";
  blob.milliseconds += static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - started).count());
  meter.finish("uploaded");
}

void measure(PushSession& session, BlobPlan& blob) {
  ProgressMeter meter(session.events, blob.what, blob.source.size);
  try {
    const auto packed = open_packed(session, blob, &meter);
    std::array<std::byte, 64 * 1024> buffer;
    Sha256 hash;
    std::uint64_t size = 0;
    while (const std::size_t got = packed->read(buffer)) {
      hash.update(std::span(buffer).first(got));
      size += got;
    }
    blob.set_target(Digest(hash.finish()), size);
  } catch (Error& error) {
    describe_failure(error, blob);
    throw;
  }
  meter.finish("compressed");
}

template <class Predicate>
std::vector<BlobPlan*> select(PushPlan& plan, Predicate&& predicate) {
  std::vector<BlobPlan*> chosen;
  for (BlobPlan& blob : plan.blobs) {
    if (predicate(blob)) chosen.push_back(&blob);
  }
  return chosen;
}

/// The one that takes longest is not the last to start.
void largest_first(std::vector<BlobPlan*>& blobs) {
  std::stable_sort(blobs.begin(), blobs.end(),
                   [](const BlobPlan* a, const BlobPlan* b) { return a->source.size > b->source.size; });
}

}  // namespace

void probe_blobs(PushSession& session) {
  const auto blobs = select(session.plan, [](const BlobPlan& blob) { return blob.target && !blob.present; });
  for_each_parallel(blobs.size(), std::max(kProbeJobs, session.options.jobs), session.stop, [&](std::size_t index) {
    session.cancel.check();
    BlobPlan& blob = *blobs[index];
    blob.present = session.client.has_blob(session.repository(), blob.target->digest);
    if (blob.present) blob.action = "existed";
  });
}

void measure_blobs(PushSession& session) {
  auto blobs =
      select(session.plan, [](const BlobPlan& blob) { return !blob.target || (blob.target_is_hint && !blob.present); });
  largest_first(blobs);
  for_each_parallel(blobs.size(), session.options.jobs, session.stop,
                    [&](std::size_t index) { measure(session, *blobs[index]); });
}

void upload_blobs(PushSession& session) {
  for (const BlobPlan& blob : session.plan.blobs) {
    if (blob.present) session.events.progress(blob.what, 0)->finish(blob.action);
  }
  auto layers =
      select(session.plan, [](const BlobPlan& blob) { return !blob.present && blob.kind != BlobPlan::Kind::config; });
  largest_first(layers);
  if (session.options.dry_run) {
    for (BlobPlan* blob : select(session.plan, [](const BlobPlan& candidate) { return !candidate.present; })) {
      blob->action = "would-upload";
      session.events.progress(blob->what, 0)->finish(blob->action);
    }
    return;
  }
  for_each_parallel(
      layers.size(), session.options.jobs, session.stop, [&](std::size_t index) { upload(session, *layers[index]); },
      [&] { session.client.stop_waiting(); });
  if (!session.plan.blobs.front().present) upload(session, session.plan.blobs.front());
}

}  // namespace sidecarctl
