#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Does lint say of a start what the real runc does with it? start_like_runc.py SIDECARCTL BUSYBOX DIR

Each case is started by runc and linted out of an archive: lint must give an error of SDC701 to SDC714 exactly when the start fails.
"""
import hashlib
import io
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tarfile

UID = 5001
PATH = "PATH=/usr/local/bin:/usr/bin:/bin"
SCRIPT = b"#!/bin/sh\nexit 0\n"
LONG = "/" + "d" * 100 + "/" + "e" * 100 + "/"


def name_of(line_length):
    return LONG + "f" * (line_length - 2 - len(LONG))


FILES = {  # path: (content, mode)
    "/app/ok": (SCRIPT, 0o755), "/app/nonl": (b"#!/bin/sh", 0o755), "/app/nosb": (b"echo\n", 0o755),
    "/app/empty": (b"", 0o755), "/app/onlysb": (b"#!\necho\n", 0o755), "/app/bom": (b"\xef\xbb\xbf" + SCRIPT, 0o755),
    "/app/cr": (b"#!/bin/sh\r\nexit 0\r\n", 0o755), "/app/crarg": (b"#!/bin/sh -e\r\n", 0o755),
    "/app/crenv": (b"#!/usr/bin/env sh\r\n", 0o755), "/app/blanks": (b"#!" + b" " * 300 + b"/bin/sh\n", 0o755),
    "/app/longarg": (b"#!/bin/echo " + b"a" * 300 + b"\n", 0o755), "/app/nul": (b"#!/bin/echo\0 x\n", 0o755),
    "/app/relative": (b"#!bin/sh\n", 0o755), "/app/envargs": (b"#!/usr/bin/env sh -e\n", 0o755),
    "/app/noread": (SCRIPT, 0o711), "/app/nox": (SCRIPT, 0o644), "/app/text": (b"#!/app/nosb\n", 0o755),
    "/app/inox": (b"#!/app/nox\n", 0o755), "/app/idir": (b"#!/app\n", 0o755), "/app/envtext": (b"#!/usr/bin/env nosb\n", 0o755),
    "/sub/here": (SCRIPT, 0o755), "/sub/bin/tool": (SCRIPT, 0o755), "/d1/t": (SCRIPT, 0o644), "/d2/t": (SCRIPT, 0o755),
    "/d4/t/x": (SCRIPT, 0o755), "/private/t": (SCRIPT, 0o755), "/s0": (SCRIPT, 0o755),
}
FILES |= {f"/s{i}": (f"#!/s{i - 1}\n".encode(), 0o755) for i in range(1, 7)}
FILES |= {name_of(n): (SCRIPT, 0o755) for n in (254, 255, 256)}
FILES |= {f"/app/line{n}": (f"#!{name_of(n)}\n".encode(), 0o755) for n in (254, 255, 256)}
FILES |= {f"/app/open{n}": (f"#!{name_of(n)}".encode(), 0o755) for n in (255, 256)}


def cases():
    for path in sorted(FILES):
        if path.startswith(("/app/", "/s")) and path.count("/") < 3:
            yield [path], PATH, "/"
    for argv, path, cwd in (
            (["./here"], PATH, "/sub"), (["bin/tool"], PATH, "/sub"), (["here"], PATH, "/sub"), (["here"], "PATH=.", "/sub"),
            (["tool"], "PATH=bin", "/sub"), (["echo"], "PATH=", "/"), (["t"], "PATH=/d1:/d2", "/"), (["t"], "PATH=/d1", "/"),
            (["t"], "PATH=/d4:/d2", "/"), (["t"], "PATH=/d4", "/"), (["/private/t"], PATH, "/"), (["t"], "PATH=/private", "/"),
            (["/app/ok/"], PATH, "/"), (["/../app/ok"], PATH, "/"), (["/app"], PATH, "/"), ([""], PATH, "/"),
            (["/app/relative"], PATH, "/app"), (["/app/envtext"], "PATH=/app", "/")):
        yield argv, path, cwd
    for text in ("/app/ok", "/app/nosb", "/app/empty", "/app/bom", "/app/cr", "/app/nox", "/app/noread", "/app/line256", "/s5", "here",
                 "cd /sub && ./here", "exec here", "PATH=/sub here", "['echo','x']", "set -e; export X=/app; $X/ok",
                 "[ -x /app/ok ] || exit 1; /app/ok", "cd /sub && exec bin/tool >/dev/null"):
        yield ["/bin/sh", "-c", text], PATH, "/"


def make_rootfs(root, busybox):
    for folder in ("bin", "usr/bin", "proc", "dev", "sys"):
        (root / folder).mkdir(parents=True)
    shutil.copy(busybox, root / "bin/busybox")
    for name in ("bin/sh", "bin/echo"):
        (root / name).symlink_to("busybox")
    (root / "usr/bin/env").symlink_to("../../bin/busybox")
    for path, (content, mode) in FILES.items():
        file = root / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(mode)
    (root / "private").chmod(0o700)


def write_archive(path, layer, config):
    config_bytes = json.dumps({
        "architecture": "amd64", "os": "linux", "config": config,
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}).encode()
    manifest = json.dumps([{"Config": "config.json", "RepoTags": ["case:1"], "Layers": ["layer.tar"]}]).encode()
    with tarfile.open(path, "w") as tar:
        for name, content in (("config.json", config_bytes), ("layer.tar", layer), ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def errors_of(sidecarctl, archive):
    only = [word for i in range(1, 15) for word in ("--only", f"SDC7{i:02d}")]
    done = subprocess.run([sidecarctl, "lint", f"docker-archive:{archive}", "--format", "json", *only], capture_output=True, text=True, check=False)
    target = json.loads(done.stdout)["targets"][0]
    return [f["rule"] for f in target["findings"] if f["severity"] == "error"], [v["rule"] for v in target["verdicts"] if v["verdict"] == "unknown"]


def run(bundle, spec, number, argv, path, cwd):
    spec["process"].update(terminal=False, args=argv, env=[path], cwd=cwd, user={"uid": UID, "gid": 0})
    (bundle / "config.json").write_text(json.dumps(spec))
    return subprocess.run(["runc", "run", "-b", str(bundle), f"sidecarctl-e2e-{os.getpid()}-{number}"], capture_output=True, text=True,
                          stdin=subprocess.DEVNULL, timeout=60, check=False)


def main():
    sidecarctl, busybox, work = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    bundle = work / "bundle"
    make_rootfs(bundle / "rootfs", busybox)
    subprocess.run(["runc", "spec", "-b", str(bundle)], check=True)
    spec = json.loads((bundle / "config.json").read_text())
    spec["linux"].pop("resources", None)
    spec["linux"]["namespaces"] = [n for n in spec["linux"]["namespaces"] if n["type"] != "network"]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        tar.add(bundle / "rootfs", arcname=".")
    if run(bundle, spec, "probe", ["/bin/sh", "-c", "exit 0"], PATH, "/").returncode != 0:
        print("skipped: runc does not run here")
        return 77
    count = faults = 0
    for count, (argv, path, cwd) in enumerate(cases(), 1):
        write_archive(work / "case.tar", buffer.getvalue(), {"Entrypoint": argv, "Env": [path], "WorkingDir": cwd, "User": str(UID)})
        errors, unknown = errors_of(sidecarctl, work / "case.tar")
        real = run(bundle, spec, count, argv, path, cwd)
        if (real.returncode != 0) != bool(errors) or unknown:
            faults += 1
            print(f"{argv} {path} {cwd}: runc {real.returncode} ({real.stderr.strip()[-120:]}), lint {errors}, unknown {unknown}")
    print(f"{count} starts, {faults} of them judged otherwise than by runc")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
