# SPDX-License-Identifier: Apache-2.0
# Sourced by every e2e test: `lib.sh SIDECARCTL`. Gives $sidecarctl, $work, a clean environment, checks and servers.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source-path=SCRIPTDIR source=../../scripts/setup.sh
source "$here/../../scripts/setup.sh"
# shellcheck disable=SC2034  # For the tests.
sidecarctl=$1
work=$(mktemp -d)
pids=()
unset DOCKER_HOST DOCKER_CONTEXT DOCKER_CONFIG CONTAINER_HOST REGISTRY_AUTH_FILE XDG_RUNTIME_DIR XDG_CACHE_HOME
export HOME=$work/home NO_COLOR=1
mkdir -p "$HOME"

clean_up() {
  local pid
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${pids[@]}"; do wait "$pid" 2>/dev/null || true; done
  if mountpoint -q "$work/docker" 2>/dev/null; then umount -l "$work/docker" || true; fi
  rm -rf --one-file-system "$work" 2>/dev/null || true
}
trap clean_up EXIT

skip() { echo "skipped: $*"; exit 77; }
fail() { echo "FAILED: $*" >&2; exit 1; }
need() { local tool; for tool in "$@"; do command -v "$tool" >/dev/null || skip "$tool is not installed"; done; }

# expect STATUS COMMAND...: runs it with stdout in $work/out and stderr in $work/err.
expect() {
  local wanted=$1 status=0
  shift
  "$@" >"$work/out" 2>"$work/err" || status=$?
  [ "$status" = "$wanted" ] || {
    echo "--- stdout"; cat "$work/out"; echo "--- stderr"; cat "$work/err"
    fail "exit status $status instead of $wanted: $*"
  } >&2
}
out_has() { grep -qF -- "$1" "$work/out" || { cat "$work/out" >&2; fail "stdout does not have: $1"; }; }
err_has() { grep -qF -- "$1" "$work/err" || { cat "$work/err" >&2; fail "stderr does not have: $1"; }; }
same() { [ "$1" = "$2" ] || fail "'$1' is not '$2'${3:+ ($3)}"; }

# make_image KIND DIR: an OCI layout with one image; see make_image.py.
make_image() { python3 "$here/make_image.py" "$@"; }

# run_registry NAME [HTTP CONFIG] [FURTHER CONFIG]: sets registry (host:port).
run_registry() {
  local port
  port=$(free_port)
  start_registry "$work/$1" "$port" "${2:-}" "${3:-}" || skip "docker-registry does not start here"
  pids+=("$registry_pid")
  # shellcheck disable=SC2034  # For the tests.
  registry=127.0.0.1:$port
}

# run_docker: a dockerd of our own; sets docker_host. Skips where the machine does not let it run.
run_docker() {
  need dockerd docker
  [ "$(id -u)" = 0 ] || skip "dockerd needs root"
  mkdir -p "$work/docker"
  docker_host=unix://$work/docker.sock
  dockerd --data-root "$work/docker/data" --exec-root "$work/docker/exec" --pidfile "$work/docker.pid" \
    -H "$docker_host" --bridge=none --iptables=false >"$work/dockerd.log" 2>&1 &
  pids+=("$!")
  for _ in $(seq 150); do
    docker -H "$docker_host" version >/dev/null 2>&1 && return 0
    kill -0 "${pids[-1]}" 2>/dev/null || break
    sleep 0.2
  done
  tail -5 "$work/dockerd.log" >&2
  skip "dockerd does not run here"
}
