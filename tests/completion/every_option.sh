#!/bin/sh
# Every verb and option that --help shows is in every shell's completions.
#
# usage: every_option.sh FOLDER-OF-SCBPF
PATH=$1:$PATH
verbs=$(scbpf --help | sed '1,/^Verbs:/d' | awk '{print $1}')
status=0
for shell in bash zsh fish; do
  script=$(scbpf completion $shell) || exit 1
  for verb in $verbs; do
    lines=$(echo "$script" | grep -e "'$verb -'" -e "_from $verb'")
    for name in $(scbpf help "$verb" |
        sed -n 's/^  \(-., \|    \)--\([a-z-]*\).*/\2/p'); do
      case $lines in
        *[\ \']--$name[\ \']* | *" -l $name "*) ;;
        *) echo "$shell lacks $verb --$name"; status=1 ;;
      esac
    done
  done
done
exit $status
