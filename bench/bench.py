#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sidecarctl beside its peers: medians of interleaved runs, as ratios, with peak memory.

    bench/bench.py [--sidecarctl PATH] [--runs N] [--large MB] [CASE ...]

Needs skopeo, docker-registry, gzip, tar; the docker cases need root and dockerd. Cases that cannot run say why.
Everything is on loopback and in one temporary folder, which is removed.
"""
import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
VOLUME = "opt/palantir/sidecars/shared-volumes/shared"


class Skip(Exception):
    """A case that cannot run here."""


def need(*tools):
    for tool in tools:
        if not shutil.which(tool):
            raise Skip(f"{tool} is not installed")


def run(command, environment=None):
    """Seconds and peak resident KiB (0: not known) of one run."""
    words = command if isinstance(command, list) else ["sh", "-c", command]
    # A child starts with the memory of its parent counted: GNU time is small, this program is not.
    peak = tempfile.NamedTemporaryFile(mode="r", prefix="sidecarctl-peak.")
    timed = ["/usr/bin/time", "-f", "%M", "-o", peak.name] if os.path.exists("/usr/bin/time") else []
    start = time.perf_counter()
    result = subprocess.run(timed + words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            env={**os.environ, **(environment or {})}, check=False)
    seconds = time.perf_counter() - start
    if result.returncode != 0:
        raise RuntimeError(f"{command} ended with {result.returncode}: {result.stderr.decode(errors='replace')[-500:]}")
    return seconds, int(peak.read() or 0) if timed else 0


class Bench:
    def __init__(self, arguments, work):
        self.program, self.runs, self.large, self.work = arguments.sidecarctl, arguments.runs, arguments.large, work
        self.servers = []
        self.images = {}

    # Fixtures

    def payload(self, megabytes):
        """Files of this machine, which compress as real layers do; repeated with a counter when they do not suffice."""
        left = megabytes * 1_000_000
        round_ = 0
        while left > 0:
            for folder in ("/usr/lib", "/usr/share", "/usr/bin"):
                for path in sorted(pathlib.Path(folder).rglob("*")):
                    if left <= 0:
                        return
                    if not path.is_file() or path.is_symlink() or path.stat().st_size == 0:
                        continue
                    content = path.read_bytes()[:left]
                    left -= len(content)
                    yield f"data/{round_}{path}", content
            round_ += 1

    def layer(self, entries):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as tar:
            for name, uid, content in entries:
                info = tarfile.TarInfo(name)
                info.uid = info.gid = uid
                info.mode = 0o755
                if content is None:
                    info.type = tarfile.DIRTYPE
                else:
                    info.size = len(content)
                tar.addfile(info, io.BytesIO(content) if content is not None else None)
        return buffer.getvalue()

    def image(self, megabytes, layers=4):
        """An OCI layout of gzip layers."""
        key = (megabytes, layers)
        if key in self.images:
            return self.images[key]
        folder = self.work / f"oci-{megabytes}-{layers}"
        blobs = folder / "blobs/sha256"
        blobs.mkdir(parents=True)

        def put(content, kind):
            digest = hashlib.sha256(content).hexdigest()
            (blobs / digest).write_bytes(content)
            return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": "sha256:" + digest, "size": len(content)}

        busybox = pathlib.Path("/bin/busybox").read_bytes() if os.path.exists("/bin/busybox") else b"\x7fELF"
        first = [("bin", 0, None), ("bin/sh", 0, busybox), ("bin/tee", 0, busybox), ("bin/entrypoint", 0, busybox),
                 ("etc", 0, None), ("etc/passwd", 0, b"root:x:0:0::/:/bin/sh\napp:x:5001:5001::/:/bin/sh\n"),
                 ("opt", 0, None), ("opt/palantir", 0, None), ("opt/palantir/sidecars", 0, None),
                 ("opt/palantir/sidecars/shared-volumes", 0, None), (VOLUME, 5001, None)]
        tars = [self.layer(first)]
        chunk, size = [], 0
        for name, content in self.payload(megabytes):
            chunk.append((name, 0, content))
            size += len(content)
            if size >= megabytes * 1_000_000 / layers:
                tars.append(self.layer(chunk))
                chunk, size = [], 0
        if chunk:
            tars.append(self.layer(chunk))
        descriptors, diff_ids = [], []
        for tar in tars:
            diff_ids.append("sha256:" + hashlib.sha256(tar).hexdigest())
            descriptors.append(put(gzip.compress(tar, 6, mtime=0), "layer.v1.tar+gzip"))
        config = put(json.dumps({
            "architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": diff_ids},
            "config": {"User": "5001", "Entrypoint": ["/bin/entrypoint"], "Env": ["PATH=/bin"]}}).encode(), "config.v1+json")
        manifest = put(json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                                   "config": config, "layers": descriptors}).encode(), "manifest.v1+json")
        (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [manifest]}))
        (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        self.images[key] = folder
        return folder

    def archive(self, megabytes):
        need("skopeo")
        path = self.work / f"archive-{megabytes}.tar"
        if not path.exists():
            run(["skopeo", "copy", "-q", f"oci:{self.image(megabytes)}", f"docker-archive:{path}:bench/app:{megabytes}"])
        return path

    # Servers

    def start(self, command, port=None, ready=None):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.servers.append(process)
        for _ in range(150):
            if process.poll() is not None:
                raise Skip(f"{command[0]} does not run here")
            if ready and ready():
                return process
            if port:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        return process
            time.sleep(0.1)
        raise Skip(f"{command[0]} did not start in time")

    def registry(self):
        need("docker-registry")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.registry_data = self.work / f"registry-{port}"
        config = self.work / f"registry-{port}.yml"
        config.write_text(f"version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\n"
                          f"storage: {{filesystem: {{rootdirectory: {self.registry_data}}}}}\nhttp: {{addr: 127.0.0.1:{port}}}\n")
        self.start(["docker-registry", "serve", str(config)], port=port)
        return f"127.0.0.1:{port}"

    def docker(self):
        need("dockerd", "docker")
        if os.geteuid() != 0:
            raise Skip("dockerd needs root")
        host = f"unix://{self.work}/docker.sock"
        if not hasattr(self, "docker_started"):
            self.start(["dockerd", "--data-root", f"{self.work}/docker", "--exec-root", f"{self.work}/docker-exec", "--pidfile",
                        f"{self.work}/docker.pid", "-H", host, "--bridge=none", "--iptables=false"],
                       ready=lambda: subprocess.run(["docker", "-H", host, "version"], capture_output=True, check=False).returncode == 0)
            self.docker_started = True
        return host

    def stop(self):
        for process in reversed(self.servers):
            process.send_signal(signal.SIGTERM)
        for process in self.servers:
            process.wait(30)

    # Measuring

    def compare(self, title, ours, peers, goal, before=None):
        """`ours` and `peers`: {name: command or (command, environment)}. `before`: run before each measured command."""
        commands = {"sidecarctl": ours, **peers}
        times, memory = {name: [] for name in commands}, dict.fromkeys(commands, 0)
        for _ in range(self.runs):
            for name, command in commands.items():
                if before:
                    before()
                command, environment = command if isinstance(command, tuple) else (command, None)
                command = command() if callable(command) else command
                seconds, peak = run(command, environment)
                times[name].append(seconds)
                memory[name] = max(memory[name], peak)
        median = {name: statistics.median(values) for name, values in times.items()}
        parts = [f"{name} {seconds * 1000:.0f} ms" for name, seconds in median.items()]
        ratios = [f"{name}/sidecarctl = {median[name] / median['sidecarctl']:.2f}" for name in peers]
        peak = f"{memory['sidecarctl'] / 1024:.0f} MiB" if memory["sidecarctl"] else "not known (install the package time)"
        print(f"{title}\n    {', '.join(parts)}; {', '.join(ratios) or 'no peer'}; peak memory {peak}; goal: {goal}", flush=True)

    def sidecarctl(self, *arguments):
        return [str(self.program), *map(str, arguments)], {"XDG_CACHE_HOME": str(self.work / "cache")}

    # Cases

    def case_version(self):
        peers = {"skopeo": ["skopeo", "--version"]} if shutil.which("skopeo") else {}
        self.compare("sidecarctl version", self.sidecarctl("version"), peers, "below 10 ms")

    def case_lint_oci(self):
        for megabytes in (200, self.large):
            folder = self.image(megabytes)
            blobs = " ".join(str(folder / "blobs/sha256" / layer["digest"][7:]) for layer in self.layers(folder))
            self.compare(f"lint oci: of {megabytes} MB in gzip layers, nothing cached", self.sidecarctl("lint", f"oci:{folder}", "--no-cache"),
                         {"gzip -dc": f"gzip -dc {blobs} > /dev/null"}, "gzip/sidecarctl at least 3")
            run(*self.sidecarctl("lint", f"oci:{folder}"))
            self.compare(f"lint oci: of {megabytes} MB, cached", self.sidecarctl("lint", f"oci:{folder}"), {}, "below 50 ms")

    def case_lint_archive(self):
        need("skopeo")
        for megabytes in (200, self.large):
            archive = self.archive(megabytes)
            self.compare(f"lint docker-archive: of {megabytes} MB in plain layers", self.sidecarctl("lint", f"docker-archive:{archive}", "--no-cache"),
                         {"tar t of the layers": self.list_layers(archive)}, "tar/sidecarctl at least 0.2")

    def list_layers(self, archive):
        """What lists the same headers: the layers are members of the archive, so they are unpacked first."""
        folder = self.work / f"{archive.stem}-layers"
        folder.mkdir(exist_ok=True)
        run(["tar", "-C", str(folder), "-xf", str(archive)])
        return f"for layer in {folder}/*.tar; do [ -L $layer ] || tar tf $layer; done > /dev/null"

    def case_lint_docker(self):
        host = self.docker()
        for megabytes in (200, self.large):
            run(["docker", "-H", host, "load", "-q", "-i", str(self.archive(megabytes))])
            name = f"docker-daemon:bench/app:{megabytes}"
            self.compare(f"lint docker-daemon: of {megabytes} MB", self.sidecarctl("lint", name, "--no-cache", "--docker-host", host),
                         {"skopeo inspect": ["skopeo", "inspect", "--daemon-host", host, name]}, "the same for both sizes, below 400 ms")

    def case_lint_registry(self):
        registry = self.registry()
        folder = self.image(200)
        target = f"docker://{registry}/bench/app:1"
        run(["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{folder}", target])
        config_only = self.sidecarctl("lint", target, "--only", "SDC101", "--only", "SDC401", "--no-cache")
        self.compare("lint docker://, rules on the config only", config_only,
                     {"skopeo inspect --config": ["skopeo", "inspect", "--tls-verify=false", "--config", target]}, "two GETs")
        self.compare("lint docker://, all rules", self.sidecarctl("lint", target, "--no-cache"), {}, "stops when all is settled")

    def case_push_archive(self):
        registry = self.registry()
        archive = self.archive(200)
        peers = {"skopeo": lambda: ["skopeo", "copy", "-q", "--dest-tls-verify=false", f"docker-archive:{archive}", f"docker://{registry}/bench/s:1"]}
        try:
            host = self.docker()
            run(["docker", "-H", host, "load", "-q", "-i", str(archive)])
            run(["docker", "-H", host, "tag", "bench/app:200", f"{registry}/bench/d:1"])
            peers["docker push"] = ["docker", "-H", host, "push", "-q", f"{registry}/bench/d:1"]
        except Skip as reason:
            print(f"(docker push is left out: {reason})")
        ours = lambda: self.sidecarctl("push", f"docker-archive:{archive}", f"{registry}/bench/app:1", "-q")[0]
        self.compare("push docker-archive: of 200 MB in plain layers", (ours, {"XDG_CACHE_HOME": str(self.work / "none")}), peers,
                     "skopeo/sidecarctl at least 2, docker at least 5", before=self.forget)

    def case_push_oci(self):
        registry = self.registry()
        folder = self.image(200)
        self.compare("push oci: of 200 MB in gzip layers", self.sidecarctl("push", f"oci:{folder}", f"{registry}/bench/app:1", "-q"),
                     {"skopeo": ["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{folder}", f"docker://{registry}/bench/s:1"]},
                     "skopeo/sidecarctl at least 1", before=self.forget)
        run(*self.sidecarctl("push", f"oci:{folder}", f"{registry}/bench/app:1", "-q"))
        self.compare("push oci:, everything there already", self.sidecarctl("push", f"oci:{folder}", f"{registry}/bench/app:1", "-q"), {}, "below 50 ms")

    def forget(self):
        """An empty registry and no cache, so that every run sends everything."""
        for folder in (self.registry_data, self.work / "none", self.work / "cache"):
            shutil.rmtree(folder, ignore_errors=True)
        # docker remembers which registries have a layer.
        shutil.rmtree(self.work / "docker/image/overlay2/distribution/v2metadata-by-diffid", ignore_errors=True)

    @staticmethod
    def layers(folder):
        index = json.loads((folder / "index.json").read_text())
        manifest = (folder / "blobs/sha256" / index["manifests"][0]["digest"][7:]).read_text()
        return json.loads(manifest)["layers"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sidecarctl", type=pathlib.Path, default=ROOT / "build/release/bin/sidecarctl")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--large", type=int, default=2000, help="megabytes of the large image")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="all when none is given")
    arguments = parser.parse_args()
    arguments.sidecarctl = arguments.sidecarctl.resolve()
    cases = [name.removeprefix("case_") for name in dir(Bench) if name.startswith("case_")]
    unknown = set(arguments.cases) - set(cases)
    if unknown or not arguments.sidecarctl.exists():
        parser.error(f"no case {unknown}; there are {', '.join(cases)}" if unknown else
                     f"no {arguments.sidecarctl}: cmake --preset release && cmake --build --preset release")
    with tempfile.TemporaryDirectory(prefix="sidecarctl-bench.") as work:
        bench = Bench(arguments, pathlib.Path(work))
        try:
            for name in arguments.cases or cases:
                try:
                    getattr(bench, "case_" + name)()
                except Skip as reason:
                    print(f"{name}: left out, {reason}")
        finally:
            bench.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
