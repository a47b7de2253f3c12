#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every rule has its page and test, every command its page; every source its licence line; lengths stay in bounds."""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1])
MAX_LINES = {".cpp": 400, ".hpp": 200}
RULE = re.compile(r'\bconst Rule (\w+)\s*\{\s*"(SDC\d{3})",\s*"([a-z0-9-]+)",\s*Severity::(\w+),\s*Needs::(\w+),\s*Origin::(\w+)')


def rule_faults():
    seen = {}
    for path in sorted((ROOT / "src/lint/rules").glob("*.cpp")):
        match = RULE.search(path.read_text())
        if not match:
            yield f"{path.name}: no Rule object of the usual form"
            continue
        variable, rule_id, name = match.group(1, 2, 3)
        expected = f"{rule_id.lower()}_{name.replace('-', '_')}"
        if path.stem != expected or variable != expected:
            yield f"{path.name}: file and variable must be named '{expected}' after its id and name"
        if rule_id in seen:
            yield f"{path.name}: the id {rule_id} is taken by {seen[rule_id]}"
        seen[rule_id] = path.name
        if not (ROOT / f"docs/rules/{rule_id}-{name}.md").is_file():
            yield f"{path.name}: no page docs/rules/{rule_id}-{name}.md"
        if not (ROOT / f"tests/rules/{path.stem}_test.cpp").is_file():
            yield f"{path.name}: no test tests/rules/{path.stem}_test.cpp"
    pages = {path.stem.split("-")[0] for path in (ROOT / "docs/rules").glob("SDC*.md")}
    for rule_id in sorted(pages - set(seen)):
        yield f"docs/rules has a page of {rule_id}, but there is no such rule"


def command_faults():
    for path in sorted((ROOT / "src/commands").glob("*_command.cpp")):
        name = path.stem.removesuffix("_command")
        if not (ROOT / f"docs/commands/{name}.md").is_file():
            yield f"{path.name}: no page docs/commands/{name}.md"
        if not (ROOT / f"tests/golden/{name}").is_dir():
            yield f"{path.name}: no golden case in tests/golden/{name}/"


def source_faults():
    listing = subprocess.run(["git", "-C", str(ROOT), "ls-files"], capture_output=True, text=True, check=False)
    names = listing.stdout.split() or [str(p.relative_to(ROOT)) for p in ROOT.glob("src/**/*") if p.is_file()]
    for name in names:
        path = ROOT / name
        if path.suffix not in MAX_LINES or not path.is_file():
            continue
        lines = path.read_text().splitlines()
        if not lines or lines[0] != "// SPDX-License-Identifier: Apache-2.0":
            yield f"{name}: the first line is not the licence line"
        if name.startswith("src/") and len(lines) > MAX_LINES[path.suffix]:
            yield f"{name}: {len(lines)} lines, the limit is {MAX_LINES[path.suffix]}"


def main():
    faults = [*rule_faults(), *command_faults(), *source_faults()]
    print("\n".join(faults) or "the structure is sound")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
