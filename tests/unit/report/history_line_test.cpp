// SPDX-License-Identifier: Apache-2.0
#include "report/history_line.hpp"

#include "support/catch.hpp"

namespace sidecarctl::test {

TEST_CASE("history lines read like a Dockerfile") {
  const std::pair<const char*, const char*> rows[] = {
      {"/bin/sh -c #(nop)  USER 5001", "USER 5001"},
      {"/bin/sh -c #(nop) COPY file:4a5d in /app ", "COPY file:4a5d in /app"},
      {"/bin/sh -c mkdir -p /opt/a  &&\t\tchown 5001 /opt/a", "RUN mkdir -p /opt/a && chown 5001 /opt/a"},
      {"RUN /bin/sh -c mkdir /a # buildkit", "RUN mkdir /a"},
      {"RUN |2 A=1 B=two words /bin/sh -c make all # buildkit", "RUN make all"},
      {"|1 A=1 /bin/sh -c make", "RUN make"},
      {"COPY rootfs / # buildkit", "COPY rootfs /"},
      {"RUN [\"/bin/true\"]", "RUN [\"/bin/true\"]"},
      {"|0 no shell", "|0 no shell"},
      {"|pipe", "|pipe"},
      {"/bin/sh -c #(nop) COPY file:0fc94b1598f941a39cde307f41ac5e58f85bbbb19fb29761216751bb831a24c5 in /app ",
       "COPY file:0fc94b1598f9 in /app"},
      {"COPY dir:0fc9 file:abc in /", "COPY dir:0fc9 file:abc in /"},
      {"COPY file:", "COPY file:"},
      {"umoci insert", "umoci insert"},
      {"", ""},
      {"/bin/sh -c ", "/bin/sh -c"},
  };
  for (const auto& [from, to] : rows) {
    INFO(from);
    CHECK(readable_history_line(from) == to);
  }
}

}  // namespace sidecarctl::test
