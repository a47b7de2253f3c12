// SPDX-License-Identifier: Apache-2.0
#include "registry/upload.hpp"

#include "registry/location.hpp"
#include "util/log.hpp"
#include "util/sha256.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <utility>

namespace sidecarctl {

namespace {

/// Sessions for one blob; each costs all its bytes.
constexpr unsigned kMaxSessions = 5;
/// A registry may hash and move a layer of many gigabytes before it answers.
constexpr std::chrono::minutes kCommitTimeout{10};

/// What became of one session.
struct Outcome {
  bool done = false;
  std::string reason;  ///< Why another session is worth a try.
  std::optional<std::chrono::milliseconds> retry_after;
};

bool is_success(int status) {
  return status >= 200 && status < 300;
}

/// distribution 2 forgets a session whose body broke; ECR calls it a bad request.
bool is_lost_session(const ErrorAnswer& answer) {
  const bool coded = answer.has_code("BLOB_UPLOAD_INVALID") || answer.has_code("BLOB_UPLOAD_UNKNOWN");
  return answer.status == 416 || ((answer.status == 404 || answer.status == 400) && coded);
}

/// Another session, or the end with the registry's own words.
Outcome judge_failure(Endpoint& endpoint, const Purpose& purpose, UploadSession& session, Endpoint::Reply& reply) {
  const auto retry_after = endpoint.pacer().retry_after(reply.response);
  const ErrorAnswer answer = endpoint.read_answer(reply);
  if (is_lost_session(answer)) {
    session.lost();
    return {false, fmt::format("the upload session of {} is lost", purpose.what), std::nullopt};
  }
  if (is_transient_status(answer.status)) return {false, answer.str(), retry_after};
  endpoint.refuse(answer, purpose, retry_after);
}

void check_reply_digest(const Endpoint::Reply& reply, const Digest& expected, const Purpose& purpose) {
  const auto text = find_header(reply.response.headers, "Docker-Content-Digest");
  const auto stored = text ? Digest::try_parse(*text) : std::nullopt;
  if (!stored || *stored == expected) return;
  throw Error(
      ErrorKind::corrupt,
      fmt::format("{} stored {} as {}, not as {}", reply.url.authority(), purpose.what, stored->str(), expected.str()),
      "something between here and the registry changes bytes");
}

/// A website answers 200 to everything.
void check_is_registry(Endpoint& endpoint, const Purpose& purpose, Endpoint::Reply& reply) {
  if (find_header(reply.response.headers, "Content-Type").value_or("").find("text/html") == std::string::npos) return;
  endpoint.refuse(reply, purpose);
}

/// Runs sessions until one is done. `attempt` is one session; `settled` asks whether the blob got there all the same.
template <class Attempt, class Settled>
unsigned run_sessions(Endpoint& endpoint, Attempt&& attempt, Settled&& settled) {
  auto operation = endpoint.pacer().begin();
  while (true) {
    Outcome outcome;
    try {
      outcome = attempt();
      if (outcome.done) return operation.attempt - 1;
      if (!endpoint.pacer().again(operation, endpoint.host(), outcome.reason, kMaxSessions, outcome.retry_after)) {
        throw HttpError(HttpError::Reason::broken, ErrorKind::network,
                        fmt::format("{} did not take the upload in {} tries: {}", endpoint.registry(),
                                    operation.attempt, outcome.reason));
      }
    } catch (HttpError& error) {
      if (!outcome.reason.empty() || !error.is_transient()) throw;
      if (!endpoint.pacer().again(operation, endpoint.host(), error.message(), kMaxSessions)) {
        error.add_context(endpoint.pacer().story(operation));
        throw;
      }
    }
    endpoint.pacer().wait(endpoint.host());
    // The reply to the last request may be all that was lost; repeating it would only be told of an unknown session.
    if (settled()) return operation.attempt - 1;
  }
}

/// What a stream turned out to be.
struct StreamFacts {
  Sha256 hash;
  std::uint64_t size = 0;
};

class HashingSource final : public ByteSource {
 public:
  HashingSource(std::unique_ptr<ByteSource> inner, StreamFacts& facts) : inner_(std::move(inner)), facts_(facts) {}
  std::size_t read(std::span<std::byte> out) override {
    const std::size_t got = inner_->read(out);
    facts_.hash.update(out.first(got));
    facts_.size += got;
    return got;
  }

 private:
  std::unique_ptr<ByteSource> inner_;
  StreamFacts& facts_;
};

}  // namespace

UploadSession::~UploadSession() {
  if (!open_ || !location_) return;
  try {
    endpoint_.send_cleanup(request(HttpMethod::del, location_->str()), purpose_);
  } catch (const std::exception& error) {
    log(LogLevel::debug, "cancelling an upload: {}", error.what());
  }
}

HttpRequest UploadSession::request(HttpMethod method, std::string url) const {
  HttpRequest request;
  request.method = method;
  request.url = std::move(url);
  request.repeatable = false;  // Nobody knows how much of a part the registry has taken.
  return request;
}

void UploadSession::take_location(const Endpoint::Reply& reply) {
  const UploadLocation location = upload_location(reply.url, reply.response);
  location_ = location.url;
  open_ = true;
  if (location.corrected) {
    endpoint_.warn_once(fmt::format(
        "{} names a wrong scheme or port in its Location; the proxy before it should set X-Forwarded-Proto and Host",
        endpoint_.registry()));
  }
}

void UploadSession::expect_commit(HttpRequest& request) const {
  request.answer_timeout = kCommitTimeout;
  request.on_slow_answer = [this](std::chrono::milliseconds time) {
    endpoint_.events().status(
        fmt::format("{} is storing {} ({} s so far)", endpoint_.registry(), purpose_.what, time.count() / 1000));
  };
}

Endpoint::Reply UploadSession::start() {
  HttpRequest post = request(HttpMethod::post, fmt::format("/v2/{}/blobs/uploads/", purpose_.repository));
  post.repeatable = true;  // A second session costs nothing.
  Endpoint::Reply reply = endpoint_.send(std::move(post), purpose_);
  if (is_success(reply.response.status)) {
    check_is_registry(endpoint_, purpose_, reply);
    take_location(reply);
  }
  return reply;
}

Endpoint::Reply UploadSession::put_whole(const Descriptor& blob, const SourceOpener& open,
                                         const SentCallback& on_sent) {
  HttpRequest put = request(HttpMethod::put, closing_url(*location_, blob.digest));
  put.headers.emplace_back("Content-Type", "application/octet-stream");
  put.body = open;
  put.body_size = blob.size;
  put.on_sent = on_sent;
  expect_commit(put);
  put.expect_continue = endpoint_.takes_expect(blob.size);
  return endpoint_.send(std::move(put), purpose_);
}

Endpoint::Reply UploadSession::patch_stream(const SourceOpener& open, const SentCallback& on_sent) {
  HttpRequest patch = request(HttpMethod::patch, location_->str());
  patch.headers.emplace_back("Content-Type", "application/octet-stream");
  patch.body = open;
  patch.on_sent = on_sent;
  expect_commit(patch);
  patch.expect_continue = endpoint_.takes_expect(std::nullopt);
  Endpoint::Reply reply = endpoint_.send(std::move(patch), purpose_);
  // ECR answers 201. A registry whose Location stays the same may leave it out.
  if (is_success(reply.response.status) && find_header(reply.response.headers, "Location")) take_location(reply);
  return reply;
}

Endpoint::Reply UploadSession::close(const Digest& digest) {
  HttpRequest put = request(HttpMethod::put, closing_url(*location_, digest));
  put.headers.emplace_back("Content-Type", "application/octet-stream");
  expect_commit(put);
  put.idle_timeout = kCommitTimeout;
  return endpoint_.send(std::move(put), purpose_);
}

UploadResult upload_known_blob(Endpoint& endpoint, const Purpose& purpose, const Descriptor& blob,
                               const SourceOpener& open, const SentCallback& on_sent, const BlobProbe& has_blob) {
  UploadResult result{0, 0, blob};
  const auto attempt = [&]() -> Outcome {
    UploadSession session(endpoint, purpose);
    Endpoint::Reply started = session.start();
    if (!is_success(started.response.status)) return judge_failure(endpoint, purpose, session, started);
    Endpoint::Reply reply = session.put_whole(blob, open, on_sent);
    if (!is_success(reply.response.status)) return judge_failure(endpoint, purpose, session, reply);
    session.finished();
    check_is_registry(endpoint, purpose, reply);
    check_reply_digest(reply, blob.digest, purpose);
    result.bytes_sent = blob.size;
    return {true, "", std::nullopt};
  };
  result.retries = run_sessions(endpoint, attempt, [&] { return has_blob(blob.digest); });
  return result;
}

UploadResult upload_unknown_blob(Endpoint& endpoint, const Purpose& purpose, const std::string& media_type,
                                 const SourceOpener& open, const SentCallback& on_sent, const BlobProbe& has_blob) {
  std::optional<Descriptor> stored;
  const auto attempt = [&]() -> Outcome {
    UploadSession session(endpoint, purpose);
    stored.reset();
    Endpoint::Reply started = session.start();
    if (!is_success(started.response.status)) return judge_failure(endpoint, purpose, session, started);
    StreamFacts facts;
    const SourceOpener hashed = [&] {
      facts = StreamFacts{};  // A body that is sent again is hashed again.
      return std::make_unique<HashingSource>(open(), facts);
    };
    Endpoint::Reply patched = session.patch_stream(hashed, on_sent);
    if (!is_success(patched.response.status)) return judge_failure(endpoint, purpose, session, patched);
    stored = Descriptor{media_type, Digest(facts.hash.finish()), facts.size, std::nullopt, {}, {}, ""};
    Endpoint::Reply closed = session.close(stored->digest);
    if (!is_success(closed.response.status)) return judge_failure(endpoint, purpose, session, closed);
    session.finished();
    check_is_registry(endpoint, purpose, closed);
    check_reply_digest(closed, stored->digest, purpose);
    return {true, "", std::nullopt};
  };
  const unsigned retries = run_sessions(endpoint, attempt, [&] { return stored && has_blob(stored->digest); });
  return {stored->size, retries, *stored};
}

}  // namespace sidecarctl
