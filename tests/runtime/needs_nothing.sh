#!/usr/bin/env bash
# InstallRaw must be safe in a signal handler and between fork and exec, where
# a lock may be held for ever: its file calls two functions that are nothing
# but system calls, and looks at errno. (What starts iostreams before main, and
# the linker's own names, do not count.)
# usage: needs_nothing.sh ARCHIVE-OF-RUNTIME
set -euo pipefail
own='^(_GLOBAL_OFFSET_TABLE_|__stack_chk_fail|__dso_handle|__cxa_atexit|_ZNSt8ios_base4Init[CD]1Ev)$'
needs=$(nm --undefined-only "$1" |
  awk '/^install_raw.*:$/ { on = 1; next } /:$/ { on = 0 } on && NF { print $2 }' |
  grep -Ev "$own" | sort | tr '\n' ' ')
echo "install_raw needs: $needs"
[ "$needs" = '__errno_location prctl syscall ' ]
