// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sidecarctl::protocol {

/// Reads JSON from front to back without building a tree and without exceptions. The first fault is remembered: after
/// it every call answers false, so a reader checks once, at the end.
class JsonCursor {
 public:
  explicit JsonCursor(std::string_view text) noexcept : rest_(text) {}

  /// `{ key: value, ... }`: enter_object(), then for each member next_key() and one read or skip; false ends the
  /// object.
  bool enter_object();
  bool next_key(std::string& key);
  /// `[ value, ... ]`: enter_array(), then next_element() before each read or skip; false ends the array.
  bool enter_array();
  bool next_element();

  bool read_string(std::string& value);
  /// A whole number from 0 on; fractions and negative numbers are faults.
  bool read_size(std::uint64_t& value);
  /// Any value, to a depth of kMaxDepth.
  bool skip_value();
  /// Nothing but white space is left and there was no fault.
  bool at_end();
  bool failed() const noexcept { return failed_; }
  /// The first character of the next value; 0 at the end.
  char peek();

  static constexpr int kMaxDepth = 32;  ///< Manifests have 3; the recursion must have an end.

 private:
  bool fail() noexcept;
  void skip_space();
  bool take(char wanted);
  bool take_word(std::string_view word);
  bool read_escape(std::string& value);
  bool read_hex4(std::uint32_t& value);
  bool skip_number();
  bool skip_nested(int depth);
  bool next_item(char closer);

  std::string_view rest_;
  bool failed_ = false;
  bool first_ = false;  ///< Directly after an opening brace or bracket.
};

}  // namespace sidecarctl::protocol
