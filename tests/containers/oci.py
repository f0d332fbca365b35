"""runc and crun: what they install for a profile is what scbpf compiles.

usage: oci.py runc|crun
"""

import base64
import collections
import json
import pathlib
import subprocess
import sys

sys.dont_write_bytecode = True
import bundle
import contain
import proof

RUNTIME = sys.argv[1]

# `change` is put into the profile. `words` are expected in the output, of the
# program where the container starts, else of the runtime. `filters`: whether
# the runtime gets as far as installing one.
Case = collections.namedtuple(
    "Case", "name profile change starts words filters")

CASES = {
    "runc": [
        Case("audit", proof.AUDIT, {}, True, [proof.TOLD], True),
        Case("violation", proof.VIOLATION, {}, False, [], True),
        Case("fine-grained", proof.FINE_GRAINED, {}, False,
             ["ensure /proc/self/fd is on procfs: operation not permitted"],
             True),
        Case("arguments", proof.ARGUMENTS, {}, True, [proof.DENIED], True),
        # Its includes, excludes and archMap mean nothing here.
        Case("Docker's dialect", proof.DOCKER_DIALECT, {}, True,
             [proof.TOLD], True),
        Case("flags", proof.AUDIT, {"flags": ["SECCOMP_FILTER_FLAG_LOG"]},
             False, ["seccomp flags are not yet supported"], False),
    ],
    "crun": [
        Case("audit", proof.AUDIT, {}, True, [proof.TOLD], True),
        Case("violation", proof.VIOLATION, {}, False,
             ["read from the init process"], True),
        Case("fine-grained", proof.FINE_GRAINED, {}, False,
             ["prctl drop bounding: Operation not permitted"], True),
        Case("arguments", proof.ARGUMENTS, {}, True, [proof.DENIED], True),
        Case("Docker's dialect", proof.DOCKER_DIALECT, {}, True,
             [proof.TOLD], True),
        Case("flags", proof.AUDIT, {"flags": ["SECCOMP_FILTER_FLAG_LOG"]},
             True, [proof.TOLD], True),
    ],
}

# SPEC_ALLOW is crun's default; runc 1.1 passes no flags.
FLAGS = {"runc": 0, "crun": 4}


def target_options(profile):
    """runc answers ENOSYS past what the profile names, on the ABIs that
    `architectures` lists."""
    options = ["--dialect", "oci"]
    if RUNTIME == "runc" and "architectures" in profile:
        options += ["--unknown-syscalls", "enosys"]
    return options


class Runs:
    """Runs containers, each traced, in one root file system."""

    def __init__(self):
        self.rootfs = bundle.make_rootfs(contain.folder() / "rootfs")
        self._count = 0

    def run(self, config, timeout=20):
        """What it ended with, and the folder with the filters."""
        self._count += 1
        traces = contain.folder() / ("trace%d" % self._count)
        place = contain.folder() / ("bundle%d" % self._count)
        bundle.make_bundle(place, config)
        ended = bundle.run_bundle(RUNTIME, place, timeout,
                                  [bundle.tracer(), traces, "--"])
        return ended, traces


def try_case(claims, runs, case):
    profile = {**json.loads(case.profile.read_text()), **case.change}
    ended, traces = runs.run(
        bundle.make_config(runs.rootfs, proof.TELLS, profile))
    if case.starts:
        claims.says("%s: starts, says %s" % (case.name, case.words), ended,
                    case.words)
    else:
        claims.refused(case.name, ended, case.words)
    if not case.filters:
        return
    claims.equal(case.name, profile, proof.only_filter(traces),
                 target_options(profile))
    expected = 2 if "flags" in profile else FLAGS[RUNTIME]
    claims.claim("%s: flags %d" % (case.name, expected),
                 proof.flags_kept(traces) == [expected],
                 proof.flags_kept(traces))


def try_notify(claims, runs):
    """A listener reaches the agent, and the filter is as it says."""
    agent_path = contain.folder() / "agent.sock"
    profile = json.loads(proof.NOTIFY.read_text())
    profile["listenerPath"] = str(agent_path)
    agent = subprocess.Popen(
        ["timeout", "30", proof.SUPERVISOR, str(agent_path), "2"],
        stdout=subprocess.PIPE, text=True)
    agent.stdout.readline()  # listening
    command = ["sh", "-c",
               "exec 2>&1; mkdir /nowhere/a && mkdir /forbidden; echo $?"]
    ended, traces = runs.run(
        bundle.make_config(runs.rootfs, command, profile))
    agent.terminate()
    told = agent.communicate()[0]
    claims.says("notify: the agent answers", ended,
                ["'/forbidden': Read-only file system\n1\n"], True)
    claims.claim("notify: the agent is told of the container and its calls",
                 '"a container test"' in told
                 and told.endswith("mkdir /nowhere/a\nmkdir /forbidden\n"),
                 told)
    claims.equal("notify", profile, proof.only_filter(traces),
                 target_options(profile))


def try_annotation(claims, runs):
    """crun loads what scbpf put into the bundle, byte for byte."""
    place = bundle.make_bundle(
        contain.folder() / "annotated", bundle.make_config(
            runs.rootfs, proof.TELLS, json.loads(proof.ARGUMENTS.read_text())))
    claims.says("annotation: scbpf oci annotate", proof.scbpf(
        "oci", "annotate", "-q", "--arch", "x86_64", "--multiplex", "strict",
        place), [], True)
    config = json.loads((place / "config.json").read_text())
    data = base64.b64decode(config["annotations"]["run.oci.seccomp_bpf_data"])
    ended, traces = runs.run(config)
    installed = proof.only_filter(traces)
    claims.says("annotation: a call is denied", ended, [proof.DENIED])
    claims.claim("annotation: crun installs these %d bytes" % len(data),
                 installed is not None and installed.read_bytes() == data,
                 installed)
    # Without linux.seccomp too.
    del config["linux"]["seccomp"]
    ended, traces = runs.run(config)
    installed = proof.only_filter(traces)
    claims.says("annotation alone: a call is denied", ended, [proof.DENIED])
    claims.claim("annotation alone: crun installs it",
                 installed is not None and installed.read_bytes() == data,
                 installed)


def try_dump(claims, runs):
    """What the kernel keeps of a live container is the same filter."""
    profile = json.loads(proof.ARGUMENTS.read_text())
    place = bundle.make_bundle(
        contain.folder() / "lives",
        bundle.make_config(runs.rootfs, ["sleep", "60"], profile))
    state = contain.folder() / "state" / RUNTIME
    container = [RUNTIME, "--root", state]
    started = bundle.run([*container, "run", "--detach", "--bundle", place,
                          "lives"])
    told = bundle.run([*container, "state", "lives"])
    claims.says("dump: a live container", told, ['"running"'], True)
    if started.status == 0 and told.status == 0:
        pid = json.loads(told.output)["pid"]
        dumped = contain.folder() / "dumped.bpf"
        ended = proof.scbpf("dump", "--pid", str(pid), "-o", dumped)
        if "CAP_SYS_ADMIN" in ended.output:
            print("left out: " + ended.output.strip(), flush=True)
        else:
            claims.equal("dump", profile, dumped if dumped.exists() else None,
                         target_options(profile))
    bundle.run([*container, "delete", "--force", "lives"], 10)


def try_border(claims, runs):
    """Where scbpf's border of known calls is not runc's: runc counts no direct
    numbers of multiplexed calls on x86, and takes 0x80000000..0xbfffffff for
    numbers past the border."""
    ended, traces = runs.run(bundle.make_config(
        runs.rootfs, ["true"], json.loads(proof.BORDER.read_text())))
    claims.says("border: does not start", ended, [], False)
    installed = proof.only_filter(traces)
    told = proof.scbpf("diff", "-q", "--arch", "x86_64", "--unknown-syscalls",
                       "enosys", proof.BORDER, installed or "none").output
    rows = [" ".join(line.split()) for line in told.splitlines()
            if not line.startswith(" ")]
    claims.claim(
        "border: differs as expected",
        len(rows) == 3 and rows[0].endswith(
            "names below x86 A: errno(EPERM) B: errno(ENOSYS)")
        and rows[1:] == [
            "msgctl x86 A: allow B: errno(ENOSYS)",
            "2147483648..3221225471 x32 A: kill_thread B: errno(ENOSYS)"],
        told)


WRONG_CONFIGS = {
    "runc": ["invalid character", "config.json not found"],
    "crun": ["cannot parse the data", "cannot read the file: config.json"],
}


def try_wrong_configs(claims):
    broken = contain.folder() / "broken"
    broken.mkdir()
    (broken / "config.json").write_text(
        '{"ociVersion": "1.0.2",\n "linux": {"seccomp": {"defaultAction" 1}}}')
    missing = contain.folder() / "missing"
    missing.mkdir()
    words = WRONG_CONFIGS[RUNTIME]
    claims.says("broken JSON: says '%s'" % words[0],
                bundle.run_bundle(RUNTIME, broken), words[:1], False)
    claims.says("broken JSON: scbpf says where and what",
                proof.scbpf("oci", "show", broken),
                ["broken/config.json:2:40: error: expected a colon"], False)
    claims.says("no config.json: says '%s'" % words[1],
                bundle.run_bundle(RUNTIME, missing), words[1:], False)
    claims.says("no config.json: scbpf says so",
                proof.scbpf("oci", "show", missing),
                ["No such file or directory"], False)


def main():
    contain.enter(240)
    bundle.need(RUNTIME)
    claims = proof.Proof(RUNTIME)
    runs = Runs()
    for case in CASES[RUNTIME]:
        try_case(claims, runs, case)
    try_notify(claims, runs)
    if RUNTIME == "runc":
        try_border(claims, runs)
    if RUNTIME == "crun":
        try_annotation(claims, runs)
    try_dump(claims, runs)
    try_wrong_configs(claims)
    claims.says("violation: scbpf run says why nothing can start",
                proof.scbpf("run", proof.VIOLATION, "--", "true"),
                ["execve is answered ERRNO(EPERM)"], False)
    claims.finish()


if __name__ == "__main__":
    main()
