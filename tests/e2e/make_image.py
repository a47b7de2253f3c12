#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes an OCI layout with one sidecar image, without an engine: make_image.py right|wrong|arm64|server DIR [MiB]

The same arguments give the same bytes. MiB: a further layer with so many mebibytes that do not compress.
"""
import gzip
import hashlib
import io
import json
import pathlib
import random
import sys
import tarfile

VOLUME = "opt/palantir/sidecars/shared-volumes/shared"
ENTRYPOINT = b"""#!/bin/sh
cd "$SHARED_DIR" || exit 1
while [ ! -e start_flag ]; do sleep 1; done
"$@" >logfile 2>&1
status=$?
echo "$status" >.done_flag && mv .done_flag done_flag
while [ ! -e close_flag ]; do sleep 1; done
exit "$status"
"""


def tar_of(entries):
    """entries: (name, mode, uid, content | None for a folder | 'link:TARGET')"""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, mode, uid, content in entries:
            info = tarfile.TarInfo(name)
            info.mode, info.uid, info.gid = mode, uid, uid
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content.removeprefix("link:")
            else:
                info.size = len(content)
            tar.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    return buffer.getvalue()


def layers_of(kind, mebibytes):
    busybox = pathlib.Path("/bin/busybox").read_bytes()
    applets = ["sh", "tee", "cat", "mv", "sleep", "sort", "env"]
    yield "COPY rootfs / # base", tar_of(
        [("bin", 0o755, 0, None), ("bin/busybox", 0o755, 0, busybox), ("tmp", 0o1777, 0, None), ("etc", 0o755, 0, None)]
        + [(f"bin/{name}", 0o777, 0, "link:busybox") for name in applets]
        + [("etc/passwd", 0o644, 0, b"root:x:0:0:root:/:/bin/sh\nsidecar:x:5001:5001::/home/sidecar:/bin/sh\n"),
           ("etc/group", 0o644, 0, b"root:x:0:\nsidecar:x:5001:\n"),
           ("home", 0o755, 0, None), ("home/sidecar", 0o755, 5001, None)])
    parents = ["opt", "opt/palantir", "opt/palantir/sidecars", "opt/palantir/sidecars/shared-volumes"]
    folders = [(name, 0o755, 0, None) for name in parents]
    if kind == "wrong":
        yield "RUN mkdir -p volume # and not chown", tar_of(folders + [(VOLUME, 0o755, 0, None)])
        yield "COPY run.py /run.py", tar_of([("run.py", 0o644, 0, b"#!/usr/bin/env python3\r\nprint()\r\n")])
    else:
        if kind != "server":
            yield "RUN mkdir -p volume && chown 5001", tar_of(folders + [(VOLUME, 0o755, 5001, None)])
        yield "COPY entrypoint /bin/entrypoint", tar_of([("bin/entrypoint", 0o755, 0, ENTRYPOINT)])
    if mebibytes:
        source = random.Random(1)
        yield "COPY model /opt/model", tar_of(
            [("model", 0o644, 0, b"".join(source.randbytes(1 << 20) for _ in range(mebibytes)))])


def config_of(kind):
    env = ["PATH=/bin", "HOME=/home/sidecar"]
    if kind == "wrong":
        return {"User": "root", "Env": env, "Entrypoint": ["/run.py"], "ExposedPorts": {"80/tcp": {}}}
    config = {"User": "5001", "Env": env, "Entrypoint": ["/bin/entrypoint"], "Cmd": ["sort"], "WorkingDir": "/home/sidecar"}
    if kind == "server":
        return {**config, "ExposedPorts": {"8080/tcp": {}}}
    return {**config, "Env": [*env, f"SHARED_DIR=/{VOLUME}"]}


def main():
    kind, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    mebibytes = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def put(content, media_type, **more):
        digest = hashlib.sha256(content).hexdigest()
        (blobs / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content), **more}

    layers, diff_ids, history = [], [], []
    for command, tar in layers_of(kind, mebibytes):
        diff_ids.append("sha256:" + hashlib.sha256(tar).hexdigest())
        layers.append(put(gzip.compress(tar, 1, mtime=0), "application/vnd.oci.image.layer.v1.tar+gzip"))
        history.append({"created": "1970-01-01T00:00:00Z", "created_by": command})
    architecture = "arm64" if kind == "arm64" else "amd64"
    config = put(json.dumps({"created": "1970-01-01T00:00:00Z", "architecture": architecture, "os": "linux",
                             "config": config_of(kind), "rootfs": {"type": "layers", "diff_ids": diff_ids},
                             "history": history}).encode(), "application/vnd.oci.image.config.v1+json")
    manifest = put(json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                               "config": config, "layers": layers}).encode(), "application/vnd.oci.image.manifest.v1+json",
                   annotations={"org.opencontainers.image.ref.name": "registry.example/team/app:1.0"})
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    print(manifest["digest"])


if __name__ == "__main__":
    main()
