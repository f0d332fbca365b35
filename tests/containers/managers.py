"""Podman, Docker and containerd: what their runtimes install for a profile is
what scbpf compiles for it.

usage: managers.py podman|docker|containerd
"""

import base64
import collections
import json
import pathlib
import sys

sys.dont_write_bytecode = True
import bundle
import contain
import daemon
import proof

UNCONFINED = "unconfined"

PODMAN_CAPS = ("CHOWN DAC_OVERRIDE FOWNER FSETID KILL NET_BIND_SERVICE SETFCAP "
               "SETGID SETPCAP SETUID SYS_CHROOT")


class Podman:
    """With crun, and a root file system in a folder."""

    runtime = "crun"
    default = pathlib.Path("/usr/share/containers/seccomp.json")

    def __init__(self, traced, rootfs):
        bundle.need_version("podman")
        place = contain.folder()
        self._rootfs = rootfs
        self._podman = [
            "podman", "--root", place / "root", "--runroot", place / "runroot",
            "--tmpdir", place / "tmp", "--storage-driver", "vfs",
            "--cgroup-manager", "cgroupfs", "--events-backend", "none",
            "--runtime", traced.path]

    def run(self, command, profile, more=()):
        seccomp = []
        if profile is not None:
            seccomp = ["--security-opt", "seccomp=%s" % profile]
        return bundle.run([
            *self._podman, "run", "--rm", "--network=none",
            "--cgroups=disabled", "--ulimit", "nofile=1024:1024", "--ulimit",
            "nproc=1024:1024", *seccomp, *more, "--rootfs", self._rootfs,
            *command], 30)

    def target(self, profile):
        """Podman resolves includes and excludes itself, but knows no
        minKernel; crun has no answer of its own for unknown calls."""
        caps = ",".join("CAP_" + name for name in PODMAN_CAPS.split())
        return ["--dialect", "podman", "--caps", caps]


class Docker:
    runtime = "runc"

    def __init__(self, traced, rootfs):
        place = contain.folder()
        self._exec_root = place / "exec"
        socket = "unix://%s" % (place / "docker.sock")
        self._docker = ["docker", "-H", socket]
        self._daemon = daemon.Daemon([
            "dockerd", "--data-root", place / "data", "--exec-root",
            self._exec_root, "--pidfile", place / "docker.pid", "-H", socket,
            "--iptables=false", "--ip6tables=false", "--bridge=none",
            "--storage-driver=vfs", "--userland-proxy=false",
            "--cgroup-parent", contain.cgroup(), "--add-runtime",
            "traced=%s" % traced.path, "--default-runtime", "traced"],
            [*self._docker, "version"])
        ended = bundle.run(["sh", "-c", 'tar -C "$1" -c . | { shift; "$@"; }',
                            "sh", rootfs, *self._docker, "import", "-",
                            "bb:1"], 30)
        if ended.status != 0:
            contain.skip("docker import: " + ended.output.strip())

    def run(self, command, profile, more=()):
        seccomp = []
        if profile is not None:
            seccomp = ["--security-opt", "seccomp=%s" % profile]
        return bundle.run([*self._docker, "run", "--rm", "--network=none",
                           *seccomp, *more, "bb:1", *command], 30)

    def target(self, profile):
        return ["--dialect", "docker"] + enosys(
            "architectures" in profile or "archMap" in profile)

    def resolved_default(self, traced):
        """The config.json that Docker wrote for its default profile."""
        ended = bundle.run([*self._docker, "run", "--detach",
                            "--network=none", "bb:1", "sleep", "60"], 30)
        name = ended.output.strip()
        found = list(self._exec_root.glob("**/%s/config.json" % name))
        config = json.loads(found[0].read_text()) if found else None
        bundle.run([*self._docker, "rm", "--force", name], 30)
        return config, traced.take()


class Containerd:
    """Its own client ctr, and the same root file system."""

    runtime = "runc"

    def __init__(self, traced, rootfs):
        place = contain.folder()
        self._rootfs = rootfs
        self._traced = traced
        config = place / "containerd.toml"
        config.write_text("""version = 2
root = "%(place)s/root"
state = "%(place)s/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[plugins."io.containerd.internal.v1.opt"]
  path = "%(place)s/opt"
[grpc]
  address = "%(place)s/containerd.sock"
""" % {"place": place})
        self._ctr = ["ctr", "--address", place / "containerd.sock"]
        self._daemon = daemon.Daemon(["containerd", "--config", config],
                                     [*self._ctr, "version"])
        self._count = 0

    def run(self, command, profile, more=()):
        self._count += 1
        seccomp = []
        if profile is None:
            seccomp = ["--seccomp"]
        elif profile != UNCONFINED:
            seccomp = ["--seccomp", "--seccomp-profile", profile]
        return bundle.run([
            *self._ctr, "run", "--rm", "--env", "PATH=/bin", "--runc-binary",
            self._traced.path, "--cgroup", contain.cgroup() + "/ctr", *seccomp,
            *more, "--rootfs", self._rootfs, "c%d" % self._count, *command], 30)

    def target(self, profile):
        return ["--dialect", "oci"] + enosys("architectures" in profile)

    def resolved_default(self, traced):
        """What containerd writes into a spec for its default profile."""
        bundle.run([*self._ctr, "run", "--detach", "--env", "PATH=/bin",
                    "--runc-binary", traced.path, "--cgroup",
                    contain.cgroup() + "/ctr", "--seccomp", "--rootfs",
                    self._rootfs, "lives", "sleep", "60"], 30)
        told = bundle.run([*self._ctr, "containers", "info", "lives"])
        bundle.run([*self._ctr, "task", "kill", "-s", "KILL", "lives"])
        config = json.loads(told.output)["Spec"] if told.status == 0 else None
        return config, traced.take()


def enosys(is_named):
    """runc answers ENOSYS past what a profile names, on the ABIs that it
    lists."""
    return ["--unknown-syscalls", "enosys"] if is_named else []


MANAGERS = {"podman": Podman, "docker": Docker, "containerd": Containerd}

# `words` are expected in the output, of the program where the container
# starts, else of the manager.
Case = collections.namedtuple("Case", "name profile starts words")

STARTING = [
    Case("audit", proof.AUDIT, True, [proof.TOLD]),
    Case("arguments", proof.ARGUMENTS, True, [proof.DENIED]),
    Case("Docker's dialect", proof.DOCKER_DIALECT, True, [proof.TOLD]),
]
REFUSED = {
    "podman": [
        Case("violation", proof.VIOLATION, False, ["OCI runtime error"]),
        Case("fine-grained", proof.FINE_GRAINED, False,
             ["prctl drop bounding: Operation not permitted"]),
    ],
    "docker": [
        Case("violation", proof.VIOLATION, False, []),
        Case("fine-grained", proof.FINE_GRAINED, False,
             ["ensure /proc/self/fd is on procfs: operation not permitted"]),
    ],
    "containerd": [
        Case("violation", proof.VIOLATION, False, []),
        Case("fine-grained", proof.FINE_GRAINED, False,
             ["ensure /proc/self/fd is on procfs: operation not permitted"]),
    ],
}
# What is said of a profile that is missing, and of broken JSON.
WRONG = {
    "podman": ["no such file or directory", "decoding seccomp profile"],
    "docker": ["no such file or directory", "invalid character"],
    "containerd": ["no such file or directory", "invalid character"],
}


def try_case(claims, manager, traced, case):
    for _ in range(2):
        traced.take()
        ended = manager.run(proof.TELLS, case.profile)
        # ctr may lose what a container said last.
        if not case.starts or case.words[0] in ended.output:
            break
    if case.starts:
        claims.says("%s: starts, says %s" % (case.name, case.words), ended,
                    case.words)
    else:
        claims.refused(case.name, ended, case.words)
    taken = traced.take()
    profile = json.loads(case.profile.read_text())
    claims.equal(case.name, profile, taken[0] if len(taken) == 1 else None,
                 manager.target(profile))
    if "oci" in manager.target(profile) and "archMap" in profile:
        claims.says("%s: includes and excludes have no effect" % case.name,
                    proof.scbpf("verify", "--arch", "x86_64", "--dialect",
                                "docker", case.profile, taken[0]),
                    ["different: "], False)


def try_default(claims, manager, traced):
    """The manager's own profile."""
    traced.take()
    if isinstance(manager, Podman):
        manager.run(["true"], None)
        taken = traced.take()
        profile = json.loads(manager.default.read_text())
        options = manager.target(profile)
    else:
        config, taken = manager.resolved_default(traced)
        profile = config["linux"]["seccomp"] if config else {}
        options = ["--dialect", "oci"] + enosys(True)
    claims.equal("the default profile", profile,
                 taken[0] if len(taken) == 1 else None, options)


def try_annotation(claims, manager, traced):
    """crun loads what scbpf compiled, byte for byte."""
    traced.take()
    path = contain.folder() / "annotation.bpf"
    claims.says("annotation: scbpf compile", proof.scbpf(
        "compile", "-q", "--arch", "x86_64", "--multiplex", "strict",
        proof.ARGUMENTS, "-o", path), [], True)
    data = base64.b64encode(path.read_bytes()).decode()
    ended = manager.run(proof.TELLS, None, [
        "--annotation", "run.oci.seccomp_bpf_data=" + data])
    claims.says("annotation: a call is denied", ended, [proof.DENIED])
    taken = traced.take()
    claims.claim("annotation: crun installs these bytes",
                 [filter.read_bytes() for filter in taken] ==
                 [path.read_bytes()], taken)


def try_wrong(claims, manager, words):
    missing = contain.folder() / "missing.json"
    broken = contain.folder() / "broken.json"
    broken.write_text('{"defaultAction" 1}')
    for name, path, said, ours in (
            ("a missing profile", missing, words[0],
             "missing.json: No such file or directory"),
            ("broken JSON", broken, words[1],
             "broken.json:1:18: error: expected a colon")):
        claims.says("%s: says '%s'" % (name, said),
                    manager.run(["true"], path), [said], False)
        claims.says("%s: scbpf says where and what" % name,
                    proof.scbpf("compile", path), [ours], False)


def main():
    contain.enter(240)
    daemon.environment_path()
    name = sys.argv[1]
    traced = daemon.TracedRuntime(MANAGERS[name].runtime)
    rootfs = bundle.make_rootfs(contain.folder() / "rootfs")
    manager = MANAGERS[name](traced, rootfs)
    ended = manager.run(["echo", "started"], UNCONFINED)
    if "started\n" not in ended.output:
        contain.skip("%s starts no container: %s"
                     % (name, ended.output.strip()))

    claims = proof.Proof(name)
    for case in STARTING + REFUSED[name]:
        try_case(claims, manager, traced, case)
    try_default(claims, manager, traced)
    if name == "podman":
        try_annotation(claims, manager, traced)
    try_wrong(claims, manager, WRONG[name])
    claims.finish()


if __name__ == "__main__":
    main()
