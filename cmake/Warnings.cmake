# Warnings for our own code. Errors only where a developer or CI builds, never for a packager.
option(SIDECARCTL_WERROR "Treat warnings as errors (dev and CI presets)" OFF)
add_library(sidecarctl_warnings INTERFACE)
target_compile_options(sidecarctl_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wimplicit-fallthrough -Wextra-semi -Wsuggest-override
  $<$<CXX_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches>
  $<$<BOOL:${SIDECARCTL_WERROR}>:-Werror>)
