// SPDX-License-Identifier: Apache-2.0
// The only file that includes Catch2, so that another version is one edit.
#pragma once

#include <catch2/catch.hpp>
