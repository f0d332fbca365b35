# As try.bash, with what the completion system offers printed.
compdef() { : }
show() { for each in ${(M)@:#$words[CURRENT]*}; print -r -- "$line: $each" }
compadd() { show ${(P)2} }
_files() { show *(N) }
_describe() { show ${${(P)4}%%:*} }
. <(scbpf completion zsh)
cd ${0:h}
try() {
  line="$*"
  words=(scbpf "$@") CURRENT=$(($# + 1))
  _scbpf
}
try comp
try compile --kern
try compile --dialect p
try compile --no-prove --weights u
try eval --abi x8
try eval p.json openat
try check try.z
try completion z
