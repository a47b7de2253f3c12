// SPDX-License-Identifier: Apache-2.0
#include "entrypoint/embedded_entrypoint.hpp"

#include "support/catch.hpp"

#include <elf.h>

#include <cstring>

using sidecarctl::embedded_entrypoint;

TEST_CASE("the embedded entrypoint is a small static executable for x86-64") {
  const std::string_view bytes = embedded_entrypoint();
  REQUIRE(bytes.size() > sizeof(Elf64_Ehdr));
  CHECK(bytes.size() < 1'000'000);
  Elf64_Ehdr header{};
  std::memcpy(&header, bytes.data(), sizeof header);
  CHECK(bytes.starts_with(ELFMAG));
  CHECK(header.e_machine == EM_X86_64);
  CHECK(header.e_type == ET_EXEC);
  for (unsigned i = 0; i < header.e_phnum; ++i) {
    Elf64_Phdr part{};
    std::memcpy(&part, bytes.data() + header.e_phoff + i * sizeof part, sizeof part);
    CHECK(part.p_type != PT_INTERP);
  }
}
