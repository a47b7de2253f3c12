#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What lint says of a start is what the real runc does with it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need runc busybox python3
[ "$(id -u)" = 0 ] || skip "runc needs root"
if ldd "$(command -v busybox)" >/dev/null 2>&1; then skip "this busybox is not static"; fi
mkdir "$work/probe"
(cd "$work/probe" && runc spec) >/dev/null 2>&1 || skip "runc does not run here (it needs /sys/fs/cgroup)"
python3 "$here/start_like_runc.py" "$sidecarctl" "$(command -v busybox)" "$work" || { status=$?; [ "$status" = 77 ] && exit 77; fail "see above"; }
