#!/usr/bin/env python3
"""Writes the tables (*.inc) of this folder from its facts (*.tsv).

generate.py          writes them
generate.py --check  status 1 when one of them is not what it would write
"""

import pathlib
import sys

ROOM = pathlib.Path(__file__).resolve().parent
NONE = "kNone"


def read(name):
    """The rows of a facts file, each a dict by column."""
    text = (ROOM / name).read_text(encoding="ascii")
    lines = [l for l in text.splitlines() if l and not l.startswith("#")]
    columns = lines[0].split("\t")
    rows = []
    for number, line in enumerate(lines[1:], 1):
        cells = line.split("\t")
        if len(cells) != len(columns):
            sys.exit(f"{name}: row {number}: {len(cells)} columns")
        rows.append(dict(zip(columns, cells)))
    return rows


def setting(name, key):
    """The value of a line "# key value"."""
    for line in (ROOM / name).read_text(encoding="ascii").splitlines():
        words = line.split()
        if words[:2] == ["#", key]:
            return words[2]
    sys.exit(f"{name}: no line '# {key} ...'")


def sorted_by(key, rows, name):
    """The rows, which must have no two alike, in byte order of `key`."""
    rows = sorted(rows, key=lambda row: row[key])
    for a, b in zip(rows, rows[1:]):
        if a[key] == b[key]:
            sys.exit(f"{name}: {a[key]} twice")
    return rows


def version(text):
    """"2.6.28" as "{2, 6}"."""
    if text == "-":
        return "{}"
    major, minor = text.split(".")[:2]
    return f"{{{int(major)}, {int(minor)}}}"


def syscalls():
    """One row a name: numbers and kernels by ABI, and the multiplexer."""
    name = "syscalls.tsv"
    rows = sorted_by("name", read(name), name)
    fixed = ["name", "since", "since_abi", "multiplexed"]
    abis = [column for column in rows[0] if column not in fixed]
    out = ["constexpr std::string_view kColumns[] = {"
           + ", ".join(f'"{abi}"' for abi in abis) + "};",
           f"constexpr KernelVersion kNewest = "
           f"{version(setting(name, 'newest'))};",
           "constexpr Row kRows[] = {"]
    names = []
    for row in rows:
        numbers, since = [], []
        late = dict(pair.split("=") for pair in row["since_abi"].split(",")
                    if pair != "-")
        for abi in abis:
            numbers.append(NONE if row[abi] == "-" else row[abi])
            here = row[abi] != "-"
            since.append(version(late.get(abi, row["since"])) if here
                         else "{}")
        kind, call = "kDirect", "0"
        if row["multiplexed"] != "-":
            through, call = row["multiplexed"].split(":")
            kind = {"socketcall": "kSocketcall", "ipc": "kIpc"}[through]
        out.append(f'    {{{{{", ".join(numbers)}}}, '
                   f'{{{{{", ".join(since)}}}}}, {kind}, {call}}},')
        names.append(f'    "{row["name"]}",')
    out.append("};")
    return out + ["constexpr std::string_view kNames[] = {"] + names + ["};"]


def prototypes():
    """Arguments one after the other, and where each call's are."""
    name = "prototypes.tsv"
    classes = {"i32": "kInt32", "u16": "kUint16", "long": "kLong",
               "ptr": "kPointer"}
    arguments = {row["name"]: row["arguments"].split() for row in read(name)}
    calls = sorted_by("name", read("syscalls.tsv"), "syscalls.tsv")
    known = {row["name"] for row in calls}
    for call in arguments:
        if call not in known:
            sys.exit(f"{name}: {call} is no system call")
    out = ["constexpr ArgPrototype kArguments[] = {"]
    at, where = 0, []
    for row in calls:
        own = arguments.get(row["name"], [])
        for argument in own:
            word, kind = argument.split(":")
            out.append(f'    {{"{word}", ArgClass::{classes[kind]}}},')
        where.append(f"    {{{at}, {len(own)}}},")
        at += len(own)
    return out + ["};", "constexpr Slice kPrototypes[] = {"] + where + ["};"]


def errnos():
    """Names in order, and the first name of each number."""
    name = "errnos.tsv"
    rows = read(name)
    out = ["constexpr ErrnoRow kByName[] = {"]
    for row in sorted_by("name", rows, name):
        out.append(f'    {{"{row["name"]}", {row["number"]}}},')
    out += ["};", "constexpr ErrnoRow kByNumber[] = {"]
    first = {}
    for row in rows:
        first.setdefault(int(row["number"]), row["name"])
    for number in sorted(first):
        out.append(f'    {{"{first[number]}", {number}}},')
    return out + ["};"]


def constants():
    """Groups, the arguments they belong to, and all constants by name."""
    kinds = {"enum": "kEnum", "flag": "kFlag", "enum+flag": "kEnumAndFlag"}
    groups = read("constant_groups.tsv")
    members = {row["group"]: [] for row in groups}
    values = {}
    for row in read("constants.tsv"):
        value = int(row["value"], 0)
        members[row["group"]].append((row["name"], value))
        if values.setdefault(row["name"], value) != value:
            sys.exit(f"constants.tsv: {row['name']} has two values")
    out = ["constexpr Constant kMembers[] = {"]
    at, rows, uses = 0, [], []
    for number, group in enumerate(groups):
        own = members[group["group"]]
        out += [f'    {{"{word}", {value:#x}}},' for word, value in own]
        mask = "0" if group["mask"] == "-" else group["mask"]
        rows.append(f"    {{{at}, {len(own)}, {mask}, "
                    f"GroupKind::{kinds[group['kind']]}}},")
        at += len(own)
        for use in group["uses"].split():
            if use != "-":
                call, index = use.split(":")
                uses.append((call, int(index), number))
    if len({use[:2] for use in uses}) != len(uses):
        sys.exit("constant_groups.tsv: an argument in two groups")
    out += ["};", "constexpr Group kGroups[] = {"] + rows
    out += ["};", "constexpr Use kUses[] = {"]
    out += [f'    {{"{call}", {index}, {group}}},'
            for call, index, group in sorted(uses)]
    out += ["};", "constexpr Constant kByName[] = {"]
    out += [f'    {{"{word}", {value:#x}}},'
            for word, value in sorted(values.items())]
    return out + ["};"]


def frequencies():
    """The share of each call, in the order of the names."""
    name = "frequencies.tsv"
    shares = {row["name"]: int(row["share"]) for row in read(name)}
    calls = sorted_by("name", read("syscalls.tsv"), "syscalls.tsv")
    measured = sum(shares.values())
    for row in read("stand_ins.tsv"):
        if row["name"] in shares:
            sys.exit(f"stand_ins.tsv: {row['name']} was measured")
        shares[row["name"]] = shares.get(row["in_place_of"], 0)
    unknown = set(shares) - {row["name"] for row in calls}
    if unknown:
        sys.exit(f"no system calls: {', '.join(sorted(unknown))}")
    out = [f"constexpr uint32_t kSum = {measured};",
           "constexpr uint32_t kShares[] = {"]
    out += [f"    {shares.get(row['name'], 0)},  // {row['name']}"
            for row in calls]
    return out + ["};"]


TABLES = {
    "syscalls.inc": syscalls,
    "prototypes.inc": prototypes,
    "errnos.inc": errnos,
    "constants.inc": constants,
    "frequencies.inc": frequencies,
}


def main():
    stale = []
    for name, make in TABLES.items():
        text = "\n".join(["// Written by generate.py; edit the .tsv instead."]
                         + make()) + "\n"
        path = ROOM / name
        if sys.argv[1:] != ["--check"]:
            path.write_text(text, encoding="ascii")
        elif not path.exists() or path.read_text(encoding="ascii") != text:
            stale.append(name)
    if stale:
        sys.exit("not what generate.py writes: " + ", ".join(stale))


if __name__ == "__main__":
    main()
