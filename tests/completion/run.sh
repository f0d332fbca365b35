#!/bin/sh
# Completes command lines in a shell, and compares what it offers.
#
# usage: run.sh bash|zsh|fish FOLDER-OF-SCBPF
here=$(dirname "$0")
PATH=$2:$PATH
if ! command -v "$1" > /dev/null; then
  echo "skipped: $1 is not installed"
  exit 0
fi
case $1 in
  bash) "$1" --norc "$here/try.bash" ;;
  zsh) "$1" -f "$here/try.zsh" ;;
  fish) "$1" --no-config "$here/try.fish" ;;
esac | sort | diff "$here/expected" -
