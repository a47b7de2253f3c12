// SPDX-License-Identifier: Apache-2.0
// The executable examples in docs/rules/*.md; tests/rules/rule_pages_test.cpp says how they are written.
#pragma once

#include "support/subject_builder.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sidecarctl::test {

/// A labelled block: "```config bad".
struct ExampleBlock {
  std::string kind;  ///< "config", "tree", "name", "manifest", "options".
  std::string text;
  std::size_t line = 0;  ///< Of the opening fence, from 1.
};

/// One image that a page shows: blocks of different kinds that follow each other with nothing but blank lines between.
struct Example {
  bool bad = false;
  std::vector<ExampleBlock> blocks;
};

struct RulePage {
  std::string title;                  ///< "SDC101 no-user"
  std::string facts;                  ///< "severity: error · source: requirement"
  std::vector<std::string> headings;  ///< "What", "Why", ...
  std::vector<Example> examples;
};

/// Throws std::invalid_argument with the line for a fence that is not closed or has an unknown label.
RulePage parse_rule_page(std::string_view text);

/// Changes the right image as the blocks say. Throws std::invalid_argument naming the line.
void apply_example(const Example& example, SubjectBuilder& builder);

}  // namespace sidecarctl::test
