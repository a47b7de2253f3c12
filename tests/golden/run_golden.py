#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the cases in one folder of tests/golden against the program. usage: run_golden.py PROGRAM FOLDER

A case is a folder with
  args     the command line, one argument on a line
  files/   copied to a temporary folder, where the program is run (optional)
  cwd      the folder of files/ to run it in, if not that itself (optional)
  env      NAME=VALUE, one on a line (optional); nothing else of the environment is there
  stdin    (optional)
  stdout, stderr, exit   what is expected; a file that is absent means: nothing, and 0
In outputs <dir> stands for the temporary folder, <version> and <commit> for those of the program. A line [...] in an
expected file stands for any number of lines.
SIDECARCTL_ACCEPT=1 rewrites what differs, says which, and exits with 77.
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
TIMEOUT = 60
ANY_LINES = "[...]"


def read(path):
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def version_of(program):
    output = subprocess.run([program, "version"], capture_output=True, text=True, timeout=TIMEOUT, check=True).stdout
    match = re.fullmatch(r"sidecarctl (\S+) \((\S+)\)\n", output)
    return match.group(1), match.group(2)


def run(program, case, replacements):
    """What the case gives: stdout, stderr and exit, with everything that differs between machines replaced."""
    with tempfile.TemporaryDirectory(prefix="golden.") as temporary:
        root = pathlib.Path(temporary).resolve()
        work, home = root / "work", root / "home"
        home.mkdir()
        if (case / "files").is_dir():
            shutil.copytree(case / "files", work, symlinks=True)
        else:
            work.mkdir()
        environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", "TMPDIR": str(root)}
        environment.update(line.split("=", 1) for line in read(case / "env").splitlines() if line)
        arguments = [argument.replace("<dir>", str(work)) for argument in read(case / "args").splitlines()]
        done = subprocess.run([program, *arguments], cwd=work / read(case / "cwd").strip(), env=environment, timeout=TIMEOUT, check=False,
                              input=read(case / "stdin").encode(), capture_output=True)
    result = {"exit": f"{done.returncode}\n" if done.returncode != 0 else ""}
    for name, output in (("stdout", done.stdout), ("stderr", done.stderr)):
        text = output.decode("utf-8", "backslashreplace").replace(str(work), "<dir>")
        for old, new in replacements:
            text = text.replace(old, new)
        result[name] = text
    return result


def matches(expected, actual):
    if ANY_LINES not in expected.split("\n"):
        return expected == actual
    pattern = "".join(r"(?:.*\n)*" if line == ANY_LINES + "\n" else re.escape(line)
                      for line in expected.splitlines(keepends=True))
    return re.fullmatch(pattern, actual) is not None


def accept(case, name, text):
    path = case / name
    if text:
        path.write_text(text, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)
    print(f"accepted {path}")


def show_difference(case, name, expected, actual):
    print(f"--- {case.parent.name}/{case.name}: {name} differs; expected:\n{expected}--- got:\n{actual}---")


def main():
    program, folder = os.path.abspath(sys.argv[1]), pathlib.Path(sys.argv[2])
    accepting = os.environ.get("SIDECARCTL_ACCEPT") == "1"
    version, commit = version_of(program)
    replacements = [(f"{version} ({commit})", "<version> (<commit>)"), (f'"version": "{version}"', '"version": "<version>"'),
                    (f'"commit": "{commit}"', '"commit": "<commit>"')]
    cases = sorted(path.parent for path in folder.glob("*/args"))
    if not cases:
        sys.exit(f"{folder}: no case")
    differences = 0
    for case in cases:
        for name, actual in run(program, case, replacements).items():
            expected = read(case / name)
            if matches(expected, actual):
                continue
            differences += 1
            if accepting:
                accept(case, name, actual)
            else:
                show_difference(case, name, expected, actual)
    print(f"{len(cases)} cases, {differences} differences")
    if differences == 0:
        return 0
    if accepting:
        return SKIPPED
    print("SIDECARCTL_ACCEPT=1 rewrites the expected files")
    return 1


if __name__ == "__main__":
    sys.exit(main())
