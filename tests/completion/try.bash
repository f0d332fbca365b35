# Prints "LINE: WORD" for each word that completes a line.
. <(scbpf completion bash)
cd "$(dirname "$0")" || exit
try() {
  local line=$*
  COMP_WORDS=(scbpf "$@") COMP_CWORD=$# COMPREPLY=()
  _scbpf
  printf "$line: %s\n" "${COMPREPLY[@]}"
}
try comp
try compile --kern
try compile --dialect p
try compile --no-prove --weights u
try eval --abi x8
try eval p.json openat
try check try.z
try completion z
