#!/usr/bin/env bash
# Whether the code that docs/runtime.md quotes stands in a file of examples/ or
# tests/, to the letter.
# usage: quotes.sh SOURCES
set -euo pipefail
cd "$1"
python3 - docs/runtime.md examples/*.{c,cc,py} \
  tests/install/c-consumer/CMakeLists.txt <<'END'
import pathlib
import re
import sys

text, *files = [pathlib.Path(name).read_text() for name in sys.argv[1:]]
blocks = re.findall(r"^```(cpp|c|python|cmake)\n(.*?)^```$", text, re.M | re.S)
wrong = [code for _, code in blocks
         if not all(any(part in file for file in files)
                    for part in re.split(r"(?m)^(?=target_link)", code))]
for code in wrong:
    print("stands nowhere:\n" + code)
print(len(blocks), "blocks")
sys.exit(bool(wrong) or len(blocks) < 6)
END
