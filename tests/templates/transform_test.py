#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The Foundry side of the templates, as `init --with-transform` writes it, against the entrypoints in real processes.

The variable SIDECARCTL names the program.
"""
import contextlib
import importlib
import io
import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import fake_foundry
from processes import LIMIT, Sidecar, entrypoints, wait_for

SEEN = fake_foundry.install()
SIDECARCTL = os.path.abspath(os.environ.get("SIDECARCTL", "sidecarctl"))
FOLDER = tempfile.TemporaryDirectory(prefix="transform-test.")


def load(name, template="flags-python"):
    """A module of the package that init makes."""
    target = pathlib.Path(FOLDER.name) / template.replace("-", "_")
    if not target.exists():
        subprocess.run([SIDECARCTL, "init", str(target), "--template", template, "--image", "team/app:1.2", "--with-transform"], check=True,
                       capture_output=True, cwd=FOLDER.name)
        (target / "__init__.py").touch()
        sys.path.insert(0, FOLDER.name)
    return importlib.import_module(f"{target.name}.transform.{name}")


def all_entrypoints():
    """The scripts, and the program that init writes for `flags`."""
    native = pathlib.Path(FOLDER.name) / "native/sidecar-entrypoint"
    if not native.exists():
        subprocess.run([SIDECARCTL, "init", "native"], check=True, capture_output=True, cwd=FOLDER.name)
    return {**entrypoints(), "native": [str(native)]}


class Volumes(unittest.TestCase):
    """Each test has a volume "shared", and what it starts is ended."""

    def setUp(self):
        self.utils = load("utils")
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.stack = stack
        self.root = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        self.volume = self.root / "shared"
        self.volume.mkdir()
        os.environ["SIDECAR_VOLUME_ROOT"] = str(self.root)
        os.environ.pop("SIDECAR_TEST_VOLUMES", None)

    def sidecar(self, *command, options=(), entrypoint="python", volume=None):
        return self.stack.enter_context(Sidecar(all_entrypoints()[entrypoint], *command, volume=volume or self.volume, options=options))


class Utils(Volumes):
    def test_a_run_with_every_entrypoint(self):
        self.assertIn("native", all_entrypoints())
        for entrypoint in all_entrypoints():
            with self.subTest(entrypoint=entrypoint), tempfile.TemporaryDirectory() as root:
                os.environ["SIDECAR_VOLUME_ROOT"] = root
                process = self.sidecar("cp", "{shared}/a/in.csv", "{shared}/out.csv", entrypoint=entrypoint, volume=os.path.join(root, "shared")).process
                rows = [["1", 'Smith, "J"'], ["2", None], ["3", "line\nbreak"], ["4", "Zoë|x"]]
                with self.utils.SidecarRun("shared", run_id="r-1", verify=True) as run:
                    run.put_csv("a/in.csv", ["id", "name"], rows)
                    run.start()
                    status = run.wait(timeout=LIMIT)
                    self.assertEqual((status["state"], status["run_id"]), ("succeeded", "r-1"))
                    self.assertEqual(run.get_csv("out.csv", ["name", "id"]), [[row[1] or "", row[0]] for row in rows])
                self.assertEqual(process.wait(LIMIT), 0, "close_flag was written")

    def test_a_failure_is_raised_with_the_end_of_the_log_and_the_container_is_let_go(self):
        sidecar = self.sidecar("sh", "-c", "echo the reason >&2; exit 7")
        with self.assertRaises(self.utils.SidecarFailed) as caught:
            with self.utils.SidecarRun() as run:
                run.start()
                run.wait(timeout=LIMIT)
        self.assertIn("exit status 7", str(caught.exception))
        self.assertIn("the reason", str(caught.exception))
        self.assertEqual(caught.exception.status["exit_code"], 7)
        self.assertEqual(pickle.loads(pickle.dumps(caught.exception)).status["exit_code"], 7)
        self.assertEqual(sidecar.process.wait(LIMIT), 7)

    def test_what_cannot_start_is_raised_before_the_run(self):
        sidecar = self.sidecar("/nope")
        sidecar.done()
        with self.assertRaises(self.utils.SidecarFailed):
            with self.utils.SidecarRun():
                self.fail("there was a run")
        self.assertEqual(sidecar.process.wait(LIMIT), 127)

    def test_a_time_limit_is_raised(self):
        sidecar = self.sidecar("sh", "-c", "echo begun; sleep 60")
        with self.assertRaisesRegex(self.utils.SidecarTimeout, "begun"):
            with self.utils.SidecarRun() as run:
                run.start()
                wait_for(lambda: b"begun" in sidecar.printed(), "the command")
                run.wait(timeout=0.5)
        self.assertEqual(sidecar.process.wait(LIMIT), 125, "close before done cancels")

    def test_a_heartbeat_that_stops_is_raised(self):
        sidecar = self.sidecar("sleep", "60", options=["--heartbeat", "100ms"])
        with self.assertRaisesRegex(self.utils.SidecarTimeout, "sign of life"):
            with self.utils.SidecarRun() as run:
                run.start()
                wait_for((self.volume / ".sidecar-heartbeat").exists, "the heartbeat")
                threading.Timer(0.5, sidecar.process.kill).start()
                run.wait(heartbeat_limit=1.5)

    def test_an_exception_of_the_caller_lets_the_container_go(self):
        sidecar = self.sidecar("true")
        wait_for((self.volume / ".sidecar-heartbeat").exists, "the entrypoint")
        with self.assertRaises(ZeroDivisionError):
            with self.utils.SidecarRun():
                1 / 0
        self.assertEqual(sidecar.process.wait(LIMIT), 125)

    def test_a_used_volume_is_refused(self):
        for names in (["done_flag", "start_flag", "close_flag"], ["close_flag"], ["start_flag"]):
            for name in ("start_flag", "done_flag", "close_flag"):
                (self.volume / name).unlink(missing_ok=True)
            for name in names:
                (self.volume / name).touch()
            with self.assertRaisesRegex(self.utils.VolumeInUse, names[0] if len(names) == 1 else "earlier run"):
                with self.utils.SidecarRun(stale_wait=0.3):
                    self.fail("there was a run")

    def test_two_tasks_on_one_volume_are_refused(self):
        with self.utils.SidecarRun():
            with self.assertRaisesRegex(self.utils.VolumeInUse, "another task"):
                with self.utils.SidecarRun(stale_wait=0.3):
                    self.fail("there was a run")

    def test_a_loop_serves_one_task_after_another(self):
        self.sidecar("cp", "{shared}/in.csv", "{shared}/out.csv", options=["--loop"])
        for number in range(3):
            with self.utils.SidecarRun(run_id=str(number)) as run:
                run.put_csv("in.csv", ["n"], [[number]])
                run.start()
                run.wait(timeout=LIMIT)
                self.assertEqual(run.get_csv("out.csv", ["n"]), [[str(number)]])

    def test_the_status_of_another_run_is_refused(self):
        with self.assertRaises(self.utils.VolumeInUse):
            with self.utils.SidecarRun(run_id="mine") as run:
                (self.volume / "done_flag").write_text('{"schema": "sidecar.status/v1", "state": "succeeded", "run_id": "other"}')
                run.wait(timeout=1)

    def test_the_published_entrypoint_writes_no_status(self):
        for text in ("", "done", "[]", "{}", '{"state": "failed"}'):
            with self.utils.SidecarRun() as run:
                (self.volume / "done_flag").write_text(text)
                self.assertEqual(run.wait(timeout=1), {})
            for name in ("done_flag", "close_flag"):
                (self.volume / name).unlink()

    def test_names_that_leave_the_volume_or_are_flags_are_refused(self):
        with self.utils.SidecarRun() as run:
            for name in ("", "/etc/x", "../x", "a/../../x", "a//b", ".", "start_flag", "done_flag", "close_flag", "logfile", ".sidecar-x", "a\0b"):
                with self.subTest(name=name), self.assertRaises(ValueError):
                    run.put_file(name, io.BytesIO(b"x"))

    def test_outputs_that_are_missing_or_no_files_are_raised(self):
        target = fake_foundry.FileSystem(self.root / "target")
        with self.utils.SidecarRun() as run:
            os.symlink("/etc/passwd", self.volume / "link")
            os.symlink("/etc", self.volume / "folder-link")
            os.mkfifo(self.volume / "pipe")
            (self.volume / "folder").mkdir()
            for name in ("missing", "link", "folder-link/passwd", "pipe", "folder"):
                with self.subTest(name=name), self.assertRaises(self.utils.MissingOutput):
                    run.get_file(name, target)
            self.assertFalse(run.get_file("missing", target, required=False))
            (self.volume / "bad.csv").write_text("a,b\n1\n")
            with self.assertRaises(self.utils.MissingOutput):
                run.get_csv("bad.csv", ["a"])
            with self.assertRaisesRegex(self.utils.MissingOutput, "no column 'z'"):
                run.get_csv("bad.csv", ["z"])

    def test_inputs_appear_whole_and_what_does_not_fit_is_told(self):
        with self.utils.SidecarRun() as run:
            with self.assertRaises(ZeroDivisionError):
                with run.put_stream("in"):
                    1 / 0
            self.assertEqual([name for name in os.listdir(self.volume) if "in" == name or "part" in name], [])
            with self.assertRaisesRegex(self.utils.SidecarError, "room for"):
                run.put_file("big", io.BytesIO(b""), size=1 << 60)

    def test_start_flag_names_run_and_inputs(self):
        with self.utils.SidecarRun(run_id="r") as run:
            run.put_file("a/b", io.BytesIO(b"12345"), size=5)
            run.start()
            self.assertEqual(json.loads((self.volume / "start_flag").read_text()),
                             {"schema": "sidecar.start/v1", "run_id": "r", "inputs": [{"name": "a/b", "size": 5}]})


class Transforms(Volumes):
    def test_one_executor(self):
        module = load("one_executor")
        self.assertEqual(SEEN["sidecar"][1], {"image": "team/app", "tag": "1.2", "volumes": ["shared"]})
        sidecar = self.sidecar("sh", "-c", 'cat "$1"/nested/_hidden.csv "$1"/plain.csv >"$1"/outfile.csv', "sh", "{shared}")
        (self.root / "in/nested").mkdir(parents=True)
        (self.root / "in/nested/_hidden.csv").write_text("a\n")
        (self.root / "in/plain.csv").write_text("b\n")
        with contextlib.redirect_stdout(io.StringIO()):
            module.compute(fake_foundry.CONTEXT, fake_foundry.Dataset(self.root / "in"), fake_foundry.Dataset(self.root / "out"))
        self.assertEqual((self.root / "out/outfile.csv").read_text(), "a\nb\n")
        self.assertTrue((self.root / "out/logfile").exists())
        self.assertEqual(sidecar.process.wait(LIMIT), 0)

    def test_one_executor_whose_command_fails(self):
        module = load("one_executor")
        sidecar = self.sidecar("sh", "-c", "exit 5")
        (self.root / "in").mkdir()
        with self.assertRaisesRegex(RuntimeError, "exit status 5"):
            module.compute(fake_foundry.CONTEXT, fake_foundry.Dataset(self.root / "in"), fake_foundry.Dataset(self.root / "out"))
        self.assertEqual(sidecar.process.wait(LIMIT), 5)

    def many(self, command, rows):
        module = load("many_executors")
        os.environ["SIDECAR_TEST_VOLUMES"] = str(self.root)
        sidecars = []
        for index in range(module.EXECUTORS):
            (self.root / str(index)).mkdir()
            sidecars.append(self.sidecar(*command, volume=self.root / str(index) / "shared"))
        output = fake_foundry.Dataset()
        try:
            module.compute(fake_foundry.CONTEXT, fake_foundry.Dataset(rows=rows, columns=["other", "amount", "name", "id"]), output)
        finally:
            self.ended = sidecars
        return output.written

    def test_many_executors(self):
        rows = [("x", str(number), f'Smith, "{number}"', f"id{number}") for number in range(10)]
        written = self.many(["cp", "{shared}/infile.csv", "{shared}/outfile.csv"], rows)
        self.assertEqual(sorted(written), sorted((row[3], row[2], row[1]) for row in rows))
        self.assertEqual([sidecar.process.wait(LIMIT) for sidecar in self.ended], [0, 0, 0, 0])

    def test_many_executors_one_of_which_fails(self):
        rows = [("x", "1", "name", f"id{number}") for number in range(4)]
        with self.assertRaisesRegex(RuntimeError, "exit status"):
            self.many(["sh", "-c", '! grep -q id2 "$1" && cp "$1" "$2"', "sh", "{shared}/infile.csv", "{shared}/outfile.csv"], rows)

    def test_more_executors_than_rows(self):
        self.assertEqual(self.many(["cp", "{shared}/infile.csv", "{shared}/outfile.csv"], [("x", "1", "n", "i")]), [("i", "n", "1")])


class ServerTransform(unittest.TestCase):
    def test_rows_through_the_server(self):
        client = load("server_client", "server")
        self.assertEqual(SEEN["sidecar"][1], {"image": "team/app", "tag": "1.2"})
        import server_test  # pylint: disable=import-outside-toplevel
        with server_test.Server() as server:
            client.URL = f"http://127.0.0.1:{server.port}"
            rows = [("1", "Smith, John", "x"), ("2", None, "y")]
            output = fake_foundry.Dataset()
            client.BATCH = 1
            client.compute(fake_foundry.CONTEXT, fake_foundry.Dataset(rows=rows, columns=["id", "name", "amount"]), output)
            self.assertEqual(output.written, [("1", "Smith, John", "x"), ("2", "", "y")])
            with self.assertRaisesRegex(RuntimeError, "400"):
                client.post({"no": "rows"})
        client.READY_TIMEOUT = 0.5
        begun = time.monotonic()
        with self.assertRaisesRegex(RuntimeError, "did not answer"):
            list(client.run_rows([("1", "2", "3")]))
        self.assertLess(time.monotonic() - begun, 10)


if __name__ == "__main__":
    unittest.main()
