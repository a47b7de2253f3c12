# How every target is compiled: language level, hardening, sanitizers, compiler cache.
include(CTest)
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "Build type" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Precompiled headers are cached only if ccache is told that it may trust them.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()

set(SIDECARCTL_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")

add_library(sidecarctl_settings INTERFACE)
target_compile_options(sidecarctl_settings INTERFACE -fstack-protector-strong -fcf-protection)
target_compile_definitions(sidecarctl_settings INTERFACE _GLIBCXX_ASSERTIONS)
if(CMAKE_BUILD_TYPE MATCHES "Rel" AND NOT SIDECARCTL_SANITIZE)
  # Debian's compiler may have a level of its own; ours is the higher one.
  target_compile_options(sidecarctl_settings INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  target_link_options(sidecarctl_settings INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)
endif()
if(SIDECARCTL_SANITIZE)
  add_compile_options(-fsanitize=${SIDECARCTL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SIDECARCTL_SANITIZE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Old CPUs may not miss an instruction: the program must run where the cluster's images are made.
  target_compile_options(sidecarctl_settings INTERFACE -fpch-preprocess)
endif()
