#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Push to a registry on loopback, lint and inspect what is there, and compare with what skopeo reads.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need docker-registry skopeo python3
run_registry registry
digest=$(make_image right "$work/right")
make_image wrong "$work/wrong" >/dev/null
name=$registry/team/app

expect 0 "$sidecarctl" push "oci:$work/right" "$name:1.0" --digest-file "$work/digest"
same "$(cat "$work/out")" "$name@$digest" "stdout is the reference"
same "$(tr -d '\n' <"$work/digest")" "$digest" "the digest file"
same "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$name:1.0")" "$digest" "what skopeo reads"

skopeo copy -q --preserve-digests --src-tls-verify=false "docker://$name:1.0" "oci:$work/back:1.0"
diff -r "$work/right/blobs" "$work/back/blobs" || fail "the blobs that came back are others"

expect 0 "$sidecarctl" push "oci:$work/right" "$name:1.0" --format json
python3 - "$work/out" <<'CHECK' || fail "the second push sent something"
import json, sys
report = json.load(open(sys.argv[1]))
assert report["schema"] == "sidecarctl.push/v1", report
assert all(layer["bytes_sent"] == 0 for layer in report["layers"]), report
CHECK

skopeo copy -q "oci:$work/right" "docker-archive:$work/right.tar:team/app:1.1"
expect 0 "$sidecarctl" push "docker-archive:$work/right.tar" "$name:1.1"
expect 0 skopeo copy -q --src-tls-verify=false "docker://$name:1.1" "oci:$work/back:1.1"

expect 0 "$sidecarctl" lint "docker://$name:1.0" --format json
expect 0 "$sidecarctl" inspect "docker://$name:1.0"
out_has 5001
out_has "$digest"

expect 1 "$sidecarctl" push "oci:$work/wrong" "$name:2.0"
err_has SDC102
expect 1 "$sidecarctl" push "oci:$work/right" "$name:latest"
expect 2 "$sidecarctl" push "oci:$work/right" "$name"
expect 2 "$sidecarctl" push "oci:$work/right" team/app:1.0
err_has "no registry host"
expect 0 "$sidecarctl" push "oci:$work/right" "$registry/other/app:1.0" --dry-run
same "$(cat "$work/out")" "$registry/other/app@$digest" "a dry run prints the line"
expect 3 "$sidecarctl" inspect "docker://$registry/other/app:1.0"
same "$(skopeo list-tags --tls-verify=false "docker://$name" | python3 -c 'import json,sys; print(sorted(json.load(sys.stdin)["Tags"]))')" \
  "['1.0', '1.1']" "no other tag was made"

# Another image under the tag that is taken.
make_image server "$work/server" >/dev/null
expect 1 "$sidecarctl" push "oci:$work/server" "$name:1.0" --no-clobber
same "$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$name:1.0")" "$digest" "the tag did not move"
