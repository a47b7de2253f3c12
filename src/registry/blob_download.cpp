// SPDX-License-Identifier: Apache-2.0
#include "registry/blob_download.hpp"

#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace sidecarctl {

namespace {

/// Tries without a single byte in between.
constexpr unsigned kMaxTriesWithoutProgress = 5;

class BlobDownload final : public ByteSource {
 public:
  BlobDownload(std::shared_ptr<Endpoint> endpoint, Purpose purpose, const Descriptor& blob)
      : endpoint_(std::move(endpoint)),
        purpose_(std::move(purpose)),
        digest_(blob.digest),
        size_(blob.size),
        limit_(blob.size + 1) {
    operation_ = endpoint_->pacer().begin();
    open();
  }

  std::size_t read(std::span<std::byte> out) override {
    if (failure_) std::rethrow_exception(failure_);
    try {
      // One byte more than promised is enough for whoever checks the size.
      const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(out.size(), limit_ - position_));
      return want == 0 ? 0 : read_some(out.first(want));
    } catch (...) {
      failure_ = std::current_exception();
      body_.reset();
      throw;
    }
  }

 private:
  std::size_t read_some(std::span<std::byte> out) {
    while (true) {
      if (!body_) open();
      std::string reason;
      try {
        const std::size_t got = body_->read(out);
        if (got > 0 || position_ >= size_) {
          if (got > 0) operation_ = endpoint_->pacer().begin();
          position_ += got;
          return got;
        }
        reason = fmt::format("{} ended after {} of {} bytes", purpose_.what, position_, size_);
      } catch (const HttpError& error) {
        if (!error.is_transient()) throw;
        reason = std::string(error.message());
      }
      body_.reset();
      if (!endpoint_->pacer().again(operation_, endpoint_->host(), reason, kMaxTriesWithoutProgress)) {
        throw HttpError(HttpError::Reason::broken, ErrorKind::network, reason);
      }
    }
  }

  void open() {
    HttpRequest request;
    request.url = fmt::format("/v2/{}/blobs/{}", purpose_.repository, digest_.str());
    if (position_ > 0) request.headers.emplace_back("Range", fmt::format("bytes={}-", position_));
    Endpoint::Reply reply = endpoint_->send_following(std::move(request), purpose_);
    const int status = reply.response.status;
    if (status != 200 && status != 206) endpoint_->refuse(reply, purpose_);
    const std::uint64_t start = status == 206 ? range_start(reply.response) : 0;
    if (start > position_)
      throw Error(ErrorKind::registry, fmt::format("{} continued {} at byte {}, not {}", reply.url.authority(),
                                                   purpose_.what, start, position_));
    body_ = std::move(reply.response.body);
    // A server without Range sends all again.
    const std::uint64_t again = position_ - start;
    if (body_->skip(again) != again)
      body_ = std::make_unique<StringSource>("");  // Ended before where we were: another try.
  }

  /// "bytes 100-199/200". A server that does not say is believed to have done as asked.
  std::uint64_t range_start(const HttpResponse& response) const {
    const std::string text = find_header(response.headers, "Content-Range").value_or("");
    if (!text.starts_with("bytes ")) return position_;
    const auto start = parse_unsigned(std::string_view(text).substr(6, text.find('-') - 6));
    return start.value_or(position_);
  }

  std::shared_ptr<Endpoint> endpoint_;
  Purpose purpose_;
  Digest digest_;
  std::uint64_t size_, limit_;
  std::uint64_t position_ = 0;
  RetryPacer::Operation operation_;
  std::unique_ptr<ByteSource> body_;
  std::exception_ptr failure_;
};

}  // namespace

std::unique_ptr<ByteSource> download_blob(std::shared_ptr<Endpoint> endpoint, const Purpose& purpose,
                                          const Descriptor& blob) {
  return std::make_unique<BlobDownload>(std::move(endpoint), purpose, blob);
}

}  // namespace sidecarctl
