// SPDX-License-Identifier: Apache-2.0
#include "support/json_schema.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace sidecarctl::test {

namespace {

const std::set<std::string> kKnown = {"$schema", "$id",   "$defs", "$ref",     "title",       "description",
                                      "type",    "const", "enum",  "minimum",  "required",    "properties",
                                      "items",   "oneOf", "anyOf", "examples", "uniqueItems", "additionalProperties"};

bool has_type(const Json& value, const std::string& type) {
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "array") return value.is_array();
  if (type == "object") return value.is_object();
  throw std::logic_error("no JSON type is called " + type);
}

class Checker {
 public:
  explicit Checker(const Json& root) : root_(root) {}

  std::string problem(const Json& schema, const Json& value, const std::string& at) const {
    for (const auto& [key, unused] : schema.items()) {
      if (!kKnown.contains(key)) throw std::logic_error("the schema uses '" + key + "', which the tests do not know");
    }
    if (schema.contains("$ref")) {
      const std::string reference = schema["$ref"];
      if (const auto found = problem(root_.at(Json::json_pointer(reference.substr(1))), value, at); !found.empty())
        return found;
    }
    for (const auto& check :
         {&Checker::value_problem, &Checker::object_problem, &Checker::items_problem, &Checker::choice_problem}) {
      if (const std::string found = (this->*check)(schema, value, at); !found.empty()) return found;
    }
    return "";
  }

 private:
  std::string value_problem(const Json& schema, const Json& value, const std::string& at) const {
    if (schema.contains("const") && schema["const"] != value) return at + ": is " + value.dump();
    if (schema.contains("enum")) {
      const Json& allowed = schema["enum"];
      if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) return at + ": is " + value.dump();
    }
    if (schema.contains("minimum") && value.is_number() && value < schema["minimum"])
      return at + ": is " + value.dump();
    if (!schema.contains("type")) return "";
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    const bool fits = std::any_of(types.begin(), types.end(), [&](const Json& type) { return has_type(value, type); });
    return fits ? "" : at + ": is of type " + value.type_name();
  }

  std::string object_problem(const Json& schema, const Json& value, const std::string& at) const {
    if (!value.is_object()) return "";
    for (const Json& key : schema.value("required", Json::array())) {
      if (!value.contains(key.get<std::string>())) return at + ": has no " + key.dump();
    }
    const Json properties = schema.value("properties", Json::object());
    for (const auto& [key, member] : value.items()) {
      const std::string member_at = at + "/" + key;
      if (!properties.contains(key)) {
        if (schema.contains("additionalProperties") && schema["additionalProperties"] == false)
          return member_at + ": is not known";
        continue;
      }
      if (const std::string found = problem(properties[key], member, member_at); !found.empty()) return found;
    }
    return "";
  }

  std::string items_problem(const Json& schema, const Json& value, const std::string& at) const {
    if (!value.is_array() || !schema.contains("items")) return "";
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (const std::string found = problem(schema["items"], value[i], at + "/" + std::to_string(i)); !found.empty())
        return found;
    }
    return "";
  }

  std::string choice_problem(const Json& schema, const Json& value, const std::string& at) const {
    for (const char* const keyword : {"anyOf", "oneOf"}) {
      if (!schema.contains(keyword)) continue;
      std::string found;
      int fits = 0;
      for (const Json& choice : schema[keyword]) {
        const std::string here = problem(choice, value, at);
        if (here.empty()) ++fits;
        found += found.empty() ? here : " | " + here;
      }
      const bool is_good = std::string_view(keyword) == "anyOf" ? fits >= 1 : fits == 1;
      if (!is_good) return at + ": fits " + std::to_string(fits) + " of the choices (" + found + ")";
    }
    return "";
  }

  const Json& root_;
};

}  // namespace

std::string schema_problem(const Json& schema, const Json& document) {
  return Checker(schema).problem(schema, document, "");
}

}  // namespace sidecarctl::test
