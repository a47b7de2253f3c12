#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ctrl-C and a dying registry in the middle of a push: no tag, and the next push completes.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need docker-registry skopeo python3
run_registry registry
digest=$(make_image right "$work/right" 256)
name=$registry/app

tags() { skopeo list-tags --tls-verify=false "docker://$name" 2>/dev/null || echo none; }

# The upload folder appears when the first body is under way.
interrupt_push() {
  local status=0 pid
  "$sidecarctl" push "oci:$work/right" "$name:1.0" >"$work/out" 2>"$work/err" &
  pid=$!
  for _ in $(seq 200); do
    [ -n "$(find "$work/registry/data" -path '*_uploads*' -name data -size +1M 2>/dev/null)" ] && break
    kill -0 "$pid" 2>/dev/null || break
    sleep 0.01
  done
  kill "-$1" "$pid" 2>/dev/null || true
  wait "$pid" || status=$?
  echo "$status"
}

status=$(interrupt_push INT)
if [ "$status" = 0 ]; then skip "this machine pushed 256 MiB before the signal came"; fi
same "$status" 130 "after SIGINT"
same "$(tags)" none "no tag after SIGINT"
status=$(interrupt_push TERM)
[ "$status" = 0 ] || same "$status" 143 "after SIGTERM"

kill "${pids[0]}"
expect 3 "$sidecarctl" push "oci:$work/right" "$name:1.0" --retry-max-time 1s
port=${registry##*:}
start_registry "$work/registry" "$port"
pids+=("$registry_pid")
expect 0 "$sidecarctl" push "oci:$work/right" "$name:1.0"
same "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$name:1.0")" "$digest"
