# As try.bash.
scbpf completion fish | source
cd (dirname (status filename))
for line in comp "compile --kern" "compile --dialect p" \
        "compile --no-prove --weights u" "eval --abi x8" \
        "eval p.json openat" "check try.z" "completion z"
    for word in (complete -C "scbpf $line" | cut -f 1)
        echo "$line: $word"
    end
end
