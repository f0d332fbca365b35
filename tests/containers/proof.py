"""What the container tests share: scbpf, the profiles, and what is proved.

A test makes one Proof, asks it for each thing it claims, and ends with
finish(). Whatever is claimed is printed, true or not.
"""

import ctypes
import json
import os
import pathlib
import sys

sys.dont_write_bytecode = True
import bundle
import contain

SOURCE = pathlib.Path(__file__).resolve().parent
EXAMPLES = SOURCE.parent.parent / "examples"
SCBPF = os.environ.get("SCBPF", "scbpf")
SUPERVISOR = os.environ.get("SCBPF_SUPERVISOR", "scbpf_supervisor")

# What libseccomp answers for a name that it does not know.
_UNKNOWN = -1

# A program that tells that it started, and what the kernel then answers to
# chmod with 0700, which is said to work, and with 0777.
TELLS = ["sh", "-c", "exec 2>&1; echo started; chmod 700 /tmp && echo 0700;"
         " chmod 777 /tmp && echo 0777"]
TOLD = "started\n0700\n0777\n"
DENIED = "started\n0700\nchmod: /tmp: Read-only file system\n"

# The profiles of Kubernetes' seccomp tutorial, and one that looks at
# arguments.
AUDIT = EXAMPLES / "audit.json"
VIOLATION = EXAMPLES / "violation.json"
FINE_GRAINED = EXAMPLES / "fine-grained.json"
ARGUMENTS = SOURCE / "profiles/arguments.json"
DOCKER_DIALECT = EXAMPLES / "runtime-default.json"
BORDER = SOURCE / "profiles/border.json"
NOTIFY = SOURCE / "profiles/notify.json"


def libseccomp_knows(name):
    """Whether the libseccomp that the runtimes use has the name."""
    library = ctypes.CDLL("libseccomp.so.2")
    return library.seccomp_syscall_resolve_name(name.encode()) != _UNKNOWN


def as_runtimes_read(profile):
    """The profile without the names that libseccomp does not know, which
    runtimes leave out in silence; and those names."""
    left_out = []
    for entry in profile.get("syscalls", []):
        known = [name for name in entry["names"] if libseccomp_knows(name)]
        left_out += [name for name in entry["names"] if name not in known]
        entry["names"] = known
    return profile, left_out


def expected_rows(profile):
    """What scbpf diff says of numbers that this libseccomp lacks on one ABI
    and has on others."""
    library = ctypes.CDLL("libseccomp.so.2")
    x32 = library.seccomp_arch_resolve_name(b"x32")
    lacks = library.seccomp_syscall_resolve_name_arch(
        ctypes.c_uint32(x32), b"map_shadow_stack") < 0
    names = [name for entry in profile.get("syscalls", [])
             for name in entry["names"]]
    if not lacks or "map_shadow_stack" not in names:
        return ""
    return "map_shadow_stack  x32    A: allow  B: errno(EPERM)\n"


def scbpf(*words, timeout=20):
    return bundle.run([SCBPF, *words], timeout)


class Proof:
    """The claims of one test about one runtime."""

    def __init__(self, runtime):
        self._runtime = runtime
        self._failed = 0
        self._claims = 0

    def claim(self, what, holds, told=""):
        """`told` is shown where it does not hold."""
        self._claims += 1
        print("%s %s: %s" % ("ok    " if holds else "FAILED", self._runtime,
                             what), flush=True)
        if not holds:
            self._failed += 1
            print("    " + str(told).strip().replace("\n", "\n    "),
                  flush=True)
        return holds

    def says(self, what, ended, words, succeeds=None):
        """That a program said certain words, and succeeded or did not."""
        right = all(word in ended.output for word in words)
        if succeeds is not None:
            right = right and (ended.status == 0) == succeeds
        return self.claim(what, right, "status %s, wanted: %s\n%s"
                          % (ended.status, words, ended.output))

    def refused(self, name, ended, words=()):
        """That a container with TELLS failed before its program said a thing,
        and that those who started it said `words`. None where everything is
        denied: what they say then depends on when they see their init die."""
        right = (ended.status != 0 and "started" not in ended.output.splitlines()
                 and all(word in ended.output for word in words))
        return self.claim("%s: does not start%s" % (
            name, "".join(", says %r" % word for word in words)), right,
            "status %s\n%s" % (ended.status, ended.output))

    def equal(self, what, profile, installed, options=()):
        """That a filter, a file or None, does what a profile (as a dict) says
        as the runtimes read it."""
        if installed is None:
            return self.claim(what + ": installs one filter", False)
        read, left_out = as_runtimes_read(profile)
        path = contain.folder() / "as-read.json"
        path.write_text(json.dumps(read))
        sides = ["-q", "--arch", "x86_64", *options, path, installed]
        what += ": %d instructions" % (installed.stat().st_size // 8)
        if left_out:
            what += "; this libseccomp lacks " + " ".join(left_out)
        differs = scbpf("diff", *sides)
        if expected_rows(read) and differs.output == expected_rows(read):
            return self.claim(what + "; differs as expected: " +
                              " ".join(differs.output.split()), True)
        ended = scbpf("verify", *sides)
        return self.claim(what + ", proved equal", ended.status == 0,
                          ended.output + differs.output)

    def finish(self):
        if self._claims == 0:
            contain.skip("nothing was tried")
        print("%d of %d claims hold" % (self._claims - self._failed,
                                        self._claims), flush=True)
        sys.exit(1 if self._failed else 0)


def only_filter(folder):
    """The one filter that a tracer kept, or None."""
    kept = sorted(pathlib.Path(folder).glob("*.bpf"))
    return kept[0] if len(kept) == 1 else None


def flags_kept(folder):
    """The flags with which the filters were installed, the oldest first."""
    lines = (pathlib.Path(folder) / "list").read_text().splitlines()
    return [int(line.split()[2]) for line in lines]


def by_thread(folder):
    """For each thread the filters it installed, as bytes, the oldest first."""
    folder = pathlib.Path(folder)
    threads = {}
    path = folder / "list"
    for line in path.read_text().splitlines() if path.exists() else []:
        number, _, _, _, thread, *_ = line.split()
        threads.setdefault(thread, []).append(
            (folder / (number + ".bpf")).read_bytes())
    return list(threads.values())
