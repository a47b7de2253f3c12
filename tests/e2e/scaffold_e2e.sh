#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every template: written by init, built, clean for lint, and run as a real container.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need busybox python3 buildah
run_docker
export DOCKER_HOST=$docker_host

# The defaults are on a registry that tests may not ask: a base of busybox and this machine's own Python stands for them.
base=$work/base
mkdir -p "$base"/{bin,etc,tmp,usr/bin,usr/lib}
cp "$(command -v busybox)" "$base/bin/busybox"
for applet in $(busybox --list | grep -vx busybox); do ln -sf busybox "$base/bin/$applet"; done
ln -sf ../../bin/env "$base/usr/bin/env"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$base/etc/passwd"
printf 'root:x:0:\n' >"$base/etc/group"
chmod 1777 "$base/tmp"
python=$(python3 -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))')
[ -x /usr/bin/python3 ] && python=$(readlink -f /usr/bin/python3)
library=$("$python" -c 'import os; print(os.path.dirname(os.__file__))')
mkdir -p "$base$(dirname "$library")"
tar -C "$(dirname "$library")" --exclude=__pycache__ --exclude=test --exclude=idlelib --exclude='config-*' --exclude=ensurepip --exclude=dist-packages -c \
  "$(basename "$library")" | tar -C "$base$(dirname "$library")" -x
cp "$python" "$base/usr/bin/python3"
ldd "$python" "$library"/lib-dynload/*.so 2>/dev/null | grep -o '/[^ ]*\.so[^ ]*' | grep -v "$library" | sort -u | while read -r file; do
  mkdir -p "$base$(dirname "$file")"
  cp -L "$file" "$base$file"
done
tar -C "$base" --numeric-owner --owner=0 --group=0 -c . | docker import --platform linux/amd64 - scaffold-base:1 >/dev/null

# buildah, not Docker: its classic builder has no COPY --chmod, and BuildKit needs a component that is not everywhere.
store=(--root "$work/store" --runroot "$work/runroot" --storage-driver vfs)
docker save -o "$work/base.tar" scaffold-base:1
buildah "${store[@]}" pull -q "docker-archive:$work/base.tar" >/dev/null || skip "buildah does not run here"
build() { # FOLDER IMAGE
  buildah "${store[@]}" bud -q --isolation chroot --pull=never --format docker -t "$2" "$1" >"$work/build" 2>&1 || { cat "$work/build" >&2; fail "$1 does not build"; }
  buildah "${store[@]}" push -q "$2" "docker-archive:$work/built.tar:$2" >/dev/null
  docker load -q -i "$work/built.tar" >/dev/null
  rm "$work/built.tar"
}

wait_for_file() { for _ in $(seq 200); do [ -e "$1" ] && return 0; sleep 0.1; done; docker logs "$container" >&2; fail "$1 did not come"; }
start() { # IMAGE: a container with a fresh volume of another owner
  volume=$(mktemp -d "$work/volume.XXXX")
  chmod 0777 "$volume"
  container=$(docker run -d --network none --read-only --tmpfs /tmp -v "$volume:/opt/palantir/sidecars/shared-volumes/shared" "$1")
}
state_of() { python3 -c 'import json, sys; s = json.load(open(sys.argv[1])); print(s["state"], s["exit_code"])' "$1"; }

templates=$("$sidecarctl" init --list | cut -d' ' -f1)
for template in $templates; do
  say "template $template"
  folder=$work/$template
  image=team/$template:1.0
  expect 0 "$sidecarctl" init "$folder" --template "$template" --base scaffold-base:1 --image "$image" --with-ci github
  build "$folder" "$image"
  # sidecar.toml in there names image and tag, and makes a warning a finding that counts.
  (cd "$folder" && expect 0 "$sidecarctl" lint && expect 0 "$sidecarctl" lint "docker-daemon:$image" --format json)
  python3 -c 'import json, sys
for finding in json.load(open(sys.argv[1]))["targets"][0]["findings"]:
    assert finding["severity"] == "info", finding' "$work/out"

  if [ "$template" = server ]; then
    container=$(docker run -d --network none --read-only "$image")
    ask() { docker exec "$container" python3 -c 'import sys, urllib.request as u; print(u.urlopen(u.Request("http://127.0.0.1:8080" + sys.argv[1], sys.argv[2].encode() or None), timeout=5).read().decode())' "$1" "$2"; }
    for _ in $(seq 100); do ask /health "" >"$work/answer" 2>/dev/null && break; sleep 0.1; done
    grep -q '"ok"' "$work/answer" || fail "the server does not answer"
    ask /job "$(cat "$folder/sample/job.json")" | grep -q '"count": 2' || fail "the server does no job"
    docker stop -t 10 "$container" >/dev/null
    same "$(docker inspect -f '{{.State.ExitCode}}' "$container")" 0 "SIGTERM ends the server"
    docker rm -f "$container" >/dev/null
    continue
  fi

  start "$image"
  cp "$folder/sample/infile.csv" "$volume/infile.csv"
  sleep 0.5
  [ ! -e "$volume/done_flag" ] || fail "done before start"
  touch "$volume/start_flag"
  wait_for_file "$volume/done_flag"
  same "$(state_of "$volume/done_flag")" "succeeded 0"
  [ -s "$volume/outfile.csv" ] || fail "there is no output"
  same "$(stat -c %u "$volume/outfile.csv")" 5001 "the user of the image"
  touch "$volume/close_flag"
  same "$(timeout 20 docker wait "$container")" 0 "the exit status"
  docker rm -f "$container" >/dev/null

  # The sample fails without its input, and says so.
  start "$image"
  touch "$volume/start_flag"
  wait_for_file "$volume/done_flag"
  same "$(state_of "$volume/done_flag")" "failed 1"
  touch "$volume/close_flag"
  same "$(timeout 20 docker wait "$container")" 1 "the exit status of a failure"
  docker rm -f "$container" >/dev/null

  # SIGTERM as PID 1, while it waits.
  start "$image"
  sleep 1
  docker stop -t 10 "$container" >/dev/null
  same "$(docker inspect -f '{{.State.ExitCode}}' "$container")" 143 "SIGTERM while waiting"
  same "$(state_of "$volume/done_flag")" "cancelled 143"
  docker rm -f "$container" >/dev/null

  # A line for a shell, and a command that is not in the image.
  expect 0 "$sidecarctl" init "$work/$template-shell" --template "$template" --base scaffold-base:1 --image "$image-shell" --command 'tr a-z A-Z <{shared}/in | sort >{shared}/out'
  build "$work/$template-shell" "$image-shell"
  start "$image-shell"
  printf 'b\na\n' >"$volume/in"
  touch "$volume/start_flag"
  wait_for_file "$volume/done_flag"
  same "$(tr '\n' ' ' <"$volume/out")" "A B "
  docker rm -f "$container" >/dev/null
  expect 0 "$sidecarctl" init "$work/$template-absent" --template "$template" --base scaffold-base:1 --image "$image-absent" --command '/no/such/program "a b"'
  build "$work/$template-absent" "$image-absent"
  start "$image-absent"
  wait_for_file "$volume/done_flag"
  same "$(state_of "$volume/done_flag")" "not-started 127"
  docker rm -f "$container" >/dev/null
done
