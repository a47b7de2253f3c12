#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every command of the table has help that can be read. usage: help_of_every_command.py PROGRAM"""
import re
import subprocess
import sys

WIDEST = 100


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=False)


def commands(program):
    text = run(program, "--help").stdout
    listing = text[text.index("Usage:"):text.index("\nOptions")]
    return re.findall(r"^  ([a-z][a-z-]*) +(\S.*)$", listing, re.MULTILINE)


def faults(program, name, summary):
    done = run(program, name, "--help")
    if done.returncode != 0 or done.stderr:
        yield f"exit {done.returncode}, stderr '{done.stderr}'"
        return
    if not done.stdout.startswith(summary + "\n\nUsage: sidecarctl " + name):
        yield "does not begin with its summary and usage line"
    if "\nExamples:\n  " not in done.stdout:
        yield "has no examples"
    for line in done.stdout.splitlines():
        if len(line) > WIDEST:
            yield f"a line is wider than {WIDEST}: {line}"
    if run(program, "help", name).stdout != done.stdout:
        yield "'help NAME' differs from 'NAME --help'"
    unknown = run(program, name, "--no-such-option-anywhere")
    if unknown.returncode != 2 or "--no-such-option-anywhere" not in unknown.stderr:
        yield f"an unknown option gives exit {unknown.returncode}: {unknown.stderr}"


def main():
    program = sys.argv[1]
    found = commands(program)
    if not found:
        sys.exit("the help lists no command")
    problems = [f"{name}: {fault}" for name, summary in found for fault in faults(program, name, summary)]
    print("\n".join(problems) or f"{len(found)} commands have help")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
