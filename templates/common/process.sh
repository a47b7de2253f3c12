#!/bin/sh
# usage: process.sh INPUT OUTPUT
# A sample to replace by your program. Its exit status is what the transform sees.
set -eu
input=$1 output=$2
if [ ! -s "$input" ]; then
  echo "process: '$input' is missing or empty" >&2
  exit 1
fi
echo "process: reading $input"
# Beside the output and renamed: nobody sees half a file.
tr '[:lower:]' '[:upper:]' <"$input" >"$output.part"
mv "$output.part" "$output"
echo "process: wrote $output"
