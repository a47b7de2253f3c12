// SPDX-License-Identifier: Apache-2.0
#include "scaffold/render.hpp"

#include "scaffold/quoting.hpp"
#include "util/error.hpp"
#include "util/strings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace sidecarctl::scaffold {

namespace {

constexpr std::string_view kOpen = "{{";
constexpr std::string_view kClose = "}}";
constexpr std::size_t kMaxDepth = 16;  // Real templates have 2; the recursion must have an end.
constexpr std::size_t kMaxOutput =
    4 * 1024 * 1024;  // Sections in sections multiply: a file of a scaffold stays far below.

/// What stands between two braces, and where.
struct Tag {
  std::size_t begin = 0, end = 0;  ///< With the braces.
  char kind = ' ';                 ///< '#', '^', '/' or ' ' for a value.
  std::string_view name, filter;
};

class Renderer {
 public:
  Renderer(std::string_view text, const Values& values, std::string_view what)
      : text_(text), values_(values), what_(what) {}

  std::string run() {
    block(0, text_.size(), nullptr, 0);
    return std::move(out_);
  }

 private:
  [[noreturn]] void fail(std::size_t at, std::string_view problem) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    throw Error(ErrorKind::config, fmt::format("template '{}', line {}: {}", escape_text(what_), line, problem));
  }

  std::optional<Tag> next_tag(std::size_t from, std::size_t end) const {
    while (true) {
      const std::size_t begin = text_.find(kOpen, from);
      if (begin == std::string_view::npos || begin + kOpen.size() >= end) return std::nullopt;
      const char first = text_[begin + kOpen.size()];
      if (first != ' ' && first != '\n' && first != '{') return read_tag(begin, end);
      from = begin + 1;  // "${{ x }}" is text, and of "{{{" the last two braces count.
    }
  }

  Tag read_tag(std::size_t begin, std::size_t end) const {
    const std::size_t close = text_.find(kClose, begin);
    if (close == std::string_view::npos || close + kClose.size() > end) fail(begin, "a tag has no end");
    std::string_view inner = text_.substr(begin + kOpen.size(), close - begin - kOpen.size());
    Tag tag{begin, close + kClose.size(), ' ', {}, {}};
    if (!inner.empty() && std::string_view("#^/").find(inner[0]) != std::string_view::npos) {
      tag.kind = inner[0];
      inner.remove_prefix(1);
    }
    const std::size_t bar = inner.find('|');
    tag.name = inner.substr(0, bar);
    if (bar != std::string_view::npos) tag.filter = inner.substr(bar + 1);
    const bool sound = tag.name == "." ||
                       (!tag.name.empty() &&
                        tag.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos);
    if (!sound) fail(begin, fmt::format("'{}' is no tag", escape_text(text_.substr(begin, tag.end - begin))));
    return tag;
  }

  /// A section tag alone on its line takes the line with it.
  Tag with_line(Tag tag) const {
    std::size_t begin = tag.begin;
    while (begin > 0 && text_[begin - 1] == ' ') --begin;
    const bool starts = begin == 0 || text_[begin - 1] == '\n';
    const bool ends = tag.end == text_.size() || text_[tag.end] == '\n';
    if (!starts || !ends) return tag;
    tag.begin = begin;
    if (tag.end < text_.size()) ++tag.end;
    return tag;
  }

  Tag end_of_section(const Tag& opening, std::size_t end) const {
    std::size_t depth = 0;
    std::size_t at = opening.end;
    while (const std::optional<Tag> tag = next_tag(at, end)) {
      if (tag->kind == '#' || tag->kind == '^') ++depth;
      if (tag->kind == '/') {
        if (depth == 0) {
          if (tag->name != opening.name)
            fail(tag->begin, fmt::format("'{}' ends a section that '{}' began", tag->name, opening.name));
          return with_line(*tag);
        }
        --depth;
      }
      at = tag->end;
    }
    fail(opening.begin, fmt::format("the section '{}' has no end", opening.name));
  }

  const Value& value_of(const Tag& tag) const {
    const auto found = values_.find(tag.name);
    if (found == values_.end()) fail(tag.begin, fmt::format("there is no variable '{}'", tag.name));
    return found->second;
  }

  void put(std::string_view text, std::size_t at) {
    if (out_.size() + text.size() > kMaxOutput)
      fail(at, fmt::format("the file becomes larger than {}", human_size(kMaxOutput)));
    out_ += text;
  }

  void block(std::size_t from, std::size_t end, const std::string* item, std::size_t depth) {
    while (const std::optional<Tag> found = next_tag(from, end)) {
      const Tag tag = found->kind == ' ' ? *found : with_line(*found);
      put(text_.substr(from, std::max(from, tag.begin) - from), tag.begin);
      if (tag.kind == '/') fail(found->begin, fmt::format("'{}' ends a section that never began", tag.name));
      from = tag.kind == ' ' ? put_value(tag, item) : section(tag, end, item, depth);
    }
    put(text_.substr(from, end - from), from);
  }

  std::size_t section(const Tag& opening, std::size_t end, const std::string* item, std::size_t depth) {
    if (depth == kMaxDepth) fail(opening.begin, "sections are nested too deep");
    const Tag closing = end_of_section(opening, end);
    const Value& value = value_of(opening);
    const std::size_t last = std::max(closing.begin, opening.end);
    const auto* list = std::get_if<Words>(&value);
    if (opening.kind == '^') {
      if (!is_set(value)) block(opening.end, last, item, depth + 1);
    } else if (list != nullptr) {
      for (const std::string& each : *list) block(opening.end, last, &each, depth + 1);
    } else if (is_set(value)) {
      block(opening.end, last, item, depth + 1);
    }
    return closing.end;
  }

  std::size_t put_value(const Tag& tag, const std::string* item) {
    if (tag.name == ".") {
      if (item == nullptr) fail(tag.begin, "'.' stands outside of a list");
      put(filtered(tag, *item), tag.begin);
      return tag.end;
    }
    const Value& value = value_of(tag);
    if (const auto* list = std::get_if<Words>(&value)) {
      if (tag.filter != "json-items")
        fail(tag.begin, fmt::format("'{}' is a list: use json-items or a section", tag.name));
      std::vector<std::string> quoted;
      for (const std::string& each : *list) quoted.push_back(double_quoted(each));
      put(join(quoted, ", "), tag.begin);
    } else {
      put(filtered(tag, std::get<std::string>(value)), tag.begin);
    }
    return tag.end;
  }

  std::string filtered(const Tag& tag, const std::string& value) const {
    if (tag.filter.empty()) {
      if (!is_plain(value)) {
        fail(tag.begin, fmt::format("'{}' is '{}', which only a filter may write", tag.name, escape_text(value)));
      }
      return value;
    }
    if (tag.filter == "json" || tag.filter == "python" || tag.filter == "toml" || tag.filter == "yaml")
      return double_quoted(value);
    if (tag.filter == "shell") return shell_quoted(value);
    if (tag.filter == "label") return label_quoted(value);
    fail(tag.begin, fmt::format("there is no filter '{}' for a text", escape_text(tag.filter)));
  }

  std::string_view text_;
  const Values& values_;
  std::string_view what_;
  std::string out_;
};

}  // namespace

std::string render(std::string_view text, const Values& values, std::string_view what) {
  return Renderer(text, values, what).run();
}

}  // namespace sidecarctl::scaffold
