# SPDX-License-Identifier: Apache-2.0
"""Entrypoints of the templates as real processes on a folder of their own."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PYTHON, SHELL = TEMPLATES / "flags-python/entrypoint.py", TEMPLATES / "flags-sh/entrypoint.sh"
LIMIT = 20  # Seconds; a busy machine is slow, a hang is endless.

sys.dont_write_bytecode = True  # templates/ is data: the build takes what lies there.


def entrypoints():
    """{name: command line} of all that this machine can run."""
    found = {"python": [sys.executable, str(PYTHON)]}
    for name, shell in (("dash", ["dash"]), ("busybox", ["busybox", "sh"]), ("bash", ["bash", "--posix"])):
        if shutil.which(shell[0]):
            found[name] = [*shell, str(SHELL)]
    if os.environ.get("SIDECARCTL_OLD_PYTHON"):  # To try it with Python 3.8 where that is at hand.
        found["old python"] = [os.environ["SIDECARCTL_OLD_PYTHON"], str(PYTHON)]
    return found


def wait_for(condition, what, limit=LIMIT):
    end = time.monotonic() + limit
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(0.02)
    raise AssertionError(f"{what} did not come within {limit} s")


class Sidecar:
    """An entrypoint that runs; with `with`, nothing of it stays."""

    def __init__(self, entrypoint, *arguments, volume=None, environment=None, options=()):
        self.temporary = tempfile.mkdtemp(prefix="sidecar-test.")
        self.volume = pathlib.Path(volume or os.path.join(self.temporary, "shared"))
        self.volume.mkdir(exist_ok=True)
        self.output = open(os.path.join(self.temporary, "output"), "w+b")
        self.process = subprocess.Popen([*entrypoint, "--volume", str(self.volume), *options, "--", *arguments], stdin=subprocess.DEVNULL,
                                        stdout=self.output, stderr=subprocess.STDOUT, start_new_session=True,
                                        env={**os.environ, **(environment or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_exception):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.output.close()
        shutil.rmtree(self.temporary, ignore_errors=True)

    def flag(self, name, content=""):
        part = self.volume / f".test-{name}"
        part.write_text(content)
        part.rename(self.volume / name)

    def start(self, content=""):
        self.flag("start_flag", content)

    def close(self):
        self.flag("close_flag")

    def done(self, limit=LIMIT):
        wait_for((self.volume / "done_flag").exists, "done_flag", limit)
        return json.loads((self.volume / "done_flag").read_text())

    def finish(self):
        """start, done, close, end: the status and the exit status."""
        self.start()
        status = self.done()
        self.close()
        return status, self.process.wait(LIMIT)

    def finish_on_full_disk(self):
        """The same where no new file can be written: an empty one still can be made."""
        self.start()
        status = self.done()
        (self.volume / "close_flag").touch()
        return status, self.process.wait(LIMIT)

    def log(self):
        return (self.volume / "logfile").read_bytes()

    def printed(self):
        self.output.seek(0)
        return self.output.read()
