// SPDX-License-Identifier: Apache-2.0
#include "util/error_json.hpp"

namespace sidecarctl {

OrderedJson error_json(const Error& error) {
  return {{"kind", to_string(error.kind())},
          {"message", error.message()},
          {"context", error.context()},
          {"hint", error.hint() ? OrderedJson(*error.hint()) : OrderedJson(nullptr)}};
}

}  // namespace sidecarctl
