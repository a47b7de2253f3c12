#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A registry behind TLS with a CA of its own.
# shellcheck source-path=SCRIPTDIR source=lib.sh
source "$(dirname "$0")/lib.sh" "$@"
need docker-registry openssl python3
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=Test CA" -keyout "$work/ca.key" -out "$work/ca.crt" 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=127.0.0.1" -keyout "$work/tls.key" -out "$work/tls.csr" 2>/dev/null
openssl x509 -req -days 2 -in "$work/tls.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial \
  -extfile <(printf 'subjectAltName=IP:127.0.0.1,DNS:localhost') -out "$work/tls.crt" 2>/dev/null
run_registry registry "tls: {certificate: $work/tls.crt, key: $work/tls.key}"
digest=$(make_image right "$work/right")

expect 3 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0"
err_has "--cacert"
err_has "(subject CN=127.0.0.1, issuer CN=Test CA)"
expect 0 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0" --cacert "$work/ca.crt"
same "$(cat "$work/out")" "$registry/app@$digest"
expect 0 "$sidecarctl" lint "docker://$registry/app:1.0" --tls-verify=false
expect 2 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0" --cacert "$work/absent.crt"
expect 3 "$sidecarctl" push "oci:$work/right" "$registry/app:1.0" --plain-http
