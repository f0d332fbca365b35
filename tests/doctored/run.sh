# usage: run.sh DOCTORED_SCBPF PROFILE
# The proof finds the bug: status 70, the call on which policy and program
# differ, and nothing written. Unproved, the same program writes its filter.
set -eu
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT
status=0
"$1" compile "$2" --arch x86_64 --kernel 6.1 --caps default -q \
  -o "$folder/filter.bpf" 2> "$folder/err" || status=$?
cat "$folder/err"
[ $status = 70 ]
grep -q 'the filter is not the profile: .* the profile says .*, the filter ' \
  "$folder/err"
[ ! -e "$folder/filter.bpf" ]
"$1" compile "$2" --arch x86_64 --kernel 6.1 --caps default -q --no-prove \
  -o "$folder/filter.bpf" 2> /dev/null
[ -s "$folder/filter.bpf" ]
