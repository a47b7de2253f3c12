// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/embedded_entrypoint.hpp"

// NOLINTBEGIN(hicpp-no-assembler): C++20 has no #embed.
__asm__(
    ".section .rodata\n"
    ".balign 16\n"
    ".global sidecarctl_entrypoint_begin\n"
    "sidecarctl_entrypoint_begin:\n"
    ".incbin \"" SIDECARCTL_ENTRYPOINT_FILE
    "\"\n"
    ".global sidecarctl_entrypoint_end\n"
    "sidecarctl_entrypoint_end:\n"
    ".byte 0\n"
    ".previous\n");
// NOLINTEND(hicpp-no-assembler)

extern "C" {
extern const char sidecarctl_entrypoint_begin[];
extern const char sidecarctl_entrypoint_end[];
}

namespace sidecarctl {

std::string_view embedded_entrypoint() noexcept {
  return {sidecarctl_entrypoint_begin,
          static_cast<std::size_t>(sidecarctl_entrypoint_end - sidecarctl_entrypoint_begin)};
}

}  // namespace sidecarctl
