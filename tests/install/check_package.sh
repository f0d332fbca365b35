#!/usr/bin/env bash
# Makes the Debian packages, looks at them, and runs the program from a root
# that holds nothing else.
# usage: check_package.sh BUILD_DIR STATIC. Status 77: this is no Debian.
set -euo pipefail
build=$1 static=$2
command -v dpkg-deb >/dev/null || { echo 'skipped: no dpkg-deb'; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$*"
  exit 1
}

cpack --config "$build/CPackConfig.cmake" -G DEB -B "$work" >"$work/log" 2>&1 ||
  fail "$(cat "$work/log")"
program=$(find "$work" -maxdepth 1 -name 'scbpf_*.deb')
development=$(find "$work" -maxdepth 1 -name 'libscbpf-dev_*.deb')
for package in "$program" "$development"; do
  dpkg-deb --info "$package"
  dpkg-deb --contents "$package" | awk '{ print $6 }' > "$package.list"
  # Nothing outside /usr, and owned by root.
  ! grep -vE '^\./(usr/.*)?$' "$package.list" || fail "$package: strays"
  ! dpkg-deb --contents "$package" | grep -v ' root/root ' || fail 'owners'
done
while read -r package file; do
  grep -qxF "./usr/$file" "$work/$package"_*.deb.list || fail "no $file"
done <<END
scbpf bin/scbpf
scbpf share/man/man1/scbpf.1
scbpf share/man/man1/scbpf-compile.1
scbpf share/scbpf/runtime-default.json
scbpf share/doc/scbpf/LICENSE
scbpf share/doc/scbpf/semantics.md
libscbpf-dev include/scbpf/compile.h
libscbpf-dev lib/libscbpf_compiler.a
libscbpf-dev lib/cmake/scbpf/scbpfConfig.cmake
libscbpf-dev lib/pkgconfig/scbpf.pc
libscbpf-dev lib/pkgconfig/libscbpf.pc
libscbpf-dev lib/libscbpf.so
libscbpf-dev lib/cmake/scbpf/scbpfCapiTargets.cmake
END
[ "$(dpkg-deb --field "$development" Depends)" = libabsl-dev ] ||
  fail 'libscbpf-dev must need libabsl-dev'

depends=$(dpkg-deb --field "$program" Depends)
if [ "$static" = ON ]; then
  [ -z "$depends" ] || fail "a static program depends on $depends"
fi
root=$work/root
mkdir -p "$root"/var/lib/dpkg/{info,updates}
touch "$root"/var/lib/dpkg/{status,available}
dpkg --root="$root" --log=/dev/null --force-not-root --force-depends -i \
  "$program"
scbpf=$root/usr/bin/scbpf
"$scbpf" --version
"$scbpf" compile -q --arch x86_64 "$root/usr/share/scbpf/runtime-default.json" \
  -o "$work/filter.bpf"
[ -s "$work/filter.bpf" ] || fail 'no filter'
