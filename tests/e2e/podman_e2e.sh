#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Images in podman, through its command and through its socket.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need podman skopeo python3
mkdir -p "$HOME/.config/containers"
cat >"$work/storage.conf" <<CONF
[storage]
driver = "vfs"
runroot = "$work/run"
graphroot = "$work/graph"
CONF
export CONTAINERS_STORAGE_CONF=$work/storage.conf
make_image right "$work/right" >/dev/null
skopeo copy -q "oci:$work/right" "docker-archive:$work/right.tar:localhost/team/right:1.0"
podman load -q -i "$work/right.tar" >/dev/null 2>"$work/err" || skip "podman does not work here: $(tail -1 "$work/err")"

expect 0 "$sidecarctl" lint podman:localhost/team/right:1.0
expect 0 "$sidecarctl" lint containers-storage:team/right:1.0
expect 3 "$sidecarctl" lint podman:team/absent:1.0

podman system service -t 120 "unix://$work/podman.sock" 2>"$work/service.log" &
pids+=("$!")
for _ in $(seq 50); do [ -S "$work/podman.sock" ] && break; sleep 0.1; done
CONTAINER_HOST=unix://$work/podman.sock expect 0 "$sidecarctl" lint podman:team/right:1.0

run_registry registry
expect 0 "$sidecarctl" push podman:localhost/team/right:1.0 "$registry/team/right:1.0"
expect 0 "$sidecarctl" lint "docker://$registry/team/right:1.0"
