#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every sidecarctl command line in what `init` writes is one that this program understands; every file is sound for its kind.

The variable SIDECARCTL names the program.
"""
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

SIDECARCTL = os.path.abspath(os.environ.get("SIDECARCTL", "sidecarctl"))
VARIABLES = {"IMAGE": "app:0.1.0", "REGISTRY": "127.0.0.1:1", "FOUNDRY_REGISTRY": "127.0.0.1:1", "RID": "ri.x", "FOUNDRY_REPOSITORY_RID": "ri.x"}
HOSTILE = ["a'b", 'q"q', "$HOME", "`id`", "back\\slash", "end\\", "<<EOF", "# x", "ü", "{{name}}", "${X}", "%s", "]", "#!x", "'''", '"""', "--x"]


def templates():
    listing = subprocess.run([SIDECARCTL, "init", "--list"], capture_output=True, text=True, check=True).stdout
    return [line.split()[0] for line in listing.splitlines()]


def init(folder, *arguments):
    return subprocess.run([SIDECARCTL, "init", "app", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def command_lines(text):
    """The words after `sidecarctl`, from shell blocks of README files and from pipelines."""
    for line in text.replace("\\\n", " ").splitlines():
        match = re.match(r"(?:\s*-\s|\s*run:)?\s*sidecarctl ((?:lint|test|login|push|init|inspect|build|ship)\b.*)", line)
        if match:
            text = re.sub(r"\$(\w+)", lambda name: VARIABLES.get(name.group(1), "x"), match.group(1))
            yield shlex.split(re.sub(r"YOUR-STACK[\w.-]*", "127.0.0.1:1", text))


class Generated(unittest.TestCase):
    def each(self, *arguments):
        for name in templates():
            for pipeline in ("github", "gitlab"):
                folder = tempfile.TemporaryDirectory()
                self.addCleanup(folder.cleanup)
                done = init(folder.name, "--template", name, "--with-transform", "--with-ci", pipeline, *arguments)
                self.assertEqual(done.returncode, 0, done.stderr)
                yield name, pathlib.Path(folder.name) / "app"

    def test_command_lines_are_understood(self):
        for _, folder in self.each():
            pipeline = next(path for path in (folder / ".github/workflows/sidecar.yml", folder / ".gitlab-ci.yml") if path.exists())
            found = []
            for path in (folder / "README.md", pipeline):
                found += list(command_lines(path.read_text()))
            self.assertEqual({words[0] for words in found} - {"test"}, {"lint", "login", "push"})
            self.assertEqual(sum(words[0] == "push" for words in found), 2, "one in the README, one in the pipeline")
            (folder / "reports").mkdir()
            for words in found:
                if words[0] == "login" and "--password-stdin" not in words:
                    words = [*words, "--password-stdin"]  # There it is typed at a terminal.
                with self.subTest(words=words):
                    self.understood(folder, words)

    def understood(self, folder, words):
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "DOCKER_HOST": f"unix://{folder}/no.sock"}
        done = subprocess.run([SIDECARCTL, *words], cwd=folder, env=environment, input="secret", capture_output=True, text=True, check=False, timeout=60)
        # Nothing answers here, which is 3; 2 is a command line or a sidecar.toml that it does not understand.
        self.assertEqual(done.returncode, 3, done.stderr)

    def test_a_command_line_that_is_wrong_would_be_found(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaises(AssertionError):
                self.understood(pathlib.Path(folder), ["lint", "docker-daemon:x", "--no-such-option"])

    def test_python_compiles_and_names_are_used(self):
        for _, folder in self.each():
            for path in folder.rglob("*.py"):
                compile(path.read_bytes(), str(path), "exec")
                if shutil.which("pyflakes3"):
                    subprocess.run(["pyflakes3", str(path)], check=True)

    def test_shell_scripts_are_clean(self):
        if not shutil.which("shellcheck"):
            self.skipTest("shellcheck is not installed")
        for _, folder in self.each():
            for path in folder.rglob("*.sh"):
                subprocess.run(["shellcheck", "-s", "sh", str(path)], check=True)

    def test_names_are_nowhere_left_as_tags(self):
        for _, folder in self.each():
            for path in folder.rglob("*"):
                if path.is_file() and path.name != "sidecar-entrypoint":
                    self.assertIsNone(re.search(r"\{\{[a-z#^/.]", path.read_text()), path)

    def test_the_port_is_one(self):
        for name, folder in self.each("--image", "x/app:2"):
            if name == "server":
                port = re.search(r"^EXPOSE (\d+)$", (folder / "Dockerfile").read_text(), re.M).group(1)
                self.assertIn(f"PORT = {port} ", (folder / "app.py").read_text())
                self.assertIn(f"localhost:{port}\"", (folder / "transform/server_client.py").read_text())


class Hostile(unittest.TestCase):
    def test_words_of_a_command_arrive_as_they_are(self):
        for name in templates():
            with self.subTest(template=name), tempfile.TemporaryDirectory() as folder:
                done = init(folder, "--template", name, "--command", "run " + " ".join(shlex.quote(word) for word in HOSTILE))
                self.assertEqual(done.returncode, 0, done.stderr)
                lines = (pathlib.Path(folder) / "app/Dockerfile").read_text().splitlines()
                self.assertEqual(sum(line.startswith("ENTRYPOINT") for line in lines), 1)
                self.assertEqual(json.loads(lines[-1].removeprefix("ENTRYPOINT "))[-len(HOSTILE):], HOSTILE)

    def test_a_line_for_a_shell_arrives_as_it_is(self):
        line = "cat <<EOF | sed 's/a/\"b\"/'\nUSER 0\nEOF\n"
        for name in templates():
            with self.subTest(template=name), tempfile.TemporaryDirectory() as folder:
                self.assertEqual(init(folder, "--template", name, "--command", line).returncode, 0)
                lines = (pathlib.Path(folder) / "app/Dockerfile").read_text().splitlines()
                self.assertNotIn("USER 0", lines)
                entry = json.loads(next(each for each in lines if each.startswith("ENTRYPOINT")).removeprefix("ENTRYPOINT "))
                self.assertEqual(entry[-1], line)

    def test_names_that_are_none_are_refused_and_nothing_is_written(self):
        bad = ["", " ", "..", "../x", "/x", "a b", "a\nUSER 0", 'a"]', "a'", "$(id)", "`id`", "a\\", "-x", "a\x1b[2J", "{{x}}", "é" * 300, "a;b"]
        for option in ("--image", "--base", "--volume", "--user"):
            for value in bad:
                with self.subTest(option=option, value=value), tempfile.TemporaryDirectory() as folder:
                    done = init(folder, f"{option}={value}")
                    self.assertIn(done.returncode, (2,), (done.stdout, done.stderr))
                    self.assertEqual(os.listdir(folder), [])
                    self.assertNotIn("\x1b", done.stderr)

    def test_users_that_foundry_does_not_run_are_refused(self):
        for value in ("0", "00", "-1", "root", "4294967295", "5001:5001", "05001"):
            with tempfile.TemporaryDirectory() as folder:
                self.assertEqual(init(folder, f"--user={value}").returncode, 2, value)

    def test_a_file_that_is_there_stays(self):
        with tempfile.TemporaryDirectory() as folder:
            target = pathlib.Path(folder) / "app"
            target.mkdir()
            (target / "README.md").write_text("mine")
            self.assertEqual(init(folder).returncode, 1)
            self.assertEqual(os.listdir(target), ["README.md"])
            self.assertEqual(init(folder, "--force").returncode, 0)
            self.assertNotEqual((target / "README.md").read_text(), "mine")
            self.assertEqual([name for name in os.listdir(target) if "sidecarctl" in name], [])


if __name__ == "__main__":
    unittest.main()
