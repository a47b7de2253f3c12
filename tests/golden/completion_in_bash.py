#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bash script completes in a real bash what the program's help says. usage: completion_in_bash.py PROGRAM"""
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
# COMP_WORDS as bash makes them: the default COMP_WORDBREAKS cuts at "=".
SIMULATION = """
source "$1" || exit 9
complete -p sidecarctl >/dev/null || exit 8
shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
$(complete -p sidecarctl | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
printf '%s\\n' "${COMPREPLY[@]}"
"""


class Bash:
    def __init__(self, program, folder):
        self.folder = folder
        self.script = f"{folder}/completion"
        with open(self.script, "wb") as file:
            file.write(subprocess.run([program, "completion", "bash"], capture_output=True, check=True).stdout)

    def complete(self, *words):
        done = subprocess.run(["bash", "--norc", "-c", SIMULATION, "bash", self.script, "sidecarctl", *words],
                              capture_output=True, text=True, timeout=60, cwd=self.folder, check=False,
                              env={"PATH": "/usr/bin:/bin", "HOME": self.folder})
        if done.returncode != 0 or done.stderr:
            sys.exit(f"completing {words}: exit {done.returncode}: {done.stderr}")
        return set(done.stdout.split())


def check(what, actual, expected, exact=True):
    if actual != expected if exact else not expected <= actual:
        sys.exit(f"{what}: got {sorted(actual)}, expected {sorted(expected)}")


def check_command(bash, program, name):
    text = subprocess.run([program, name, "--help"], capture_output=True, text=True, check=True).stdout
    options = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", text, re.MULTILINE))
    check(f"options of {name}", bash.complete(name, "-"), options | {"--help", "-v"}, exact=False)
    check(f"options of {name} after a global one", bash.complete("--color", "never", name, "--"), options, exact=False)
    for option, values in re.findall(r"^  (?:-\w, )?(--[a-z-]+) ([a-z0-9]+(?:\|[a-z0-9-]+)+)", text, re.MULTILINE):
        expected = set(values.split("|"))
        check(f"{name} {option}", bash.complete(name, option, ""), expected)
        check(f"{name} {option}=", bash.complete(name, option, "="), expected)
        first = sorted(expected)[0]
        check(f"{name} {option}={first}", bash.complete(name, option, "=", first), {first}, exact=False)
        check(f"{name} {option}=x, one word", bash.complete(name, f"{option}={first}"), {f"{option}={first}"}, exact=False)


def main():
    if shutil.which("bash") is None:
        print("skipped: there is no bash")
        return SKIPPED
    program = sys.argv[1]
    text = subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout
    names = set(re.findall(r"^  ([a-z][a-z-]*) +\S", text[text.index("Usage:"):text.index("\nOptions")], re.MULTILINE))
    with tempfile.TemporaryDirectory() as folder:
        bash = Bash(program, folder)
        check("commands", bash.complete(""), names)
        check("a command's first letters", bash.complete("vers"), {"version"})
        check("after global options", bash.complete("--config", "=", "x", "-q", "--color", "never", "vers"), {"version"})
        check("global options", bash.complete("--c"), {"--config", "--color"})
        check("a global option's values", bash.complete("--color", "a"), {"auto", "always"})
        check("shells", bash.complete("completion", ""), {"bash", "zsh", "fish"})
        check("files for --config", bash.complete("--config", "comp"), {"completion"})
        for name in sorted(names):
            check_command(bash, program, name)
    print(f"{len(names)} commands are completed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
