"""Runs a test in namespaces and folders of its own, so that nothing is left.

A script calls enter() first. It starts itself again in new PID and mount
namespaces, bounded in time: whatever daemons, containers and mounts the script
makes there end with it, however it ends. TMPDIR, /etc, /run and /opt are its
own; cgroups belong below cgroup().
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

SKIPPED = 77  # what ctest takes for skipped

_FOLDER = "SCBPF_CONTAINED"

# What daemons write to wherever they are told to work.
_HIDDEN = ("/run", "/opt")

# PID 1 has to reap whom others leave behind; this shell does while it waits.
# crun 1.8 refuses to start where cgroup2 lies beside cgroup v1.
_INSIDE = """
place=$SCBPF_CONTAINED
mount -t tmpfs tmpfs "$place" && cp -a /etc "$place/etc" &&
  mount --bind "$place/etc" /etc || { echo "skipped: no mounts"; exit 77; }
for hidden in $SCBPF_HIDDEN; do mount -t tmpfs tmpfs "$hidden"; done
grep -q ' cgroup2* ' /proc/mounts ||
  mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null
umount /sys/fs/cgroup/unified 2>/dev/null
"$@"
exit $?
"""


def skip(reason):
    """Ends the test as skipped."""
    print("skipped: " + reason, flush=True)
    sys.exit(SKIPPED)


def folder():
    """The folder of this run: empty at first, gone at the end."""
    return pathlib.Path(os.environ[_FOLDER])


def cgroup():
    """The cgroup (a path from the root) that all containers belong below."""
    return "/" + folder().name


def enter(timeout):
    """Returns inside the namespaces; the process outside waits and cleans."""
    if _FOLDER in os.environ:
        os.environ["TMPDIR"] = os.environ[_FOLDER]
        tempfile.tempdir = None
        return
    unshare = ["unshare", "--mount", "--propagation", "private", "--pid",
               "--fork", "--kill-child", "--mount-proc"]
    probe = subprocess.run(unshare + ["true"], capture_output=True, text=True)
    if probe.returncode != 0:
        skip("no namespaces here: " + probe.stderr.strip())
    place = tempfile.mkdtemp(prefix="scbpf-")
    command = unshare + ["sh", "-c", _INSIDE, "sh", sys.executable] + sys.argv
    environment = {**os.environ, _FOLDER: place,
                   "SCBPF_HIDDEN": " ".join(_not_needed(_HIDDEN, place))}
    process = subprocess.Popen(command, start_new_session=True,
                               stdin=subprocess.DEVNULL, env=environment)
    try:
        status = process.wait(timeout)
    except subprocess.TimeoutExpired:
        print("error: not done after %d s" % timeout, flush=True)
        status = 1
    finally:
        # The kernel kills everybody in the namespace with its PID 1.
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        process.wait()
        _remove_cgroups(pathlib.Path(place).name)
        shutil.rmtree(place, ignore_errors=True)
    sys.exit(status)


def _not_needed(places, folder):
    """Those that none of what the test uses lies in."""
    used = [folder, sys.argv[0], sys.executable, os.getcwd()] + [
        os.environ.get("SCBPF" + name, "")
        for name in ("", "_SUPERVISOR", "_TRACE_FILTERS")]
    used = [os.path.realpath(path) for path in used]
    return [place for place in places if os.path.isdir(place) and not any(
        path.startswith(place + "/") for path in used)]


def _remove_cgroups(name):
    if " cgroup" not in pathlib.Path("/proc/mounts").read_text():
        # As inside, where it was mounted for the test.
        subprocess.run(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c",
             "mount -t cgroup2 cgroup2 /sys/fs/cgroup && "
             'find "/sys/fs/cgroup/$1" -depth -type d -exec rmdir {} +', "sh",
             name], capture_output=True, check=False)
        return
    top = pathlib.Path("/sys/fs/cgroup")
    for place in [top / name, *top.glob("*/" + name)]:
        for inner, _, _ in os.walk(place, topdown=False):
            try:
                os.rmdir(inner)
            except OSError:
                pass
