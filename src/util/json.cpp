// SPDX-License-Identifier: Apache-2.0
#include "util/json.hpp"

#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

namespace sidecarctl {

namespace {

/// The library's message without its "[json.exception...]" prefix.
std::string short_message(const nlohmann::json::exception& error) {
  std::string_view text = error.what();
  if (const auto at = text.find("] "); at != std::string_view::npos) text.remove_prefix(at + 2);
  return shorten(escape_text(text), 200);
}

std::string escape_token(std::string_view token) {
  return replace_all(replace_all(token, "~", "~0"), "/", "~1");
}

struct TooDeep {};

}  // namespace

Json parse_json(std::string_view text, std::string_view what) {
  const auto guard = [](int depth, Json::parse_event_t, Json&) {
    if (depth > kMaxJsonDepth) throw TooDeep{};
    return true;
  };
  // RFC 8259 section 8.1: not to be written, and readers in Go refuse it; the library would pass over it.
  if (text.starts_with("\xef\xbb\xbf")) throw ParseError(fmt::format("{} begins with a byte order mark", what), 0);
  try {
    return Json::parse(text, guard);
  } catch (const TooDeep&) {
    throw ParseError(fmt::format("{} is nested deeper than {} levels", what, kMaxJsonDepth), 0);
  } catch (const nlohmann::json::parse_error& error) {
    throw ParseError(fmt::format("{} is not valid JSON: {}", what, short_message(error)), error.byte);
  } catch (const nlohmann::json::exception& error) {
    throw ParseError(fmt::format("{} is not valid JSON: {}", what, short_message(error)), 0);
  }
}

void JsonReader::fail(std::string_view problem) const {
  throw Error(ErrorKind::corrupt,
              fmt::format("{}: {} {}", what_, pointer_.empty() ? "the document" : pointer_, problem));
}

JsonReader JsonReader::child(const Json& value, std::string_view token) const {
  JsonReader reader(value, what_);
  reader.pointer_ = pointer_ + "/" + escape_token(token);
  return reader;
}

std::optional<JsonReader> JsonReader::find(const std::string& key) const {
  if (!value_->is_object()) fail(fmt::format("is {}, not an object", value_->type_name()));
  const auto at = value_->find(key);
  if (at == value_->end() || at->is_null()) return std::nullopt;
  return child(*at, key);
}

JsonReader JsonReader::at(const std::string& key) const {
  if (auto found = find(key)) return *found;
  fail(fmt::format("has no '{}'", key));
}

std::string JsonReader::string() const {
  if (!value_->is_string()) fail(fmt::format("is {}, not a string", value_->type_name()));
  return value_->get<std::string>();
}

std::uint64_t JsonReader::unsigned_number() const {
  if (!value_->is_number_unsigned()) fail("is not a whole number from 0");
  return value_->get<std::uint64_t>();
}

bool JsonReader::boolean() const {
  if (!value_->is_boolean()) fail(fmt::format("is {}, not true or false", value_->type_name()));
  return value_->get<bool>();
}

std::vector<JsonReader> JsonReader::array() const {
  if (!value_->is_array()) fail(fmt::format("is {}, not an array", value_->type_name()));
  std::vector<JsonReader> items;
  items.reserve(value_->size());
  for (const Json& item : *value_) items.push_back(child(item, std::to_string(items.size())));
  return items;
}

std::vector<std::pair<std::string, JsonReader>> JsonReader::members() const {
  if (!value_->is_object()) fail(fmt::format("is {}, not an object", value_->type_name()));
  std::vector<std::pair<std::string, JsonReader>> result;
  for (const auto& [key, value] : value_->items()) result.emplace_back(key, child(value, key));
  return result;
}

std::string JsonReader::string_or(const std::string& key, std::string otherwise) const {
  const auto member = find(key);
  return member ? member->string() : std::move(otherwise);
}

std::optional<std::string> JsonReader::optional_string(const std::string& key) const {
  const auto member = find(key);
  return member ? std::optional(member->string()) : std::nullopt;
}

std::vector<std::string> JsonReader::strings(const std::string& key) const {
  std::vector<std::string> result;
  if (const auto member = find(key)) {
    for (const JsonReader& item : member->array()) result.push_back(item.string());
  }
  return result;
}

std::vector<std::pair<std::string, std::string>> JsonReader::string_map(const std::string& key) const {
  std::vector<std::pair<std::string, std::string>> result;
  if (const auto member = find(key)) {
    for (const auto& [name, value] : member->members()) result.emplace_back(name, value.string());
  }
  return result;
}

std::vector<std::string> JsonReader::keys(const std::string& key) const {
  std::vector<std::string> result;
  if (const auto member = find(key)) {
    for (const auto& [name, value] : member->members()) result.push_back(name);
  }
  return result;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}
std::string dump_json(const OrderedJson& value) {
  return value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
}
std::string dump_json_pretty(const OrderedJson& value) {
  return value.dump(2, ' ', true, OrderedJson::error_handler_t::replace);
}

}  // namespace sidecarctl
