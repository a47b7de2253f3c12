#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Images in a real Docker engine: lint without export, push, nothing left behind.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need skopeo python3
run_docker
make_image right "$work/right" >/dev/null
make_image wrong "$work/wrong" >/dev/null
for kind in right wrong; do
  skopeo copy -q "oci:$work/$kind" "docker-archive:$work/$kind.tar:team/$kind:1.0"
  docker -H "$docker_host" load -q -i "$work/$kind.tar" >/dev/null
done
export DOCKER_HOST=$docker_host

expect 0 "$sidecarctl" lint docker-daemon:team/right:1.0
expect 1 "$sidecarctl" lint team/wrong:1.0
err_has docker-daemon
out_has SDC102
expect 3 "$sidecarctl" lint docker-daemon:team/rihgt:1.0
err_has "did you mean 'team/right:1.0'"
same "$(docker ps -aq | wc -l)" 0 "no container is left"

run_registry registry
expect 0 "$sidecarctl" push docker-daemon:team/right:1.0 "$registry/team/right:1.0"
first=$(cat "$work/out")
docker tag team/right:1.0 "$registry/team/right:1.1"
expect 0 "$sidecarctl" push "$registry/team/right:1.1"
same "$(cat "$work/out")" "$first" "the same image has the same digest"
expect 0 "$sidecarctl" lint "docker://$registry/team/right:1.1"

unset DOCKER_HOST
expect 3 "$sidecarctl" lint docker-daemon:team/right:1.0 --docker-host "unix://$work/absent.sock"
