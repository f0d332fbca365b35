#!/usr/bin/env bash
# Every verb of the installed program has a man page that shows every option
# of its --help and that groff takes without a warning.
# usage: check_pages.sh PREFIX. Status 77: all but groff's part was tested.
set -euo pipefail
prefix=$1
scbpf=$prefix/bin/scbpf
groff=$(command -v groff || true)
wrong=0

say() {
  echo "$*"
  wrong=1
}

# check NAME HELP
check() {
  local page=$prefix/share/man/man1/$1.1 option
  [ -s "$page" ] || { say "$1: no page"; return; }
  # What roff shows, without roff.
  sed -e 's/\\-/-/g' -e "s/\\\\(aq/'/g" "$page" > "$scratch/page"
  while read -r option; do
    grep -qE -- "^\.B (-[a-z], )?$option( |\$)" "$scratch/page" ||
      say "$1: the page lacks $option"
  done < <(sed -nE 's/^ {2,6}(-[a-zA-Z], )?(--[a-z-]+).*/\2/p' <<<"$2")
  [ -n "$groff" ] || return 0
  groff -man -Tascii -ww "$page" > "$scratch/shown" 2> "$scratch/warnings" ||
    say "$1: groff fails"
  [ ! -s "$scratch/warnings" ] || say "$1: $(cat "$scratch/warnings")"
  [ -s "$scratch/shown" ] || say "$1: nothing is shown"
}

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
check scbpf "$("$scbpf" --help)"
verbs=$("$scbpf" --help | sed -e '1,/^Verbs:/d' -ne 's/^  \([a-z]*\) .*/\1/p')
[ "$(wc -w <<<"$verbs")" -ge 7 ] || say 'scbpf --help lists no verbs'
for verb in $verbs; do
  check "scbpf-$verb" "$("$scbpf" "$verb" --help)"
done
pages=$(find "$prefix/share/man" -name '*.1' | wc -l)
[ "$pages" = $((1 + $(wc -w <<<"$verbs"))) ] || say "$pages pages in all"

if grep -qx completion <<<"$verbs"; then
  for file in bash-completion/completions/scbpf \
    zsh/vendor-completions/_scbpf fish/vendor_completions.d/scbpf.fish; do
    [ -s "$prefix/share/$file" ] || say "no share/$file"
  done
fi
echo "$pages pages"
[ "$wrong" = 0 ] || exit 1
[ -n "$groff" ] || { echo 'skipped: groff is not installed'; exit 77; }
