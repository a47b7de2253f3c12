#!/bin/sh
# Waits for start_flag, runs the command, says how it ended in done_flag, waits for close_flag, and does not hide a failure.
cd "$SHARED_DIR" || exit 1
trap 'exit 143' TERM
while [ ! -e start_flag ]; do sleep 1; done
"$@" > logfile 2>&1
status=$?
echo "$status" > .done_flag && mv .done_flag done_flag
while [ ! -e close_flag ]; do sleep 1; done
exit "$status"
