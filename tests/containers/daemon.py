"""Daemons of container managers, and runtimes that they start traced."""

import os
import pathlib
import shutil
import subprocess
import time

import bundle
import contain


class TracedRuntime:
    """A program that stands in for a runtime, and keeps what it installs."""

    def __init__(self, name):
        bundle.need_version(name)
        program = shutil.which(name)
        self._traces = contain.folder() / "traces"
        self._traces.mkdir()
        # Managers know a runtime by its name.
        self.path = contain.folder() / "traced" / name
        self.path.parent.mkdir()
        self.path.write_text(
            '#!/bin/sh\nexec "%s" --outlive "%s/$$" -- "%s" "$@"\n'
            % (bundle.tracer(), self._traces, program))
        self.path.chmod(0o755)

    def take(self):
        """The filters installed since the last time, as files."""
        kept = sorted(self._traces.glob("*/*.bpf"),
                      key=lambda path: path.stat().st_mtime_ns)
        taken = []
        for path in kept:
            taken.append(contain.folder() / ("taken%d.bpf" % len(taken)))
            path.rename(taken[-1])
        return taken


class Daemon:
    """A daemon that is up once `ready`, a command, succeeds."""

    def __init__(self, command, ready, timeout=30):
        bundle.need_version(command[0])
        self._log = contain.folder() / "daemon.log"
        with open(self._log, "w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [str(word) for word in command], stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + timeout
        while bundle.run(ready, 5).status != 0:
            if self._process.poll() is not None or time.monotonic() > end:
                contain.skip("%s does not come up: %s" % (
                    command[0], self.last_words()))
            time.sleep(0.2)

    def last_words(self):
        text = self._log.read_text(encoding="utf-8", errors="replace")
        return " / ".join(text.strip().splitlines()[-3:])


def environment_path():
    """Where the daemons' helpers lie, as root has it."""
    path = os.environ.get("PATH", "")
    os.environ["PATH"] = path + ":/usr/local/sbin:/usr/sbin:/sbin"
    return pathlib.Path(contain.folder())
