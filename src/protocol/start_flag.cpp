// SPDX-License-Identifier: Apache-2.0
#include "protocol/start_flag.hpp"

#include "protocol/json_cursor.hpp"
#include "protocol/names.hpp"

#include <limits.h>

namespace sidecarctl::protocol {
namespace {

bool is_sha256(std::string_view text) noexcept {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

StartFlag invalid(std::string fault) {
  StartFlag flag;
  flag.kind = StartFlag::Kind::invalid;
  flag.fault = static_cast<std::string&&>(fault);
  return flag;
}

/// The fault of one input, empty for none.
std::string read_input(JsonCursor& json, ExpectedInput& input) {
  std::string key;
  if (!json.enter_object()) return "an input is not an object";
  while (json.next_key(key)) {
    if (key == "name") {
      json.read_string(input.name);
    } else if (key == "size" && json.peek() != 'n') {
      input.has_size = json.read_size(input.size);
    } else if (key == "sha256" && json.peek() != 'n') {
      json.read_string(input.sha256);
    } else {
      json.skip_value();
    }
  }
  if (json.failed()) return "an input has a value of the wrong type";
  if (!is_name_below(input.name)) return "the input name '" + input.name + "' does not stay below the volume";
  if (!input.sha256.empty() && !is_sha256(input.sha256))
    return "the sha256 of '" + input.name + "' is not 64 lower-case digits";
  return {};
}

std::string read_inputs(JsonCursor& json, std::vector<ExpectedInput>& inputs) {
  if (!json.enter_array()) return "inputs is not a list";
  while (json.next_element()) {
    if (inputs.size() == kMaxInputs) return "more than " + std::to_string(kMaxInputs) + " inputs";
    ExpectedInput input;
    if (std::string fault = read_input(json, input); !fault.empty()) return fault;
    inputs.push_back(static_cast<ExpectedInput&&>(input));
  }
  return json.failed() ? "inputs is not a list of objects" : "";
}

}  // namespace

bool is_name_below(std::string_view name) noexcept {
  if (name.empty() || name.size() >= PATH_MAX || name.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = name.find('/');
    const std::string_view part = name.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    name.remove_prefix(slash + 1);
  }
}

StartFlag parse_start_flag(std::string_view text) {
  JsonCursor json(text);
  if (json.peek() != '{') return {};
  StartFlag flag;
  std::string schema;
  std::string key;
  json.enter_object();
  while (json.next_key(key)) {
    if (key == "schema" && json.peek() == '"') {
      json.read_string(schema);
    } else if (key == "run_id" && json.peek() == '"') {
      json.read_string(flag.run_id);
    } else if (key == "inputs" && json.peek() == '[') {
      if (std::string fault = read_inputs(json, flag.inputs); !fault.empty()) return invalid(fault);
    } else {
      json.skip_value();
    }
  }
  if (!json.at_end()) return invalid("it is not whole JSON");
  // Somebody else's JSON: presence counts, as with any other text.
  if (schema != kStartSchema) return {};
  flag.kind = StartFlag::Kind::manifest;
  return flag;
}

}  // namespace sidecarctl::protocol
