#!/usr/bin/env python3
"""usage: process.py INPUT OUTPUT

A sample to replace by your program: copies a CSV file and adds a column. Its exit status is what the transform sees.
"""
import csv
import os
import sys


def process(source, target):
    reader, writer = csv.reader(source), csv.writer(target)
    header = next(reader, None)
    if header is None:
        raise ValueError("the input is empty")
    writer.writerow([*header, "fields"])
    count = 0
    for row in reader:
        writer.writerow([*row, sum(1 for field in row if field)])
        count += 1
    return count


def main():
    source, target = sys.argv[1:]
    print(f"process: reading {source}")
    try:
        with open(source, newline="", encoding="utf-8") as reader, open(target + ".part", "w", newline="", encoding="utf-8") as writer:
            count = process(reader, writer)
        os.replace(target + ".part", target)  # Nobody sees half a file.
    except (OSError, ValueError, csv.Error) as error:
        print(f"process: {error}", file=sys.stderr)
        return 1
    print(f"process: wrote {count} rows to {target}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
