#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A registry with passwords: login, push, logout; docker's configuration file as docker writes it.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need docker-registry htpasswd python3
mkdir -p "$work/registry"
htpasswd -Bbn user secret-word >"$work/registry/htpasswd"
run_registry registry "" "auth: {htpasswd: {realm: test, path: $work/registry/htpasswd}}"
make_image right "$work/right" >/dev/null
export DOCKER_CONFIG=$work/docker-config

expect 3 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0"
err_has login
printf wrong >"$work/password"
expect 3 "$sidecarctl" login "$registry" -u user --password-stdin <"$work/password"
[ ! -e "$DOCKER_CONFIG/config.json" ] || fail "a refused login was stored"
printf 'secret-word\n' >"$work/password"
expect 0 "$sidecarctl" login "$registry" -u user --password-stdin <"$work/password"
same "$(stat -c %a "$DOCKER_CONFIG/config.json")" 600 "the mode of the file"
expect 0 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0"
expect 0 "$sidecarctl" inspect "docker://$registry/app:1.0"
expect 0 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0" --explain-auth -v
! grep -rqF secret-word "$work/out" "$work/err" || fail "the password was shown"
expect 0 "$sidecarctl" logout "$registry"
expect 3 "$sidecarctl" push "oci:$work/right" "$registry/app:1.1"
expect 0 "$sidecarctl" push "oci:$work/right" "$registry/app:1.1" --username user --password-stdin <"$work/password"
