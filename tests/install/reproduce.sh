#!/usr/bin/env bash
# Builds the last commit twice, in two folders, without a cache, and compares
# the programs. Run by hand: it takes two full builds.
# usage: reproduce.sh [CMAKE-ARGUMENT...]
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CCACHE_DISABLE=1

for folder in "$work/a" "$work/another/and/a/longer/one"; do
  git clone -q --no-hardlinks "$source" "$folder"
  source=$folder  # the same commit again
  cmake -G Ninja -S "$folder" -B "$folder/build" -DBUILD_TESTING=OFF "$@" \
    > "$work/log"
  cmake --build "$folder/build" --target scbpf -j2 > "$work/log"
  sha256sum "$folder/build/cli/scbpf"
done
cmp "$work/a/build/cli/scbpf" "$work/another/and/a/longer/one/build/cli/scbpf"
echo 'the same bytes'
