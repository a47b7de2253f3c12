# SPDX-License-Identifier: Apache-2.0
# Sourced by scripts/demo and scripts/test: installs what is missing on Debian 12 and builds.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8

# shellcheck disable=SC2034  # For the scripts that source this.
build_packages="ca-certificates ccache cmake g++ git libarchive-dev libcli11-dev libcurl4-openssl-dev libfmt-dev libisal-dev
  libspdlog-dev libssl-dev libtomlplusplus-dev libzstd-dev ninja-build nlohmann-json3-dev pkg-config"

say() { printf '\n==> %s\n' "$*"; }

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo --preserve-env=DEBIAN_FRONTEND "$@"
  else
    echo "cannot run '$*': neither root nor sudo; install the packages named in scripts/setup.sh by hand" >&2
    exit 3
  fi
}

# install_packages PACKAGE...: those that are missing. No service is started by the installation where the machine lets us say so.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]}"
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# configure_and_build PRESET: ninja's one moving line on a terminal; elsewhere the output goes to a log that is shown when the build fails.
configure_and_build() {
  say "building sidecarctl (preset $1; some minutes the first time)"
  cmake --preset "$1" -S "$root" >/dev/null
  if [ -t 1 ]; then
    cmake --build "$root/build/$1"
  else
    local log="$root/build/$1/build.log"
    cmake --build "$root/build/$1" > "$log" 2>&1 || { tail -n 60 "$log"; echo "the build failed; all of its output: $log" >&2; return 1; }
  fi
}

# wait_for_port PORT PID: until something listens there; fails when the process is gone or after 10 s.
wait_for_port() {
  for _ in $(seq 100); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; then return 0; fi
    kill -0 "$2" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}

# free_port: a loopback port that nobody listens on now.
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# start_registry FOLDER PORT [LINES OF CONFIG]: a docker-registry on loopback; sets registry_pid.
start_registry() {
  mkdir -p "$1"
  cat > "$1/config.yml" <<CONFIG
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $1/data}, delete: {enabled: true}}
http: {addr: 127.0.0.1:$2${3:+, $3}}
${4:-}
CONFIG
  docker-registry serve "$1/config.yml" > "$1/log" 2>&1 &
  registry_pid=$!
  wait_for_port "$2" "$registry_pid" || { echo "docker-registry did not start:" >&2; cat "$1/log" >&2; return 1; }
}
