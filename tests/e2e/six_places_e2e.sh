#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The same image gives the same findings through all six transports.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need skopeo podman docker-registry python3
run_docker
export DOCKER_HOST=$docker_host
cat >"$work/storage.conf" <<CONF
[storage]
driver = "vfs"
runroot = "$work/run"
graphroot = "$work/graph"
CONF
export CONTAINERS_STORAGE_CONF=$work/storage.conf
run_registry registry

# What must be equal: layers are told only where the place has any, and names differ by place.
findings() {
  python3 - "$1" <<'CHECK'
import json, sys
target = json.load(open(sys.argv[1]))["targets"][0]
assert "error" not in target or target["error"] is None, target
for finding in target["findings"]:
    where = finding["where"] or {}
    print(finding["rule"], finding["severity"], where.get("path", where.get("config", "")), finding["value"])
print("unknown:", sorted(v["rule"] for v in target["verdicts"] if v["verdict"] == "unknown"))
CHECK
}

for kind in right wrong server; do
  make_image "$kind" "$work/$kind" >/dev/null
  name=$registry/team/$kind:1.0
  skopeo copy -q "oci:$work/$kind" "docker-archive:$work/$kind.tar:$name"
  skopeo copy -q "oci:$work/$kind" "oci-archive:$work/$kind-oci.tar:$name"
  skopeo copy -q "oci:$work/$kind" "oci:$work/$kind-named:$name"
  skopeo copy -q --dest-tls-verify=false "oci:$work/$kind" "docker://$name"
  docker load -q -i "$work/$kind.tar" >/dev/null
  podman load -q -i "$work/$kind.tar" >/dev/null 2>"$work/err" || skip "podman does not work here: $(tail -1 "$work/err")"
  reference=
  for target in "oci:$work/$kind-named:$name" "oci-archive:$work/$kind-oci.tar:$name" "docker-archive:$work/$kind.tar:$name" \
    "docker-daemon:$name" "podman:$name" "docker://$name"; do
    status=0
    "$sidecarctl" lint "$target" --format json >"$work/report.json" 2>"$work/err" || status=$?
    [ "$status" = 0 ] || [ "$status" = 1 ] || { cat "$work/err" >&2; fail "$target: exit status $status"; }
    findings "$work/report.json" >"$work/findings"
    echo "status: $status" >>"$work/findings"
    if [ -z "$reference" ]; then
      reference=$target
      cp "$work/findings" "$work/expected"
      echo "$kind:"; cat "$work/expected"
    else
      diff "$work/expected" "$work/findings" || fail "$target differs from $reference"
    fi
  done
done
