#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The entrypoint scripts of the templates under commands that behave and commands that do not."""
import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
import unittest

from processes import LIMIT, Sidecar, entrypoints, wait_for

KEYS = ["schema", "run_id", "state", "exit_code", "signal", "reason", "argv", "started", "ended", "milliseconds", "log_bytes", "max_rss_bytes",
        "oom_kills", "version"]
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def each(test):
    """Runs a test once for each entrypoint."""
    def run(self):
        for name, entrypoint in entrypoints().items():
            with self.subTest(entrypoint=name):
                test(self, name, entrypoint)
    run.__doc__ = test.__doc__
    return run


class FlagProtocol(unittest.TestCase):
    @each
    def test_a_run_that_works(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", 'cat "$1" >"$2"; echo done; echo bad >&2', "sh", "{shared}/in file", "{volume:shared}/out") as sidecar:
            (sidecar.volume / "in file").write_text("hello")
            time.sleep(0.5)
            self.assertFalse((sidecar.volume / "done_flag").exists(), "nothing is done before start_flag")
            sidecar.start()
            status = sidecar.done()
            self.assertEqual((sidecar.volume / "out").read_text(), "hello")
            self.assertEqual(list(status), KEYS)
            self.assertEqual((status["schema"], status["state"], status["exit_code"], status["signal"]), ("sidecar.status/v1", "succeeded", 0, None))
            self.assertEqual(status["argv"][-2:], [f"{sidecar.volume}/in file", f"{sidecar.volume}/out"])
            self.assertRegex(status["started"], TIME)
            self.assertRegex(status["ended"], TIME)
            time.sleep(0.5)
            self.assertIsNone(sidecar.process.poll(), "it stays until close_flag")
            sidecar.close()
            self.assertEqual(sidecar.process.wait(LIMIT), 0)
            lines = sidecar.log().decode().splitlines()
            self.assertEqual(sorted(re.sub(r"^\S+Z \w+ F ", "", line) for line in lines), ["bad", "done"])
            self.assertIn(b" F done\n", sidecar.printed())

    @each
    def test_a_failure_is_told(self, _name, entrypoint):
        for script, code, number in (("exit 3", 3, None), ("kill -9 $$", 137, 9), ("kill -SEGV $$", 139, 11), ("exit 255", 255, None)):
            with self.subTest(script=script), Sidecar(entrypoint, "sh", "-c", script) as sidecar:
                status, ended = sidecar.finish()
                if number is None and code > 128 and not _name.endswith("python"):
                    number = code - 128  # A shell cannot tell the two apart; its head says so.
                self.assertEqual((status["state"], status["exit_code"], status["signal"], ended), ("failed", code, number, code))
                self.assertTrue(status["reason"])

    @each
    def test_what_cannot_start_is_told_before_anybody_waits(self, _name, entrypoint):
        with tempfile.TemporaryDirectory() as folder:
            programs = pathlib.Path(folder)
            for name, content, mode in (("plain", "x", 0o644), ("crlf", "#!/bin/sh\r\necho\r\n", 0o755), ("no-interpreter", "#!/nope/python\n", 0o755)):
                (programs / name).write_bytes(content.encode())
                (programs / name).chmod(mode)
            for program, code in (("/nope", 127), ("nope-nope", 127), (f"{folder}/plain", 126), (folder, 126), (f"{folder}/crlf", 126),
                                  (f"{folder}/no-interpreter", 127)):
                with self.subTest(program=program), Sidecar(entrypoint, program) as sidecar:
                    status = sidecar.done()
                    self.assertEqual((status["state"], status["exit_code"], status["started"]), ("not-started", code, None))
                    sidecar.start()
                    sidecar.close()
                    self.assertEqual(sidecar.process.wait(LIMIT), code)

    @each
    def test_arguments_are_not_split(self, _name, entrypoint):
        words = ["a  b", "", "$HOME", "*", "x;y", '"quoted"', "back\\slash", "{shared", "{other}", "new\nline", "ü"]
        with Sidecar(entrypoint, sys.executable, "-c", "import sys, json; print(json.dumps(sys.argv[1:]))", *words) as sidecar:
            status, ended = sidecar.finish()
            self.assertEqual(ended, 0)
            self.assertEqual(status["argv"][3:8], words[:5])
            shown = sidecar.log().decode().strip().split(" F ", 1)[1]
            self.assertEqual(shown, '["a  b", "", "$HOME", "*", "x;y", "\\"quoted\\"", "back\\\\slash", "{shared", "{other}", "new\\nline", "\\u00fc"]')

    @each
    def test_a_pipeline_is_run_by_a_shell_when_asked_for(self, _name, entrypoint):
        with Sidecar(entrypoint, "first", options=["--shell", 'echo a b | tr a-z A-Z >{shared}/out; echo "$1" >>{shared}/out']) as sidecar:
            self.assertEqual(sidecar.finish()[1], 0)
            self.assertEqual((sidecar.volume / "out").read_text(), "A B\nfirst\n")

    @each
    def test_wrong_usage_is_64(self, _name, entrypoint):
        for words in ([], ["--nope", "x"], ["--volume"], ["--timeout", "soon", "--", "true"], ["--on-restart", "maybe", "--", "true"],
                      ["--volume", "../x", "--", "true"], ["--", "echo", "{volume:none}"]):
            with self.subTest(words=words):
                done = subprocess.run([*entrypoint, *words], capture_output=True, timeout=LIMIT, check=False)
                self.assertEqual(done.returncode, 64, done.stderr)
                self.assertTrue(done.stderr.startswith(b"sidecar: "))

    @each
    def test_a_volume_that_cannot_be_used_is_told_at_once(self, _name, entrypoint):
        done = subprocess.run([*entrypoint, "--volume", "/nope/shared", "--", "true"], capture_output=True, timeout=LIMIT, check=False)
        self.assertEqual(done.returncode, 73)
        self.assertIn(b"/nope/shared", done.stderr)
        if os.getuid() != 0:
            self.skipTest("only root can take another uid")
        with tempfile.TemporaryDirectory() as folder:
            os.chmod(folder, 0o755)
            command = [*entrypoint, "--volume", folder, "--", "true"]
            if subprocess.run(["setpriv", "--reuid=5001", "test", "-r", command[-5], "-a", "-x", shutil.which(command[0])], check=False).returncode != 0:
                self.skipTest("sources and interpreter are not readable for another uid here")
            done = subprocess.run(["setpriv", "--reuid=5001", *command], capture_output=True, timeout=LIMIT, check=False)
            self.assertEqual(done.returncode, 73, done.stderr)
            self.assertIn(b"cannot write", done.stderr)

    @each
    def test_a_background_child_does_not_hold_the_result(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", "sleep 60 & echo $!; exit 0") as sidecar:
            sidecar.start()
            status = sidecar.done(10)
            self.assertEqual(status["state"], "succeeded")
            child = int(sidecar.log().split()[-1])
            # A zombie that nobody reaps here (we are not PID 1) is as good as gone.
            wait_for(lambda: not alive(child), "the child's end")

    @each
    def test_close_before_done_cancels(self, _name, entrypoint):
        with Sidecar(entrypoint, "sleep", "60") as sidecar:
            sidecar.start()
            wait_for(lambda: (sidecar.volume / "start_flag").exists(), "start")
            time.sleep(0.6)
            sidecar.close()
            self.assertEqual(sidecar.process.wait(LIMIT), 125)
            self.assertEqual(sidecar.done()["state"], "cancelled")

    @each
    def test_close_before_start_ends_it(self, _name, entrypoint):
        with Sidecar(entrypoint, "true") as sidecar:
            time.sleep(0.6)
            sidecar.close()
            self.assertEqual(sidecar.process.wait(LIMIT), 125)
            self.assertEqual(sidecar.done()["state"], "cancelled")

    @each
    def test_sigterm_while_waiting_while_running_and_after(self, _name, entrypoint):
        with Sidecar(entrypoint, "true") as sidecar:
            time.sleep(0.6)
            sidecar.process.send_signal(signal.SIGTERM)
            self.assertEqual(sidecar.process.wait(LIMIT), 143)
            self.assertEqual((sidecar.done()["state"], sidecar.done()["exit_code"]), ("cancelled", 143))
        with Sidecar(entrypoint, "sh", "-c", 'trap "echo told >$1/told; exit 0" TERM; touch $1/up; while :; do sleep 0.1; done', "sh", "{shared}") as sidecar:
            sidecar.start()
            wait_for((sidecar.volume / "up").exists, "the command")
            sidecar.process.send_signal(signal.SIGTERM)
            self.assertEqual(sidecar.process.wait(LIMIT), 143)
            self.assertTrue((sidecar.volume / "told").exists(), "the command was told")
            self.assertEqual(sidecar.done()["state"], "cancelled")
        with Sidecar(entrypoint, "true") as sidecar:
            sidecar.start()
            self.assertEqual(sidecar.done()["state"], "succeeded")
            sidecar.process.send_signal(signal.SIGTERM)
            self.assertEqual(sidecar.process.wait(LIMIT), 0)

    @each
    def test_a_command_that_ignores_sigterm_is_killed_after_the_grace(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", 'trap "" TERM; while :; do sleep 0.2; done', options=["--timeout", "1s", "--grace", "1s"]) as sidecar:
            begun = time.monotonic()
            status, ended = sidecar.finish()
            self.assertEqual((status["state"], status["exit_code"], ended), ("timed-out", 124, 124))
            self.assertGreater(time.monotonic() - begun, 1.5)

    @each
    def test_old_flags_are_never_reused(self, _name, entrypoint):
        with tempfile.TemporaryDirectory() as folder:
            for names, kept in ((["start_flag", "done_flag", "close_flag"], "old"), (["done_flag"], "old"), (["start_flag", "close_flag"], None)):
                for name in ("start_flag", "done_flag", "close_flag", "ran"):
                    (pathlib.Path(folder) / name).unlink(missing_ok=True)
                for name in names:
                    (pathlib.Path(folder) / name).write_text("old")
                with Sidecar(entrypoint, "touch", "{shared}/ran", volume=folder) as sidecar:
                    self.assertEqual(sidecar.process.wait(LIMIT), 120)
                    self.assertFalse((sidecar.volume / "ran").exists())
                    if kept:
                        self.assertEqual((sidecar.volume / "done_flag").read_text(), kept)
                    else:
                        self.assertEqual(sidecar.done()["state"], "not-started")

    @each
    def test_a_start_flag_that_came_first_is_honoured(self, _name, entrypoint):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "start_flag").touch()
            with Sidecar(entrypoint, "true", volume=folder) as sidecar:
                self.assertEqual(sidecar.done()["state"], "succeeded")

    @each
    def test_rerun_and_wait_on_restart(self, _name, entrypoint):
        for how in ("rerun", "wait"):
            with tempfile.TemporaryDirectory() as folder:
                volume = pathlib.Path(folder)
                (volume / "done_flag").write_text("old")
                with Sidecar(entrypoint, "touch", "{shared}/ran", volume=folder, options=["--on-restart", how]) as sidecar:
                    if how == "wait":
                        time.sleep(0.5)
                        self.assertIsNone(sidecar.process.poll())
                        (volume / "done_flag").unlink()
                    wait_for(lambda: not (volume / "done_flag").exists(), "the old flag's end")
                    self.assertEqual(sidecar.finish()[0]["state"], "succeeded")

    @each
    def test_a_loop_serves_one_run_after_another(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", "cat {shared}/in; grep -q good {shared}/in", options=["--loop"]) as sidecar:
            for number, (text, state) in enumerate((("good", "succeeded"), ("bad", "failed"), ("good", "succeeded"))):
                (sidecar.volume / "in").write_text(text)
                sidecar.start('{"schema": "sidecar.start/v1", "run_id": "run-%d"}' % number)
                status = sidecar.done()
                self.assertEqual((status["state"], status["run_id"]), (state, f"run-{number}"))
                sidecar.close()
                wait_for(lambda: not (sidecar.volume / "done_flag").exists() and not (sidecar.volume / "close_flag").exists(), "the next cycle")
            sidecar.close()
            self.assertEqual(sidecar.process.wait(LIMIT), 0)

    @each
    def test_time_limits_for_the_flags(self, _name, entrypoint):
        with Sidecar(entrypoint, "true", options=["--start-timeout", "1s"]) as sidecar:
            self.assertEqual(sidecar.process.wait(LIMIT), 121)
            self.assertEqual(sidecar.done()["state"], "timed-out")
        with Sidecar(entrypoint, "true", options=["--close-timeout", "1s"]) as sidecar:
            sidecar.start()
            self.assertEqual(sidecar.process.wait(LIMIT), 122)
            self.assertEqual(sidecar.done()["state"], "succeeded")

    @each
    def test_the_log_has_a_limit_and_keeps_its_end(self, name, entrypoint):
        limit = 4000
        with Sidecar(entrypoint, "sh", "-c", "i=0; while [ $i -lt 400 ]; do echo line $i of the log; i=$((i+1)); done", options=[f"--log-limit={limit}"]) as sidecar:
            self.assertEqual(sidecar.finish()[1], 0)
            size = sum((sidecar.volume / log).stat().st_size for log in ("logfile", "logfile.1"))
            self.assertLess(size, limit + 100)
            self.assertTrue(sidecar.log().endswith(b"line 399 of the log\n"))
        with Sidecar(entrypoint, "echo", "x", options=["--log-limit=0"]) as sidecar:
            self.assertEqual(sidecar.finish()[1], 0)
            self.assertFalse((sidecar.volume / "logfile").exists(), name)

    @each
    def test_bytes_of_every_kind_pass(self, name, entrypoint):
        script = r"import sys; w = sys.stdout.buffer.write; w(b'\xff\xfe\n'); w(b'10%\r50%\r100%\n'); w(b'z' * 200000 + b'\n'); w(b'no end')"
        with Sidecar(entrypoint, sys.executable, "-c", script) as sidecar:
            status, ended = sidecar.finish()
            self.assertEqual((status["state"], ended), ("succeeded", 0))
            log = sidecar.log()
            self.assertIn(b" F \xff\xfe\n", log)
            self.assertIn(b" F 50%\n", log)
            self.assertEqual(log.count(b"z"), 200000)
            self.assertTrue(log.endswith(b" F no end\n"), name)

    @each
    def test_output_is_seen_while_the_command_runs(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", "echo first; sleep 60") as sidecar:
            sidecar.start()
            wait_for(lambda: b"first" in sidecar.printed(), "the first line", 5)
            self.assertIn(b"first", sidecar.log())

    @each
    def test_outputs_are_readable_for_others_and_home_is_writable(self, _name, entrypoint):
        with Sidecar(entrypoint, "sh", "-c", 'echo x >{shared}/out; touch "$HOME/.sidecar-home-test" && rm "$HOME/.sidecar-home-test"',
                     environment={"HOME": "/nope"}) as sidecar:
            os.umask(0o077)
            try:
                status, _ = sidecar.finish()
            finally:
                os.umask(0o022)
            self.assertEqual(status["state"], "succeeded", sidecar.printed())
            self.assertEqual(stat.S_IMODE((sidecar.volume / "out").stat().st_mode), 0o644)
            self.assertEqual(stat.S_IMODE((sidecar.volume / "done_flag").stat().st_mode), 0o644)

    @each
    def test_a_full_disk_does_not_hide_the_result(self, _name, entrypoint):
        if os.getuid() != 0:
            self.skipTest("a small disk needs root")
        with tempfile.TemporaryDirectory() as folder:
            mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], capture_output=True, check=False)
            if mounted.returncode != 0:
                self.skipTest("a small disk cannot be mounted here")
            try:
                script = "head -c 10000000 /dev/zero >{shared}/big 2>/dev/null; i=0; while [ $i -lt 300 ]; do echo line $i; i=$((i+1)); done; exit 4"
                with Sidecar(entrypoint, "sh", "-c", script, volume=folder) as sidecar:
                    status, ended = sidecar.finish_on_full_disk()
                    self.assertEqual((status["state"], status["exit_code"], ended), ("failed", 4, 4))
                    self.assertIn(b"line 299", sidecar.printed())
            finally:
                subprocess.run(["umount", folder], check=True)

    def test_start_flag_may_say_what_the_inputs_are(self):
        """The Python entrypoint alone: sh says in its head that it does not."""
        entrypoint = entrypoints()["python"]
        good = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        for inputs, code in ((f'{{"name": "a/in", "size": 5, "sha256": "{good}"}}', 0), ('{"name": "a/in", "size": 6}', 123),
                             (f'{{"name": "a/in", "sha256": "{"0" * 64}"}}', 123), ('{"name": "missing"}', 123), ('{"name": "../x"}', 123)):
            with self.subTest(inputs=inputs), Sidecar(entrypoint, "true") as sidecar:
                (sidecar.volume / "a").mkdir()
                (sidecar.volume / "a/in").write_text("hello")
                sidecar.start('{"schema": "sidecar.start/v1", "run_id": "r1", "inputs": [%s]}' % inputs)
                status = sidecar.done()
                self.assertEqual((status["exit_code"], status["run_id"]), (code, "r1"))
        with Sidecar(entrypoint, "true") as sidecar:
            sidecar.start('{"half": ')
            self.assertEqual(sidecar.done()["exit_code"], 123)

    def test_the_python_entrypoint_has_a_heartbeat(self):
        with Sidecar(entrypoints()["python"], "sleep", "60", options=["--heartbeat", "200ms"]) as sidecar:
            beat = sidecar.volume / ".sidecar-heartbeat"
            wait_for(beat.exists, "the heartbeat")
            first = beat.stat().st_mtime_ns
            wait_for(lambda: beat.stat().st_mtime_ns > first, "the next beat")


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
