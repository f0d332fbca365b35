#!/usr/bin/env bash
# The filters of the examples are the same bytes on every host and from every
# build: their digests are frozen. SCBPF_UPDATE_GOLDEN=1 freezes them anew.
# usage: filter_bytes.sh PROGRAMS EXAMPLES DIGESTS
set -euo pipefail
scbpf=$1/scbpf examples=$2 frozen=$3

digest() {
  "$scbpf" compile -q --arch x86_64 --kernel 6.1 --caps default "$@" |
    sha256sum | cut -c -64
}

now=$(for file in "$examples"/*.json; do
  for weights in default uniform bitmap; do
    name=$(basename "$file")
    printf '%s  %s %s\n' "$(digest --weights $weights "$file")" "$name" $weights
  done
done)
[ -z "${SCBPF_UPDATE_GOLDEN:-}" ] || printf '%s\n' "$now" > "$frozen"
diff "$frozen" <(printf '%s\n' "$now")
