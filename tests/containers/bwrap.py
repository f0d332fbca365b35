"""bubblewrap: loads filters that scbpf wrote, and they are what is enforced.

usage: bwrap.py
"""

import pathlib
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import bundle
import contain
import proof


class Runs:
    """Runs commands in bubblewrap, each traced."""

    def __init__(self):
        self.rootfs = bundle.make_rootfs(contain.folder() / "rootfs")
        self._count = 0

    def start(self, command, path):
        """Leaves a command running under a filter, untraced."""
        return subprocess.Popen([
            "bash", "-c", 'exec "$@" 20<' + str(path), "bash", "bwrap",
            "--bind", self.rootfs, "/", "--proc", "/proc", "--unshare-pid",
            "--setenv", "PATH", "/bin", "--seccomp", "20", *command])

    def run(self, command, *filters):
        """What it ended with, and for each process that installed filters
        what they are, as bytes. They are given by descriptors, from 20 up."""
        self._count += 1
        traces = contain.folder() / ("trace%d" % self._count)
        option = "--seccomp" if len(filters) == 1 else "--add-seccomp-fd"
        options, redirections = [], ""
        for number, path in enumerate(filters, 20):
            options += [option, str(number)]
            redirections += " %d<%s" % (number, path)
        ended = bundle.run([
            "bash", "-c", 'exec "$@"' + redirections, "bash", bundle.tracer(),
            traces, "--", "bwrap", "--bind", self.rootfs, "/", "--proc",
            "/proc", "--dev", "/dev", "--unshare-pid", "--setenv", "PATH",
            "/bin", *options, *command])
        return ended, proof.by_thread(traces)


def claim_same(claims, what, installed, given):
    """bubblewrap installs them in its init and in the command: both have what
    was given, in that order. (An init that nothing is allowed may die before
    the command has them, or after.)"""
    programs = [path.read_bytes() for path in given]
    claims.claim(what + ": installs %d, byte for byte" % len(given),
                 installed and all(had == programs for had in installed),
                 [[len(program) for program in had] for had in installed])


def find_process(name):
    """Its id, once it runs; in these namespaces nobody else has that name."""
    for _ in range(50):
        for path in pathlib.Path("/proc").glob("[0-9]*/comm"):
            try:
                if path.read_text() == name + "\n":
                    return path.parent.name
            except OSError:
                pass
        time.sleep(0.1)
    return "0"


def try_dump(claims, runs, path):
    """What the kernel keeps of a live process is the file."""
    process = runs.start(["sleep", "60"], path)
    dumped = contain.folder() / "dumped.bpf"
    ended = proof.scbpf("dump", "--pid", find_process("sleep"), "-o", dumped)
    process.kill()
    process.wait()
    if "CAP_SYS_ADMIN" in ended.output:
        print("left out: " + ended.output.strip(), flush=True)
        return
    claims.says("dump: of a live process", ended, [], True)
    claims.claim("dump: is the file, byte for byte", dumped.exists() and
                 dumped.read_bytes() == path.read_bytes(), ended.output)


def compile_filter(claims, profile):
    path = contain.folder() / (profile.stem + ".bpf")
    claims.says("scbpf compile " + profile.name, proof.scbpf(
        "compile", "-q", "--arch", "x86_64", "--multiplex", "strict",
        "--int-args", "kernel", profile, "-o", path), [], True)
    return path


def main():
    contain.enter(60)
    bundle.need_version("bwrap")
    runs = Runs()
    ended, _ = runs.run(["echo", "started"])
    if "started\n" not in ended.output:
        contain.skip("bwrap starts nothing: " + ended.output.strip())

    claims = proof.Proof("bwrap")
    arguments = compile_filter(claims, proof.ARGUMENTS)
    ended, installed = runs.run(proof.TELLS, arguments)
    claims.says("arguments: a call is denied", ended, [proof.DENIED])
    claim_same(claims, "arguments", installed, [arguments])
    try_dump(claims, runs, arguments)

    default = compile_filter(claims, proof.DOCKER_DIALECT)
    ended, installed = runs.run(proof.TELLS, arguments, default)
    claims.says("two filters: both are asked", ended, [proof.DENIED])
    claim_same(claims, "two filters", installed, [arguments, default])

    violation = compile_filter(claims, proof.VIOLATION)
    ended, installed = runs.run(proof.TELLS, violation)
    claims.says("violation: nothing starts", ended, [], False)
    claims.claim("violation: says and does nothing", "started" not in
                 ended.output, ended.output)
    claim_same(claims, "violation", installed, [violation])

    ended, installed = runs.run(proof.TELLS, proof.VIOLATION)
    claims.says("a profile instead of a filter: says little", ended, [], False)
    claims.claim("a profile instead of a filter: installs nothing",
                 installed == [], installed)
    claims.finish()


if __name__ == "__main__":
    main()
