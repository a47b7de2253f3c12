#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What `init` asks at a terminal: only what was not given, and nothing elsewhere. The variable SIDECARCTL names the program."""
import os
import pathlib
import pty
import select
import tempfile
import time
import unittest

SIDECARCTL = os.path.abspath(os.environ.get("SIDECARCTL", "sidecarctl"))
LIMIT = 20


class AtTerminal(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def init(self, arguments, answers):
        """Answers each question, which ends with ": "; what was shown and the exit status."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.folder)
            os.execve(SIDECARCTL, ["sidecarctl", "init", *arguments], {"PATH": "/usr/bin:/bin", "HOME": "/nope", "TERM": "dumb"})
        shown, end, answers = b"", time.monotonic() + LIMIT, list(answers)
        while time.monotonic() < end:
            if not select.select([terminal], [], [], 0.2)[0]:
                continue
            try:
                data = os.read(terminal, 4096)
            except OSError:  # The other side was closed.
                break
            shown += data
            if answers and shown.endswith(b": "):
                os.write(terminal, answers.pop(0))
        os.close(terminal)
        return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), answers

    def test_everything_is_asked_when_nothing_was_given(self):
        shown, status, left = self.init(["app"], [b"flags-sh\n", b"team/x:2\n", b"echo hi | cat\n"])
        self.assertEqual((status, left), (0, []), shown)
        self.assertIn("so /bin/sh runs it", shown)
        self.assertIn('"--shell", "echo hi | cat"]', (self.folder / "app/Dockerfile").read_text())
        self.assertIn('tag     = "2"', (self.folder / "app/sidecar.toml").read_text())

    def test_an_empty_answer_is_the_default(self):
        shown, status, _ = self.init(["my_App"], [b"\n", b"\n", b"\n"])
        self.assertEqual(status, 0, shown)
        self.assertTrue((self.folder / "my_App/sidecar-entrypoint").exists())
        self.assertIn('image   = "my-app"', (self.folder / "my_App/sidecar.toml").read_text())

    def test_what_was_given_is_not_asked(self):
        shown, status, _ = self.init(["app", "--template", "server", "--image", "a", "--command", "serve"], [])
        self.assertEqual(status, 0, shown)
        self.assertNotIn(": ", shown.splitlines()[0])

    def test_an_interruption_writes_nothing(self):
        _, status, _ = self.init(["app"], [b"\x03"])
        self.assertEqual(status, 130)
        self.assertEqual(os.listdir(self.folder), [])


if __name__ == "__main__":
    unittest.main()
