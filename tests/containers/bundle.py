"""Makes OCI bundles with busybox, and runs them under runc and crun.

As a program, where nothing else contains it:

    bundle.py [--profile FILE] [--add FILE]... [--trace DIR] [--timeout S]
              runc|crun COMMAND...

makes a bundle of busybox and the FILEs (in its /bin), runs COMMAND in it under
the profile, and ends as the container does: 77 with the reason where the
runtime cannot start a container without a profile. --trace leaves the filters
that were installed in DIR. As a module: see the functions.
"""

import argparse
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import contain

# Docker's default capabilities, which are those of scbpf's default target.
CAPABILITIES = ["CAP_" + name for name in (
    "CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP "
    "SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE").split()]

# What Debian 12 has.
VERSIONS = {"runc": "1.1", "crun": "1.8", "bwrap": "0.8", "podman": "4.3",
            "dockerd": "20.10", "containerd": "1.6"}

# status: of the exit, or 128 + signal; None if the time was over.
Ended = collections.namedtuple("Ended", "status output")


def run(command, timeout=20, **more):
    """Runs a command, output (stdout and stderr) together, its session killed
    when the time is over. Whom it leaves behind is not waited for."""
    with tempfile.TemporaryFile() as told:
        process = subprocess.Popen(
            [str(word) for word in command], stdin=subprocess.DEVNULL,
            stdout=told, stderr=told, start_new_session=True, **more)
        late = ""
        try:
            status = process.wait(timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            status, late = None, "[killed after %d s]" % timeout
        told.seek(0)
        output = told.read().decode(errors="replace") + late
    if status is not None and status < 0:
        status = 128 - status
    return Ended(status, output)


def make_rootfs(place, files=()):
    """A root file system of a static busybox and `files`, programs that are
    linked statically too, all in /bin."""
    busybox = shutil.which("busybox")
    if busybox is None:
        contain.skip("no busybox")
    place = pathlib.Path(place)
    for name in ("bin", "proc", "dev", "sys", "tmp", "etc"):
        (place / name).mkdir(parents=True)
    shutil.copy(busybox, place / "bin/busybox")
    for name in ("cat chmod echo grep id ls mkdir rm sh sleep true "
                 "uname").split():
        (place / "bin" / name).symlink_to("busybox")
    for file in files:
        shutil.copy(file, place / "bin")
    return place


def make_config(rootfs, command, profile=None, annotations=None):
    """The config.json of a container, as a dict: root with Docker's default
    capabilities, in PID, mount, IPC and UTS namespaces, on the host's net."""
    capabilities = {kind: CAPABILITIES
                    for kind in ("bounding", "effective", "permitted")}
    config = {
        "ociVersion": "1.0.2",
        "process": {
            "user": {"uid": 0, "gid": 0},
            "args": [str(word) for word in command],
            "env": ["PATH=/bin"],
            "cwd": "/",
            "capabilities": capabilities,
        },
        "root": {"path": str(rootfs)},
        "mounts": [
            {"destination": "/proc", "type": "proc", "source": "proc"},
            {"destination": "/dev", "type": "tmpfs", "source": "tmpfs"},
        ],
        "linux": {
            "cgroupsPath": contain.cgroup() + "/bundle",
            "namespaces": [{"type": kind}
                           for kind in ("pid", "mount", "ipc", "uts")],
        },
    }
    if profile is not None:
        config["linux"]["seccomp"] = profile
    if annotations:
        config["annotations"] = annotations
    return config


def make_bundle(place, config):
    """Writes a bundle; the root file system lies where the config says."""
    place = pathlib.Path(place)
    place.mkdir(parents=True, exist_ok=True)
    (place / "config.json").write_text(json.dumps(config, indent=2))
    return place


def run_bundle(runtime, place, timeout=20, prefix=(), options=()):
    """Runs a bundle to its end, or for `timeout` seconds. `prefix` is a
    command to run the runtime with, as a tracer's."""
    state = contain.folder() / "state" / runtime
    command = [*prefix, runtime, "--root", state, *options, "run",
               "--bundle", place, "test"]
    ended = run(command, timeout)
    if ended.status != 0:
        run([runtime, "--root", state, "delete", "--force", "test"], 10)
    return ended


def need_version(program):
    """Skips unless the program is there as Debian 12 has it: what tests expect
    of runtimes, above all their words, changes with them."""
    if shutil.which(program) is None:
        contain.skip("no " + program)
    told = run([program, "--version"]).output.splitlines()
    version = re.search(r"\d+\.\d+", told[0] if told else "")
    if version is None or version.group() != VERSIONS[program]:
        contain.skip("this is not %s %s: %s" % (program, VERSIONS[program],
                                                " ".join(told[:1])))


def need(runtime):
    """Skips unless `runtime` starts a container without a profile."""
    need_version(runtime)
    place = contain.folder() / "probe"
    rootfs = make_rootfs(place / "rootfs")
    config = make_config(rootfs, ["echo", "started"])
    ended = run_bundle(runtime, make_bundle(place, config))
    if ended.status != 0 or "started" not in ended.output:
        contain.skip("%s starts no container: %s"
                     % (runtime, ended.output.strip()))


def tracer():
    """The command that follows another one and keeps its filters."""
    program = os.environ.get("SCBPF_TRACE_FILTERS")
    if not program:
        contain.skip("SCBPF_TRACE_FILTERS names no tracer")
    probe = run([program, contain.folder() / "probe-trace", "--", "true"])
    if probe.status != 0:
        contain.skip("nothing can be traced: " + probe.output.strip())
    return program


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--profile")
    parser.add_argument("--add", action="append", default=[])
    parser.add_argument("--trace")
    parser.add_argument("--timeout", type=int, default=30)
    parser.add_argument("runtime", choices=["runc", "crun"])
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    contain.enter(options.timeout + 30)
    need(options.runtime)
    profile = None
    if options.profile:
        profile = json.loads(pathlib.Path(options.profile).read_text())
    place = contain.folder() / "bundle"
    rootfs = make_rootfs(place / "rootfs", options.add)
    make_bundle(place, make_config(rootfs, options.command, profile))
    prefix = [tracer(), options.trace, "--"] if options.trace else []
    ended = run_bundle(options.runtime, place, options.timeout, prefix)
    sys.stdout.write(ended.output)
    sys.exit(1 if ended.status is None else ended.status)


if __name__ == "__main__":
    main()
