#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""sidecar-entrypoint under commands that misbehave: for each the state and exit status it must give."""
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

PROGRAM = sys.argv[1]
SH = ["sh", "-c"]
# name: (command, state, exit status)
TABLE = {
    "success": (["true"], "succeeded", 0),
    "exit status 3": (SH + ["exit 3"], "failed", 3),
    "kills itself": (SH + ["kill -9 $$"], "failed", 137),
    "missing program": (["no-such-program"], "not-started", 127),
    "no execute bit": (["{shared}/../plain"], "not-started", 126),
    "wrong machine": (["{shared}/../arm"], "not-started", 126),
    "script with a missing interpreter": (["{shared}/../noint"], "not-started", 127),
    "script without #!": (["{shared}/../noshebang"], "not-started", 126),
    "a folder": (["/tmp"], "not-started", 126),
    "background child holds stdout": (SH + ["sleep 60 & exit 0"], "succeeded", 0),
    "daemonised grandchild": (SH + ["setsid sh -c 'sleep 60 >/dev/null 2>&1 &' ; exit 0"], "succeeded", 0),
    "left-over that ignores TERM": (SH + ["(trap '' TERM; while :; do sleep 1; done) & exit 4"], "failed", 4),
    "long line": (SH + ["head -c 20000000 /dev/zero | tr '\\0' x"], "succeeded", 0),
    "progress bar": (SH + ["i=0; while [ $i -lt 50 ]; do printf '%s%%\\r' $i; i=$((i+1)); done"], "succeeded", 0),
    "binary output": (SH + ["head -c 100000 /dev/urandom"], "succeeded", 0),
    "closes stdout": (SH + ["exec >&- 2>&-; sleep 0.2; exit 5"], "failed", 5),
    "deletes the volume's files": (SH + ["rm -rf {shared}/* {shared}/.s*; exit 6"], "failed", 6),
    "replaces the log by a link": (SH + ["ln -sf /etc/passwd {shared}/logfile; echo x; exit 7"], "failed", 7),
    "writes done_flag itself": (SH + ["echo lie > {shared}/done_flag; exit 8"], "failed", 8),
    "done_flag is a folder": (SH + ["mkdir {shared}/done_flag; exit 9"], "failed", 9),
    "done_flag is a link": (SH + ["ln -s /etc/passwd {shared}/done_flag; exit 10"], "failed", 10),
    "stops itself": (["--timeout=300ms", "--"] + SH + ["kill -STOP $$"], "timed-out", 124),
    "runs too long": (["--timeout=300ms", "--", "sleep", "60"], "timed-out", 124),
    "ignores TERM": (["--timeout=300ms", "--grace=300ms", "--"] + SH + ["trap '' TERM; while :; do sleep 1; done"], "timed-out", 124),
    "many children": (SH + ["for i in 1 2 3 4 5 6 7 8; do (sleep 60 &) ; done; exit 11"], "failed", 11),
    "changes folder": (SH + ["cd /; exit 12"], "failed", 12),
    "umask 077": (SH + ["umask 077; exit 13"], "failed", 13),
    "quoting is kept": (SH + ['[ "$1" = "a  b" ]', "sh", "a  b"], "succeeded", 0),
    "shell": (["--shell", "echo a | grep -q a && exit 14"], "failed", 14),
    "HOME is writable": (SH + ['[ -w "$HOME" ]'], "succeeded", 0),
}


class Run:
    def __init__(self, work, arguments, prepare=None):
        self.volume = work / "volume"
        self.volume.mkdir(exist_ok=True)
        if prepare:
            prepare(self.volume)
        words = [] if arguments[0].startswith("--") else ["--"]
        environment = {**os.environ, "SHARED_DIR": str(self.volume), "HOME": "/nowhere"}
        self.process = subprocess.Popen([PROGRAM, *words, *arguments], env=environment, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def flag(self, name):
        open(self.volume / name, "w").close()

    def wait_done(self):
        end = time.monotonic() + 20
        while not os.path.exists(self.volume / "done_flag") and time.monotonic() < end:
            time.sleep(0.01)
        return self.status()

    def status(self):
        return json.loads((self.volume / "done_flag").read_text())

    def end(self):
        try:
            return self.process.wait(20)
        finally:
            self.process.kill()


def prepare_files(work):
    (work / "plain").write_text("#!/bin/sh\n")
    (work / "arm").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(9) + b"\x02\x00\xb7\x00" + bytes(100))
    (work / "noint").write_text("#!/no/such/interpreter\n")
    (work / "noshebang").write_text("exit 0\n")
    for name in ("arm", "noint", "noshebang"):
        (work / name).chmod(0o755)


def check(name, got, wanted):
    return [] if got == wanted else [f"{name}: {got!r} instead of {wanted!r}"]


def misbehaving(name, work):
    """The published driver's steps: start_flag, existence of done_flag, close_flag."""
    command, state, code = TABLE[name]
    prepare_files(work)
    run = Run(work, command)
    run.flag("start_flag")
    try:
        # A command may put its own done_flag there: the last word is ours.
        time.sleep(0.6 if "done_flag" in name else 0)
        status = run.wait_done()
    except (OSError, ValueError) as fault:
        run.process.kill()
        return [f"{name}: no status: {fault}"]
    alive = run.process.poll() is None
    run.flag("close_flag")
    return (check(name, (status["state"], status["exit_code"]), (state, code)) + check(name + ": exit", run.end(), code)
            + check(name + ": holds until close_flag", alive, True))


def signals_and_flags(work):
    faults = []

    def case(name, arguments, act, state, code, prepare=None):
        folder = work / name.replace(" ", "-")
        folder.mkdir()
        run = Run(folder, arguments, prepare)
        time.sleep(0.15)
        act(run)
        got = run.end()
        faults.extend(check(name + ": exit", got, code))
        try:
            faults.extend(check(name, run.status()["state"], state))
        except (OSError, ValueError) as fault:
            faults.append(f"{name}: {fault}")

    def start_then(what):
        def act(run):
            run.flag("start_flag")
            time.sleep(0.3)
            what(run)
        return act

    def manifest(size, digest="null"):
        def act(run):
            (run.volume / "in").write_text("abc")
            (run.volume / "t").write_text('{"schema": "sidecar.start/v1", "run_id": "r1", "inputs": [{"name": "in", "size": %s, "sha256": %s}]}' % (size, digest))
            (run.volume / "t").rename(run.volume / "start_flag")
            faults.extend(check("run id", run.wait_done()["run_id"], "r1"))
            run.flag("close_flag")
        return act

    abc = '"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"'
    term = lambda run: run.process.send_signal(signal.SIGTERM)
    old = lambda volume: (volume / "done_flag").write_text('{"state": "succeeded"}')
    case("term while waiting", ["true"], term, "cancelled", 143)
    case("term while running", ["sleep", "60"], start_then(term), "cancelled", 143)
    case("close while running", ["sleep", "60"], start_then(lambda run: run.flag("close_flag")), "cancelled", 125)
    case("close while waiting", ["true"], lambda run: run.flag("close_flag"), "cancelled", 125)
    case("start timeout", ["--start-timeout=200ms", "--", "true"], lambda run: None, "timed-out", 121)
    case("close timeout", ["--close-timeout=200ms", "--", "true"], lambda run: run.flag("start_flag"), "succeeded", 122)
    case("old flags", ["true"], lambda run: run.flag("close_flag"), "not-started", 120, old)
    case("old flags rerun", ["--on-restart=rerun", "--", "true"], start_then(lambda run: run.flag("close_flag")), "succeeded", 0, old)
    case("old flags wait", ["--on-restart=wait", "--", "true"], term, "succeeded", 143, old)
    case("good manifest", ["true"], manifest(3, abc), "succeeded", 0)
    case("wrong size", ["true"], manifest(4), "not-started", 123)
    case("wrong hash", ["true"], manifest(3, abc.replace("b", "c")), "not-started", 123)
    return faults


def full_volume(work):
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m,mode=777", "none", str(work)], check=False).returncode != 0:
        print("the full volume is left out: no tmpfs can be mounted here")
        return []
    try:
        run = Run(work, SH + ["cat /dev/zero > {shared}/big; exit 15"])
        run.flag("start_flag")
        status = run.wait_done()
        (work / "volume/big").unlink()
        run.flag("close_flag")
        return check("full volume", (status["state"], status["exit_code"], run.end()), ("failed", 15, 15))
    finally:
        subprocess.run(["umount", "-l", str(work)], check=False)


def usage_and_volume():
    run = lambda *words, **env: subprocess.run([PROGRAM, *words], capture_output=True, env={**os.environ, **env}, check=False).returncode
    return (check("no command", run(), 64) + check("unknown option", run("--nonsense", "--", "true"), 64)
            + check("unknown volume", run("--", "cat", "{volume:other}/x"), 64)
            + check("missing volume", run("--", "true", SHARED_DIR="/nowhere/shared"), 73) + check("version", run("--version"), 0))


def main():
    faults = usage_and_volume()
    for name in TABLE:
        with tempfile.TemporaryDirectory() as work:
            faults += misbehaving(name, pathlib.Path(work))
    for part in (signals_and_flags, full_volume):
        with tempfile.TemporaryDirectory() as work:
            faults += part(pathlib.Path(work))
    print("\n".join(faults) or f"{len(TABLE)} commands and the flags behave")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
