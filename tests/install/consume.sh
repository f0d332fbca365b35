#!/usr/bin/env bash
# Uses scbpf as another project would, from a folder of its own, and runs what
# comes out: each way compiles a profile and installs its filter in a child.
# usage: consume.sh WAY PREFIX SOURCES C++-COMPILER [CMAKE-ARGUMENT...]
#   WAY: find_package, pkg_config, pkg_config_static, c_find_package,
#   c_pkg_config, python (from what is installed at PREFIX), add_subdirectory
#   (from SOURCES). Status 77: nothing to test with.
set -euo pipefail
way=$1 prefix=$2 sources=$3 cxx=$4
shift 4
here=$sources/tests/install/consumer
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CMAKE_PREFIX_PATH=$prefix
library=$(dirname "$(find "$prefix" -name libscbpf_bpf.a)")

skip() {
  echo "skipped: $*"
  exit 77
}

with_cmake() {
  cmake -G "${GENERATOR:-Ninja}" -S "$here" -B "$work" \
    -DCMAKE_CXX_COMPILER="$cxx" "$@" >"$work/log" || { cat "$work/log"; exit 1; }
  cmake --build "$work" -j2 >>"$work/log" || { tail -n 40 "$work/log"; exit 1; }
}

with_pkg_config() {
  command -v pkg-config >/dev/null || skip 'pkg-config is not installed'
  export PKG_CONFIG_PATH=$library/pkgconfig
  # shellcheck disable=SC2046
  "$cxx" -std=c++20 -o "$work/consumer" "$here/consumer.cc" "$@" \
    $(pkg-config --cflags --libs ${1:+--static} 'scbpf >= 0.1')
}

# A command under a profile, by the library for C; and one that is wrong.
run_profile() {
  local denies=$work/denies.json told
  cat >"$denies" <<'END'
{"defaultAction": "SCMP_ACT_ALLOW",
 "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO",
               "errnoRet": 18}]}
END
  export LD_LIBRARY_PATH=$library
  told=$("$@" "$denies" mkdir "$work/made" 2>&1) && exit 1
  echo "$told"
  [[ $told == *'cross-device'* && ! -e $work/made ]] || exit 1
  "$@" "$denies" true
  sed -i s/ALLOW/ALOW/ "$denies"
  told=$("$@" "$denies" true 2>&1) && exit 1
  echo "$told"
  [[ $told == *':1:19: error: '*SCMP_ACT_ALLOW* ]] || exit 1
}

c_with_cmake() {
  here=$sources/tests/install/c-consumer
  with_cmake -DEXAMPLE="$sources/examples/run_profile.c"
}

c_with_pkg_config() {
  command -v pkg-config >/dev/null || skip 'pkg-config is not installed'
  export PKG_CONFIG_PATH=$library/pkgconfig
  # shellcheck disable=SC2046
  "$cxx" -x c -o "$work/run_profile" "$sources/examples/run_profile.c" -x none \
    $(pkg-config --cflags --libs 'libscbpf >= 0.1')
}

case $way in
  c_find_package)
    c_with_cmake
    run_profile "$work/run_profile" ;;
  c_pkg_config)
    c_with_pkg_config
    run_profile "$work/run_profile" ;;
  python)
    command -v python3 >/dev/null || skip 'python3 is not installed'
    run_profile python3 "$sources/examples/run_profile.py" ;;
  find_package) with_cmake -DEXAMPLE="$sources/examples/install_filter.cc" ;;
  add_subdirectory) with_cmake -DSCBPF_SOURCE="$sources" "$@" ;;
  pkg_config) with_pkg_config ;;
  pkg_config_static) with_pkg_config -static ;;
esac
[[ $way == c_* || $way == python ]] || "$work/consumer"

# The installed program makes a filter, a program without the compiler loads it.
if [ "$way" = find_package ]; then
  "$prefix/bin/scbpf" compile --arch x86_64 -q -o "$work/filter.bpf" \
    "$prefix/share/scbpf/runtime-default.json"
  "$work/install_filter" "$work/filter.bpf" true
  if grep -qF "$sources" -r "$library/cmake/scbpf" "$library/pkgconfig"; then
    echo 'what is installed names the folder it was built from'
    exit 1
  fi
fi
