#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs one command under the flag protocol of a shared volume: waits for start_flag, runs it, writes done_flag, waits for close_flag.

usage: entrypoint.py [OPTION]... -- COMMAND [ARG]...
       entrypoint.py [OPTION]... --shell 'PIPELINE' [-- ARG...]

{shared} and {volume:NAME} in arguments become the paths of volumes.

  --volume NAME|DIR       volume with the flags; repeat for more (SHARED_DIR, else "shared")
  --shell 'PIPELINE'      run by /bin/sh -c instead of a command
  --loop                  one run for each cycle of start_flag and close_flag
  --on-restart HOW        flags of an earlier run are there: fail (default), rerun, wait
  --timeout TIME          limit for the command (none): 500ms, 30s, 10m, 2h
  --start-timeout TIME    limit for the wait for start_flag (none)
  --close-timeout TIME    limit for the wait for close_flag (none)
  --grace TIME            between SIGTERM and SIGKILL (8s)
  --heartbeat TIME        how often the heartbeat file is touched; 0: never (5s)
  --log-limit SIZE        limit for the log in the volume; 0: no log there (64Mi)

Exit status: the command's, or 128 + signal; 126 not executable, 127 not found; 124 --timeout, 121 --start-timeout, 122 --close-timeout,
125 cancelled by close_flag, 123 inputs not as start_flag says, 120 flags of an earlier run, 73 volume not usable, 64 wrong usage.

done_flag holds one JSON object ("schema": "sidecar.status/v1") and appears by rename, after everything else, also after a failure.

Limits, next to the native sidecar-entrypoint: Python 3.8 or later has to be in the image and takes some 10 MB and 30 ms; flags are looked
for every 50 ms (no inotify); the machine type of the program is not checked before start_flag, only when it is started.
"""
import ctypes
import hashlib
import json
import os
import queue
import re
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time

VERSION = "python-1"
VOLUME_ROOT = "/opt/palantir/sidecars/shared-volumes"
START, DONE, CLOSE, LOG = "start_flag", "done_flag", "close_flag", "logfile"
OLD_LOG, HEARTBEAT, RESERVE = "logfile.1", ".sidecar-heartbeat", ".sidecar-status.tmp"
POLL = 0.05
RESERVED_BYTES = 64 * 1024  # A full disk must not keep the status from being written.
MAX_START_FLAG = 4 * 1024 * 1024
MAX_LINE = 16 * 1024  # Longer lines are written in pieces: a progress bar may never end its line.
MAX_ARGV_BYTES = 8192
SETTLE = 0.25  # For a `tee` that still flushes what it has, after the command's end.
EXIT_USAGE, EXIT_VOLUME, EXIT_OLD_FLAGS, EXIT_NO_START, EXIT_NO_CLOSE = 64, 73, 120, 121, 122
EXIT_INPUTS, EXIT_TIMEOUT, EXIT_CANCELLED, EXIT_NOT_RUNNABLE, EXIT_NOT_FOUND = 123, 124, 125, 126, 127


class UsageError(Exception):
    """The command line is wrong."""


class Refused(Exception):
    """The command must not or cannot run."""

    def __init__(self, code, reason):
        super().__init__(reason)
        self.code = code


class Ended(Exception):
    """There will be no run: how this is told, and that nobody will write close_flag."""

    def __init__(self, state, code, reason):
        super().__init__(reason)
        self.state, self.code = state, code


def parse_time(text):
    match = re.fullmatch(r"(\d{1,9})(ms|s|m|h|)", text)
    if not match:
        raise UsageError(f"'{text}' is no time such as 500ms, 30s, 10m or 2h")
    return int(match.group(1)) * {"ms": 0.001, "": 1, "s": 1, "m": 60, "h": 3600}[match.group(2)]


def parse_size(text):
    match = re.fullmatch(r"(\d{1,12})(k|M|G|Ki|Mi|Gi|)", text)
    if not match:
        raise UsageError(f"'{text}' is no size such as 500k, 64Mi or 1G")
    powers = {"": 1, "k": 1000, "M": 1000**2, "G": 1000**3, "Ki": 1024, "Mi": 1024**2, "Gi": 1024**3}
    return int(match.group(1)) * powers[match.group(2)]


def volume_path(value):
    """A name below the documented root, or the path of a folder, whose last part is its name."""
    path = value.rstrip("/") if value.startswith("/") else os.path.join(VOLUME_ROOT, value)
    name = path.rsplit("/", 1)[-1]
    if not name or name.startswith(".") or re.search(r"[/{}:,\n]", name) or ("/" in value and not value.startswith("/")):
        raise UsageError(f"'{value}' is neither the name of a volume nor the path of its folder")
    return name, path


class Options:
    TIMES = {"--timeout": 0, "--start-timeout": 0, "--close-timeout": 0, "--grace": 8, "--heartbeat": 5}

    def __init__(self, arguments):
        self.times = dict(self.TIMES)
        self.volumes, self.shell, self.loop, self.on_restart, self.log_limit = [], None, False, "fail", 64 * 1024**2
        rest = list(arguments)
        while rest and rest[0].startswith("-"):
            word = rest.pop(0)
            if word == "--":
                break
            self.take(word, rest)
        self.command = rest
        if not self.command and self.shell is None:
            raise UsageError("no command was given")
        if not self.volumes:
            self.volumes.append(volume_path(os.environ.get("SHARED_DIR") or "shared"))

    def take(self, word, rest):
        name, joined, value = word.partition("=")
        if name == "--loop" and not joined:
            self.loop = True
            return
        if name not in self.TIMES and name not in ("--volume", "--shell", "--on-restart", "--log-limit"):
            raise UsageError(f"unknown option '{word}'")
        if not joined:
            if not rest:
                raise UsageError(f"{name} needs a value")
            value = rest.pop(0)
        if name == "--volume":
            self.volumes.append(volume_path(value))
        elif name == "--shell":
            self.shell = value
        elif name == "--log-limit":
            self.log_limit = parse_size(value)
        elif name == "--on-restart":
            if value not in ("fail", "rerun", "wait"):
                raise UsageError(f"--on-restart is fail, rerun or wait, not '{value}'")
            self.on_restart = value
        else:
            self.times[name] = parse_time(value)

    def argv(self):
        words = self.command if self.shell is None else ["/bin/sh", "-c", self.shell, "sh", *self.command]
        paths = dict(self.volumes)

        def expand(match):
            if match.group(1) is None:
                return self.volumes[0][1]
            if match.group(1) not in paths:
                raise UsageError(f"there is no volume '{match.group(1)}'; name it with --volume")
            return paths[match.group(1)]

        return [re.sub(r"\{shared\}|\{volume:([^}]*)\}", expand, word) for word in words]


def say(text):
    """For the platform's log: at once, and never fatal."""
    try:
        os.write(2, f"sidecar: {text}\n".encode("utf-8", "replace"))
    except OSError:
        pass


def now_text(seconds):
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1000) % 1000:03d}Z"


def oom_kills():
    try:
        with open("/sys/fs/cgroup/memory.events", encoding="ascii") as events:
            return dict(line.split() for line in events).get("oom_kill")
    except (OSError, ValueError):
        return None


class Log:
    """logfile in the volume, and our stdout. At half of its limit the file becomes logfile.1, so the end of a log is always there.
    A full disk loses lines and nothing else."""

    def __init__(self, folder, limit):
        self.path, self.old, self.limit = os.path.join(folder, LOG), os.path.join(folder, OLD_LOG), limit
        self.descriptor, self.size, self.total = -1, 0, 0
        self.stdout = True

    def open(self, append=False):
        if self.limit == 0:
            return
        try:
            if not append and os.path.lexists(self.path):
                os.unlink(self.path)
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            self.descriptor = os.open(self.path, flags, 0o644)
            if not stat.S_ISREG(os.fstat(self.descriptor).st_mode):
                self.close()
                return
            self.size = os.fstat(self.descriptor).st_size
        except OSError as error:
            say(f"no log in the volume: {error}")

    def close(self):
        if self.descriptor >= 0:
            os.close(self.descriptor)
        self.descriptor = -1

    def write(self, line):
        if self.stdout:
            try:
                view = memoryview(line)
                while view:
                    view = view[os.write(1, view):]
            except OSError:
                self.stdout = False  # Nobody reads it any more.
        if self.descriptor < 0:
            return
        try:
            if self.size + len(line) > self.limit // 2:
                self.close()
                os.replace(self.path, self.old)
                self.open()
            self.size += os.write(self.descriptor, line)
        except OSError:
            pass


class Pump(threading.Thread):
    """Copies one stream of the command to the log, line by line, each with its time and the name of the stream."""

    def __init__(self, stream, tag, lines):
        super().__init__(daemon=True)
        self.descriptor, self.tag, self.lines, self.pending, self.total = stream.fileno(), tag, lines, b"", 0
        self.stream = stream

    def emit(self, line, mark):
        self.lines.put(now_text(time.time()).encode() + b" " + self.tag + mark + line + b"\n")

    def run(self):
        while True:
            try:
                data = os.read(self.descriptor, 65536)
            except OSError:
                break
            if not data:
                break
            self.total += len(data)
            parts = re.split(rb"\r\n|\r|\n", self.pending + data)
            self.pending = parts.pop()
            for part in parts:
                if part:
                    self.pieces(part, b" F ")
                else:
                    self.emit(b"", b" F ")
            while len(self.pending) > MAX_LINE:
                self.emit(self.pending[:MAX_LINE], b" P ")
                self.pending = self.pending[MAX_LINE:]
        if self.pending:
            self.emit(self.pending, b" F ")

    def pieces(self, part, mark):
        for at in range(0, len(part), MAX_LINE):
            last = at + MAX_LINE >= len(part)
            self.emit(part[at:at + MAX_LINE], mark if last else b" P ")


class Supervisor:
    def __init__(self, options):
        self.options, self.argv = options, options.argv()
        self.folder = options.volumes[0][1]
        self.signals, self.process, self.wake = [], None, threading.Event()
        self.log = Log(self.folder, options.log_limit)
        self.lines = queue.Queue(maxsize=1024)  # Bounded: a flood waits in the pipe, not in memory.
        self.run_id, self.next_beat = "", 0.0

    def path(self, name):
        return os.path.join(self.folder, name)

    def there(self, name):
        # A listing, where a lookup could be answered from a cache that remembers "not there" (NFS), costs more than it helps here.
        return os.path.lexists(self.path(name))

    def remove(self, *names):
        for name in names:
            try:
                os.unlink(self.path(name))
            except IsADirectoryError:
                shutil.rmtree(self.path(name), ignore_errors=True)
            except OSError:
                pass

    # Before waiting.

    def check_volumes(self):
        for _, path in self.options.volumes:
            if not os.path.isdir(path):
                raise Refused(EXIT_VOLUME, f"there is no folder '{path}': is the volume mounted, and named as in the transform?")
            probe = os.path.join(path, f".sidecar-probe.{os.getpid()}")
            try:
                with open(probe, "xb"):
                    pass
                os.rename(probe, probe + ".2")
                os.unlink(probe + ".2")
            except OSError as error:
                info = os.stat(path)
                raise Refused(EXIT_VOLUME, f"uid {os.getuid()} cannot write to '{path}' (owner {info.st_uid}:{info.st_gid}, mode "
                                           f"{stat.S_IMODE(info.st_mode):04o}): {error.strerror}") from error

    def check_command(self):
        name = self.argv[0]
        program = name if "/" in name else shutil.which(name)
        if program is None or not os.path.exists(program):
            raise Refused(EXIT_NOT_FOUND, f"program '{name}' was not found")
        if os.path.isdir(program) or not os.access(program, os.X_OK):
            raise Refused(EXIT_NOT_RUNNABLE, f"'{program}' is not executable for uid {os.getuid()}")
        try:
            with open(program, "rb") as file:
                first = file.read(256).split(b"\n")[0]
        except OSError:
            return  # Executable and not readable: the kernel decides.
        if first.startswith(b"#!"):
            words = first[2:].split(None, 1)
            interpreter = os.fsdecode(words[0]) if words else ""
            if first.endswith(b"\r"):
                raise Refused(EXIT_NOT_RUNNABLE, f"'{program}' has Windows line ends: its first line ends with a carriage return")
            if not os.access(interpreter, os.X_OK):
                raise Refused(EXIT_NOT_FOUND, f"the interpreter '{interpreter}' of '{program}' was not found")

    def reserve(self):
        try:
            descriptor = os.open(self.path(RESERVE), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            os.write(descriptor, b" " * RESERVED_BYTES)
            os.close(descriptor)
        except OSError:
            pass

    # Waiting.

    def beat(self):
        every = self.options.times["--heartbeat"]
        if every and time.monotonic() >= self.next_beat:
            self.next_beat = time.monotonic() + every
            try:
                descriptor = os.open(self.path(HEARTBEAT), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
                os.utime(descriptor)
                os.close(descriptor)
            except OSError:
                pass

    def pause(self):
        self.beat()
        self.wake.wait(POLL)
        self.wake.clear()

    def wait_for_start(self):
        limit = self.options.times["--start-timeout"]
        end = time.monotonic() + limit
        while not self.there(START):
            if self.signals:
                raise Ended("cancelled", 128 + self.signals[0], f"{signal.Signals(self.signals[0]).name} was received before start_flag came")
            if self.there(CLOSE):
                raise Ended("cancelled", 0 if self.options.loop else EXIT_CANCELLED, "close_flag came before start_flag")
            if limit and time.monotonic() > end:
                raise Ended("timed-out", EXIT_NO_START, "start_flag did not come within --start-timeout")
            self.pause()

    def check_inputs(self):
        """start_flag may say what the inputs are; an empty one, or any other text, is as good."""
        manifest = self.read_manifest()
        for item in manifest.get("inputs") or []:
            name = item.get("name") if isinstance(item, dict) else None
            if not isinstance(name, str) or not name or any(part in ("", ".", "..") for part in name.split("/")):
                raise Refused(EXIT_INPUTS, f"start_flag names an input that is not below the volume: {name!r}")
            try:
                with open(self.path(name), "rb") as file:
                    size = os.fstat(file.fileno()).st_size
                    if "size" in item and item["size"] != size:
                        raise Refused(EXIT_INPUTS, f"input '{name}' has {size} bytes, and start_flag says {item['size']}")
                    if item.get("sha256") and item["sha256"] != self.digest(file):
                        raise Refused(EXIT_INPUTS, f"input '{name}' has another SHA-256 than start_flag says")
            except OSError as error:
                raise Refused(EXIT_INPUTS, f"input '{name}' cannot be read: {error.strerror}") from error

    def read_manifest(self):
        for attempt in range(20):  # Not every writer renames: a half-written one gets a second to become whole.
            try:
                with open(self.path(START), "rb") as file:
                    text = file.read(MAX_START_FLAG)
            except OSError:
                return {}
            if not text.lstrip().startswith(b"{"):
                return {}
            try:
                manifest = json.loads(text)
            except ValueError:
                time.sleep(POLL)
                continue
            if not isinstance(manifest, dict) or manifest.get("schema") != "sidecar.start/v1":
                return {}
            if isinstance(manifest.get("run_id"), str):
                self.run_id = manifest["run_id"][:1024]
            return manifest
        raise Refused(EXIT_INPUTS, "start_flag begins as JSON and is none")

    @staticmethod
    def digest(file):
        digest = hashlib.sha256()
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
        return digest.hexdigest()

    # Running.

    def environment(self):
        environment = dict(os.environ, PYTHONUNBUFFERED="1")
        home = environment.get("HOME", "")
        if not home or not os.access(home, os.W_OK | os.X_OK):
            environment["HOME"] = "/tmp" if os.access("/tmp", os.W_OK | os.X_OK) else self.folder
        return environment

    def start(self):
        try:
            return subprocess.Popen(self.argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                    start_new_session=True, env=self.environment())
        except OSError as error:
            code = EXIT_NOT_FOUND if isinstance(error, FileNotFoundError) else EXIT_NOT_RUNNABLE
            raise Refused(code, f"'{self.argv[0]}' cannot be started: {error.strerror}") from error

    def kill(self, number):
        try:
            os.killpg(self.process.pid, number)
        except OSError:
            pass

    def group_lives(self):
        try:
            os.killpg(self.process.pid, 0)
        except OSError:
            return False
        return True

    def write_lines(self):
        while True:
            line = self.lines.get()
            if line is None:
                return
            self.log.write(line)

    def supervise(self, status):
        """Waits for the command itself, not for the end of its output: something in the background may keep that open."""
        grace, limit = self.options.times["--grace"], self.options.times["--timeout"]
        begun, kill_at, stopped = time.monotonic(), None, None
        while self.process.poll() is None:
            now = time.monotonic()
            if stopped is None:
                stopped = self.why_stop(begun, limit)
                if stopped:
                    self.kill(signal.SIGTERM)
                    kill_at = now + grace
            elif now > kill_at:
                self.kill(signal.SIGKILL)
            self.pause()
        code = self.process.returncode
        status["signal"] = -code if code < 0 else None
        if stopped:
            status["state"], status["exit_code"], status["reason"] = stopped
        elif code < 0:
            status.update(state="failed", exit_code=128 - code, reason=f"the command was ended by {self.signal_name(-code)}")
        elif code > 0:
            status.update(state="failed", exit_code=code, reason=f"the command ended with exit status {code}")
        else:
            status.update(state="succeeded", exit_code=0, reason="")

    @staticmethod
    def signal_name(number):
        try:
            return signal.Signals(number).name
        except ValueError:
            return f"signal {number}"

    def why_stop(self, begun, limit):
        if self.signals:
            return "cancelled", 128 + self.signals[0], f"{self.signal_name(self.signals[0])} was received while the command ran"
        if self.there(CLOSE):
            return "cancelled", EXIT_CANCELLED, "close_flag came while the command ran"
        if limit and time.monotonic() - begun > limit:
            return "timed-out", EXIT_TIMEOUT, "the command ran longer than --timeout"
        return None

    def clear_left_overs(self, pumps):
        """Outputs are complete only when nobody writes any more."""
        end = time.monotonic() + SETTLE
        while time.monotonic() < end and (self.group_lives() or any(pump.is_alive() for pump in pumps)):
            time.sleep(0.01)
        for number, seconds in ((signal.SIGTERM, min(2.0, self.options.times["--grace"])), (signal.SIGKILL, 1.0)):
            end = time.monotonic() + seconds
            if self.group_lives():
                self.kill(number)
            while self.group_lives() and time.monotonic() < end:
                self.reap()
                time.sleep(0.02)
        self.reap()
        for pump in pumps:
            pump.join(SETTLE)

    @staticmethod
    def reap():
        """As PID 1, or as the subreaper, every orphan below us is ours."""
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0:
                pass
        except ChildProcessError:
            pass

    def run(self):
        status = {"signal": None}
        kills_before = oom_kills()
        started, begun = time.time(), time.monotonic()
        self.process = self.start()
        pumps = [Pump(self.process.stdout, b"stdout", self.lines), Pump(self.process.stderr, b"stderr", self.lines)]
        writer = threading.Thread(target=self.write_lines, daemon=True)
        for thread in (writer, *pumps):
            thread.start()
        self.supervise(status)
        self.clear_left_overs(pumps)
        self.lines.put(None)
        writer.join(2)
        after = oom_kills()
        kills = int(after) - int(kills_before) if after is not None and kills_before is not None else None
        status.update(started=now_text(started), ended=now_text(time.time()), milliseconds=int((time.monotonic() - begun) * 1000),
                      log_bytes=sum(pump.total for pump in pumps), max_rss_bytes=self.peak_memory(), oom_kills=kills)
        if kills:
            status["reason"] = (status["reason"] + "; " if status["reason"] else "") + "the container ran out of memory"
        return status

    @staticmethod
    def peak_memory():
        import resource  # pylint: disable=import-outside-toplevel
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024

    # Telling.

    def shown_argv(self):
        shown, left = [], MAX_ARGV_BYTES
        for word in self.argv:
            if len(word) > left:
                return shown + ["[cut]"]
            shown.append(word.encode("utf-8", "surrogateescape").decode("utf-8", "replace"))
            left -= len(word)
        return shown

    def publish(self, status):
        """By rename, last of all: whoever sees done_flag sees the whole status, and outputs that are complete."""
        document = {"schema": "sidecar.status/v1", "run_id": self.run_id, "state": status["state"], "exit_code": status["exit_code"],
                    "signal": status.get("signal"), "reason": status["reason"][:2048], "argv": self.shown_argv(),
                    "started": status.get("started"), "ended": status.get("ended", now_text(time.time())),
                    "milliseconds": status.get("milliseconds", 0), "log_bytes": status.get("log_bytes", 0),
                    "max_rss_bytes": status.get("max_rss_bytes", 0), "oom_kills": status.get("oom_kills"), "version": VERSION}
        text = (json.dumps(document) + "\n").encode()
        if status["reason"]:
            say(status["reason"])
        for attempt in range(3):
            try:
                self.write_status(text)
                return True
            except OSError as error:
                say(f"done_flag cannot be written: {error}")
                self.log.close()
                self.remove(OLD_LOG, LOG)  # The status matters more than the log.
                time.sleep(0.1 * attempt)
        return False

    def write_status(self, text):
        # Not truncated first: the blocks that were reserved are overwritten, so this works on a full disk.
        descriptor = os.open(self.path(RESERVE), os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        try:
            view = memoryview(text)
            while view:
                view = view[os.write(descriptor, view):]
            os.ftruncate(descriptor, len(text))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if os.path.isdir(self.path(DONE)) and not os.path.islink(self.path(DONE)):
            shutil.rmtree(self.path(DONE), ignore_errors=True)
        os.rename(self.path(RESERVE), self.path(DONE))

    def hold(self, code):
        limit = self.options.times["--close-timeout"]
        end = time.monotonic() + limit
        while not self.there(CLOSE):
            if self.signals:
                return code
            if limit and time.monotonic() > end:
                return code or EXIT_NO_CLOSE
            self.pause()
        return code

    # All of it.

    def handle(self, number, _frame):
        self.signals.append(number)
        self.wake.set()

    def old_flags(self):
        # start_flag alone is no old flag: the executor may have been faster than this container.
        return [name for name in (DONE, CLOSE) if self.there(name)]

    def meet_old_flags(self):
        if not self.old_flags():
            return
        found = " and ".join(self.old_flags())
        if self.options.on_restart == "rerun":
            self.remove(DONE, CLOSE)
            return
        if self.options.on_restart == "fail":
            # Nothing is written: the done_flag that is there tells of another run, and to replace it would lie to its reader.
            say(f"{found} of an earlier run is in '{self.folder}': a volume is for one run (see --on-restart and --loop)")
            if not self.there(DONE):
                self.publish({"state": "not-started", "exit_code": EXIT_OLD_FLAGS, "reason": f"{found} was there before the start"})
            sys.exit(EXIT_OLD_FLAGS)
        limit = self.options.times["--start-timeout"]
        end = time.monotonic() + limit
        while self.old_flags():
            if self.signals:
                sys.exit(128 + self.signals[0])
            if limit and time.monotonic() > end:
                sys.exit(EXIT_NO_START)
            self.pause()

    def cycle(self):
        """One run; the exit status, and whether a loop goes on."""
        self.run_id = ""
        try:
            self.wait_for_start()
            self.check_inputs()
            status = self.run()
        except Refused as error:
            status = {"state": "not-started", "exit_code": error.code, "reason": str(error)}
        except Ended as error:
            if error.code == 0:
                return 0, False
            self.publish({"state": error.state, "exit_code": error.code, "reason": str(error)})
            return error.code, False
        if not self.publish(status):
            return status["exit_code"] or EXIT_VOLUME, False
        return self.hold(status["exit_code"]), not self.signals and self.there(CLOSE)

    def main(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT):
            signal.signal(number, self.handle)
        os.umask(0o022)
        try:
            ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER
        except (OSError, AttributeError):
            pass
        try:
            self.check_volumes()
        except Refused as error:
            say(str(error))
            return error.code
        self.meet_old_flags()
        try:
            self.check_command()
        except Refused as error:
            self.publish({"state": "not-started", "exit_code": error.code, "reason": str(error)})
            return self.hold(error.code)
        self.log.open()
        while True:
            self.reserve()
            code, again = self.cycle()
            if not (self.options.loop and again):
                return code
            self.remove(START, DONE, CLOSE)
            self.log.close()
            self.log.open()


def main():
    if sys.argv[1:2] in (["--help"], ["--version"]):
        print(__doc__ if sys.argv[1] == "--help" else VERSION)
        return 0
    try:
        supervisor = Supervisor(Options(sys.argv[1:]))
    except UsageError as error:
        say(f"{error} (--help shows the options)")
        return EXIT_USAGE
    return supervisor.main()


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # Threads may still wait for output that something outside of our tree holds open.
