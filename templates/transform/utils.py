"""The executor's half of the flag protocol of a Foundry sidecar: a run with inputs, flags, a status and outputs.

    with SidecarRun("shared", run_id="part-0") as run:
        run.put_csv("infile.csv", header, rows)
        run.start()
        status = run.wait(timeout=600)
        rows = run.get_csv("outfile.csv", header)

Whatever happens inside, close_flag is written and the container beside this executor can end. What goes wrong is raised: a time limit, a
failure status, a missing output, a volume that was used before. Python 3.8 or later, standard library only.
"""
import csv
import errno
import fcntl
import hashlib
import json
import os
import shutil
import stat
import time
from contextlib import contextmanager

VOLUME_ROOT = "/opt/palantir/sidecars/shared-volumes"
START, DONE, CLOSE, LOG = "start_flag", "done_flag", "close_flag", "logfile"
HEARTBEAT, LOCK = ".sidecar-heartbeat", ".sidecar-driver.lock"
RESERVED = {START, DONE, CLOSE, LOG, "logfile.1"}
POLL = 0.1
LOG_TAIL = 4096  # Bytes of the log that an exception carries.
MAX_STATUS = 1024 * 1024
SPARE_BYTES = 16 * 1024 * 1024  # Must stay free after an input was copied: for the log and the status.


class SidecarError(RuntimeError):
    """The sidecar did not do its work; the message has the end of its log."""


class SidecarTimeout(SidecarError):
    """done_flag did not come in time."""


class SidecarFailed(SidecarError):
    """The status says that the command failed; .status has it."""

    def __init__(self, message, status):
        super().__init__(message)
        self.status = status

    def __reduce__(self):  # Exceptions travel from executors to the driver.
        return type(self), (self.args[0], self.status)


class VolumeInUse(SidecarError):
    """Another task uses the volume, or the flags of an earlier run are in it."""


class MissingOutput(SidecarError):
    """An output that is required is not there, or is no regular file."""


def volume_dir(volume):
    """SIDECAR_VOLUME_ROOT stands for tests outside of Foundry."""
    return os.path.join(os.environ.get("SIDECAR_VOLUME_ROOT", VOLUME_ROOT), volume)


def safe_name(name):
    """`name` as a path below the volume. Raises ValueError for one that leaves it or is a name of the protocol."""
    parts = name.split("/")
    if not name or "\0" in name or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"{name!r} is not the name of a file below the volume")
    if parts[0] in RESERVED or parts[0].startswith(".sidecar-"):
        raise ValueError(f"{name!r} is a name of the flag protocol")
    return name


class SidecarRun:
    """One run on one volume. `stale_wait`: how many seconds a sidecar with --loop gets to clear the flags of the run before."""

    def __init__(self, volume="shared", run_id="", stale_wait=10.0, verify=False):
        self.folder, self.run_id, self.stale_wait, self.verify = volume_dir(volume), run_id, stale_wait, verify
        self.inputs, self.lock, self.status = [], -1, None

    def path(self, name):
        return os.path.join(self.folder, name)

    # From the check of the volume to close_flag.

    def __enter__(self):
        if not os.path.isdir(self.folder):
            raise SidecarError(f"there is no folder '{self.folder}': does @sidecar name this volume?")
        self.acquire()
        try:
            self.wait_until_clear()
        except BaseException as error:
            if isinstance(error, SidecarFailed):
                self.write_flag(CLOSE, b"")  # It told that it could not get ready, and waits to be let go.
            self.release()
            raise
        return self

    def __exit__(self, *_exception):
        try:
            self.write_flag(CLOSE, b"")
        finally:
            self.release()
        return False

    def acquire(self):
        """Two tasks on one executor (more than one core, speculation) would overwrite each other's files. The kernel drops the lock when
        its holder dies."""
        self.lock = os.open(self.path(LOCK), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
        end = time.monotonic() + self.stale_wait
        while True:
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            except OSError as error:
                if error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EINTR) or time.monotonic() > end:
                    self.release()
                    raise VolumeInUse(f"another task uses '{self.folder}': give each executor one core, or wait longer (stale_wait)") from error
            time.sleep(POLL)

    def release(self):
        if self.lock >= 0:
            os.close(self.lock)
        self.lock = -1

    def wait_until_clear(self):
        end = time.monotonic() + self.stale_wait
        while True:
            old = [name for name in (START, DONE, CLOSE) if os.path.lexists(self.path(name))]
            if not old:
                return
            if DONE in old and START not in old and CLOSE not in old:
                # Told before anybody asked: the container could not get ready at all. A later wait would only find the same.
                self.check_status(self.read_status())
            if time.monotonic() > end:
                raise VolumeInUse(f"{', '.join(old)} of an earlier run is in '{self.folder}': a container serves one run, unless its "
                                  f"entrypoint has --loop")
            time.sleep(POLL)

    # Inputs.

    @contextmanager
    def put_stream(self, name):
        """A binary file that appears under its name when it is complete."""
        target = self.path(safe_name(name))
        os.makedirs(os.path.dirname(target), exist_ok=True)
        part = os.path.join(os.path.dirname(target), f".sidecar-part.{os.path.basename(target)[:200]}")
        try:
            with open(part, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            os.rename(part, target)
        except BaseException:
            if os.path.lexists(part):
                os.unlink(part)
            raise
        self.inputs.append(name)

    def put_file(self, name, source, size=None):
        """Copies an open binary file. `size`, if known, is held against the free space first."""
        if size is not None:
            self.check_space(name, size)
        with self.put_stream(name) as file:
            shutil.copyfileobj(source, file, 1 << 20)

    def check_space(self, name, size):
        space = os.statvfs(self.folder)
        free = space.f_bavail * space.f_frsize
        if size + SPARE_BYTES > free:
            raise SidecarError(f"'{name}' has {size} bytes, and '{self.folder}' has room for {free}")

    def put_csv(self, name, header, rows):
        with self.put_stream(name) as file:
            file.write(csv_bytes([header]))
            for row in rows:
                file.write(csv_bytes([row]))

    def put_dataset(self, filesystem):
        """All files of a dataset, hidden and nested ones, too; returns their names."""
        names = []
        for entry in filesystem.ls(show_hidden=True):
            with filesystem.open(entry.path, "rb") as source:
                self.put_file(entry.path, source, entry.size if isinstance(entry.size, int) else None)
            names.append(entry.path)
        return names

    # Flags.

    def write_flag(self, name, content):
        part = self.path(f".sidecar-{name}.part")
        with open(part, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.rename(part, self.path(name))

    def describe(self, name):
        with open(self.path(name), "rb") as file:
            item = {"name": name, "size": os.fstat(file.fileno()).st_size}
            if self.verify:
                digest = hashlib.sha256()
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
                item["sha256"] = digest.hexdigest()
        return item

    def start(self):
        """start_flag says which run this is and which inputs belong to it; an entrypoint that looks only for its name does as before."""
        manifest = {"schema": "sidecar.start/v1", "run_id": self.run_id, "inputs": [self.describe(name) for name in self.inputs]}
        self.write_flag(START, json.dumps(manifest).encode())

    def wait(self, timeout=None, heartbeat_limit=60.0):
        """Until done_flag: returns the status, a dict ({} from an entrypoint that writes none). Raises for every other end.

        `timeout`: seconds, None for no limit. `heartbeat_limit`: an entrypoint that has a heartbeat, and loses it for so long, is gone."""
        begun = beaten = time.monotonic()
        beat = None
        while not os.path.lexists(self.path(DONE)):
            now, last = time.monotonic(), self.heartbeat()
            if last != beat:
                beat, beaten = last, now
            if timeout is not None and now - begun > timeout:
                raise SidecarTimeout(f"the sidecar was not done after {timeout} s{self.log_tail()}")
            if beat is not None and heartbeat_limit and now - beaten > heartbeat_limit:
                raise SidecarTimeout(f"the sidecar gave no sign of life for {heartbeat_limit} s{self.log_tail()}")
            time.sleep(POLL)
        self.status = self.check_status(self.read_status())
        return self.status

    def heartbeat(self):
        try:
            return os.lstat(self.path(HEARTBEAT)).st_mtime_ns
        except OSError:
            return None

    def read_status(self):
        """{} when done_flag has no status: the documented protocol asks for its presence only."""
        with self.open_regular(DONE) as file:
            text = file.read(MAX_STATUS)
        try:
            status = json.loads(text)
        except ValueError:
            return {}
        return status if isinstance(status, dict) and str(status.get("schema", "")).startswith("sidecar.status/") else {}

    def check_status(self, status):
        if status and status.get("state") != "succeeded":
            what = f"the sidecar's command {status.get('state')}: {status.get('reason')} (exit status {status.get('exit_code')})"
            raise SidecarFailed(what + self.log_tail(), status)
        if status.get("run_id") and self.run_id and status["run_id"] != self.run_id:
            raise VolumeInUse(f"done_flag is that of run '{status['run_id']}', not of '{self.run_id}'")
        return status

    def log_tail(self):
        try:
            with self.open_regular(LOG) as file:
                size = os.fstat(file.fileno()).st_size
                file.seek(max(0, size - LOG_TAIL))
                text = file.read(LOG_TAIL).decode("utf-8", "replace").strip()
        except (OSError, SidecarError):
            return ""
        return f"\nthe end of its log:\n{text}" if text else "\nits log is empty"

    # Outputs.

    def open_regular(self, name):
        """An output as a binary file. The container may have put a link or a pipe there: neither is followed or waited for."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            parts = name.split("/")
            for part in parts[:-1]:
                child = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
                os.close(folder)
                folder = child
            descriptor = os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        except OSError as error:
            raise MissingOutput(f"output '{name}' cannot be read: {error.strerror}") from error
        finally:
            os.close(folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise MissingOutput(f"output '{name}' is no regular file")
        return os.fdopen(descriptor, "rb")

    def get_file(self, name, filesystem, target=None, required=True):
        """Copies an output into a dataset; False when it is optional and missing. A failed copy raises."""
        try:
            source = self.open_regular(safe_name(name) if name != LOG else name)
        except MissingOutput:
            if required:
                raise
            return False
        with source, filesystem.open(target or name, "wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        return True

    def get_csv(self, name, header=None):
        """The rows of a CSV output, as lists of texts. `header`: the column names that must be there, in any order; rows come in that order."""
        with self.open_regular(safe_name(name)) as file:
            rows = list(csv.reader((line.decode("utf-8") for line in file), strict=True))
        if not rows:
            raise MissingOutput(f"output '{name}' has no header")
        names = rows.pop(0)
        if header is None:
            return rows
        missing = [column for column in header if column not in names]
        if missing:
            raise MissingOutput(f"output '{name}' has no column {', '.join(map(repr, missing))}; it has {', '.join(map(repr, names))}")
        wrong = [number for number, row in enumerate(rows, 2) if len(row) != len(names)]
        if wrong:
            raise MissingOutput(f"output '{name}' has {len(names)} columns, but another number in record {wrong[0]}")
        order = [names.index(column) for column in header]
        return [[row[index] for index in order] for row in rows]


def csv_bytes(rows):
    """One dialect for writing and reading: commas, double quotes doubled, as `csv` has it and spreadsheets read it."""
    lines = _Lines()
    csv.writer(lines, lineterminator="\n").writerows(["" if value is None else value for value in row] for row in rows)
    return "".join(lines).encode("utf-8")


class _Lines(list):
    """What csv.writer needs of a file."""

    write = list.append
