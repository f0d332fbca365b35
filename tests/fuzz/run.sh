#!/usr/bin/env bash
# Fuzzes each target for some seconds (default 60) from its corpus; finds are
# left in build/fuzz/finds. Needs clang.
# usage: tests/fuzz/run.sh [SECONDS]
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target \
  fuzz_profile fuzz_json fuzz_program fuzz_records
mkdir -p build/fuzz/finds
pids=()
for name in profile json program records; do
  mkdir -p "build/fuzz/seen/$name"
  corpus=(tests/fuzz/corpus/$name)
  [ $name != json ] || corpus+=(tests/fuzz/corpus/profile)
  timeout $((seconds + 60)) build/fuzz/tests/fuzz/fuzz_$name \
    -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -max_len=16384 \
    -dict=tests/fuzz/profile.dict -print_final_stats=1 \
    -artifact_prefix=build/fuzz/finds/$name- \
    "build/fuzz/seen/$name" "${corpus[@]}" >"build/fuzz/$name.log" 2>&1 &
  pids+=($!)
done
status=0
for pid in "${pids[@]}"; do wait "$pid" || status=1; done
for name in profile json program records; do
  echo "$name: $(grep -E 'number_of_executed_units|ERROR|SUMMARY' \
    "build/fuzz/$name.log" | tr '\n' ' ')"
done
exit $status
