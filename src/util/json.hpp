// SPDX-License-Identifier: Apache-2.0
// JSON from outside: bounded, and read through typed getters, so that no caller sees an exception of the library.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl {

using Json = nlohmann::json;
/// Keeps the order of insertion: for documents that we write.
using OrderedJson = nlohmann::ordered_json;

/// Nesting beyond this is an attack or a mistake; real documents stay below 12.
inline constexpr int kMaxJsonDepth = 64;

/// Parses a whole document. Throws ParseError naming `what` ("the manifest") for bad syntax, too much nesting or bytes
/// that are not UTF-8. The caller has bounded the size.
Json parse_json(std::string_view text, std::string_view what);

/// A value inside a document together with its JSON pointer. Getters throw Error{corrupt}: "the manifest:
/// /layers/0/size is a string, not a number". Does not own the document.
class JsonReader {
 public:
  /// `what` names the document in messages.
  JsonReader(const Json& value, std::string what) : value_(&value), what_(std::move(what)) {}

  const Json& json() const noexcept { return *value_; }
  const std::string& pointer() const noexcept { return pointer_; }
  bool is_object() const noexcept { return value_->is_object(); }
  bool is_string() const noexcept { return value_->is_string(); }
  bool is_array() const noexcept { return value_->is_array(); }

  /// The member, or nullopt if it is absent or null. Throws if this is not an object.
  std::optional<JsonReader> find(const std::string& key) const;
  JsonReader at(const std::string& key) const;

  std::string string() const;
  std::uint64_t unsigned_number() const;
  bool boolean() const;
  std::vector<JsonReader> array() const;
  std::vector<std::pair<std::string, JsonReader>> members() const;

  /// Of the member `key`; the default when it is absent or null.
  std::string string_or(const std::string& key, std::string otherwise) const;
  std::optional<std::string> optional_string(const std::string& key) const;
  std::vector<std::string> strings(const std::string& key) const;
  std::vector<std::pair<std::string, std::string>> string_map(const std::string& key) const;
  std::vector<std::string> keys(const std::string& key) const;  ///< The member names of an object.

  [[noreturn]] void fail(std::string_view problem) const;

 private:
  JsonReader child(const Json& value, std::string_view token) const;

  const Json* value_;
  std::string what_;
  std::string pointer_;
};

/// One line, bytes that are not UTF-8 replaced: never throws for content.
std::string dump_json(const Json& value);
std::string dump_json(const OrderedJson& value);
/// Two blanks of indent, ASCII only: a terminal may see it, and marks that reorder text are \u202e there.
std::string dump_json_pretty(const OrderedJson& value);

}  // namespace sidecarctl
