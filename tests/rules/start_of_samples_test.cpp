// SPDX-License-Identifier: Apache-2.0
// The two samples of the platform's documentation (the flags sample and the server sample) have nothing to complain
// about.
#include "support/catch.hpp"
#include "support/subject_builder.hpp"

#include <string>

namespace sidecarctl::test {

namespace {

constexpr const char* kLoader = "/lib64/ld-linux-x86-64.so.2";

/// Both bases: /bin and /lib64 are links into /usr, programs are dynamically linked against glibc.
void merged_usr(SubjectBuilder& builder) {
  builder.files.remove("/bin").remove("/sbin").remove("/usr").remove("/home");
  for (const char* folder : {"/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/usr/lib64"}) {
    builder.files.directory(folder);
  }
  builder.files.link("/bin", "usr/bin").link("/sbin", "usr/sbin").link("/lib64", "usr/lib64");
  builder.files.file("/usr/lib64/ld-linux-x86-64.so.2", elf_file(), 0755);
  for (const char* program : {"/usr/bin/env", "/usr/bin/tee", "/usr/bin/bash"}) {
    builder.files.file(program, elf_file(kLoader), 0755);
  }
  builder.files.link("/usr/bin/sh", "bash");
  builder.files.file("/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n");
  builder.files.file("/etc/group", "root:x:0:\n");
  builder.config.env = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
}

/// FROM fedora:38, ADD entrypoint, mkdir -p and chown 5001, ENV SHARED_DIR, USER 5001, shell form.
void flags_sample(SubjectBuilder& builder) {
  merged_usr(builder);
  builder.files.file("/usr/bin/entrypoint", "#!/usr/bin/env python3\nimport os\n", 0755);
  builder.files.link("/usr/bin/python3", "python3.11").file("/usr/bin/python3.11", elf_file(kLoader), 0755);
  builder.files.directory("/opt/palantir/sidecars/shared-volumes/shared", 0755, 5001, 0);
  builder.config.env.insert(builder.config.env.end(), {"DISTTAG=f38container", "FGC=f38", "container=oci",
                                                       "SHARED_DIR=/opt/palantir/sidecars/shared-volumes/shared"});
  builder.config.entrypoint = {"/bin/sh", "-c",
                               "entrypoint -c \"dd if=$SHARED_DIR/infile.csv of=$SHARED_DIR/outfile.csv\""};
  builder.config.working_dir.clear();
}

/// FROM python:3.8-slim, WORKDIR /usr/src/app, COPY app.py, EXPOSE 1234, CMD in exec form, USER 1234; no volume.
void server_sample(SubjectBuilder& builder) {
  merged_usr(builder);
  builder.files.remove("/opt");
  builder.files.link("/usr/local/bin/python", "python3").link("/usr/local/bin/python3", "python3.8");
  builder.files.file("/usr/local/bin/python3.8", elf_file(kLoader), 0755);
  builder.files.file("/usr/src/app/app.py", "import http.server\n");
  builder.config.env[0] = "PATH=/usr/local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  builder.config.env.insert(builder.config.env.end(), {"LANG=C.UTF-8", "PYTHON_VERSION=3.8.20"});
  builder.config.entrypoint.clear();
  builder.config.cmd = {"python", "app.py"};
  builder.config.exposed_ports = {"1234/tcp"};
  builder.config.user = "1234";
  builder.config.working_dir = "/usr/src/app";
  builder.profile.name = lint::ProfileName::server;
  builder.volumes.clear();
}

}  // namespace

TEST_CASE("the rules about the start decide the samples instead of leaving them out") {
  for (const char* rule : {"SDC701", "SDC702", "SDC703", "SDC704", "SDC705", "SDC714", "SDC801", "SDC802", "SDC803"}) {
    for (void (*make)(SubjectBuilder&) : {flags_sample, server_sample}) {
      SubjectBuilder builder;
      make(builder);
      INFO(rule);
      CHECK(ask(rule, builder).passed());
    }
  }
  for (const char* rule : {"SDC706", "SDC707", "SDC710", "SDC711"}) {
    SubjectBuilder builder;
    flags_sample(builder);
    INFO(rule);
    CHECK(ask(rule, builder).passed());
  }
}

}  // namespace sidecarctl::test
