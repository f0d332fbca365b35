"""Kubernetes' seccomp tutorial without a cluster: audit, learn, deny, why.

A web server runs in a container under the audit profile; what the kernel
recorded is read by `learn`, with the runtime's base; under the learned profile
the server answers and nothing is denied. Then one call is taken out: the
denial is in the log, and `why` names the call and the edit. Once with the
examples' server, once with a 32-bit one.

usage: tutorial.py runc|crun
"""

import collections
import json
import os
import pathlib
import socket
import sys
import threading
import time
import urllib.request

sys.dont_write_bytecode = True
import audit_records
import bundle
import contain
import proof

RUNTIME = sys.argv[1]

# One call is taken out of the learned profile.
Server = collections.namedtuple("Server", "program abi taken_out options hello")
SERVERS = [
    Server(os.environ.get("SCBPF_HTTP_SERVER", ""), "x86_64", "sendto",
           ["--requests", "1"], "hello from scbpf_http_server\n"),
    Server(os.environ.get("SCBPF_SERVER_32", ""), "x86", "socketcall", [],
           "hello from 32 bits\n"),
]

# How a denial gets into the log: runc 1.1 takes no flags, so that only KILL
# does; crun has the kernel record ERRNO too.
DEFAULT = {"runc": "kill_process", "crun": "errno"}[RUNTIME]
FLAGS = {"runc": {}, "crun": {"flags": ["SECCOMP_FILTER_FLAG_LOG"]}}[RUNTIME]

Served = collections.namedtuple("Served", "ended answer records")


def begin_audit_session():
    """Makes the records of all that this process starts tell themselves from
    others', whatever namespaces they are in."""
    login = pathlib.Path("/proc/self/loginuid")
    try:
        uid = login.read_text()
        login.write_text("0" if uid == str(2**32 - 1) else uid)
        return pathlib.Path("/proc/self/sessionid").read_text()
    except OSError as error:
        contain.skip("no audit session of its own: %s" % error)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Request(threading.Thread):
    """Asks the server until it answers, or until stop()."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self._url = "http://127.0.0.1:%d/" % port
        self._stopped = threading.Event()
        self.answer = None

    def run(self):
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        while not self._stopped.wait(0.05):
            try:
                with direct.open(self._url, timeout=5) as response:
                    self.answer = response.read().decode()
                    return
            except ConnectionRefusedError:
                continue
            except OSError as error:
                if isinstance(getattr(error, "reason", None),
                              ConnectionRefusedError):
                    continue
                self.answer = "no answer: %s" % error
                return

    def stop(self):
        # Whoever is connected gets its answer first.
        self.join(1)
        self._stopped.set()
        self.join(10)


class Containers:
    """Runs the servers in containers, with the records of each."""

    def __init__(self, log, session):
        self._log = log
        self._session = session
        self._count = 0

    def serve(self, server, profile):
        self._count += 1
        place = contain.folder() / ("server%d" % self._count)
        rootfs = bundle.make_rootfs(place / "rootfs", [server.program])
        port = free_port()
        program = "/bin/" + os.path.basename(server.program)
        config = bundle.make_config(
            rootfs, [program, str(port), *server.options], profile)
        request = Request(port)
        request.start()
        ended = bundle.run_bundle(RUNTIME,
                                  bundle.make_bundle(place, config), 20)
        request.stop()
        return Served(ended, request.answer, self.records())

    def records(self):
        """All records of this session so far: those before the last record of
        a program that is run for this alone."""
        proof.scbpf("run", proof.AUDIT, "--", "true")
        records = []
        while True:
            record = self._log.read(10)
            if record is None:
                contain.skip("no records come here")
            if audit_records.field(record, "ses") != self._session:
                continue
            if audit_records.field(record, "comm") in ("true", "scbpf"):
                if audit_records.field(record, "syscall") == "231":
                    return records
                continue
            records.append(record)


def calls_of(records, program):
    comm = os.path.basename(program)[:15]
    return [record for record in records
            if audit_records.field(record, "comm") == comm]


def write_log(name, records):
    path = contain.folder() / name
    path.write_text("".join(record + "\n" for record in records))
    return path


def without(profile, name):
    """The profile that does not allow `name`."""
    less = json.loads(json.dumps(profile))
    for entry in less["syscalls"]:
        entry["names"] = [each for each in entry["names"] if each != name]
    return less


def learn(claims, server, log, base):
    """The profile out of the log, by the program's own records."""
    path = contain.folder() / ("%s%s.json" % (server.abi, base))
    comm = os.path.basename(server.program)[:15]
    options = ["--base", base] if base else []
    claims.says("%s: learn %s" % (server.abi, " ".join(options)), proof.scbpf(
        "learn", log, "--comm", comm, "--default", DEFAULT, "-o", path,
        *options), [], True)
    return json.loads(path.read_text()) if path.exists() else None


def try_server(claims, containers, server):
    audit = json.loads(proof.AUDIT.read_text())
    if server.abi == "x86":
        audit["architectures"] = ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86"]
    served = containers.serve(server, audit)
    claims.claim("%s: answers under audit.json" % server.abi,
                 served.answer == server.hello, served)
    own = calls_of(served.records, server.program)
    claims.claim("%s: %d records, %d of them the program's" % (
        server.abi, len(served.records), len(own)),
                 len(own) > 5 and len(own) < len(served.records), served)
    log = write_log(server.abi + ".log", served.records)

    try_without_base(claims, containers, server, log)
    learned = learn(claims, server, log, RUNTIME)
    if learned is None:
        return
    served = containers.serve(server, {**learned, **FLAGS})
    claims.claim("%s: answers under the learned profile" % server.abi,
                 served.answer == server.hello and served.ended.status == 0,
                 served)
    claims.claim("%s: nothing is denied" % server.abi, not served.records,
                 served.records)

    stricter = {**without(learned, server.taken_out), **FLAGS}
    path = contain.folder() / (server.abi + "-stricter.json")
    path.write_text(json.dumps(stricter, indent=2) + "\n")
    served = containers.serve(server, stricter)
    claims.claim("%s: does not answer without %s" % (
        server.abi, server.taken_out), served.answer != server.hello, served)
    denied = write_log(server.abi + "-denied.log", served.records)
    ended = proof.scbpf("why", path, "--log", denied)
    claims.says("%s: why names %s and the edit" % (
        server.abi, server.taken_out), ended,
                ["\n%s\n  %s: " % (server.taken_out, server.abi),
                 '\n+        "%s"' % server.taken_out])
    claims.claim("%s: why knows the profile for the loaded one" % server.abi,
                 "another one is loaded" not in ended.output, ended.output)


def try_without_base(claims, containers, server, log):
    """What the program itself calls does not start a container."""
    learned = learn(claims, server, log, "")
    if learned is None:
        return
    served = containers.serve(server, {**learned, **FLAGS})
    claims.claim("%s: does not start without the base" % server.abi,
                 served.answer != server.hello, served)


def main():
    contain.enter(180)
    bundle.need(RUNTIME)
    try:
        log = audit_records.AuditLog()
    except OSError as error:
        contain.skip("the audit log cannot be read: %s" % error)
    containers = Containers(log, begin_audit_session())
    containers.records()  # or it is skipped
    claims = proof.Proof(RUNTIME)
    for server in SERVERS:
        if not server.program:
            print("left out: no %s server was built" % server.abi, flush=True)
            continue
        try_server(claims, containers, server)
    claims.finish()


if __name__ == "__main__":
    main()
