// SPDX-License-Identifier: Apache-2.0
// Owners of libcurl's handles, its options by type, and a pool that keeps connections between requests.
// Private to this folder.
#pragma once

#include <curl/curl.h>

#include <array>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::curl {

void check(CURLcode code, std::string_view what);
void check(CURLMcode code, std::string_view what);

// libcurl's own setter takes anything; one function for each kind of value keeps a wrong type from compiling.
void set_number(CURL* handle, CURLoption option, long value);
void set_offset(CURL* handle, CURLoption option, curl_off_t value);
void set_text(CURL* handle, CURLoption option, const std::string& value);
void set_pointer(CURL* handle, CURLoption option, void* value);
void set_callback(CURL* handle, CURLoption option, std::size_t (*function)(char*, std::size_t, std::size_t, void*));
void set_callback(CURL* handle, CURLoption option, int (*function)(void*, curl_off_t, int));
void set_callback(CURL* handle, CURLoption option, int (*function)(void*, curl_socket_t, curlsocktype));
void set_callback(CURL* handle, CURLoption option, CURLcode (*function)(CURL*, void*, void*));
/// libcurl copies the bytes.
void set_bytes(CURL* handle, CURLoption option, std::string_view bytes);

/// A list of header lines.
class HeaderList {
 public:
  HeaderList() = default;
  ~HeaderList();
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  void add(const std::string& line);
  curl_slist* get() const noexcept { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// One transfer at a time, and the connections that earlier ones left open.
struct Slot {
  Slot();
  ~Slot();
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  CURL* easy = nullptr;
  CURLM* multi = nullptr;
  std::string origin;  ///< Where its last connection went.
};

/// Hands out slots, one for each request under way. libcurl's connection cache may not be shared between
/// threads, so each slot has its own; name lookups and TLS sessions are shared. Thread-safe.
class Pool {
 public:
  Pool();
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  /// A slot with a connection to `origin` if one is idle. Its easy handle is reset and has the share.
  std::unique_ptr<Slot> acquire(const std::string& origin);
  void release(std::unique_ptr<Slot> slot);

 private:
  static void lock(CURL* handle, curl_lock_data data, curl_lock_access access, void* self);
  static void unlock(CURL* handle, curl_lock_data data, void* self);

  CURLSH* share_ = nullptr;
  std::array<std::mutex, CURL_LOCK_DATA_LAST> share_locks_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Slot>> idle_;
};

}  // namespace sidecarctl::curl
