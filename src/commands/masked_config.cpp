// SPDX-License-Identifier: Apache-2.0
#include "commands/masked_config.hpp"

#include "lint/mask_secrets.hpp"
#include "util/json.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

namespace sidecarctl {

namespace {

class Masker {
 public:
  /// `key`: of the member that `value` is.
  void mask(OrderedJson& value, std::string_view key) {
    if (value.is_string()) {
      replace(value, lint::mask_secrets(value.get<std::string>()));
    } else if (value.is_array() && key == "Env") {
      for (OrderedJson& entry : value) mask_entry(entry);
    } else if (value.is_array() && is_command(value, key)) {
      const auto masked = lint::mask_words(value.get<std::vector<std::string>>());
      for (std::size_t i = 0; i < masked.size(); ++i) replace(value[i], masked[i]);
    } else if (value.is_object() || value.is_array()) {
      for (auto& [name, member] : value.items()) mask_member(member, value.is_array() ? key : std::string_view(name));
    }
  }
  std::size_t hidden() const noexcept { return hidden_; }

 private:
  static bool is_command(const OrderedJson& value, std::string_view key) {
    constexpr std::array<std::string_view, 5> kCommands{"Entrypoint", "Cmd", "Test", "Shell", "OnBuild"};
    if (std::find(kCommands.begin(), kCommands.end(), key) == kCommands.end()) return false;
    return std::all_of(value.begin(), value.end(), [](const OrderedJson& word) { return word.is_string(); });
  }

  void mask_entry(OrderedJson& entry) {
    if (!entry.is_string()) return mask(entry, "");
    replace(entry, lint::mask_environment(entry.get<std::string>()));
  }

  /// A label, or a member that some builder has added: its name tells, too.
  void mask_member(OrderedJson& member, std::string_view name) {
    if (!member.is_string()) return mask(member, name);
    replace(member, lint::mask_label(name, member.get<std::string>()));
  }

  void replace(OrderedJson& value, std::string masked) {
    if (value.get<std::string>() == masked) return;
    value = std::move(masked);
    ++hidden_;
  }

  std::size_t hidden_ = 0;
};

}  // namespace

MaskedConfig mask_config(const std::string& bytes) {
  parse_json(bytes, "the image config");  // Bounds the nesting, and so the recursion here.
  OrderedJson document = OrderedJson::parse(bytes);
  Masker masker;
  masker.mask(document, "");
  if (masker.hidden() == 0) return {bytes, 0};
  return {document.dump(), masker.hidden()};
}

}  // namespace sidecarctl
