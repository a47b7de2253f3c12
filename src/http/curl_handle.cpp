// SPDX-License-Identifier: Apache-2.0
#include "http/curl_handle.hpp"

#include "util/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <new>

namespace sidecarctl::curl {

namespace {

/// Slots beyond this are closed when they come back; more requests at once than this are not planned for.
constexpr std::size_t kMaxIdleSlots = 16;

void initialise_library() {
  static const CURLcode result = curl_global_init(CURL_GLOBAL_DEFAULT);
  check(result, "curl_global_init");
}

}  // namespace

void check(CURLcode code, std::string_view what) {
  if (code == CURLE_OK) return;
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  // A value that libcurl refuses, or an option that this build of it lacks.
  throw Error(ErrorKind::network, fmt::format("libcurl refused {}: {}", what, curl_easy_strerror(code)));
}

void check(CURLMcode code, std::string_view what) {
  if (code == CURLM_OK) return;
  if (code == CURLM_OUT_OF_MEMORY) throw std::bad_alloc();
  throw Error(ErrorKind::network, fmt::format("libcurl failed in {}: {}", what, curl_multi_strerror(code)));
}

namespace {

template <class Value>
void set(CURL* handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle, option, value);
  if (code == CURLE_OK) return;
  const curl_easyoption* info = curl_easy_option_by_id(option);
  check(code, info != nullptr ? info->name : "an option");
}

}  // namespace

void set_number(CURL* handle, CURLoption option, long value) {
  set(handle, option, value);
}
void set_offset(CURL* handle, CURLoption option, curl_off_t value) {
  set(handle, option, value);
}
void set_text(CURL* handle, CURLoption option, const std::string& value) {
  set(handle, option, value.c_str());
}
void set_pointer(CURL* handle, CURLoption option, void* value) {
  set(handle, option, value);
}

void set_callback(CURL* handle, CURLoption option, std::size_t (*function)(char*, std::size_t, std::size_t, void*)) {
  set(handle, option, function);
}
void set_callback(CURL* handle, CURLoption option, int (*function)(void*, curl_off_t, int)) {
  set(handle, option, function);
}
void set_callback(CURL* handle, CURLoption option, int (*function)(void*, curl_socket_t, curlsocktype)) {
  set(handle, option, function);
}

void set_callback(CURL* handle, CURLoption option, CURLcode (*function)(CURL*, void*, void*)) {
  set(handle, option, function);
}

void set_bytes(CURL* handle, CURLoption option, std::string_view bytes) {
  // libcurl takes a pointer to non-const for both directions; with COPY it only reads.
  curl_blob blob{const_cast<char*>(bytes.data()), bytes.size(),
                 CURL_BLOB_COPY};  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  set(handle, option, &blob);
}

HeaderList::~HeaderList() {
  curl_slist_free_all(list_);
}

void HeaderList::add(const std::string& line) {
  curl_slist* longer = curl_slist_append(list_, line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  list_ = longer;
}

Slot::Slot() : easy(curl_easy_init()), multi(curl_multi_init()) {
  if (easy != nullptr && multi != nullptr) return;
  curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
  throw std::bad_alloc();
}

Slot::~Slot() {
  curl_easy_cleanup(easy);
  curl_multi_cleanup(multi);
}

Pool::Pool() {
  initialise_library();
  share_ = curl_share_init();
  if (share_ == nullptr) throw std::bad_alloc();
  curl_share_setopt(share_, CURLSHOPT_LOCKFUNC, &Pool::lock);
  curl_share_setopt(share_, CURLSHOPT_UNLOCKFUNC, &Pool::unlock);
  curl_share_setopt(share_, CURLSHOPT_USERDATA, this);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(share_, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

Pool::~Pool() {
  idle_.clear();  // The share must outlive every handle that uses it.
  curl_share_cleanup(share_);
}

void Pool::lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
  static_cast<Pool*>(self)->share_locks_.at(data).lock();
}

void Pool::unlock(CURL*, curl_lock_data data, void* self) {
  static_cast<Pool*>(self)->share_locks_.at(data).unlock();
}

std::unique_ptr<Slot> Pool::acquire(const std::string& origin) {
  std::unique_ptr<Slot> slot;
  {
    const std::lock_guard guard(mutex_);
    // The last one back first: its connection has had the least time to be closed by the server.
    auto at =
        std::find_if(idle_.rbegin(), idle_.rend(), [&](const auto& candidate) { return candidate->origin == origin; });
    if (at == idle_.rend()) at = idle_.rbegin();
    if (at != idle_.rend()) {
      slot = std::move(*at);
      idle_.erase(std::next(at).base());
    }
  }
  if (!slot) slot = std::make_unique<Slot>();
  slot->origin = origin;
  curl_easy_reset(slot->easy);
  set(slot->easy, CURLOPT_SHARE, share_);
  return slot;
}

void Pool::release(std::unique_ptr<Slot> slot) {
  const std::lock_guard guard(mutex_);
  if (idle_.size() < kMaxIdleSlots) idle_.push_back(std::move(slot));
}

}  // namespace sidecarctl::curl
