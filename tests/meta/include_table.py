#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fails on every #include that the table in ARCHITECTURE.md does not allow."""
import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1])
INCLUDE = re.compile(r'^\s*#\s*include\s+(["<])([^">]+)[">]')
# Where a header of a library starts with something else than the library's name.
LIBRARY_OF = {"archive.h": "archive", "archive_entry.h": "archive", "zstd.h": "zstd", "zstd_errors.h": "zstd",
              "isa-l.h": "isa-l"}
LIBRARIES = {"archive", "isa-l", "zstd", "curl", "openssl", "spdlog", "fmt", "nlohmann", "CLI", "toml++", "pugixml"}


def read_table():
    """{folder: (folders, libraries)} from the second table of ARCHITECTURE.md."""
    table = {}
    for line in (ROOT / "ARCHITECTURE.md").read_text().splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        match = re.fullmatch(r"`(\w+)`", cells[0])
        if len(cells) == 3 and match:
            words = [set(re.findall(r"[\w+\-]+", cell)) - {"—"} for cell in cells[1:]]
            table[match.group(1)] = tuple(words)
    return table


def check(path, table):
    relative = path.relative_to(ROOT / "src")
    folder = relative.parts[0] if len(relative.parts) > 1 else "main"
    if folder not in table:
        yield f"src/{relative}: the folder '{folder}' is not in the table of ARCHITECTURE.md"
        return
    folders, libraries = table[folder]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        first = match.group(2).split("/")[0]
        place = f"src/{relative}:{number}"
        if match.group(1) == '"':
            if first != folder and first not in folders:
                yield f"{place}: '{folder}' may not include '{first}'"
            continue
        library = LIBRARY_OF.get(match.group(2), first)
        if library in LIBRARIES and library not in libraries:
            yield f"{place}: '{folder}' may not include the library '{library}'"
        if library == "nlohmann" and path.suffix == ".hpp" and str(relative) != "util/json.hpp":
            yield f"{place}: only util/json.hpp may include nlohmann_json in a header"


def main():
    table = read_table()
    if len(table) < 8:
        sys.exit(f"the table of ARCHITECTURE.md has only {len(table)} rows: was its form changed?")
    files = sorted(path for path in (ROOT / "src").rglob("*") if path.suffix in (".cpp", ".hpp"))
    faults = [fault for path in files for fault in check(path, table)]
    print("\n".join(faults) or f"{len(files)} files keep to the table")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
