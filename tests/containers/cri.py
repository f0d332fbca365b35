"""containerd's CRI service, which Kubernetes uses: what runc installs for a
pod's seccompProfile is what scbpf compiles for it.

usage: cri.py
"""

import collections
import hashlib
import io
import json
import pathlib
import shutil
import sys
import tarfile
import time
import urllib.parse

sys.dont_write_bytecode = True
import bundle
import contain
import daemon
import proof

IMAGE = "docker.io/library/bb:1"

# SecurityProfile.profile_type of the CRI.
RUNTIME_DEFAULT, UNCONFINED, LOCALHOST = 0, 1, 2

_CONFIG = """version = 2
root = "%(place)s/root"
state = "%(place)s/state"
[grpc]
  address = "%(place)s/cri.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "%(place)s/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "%(image)s"
  disable_apparmor = true
  restrict_oom_score_adj = true
  disable_hugetlb_controller = true
  tolerate_missing_hugetlb_controller = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "%(place)s/cni"
    conf_dir = "%(place)s/cni"
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "native"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        BinaryName = "%(runc)s"
"""


def message(fields):
    """A protobuf message: fields are (number, value), where a value is a
    number, a text, or the bytes of a message."""
    out = bytearray()

    def varint(number):
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        out.append(number)

    for number, value in fields:
        if isinstance(value, int):
            varint(number << 3)
            varint(value)
        else:
            data = value.encode() if isinstance(value, str) else bytes(value)
            varint(number << 3 | 2)
            varint(len(data))
            out += data
    return bytes(out)


def fields_of(data):
    """The fields of a message: (number, int or bytes)."""
    at = 0

    def varint():
        nonlocal at
        number, shift = 0, 0
        while True:
            byte = data[at]
            at += 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    fields = []
    while at < len(data):
        key = varint()
        if key & 7 == 0:
            fields.append((key >> 3, varint()))
        else:
            length = varint()
            fields.append((key >> 3, data[at:at + length]))
            at += length
    return fields


def first(data, number):
    return next((value for key, value in fields_of(data) if key == number), b"")


Answer = collections.namedtuple("Answer", "error data")


class Service:
    """The service behind a socket; curl speaks HTTP/2 with it."""

    def __init__(self, socket):
        self._socket = socket

    def call(self, method, fields, timeout=30):
        """`error` is what gRPC says, or empty."""
        body = message(fields)
        place = contain.folder()
        (place / "request").write_bytes(
            b"\0" + len(body).to_bytes(4, "big") + body)
        for name in ("response", "headers"):
            (place / name).write_bytes(b"")
        ended = bundle.run([
            "curl", "--silent", "--show-error", "--http2-prior-knowledge",
            "--max-time", str(timeout), "--unix-socket", self._socket,
            "-H", "Content-Type: application/grpc", "-H", "TE: trailers",
            "--data-binary", "@%s" % (place / "request"), "-o",
            place / "response", "-D", place / "headers",
            "http://localhost/runtime.v1.RuntimeService/" + method],
            timeout + 5)
        if ended.status != 0:
            return Answer("curl: " + ended.output.strip(), b"")
        headers = dict(
            line.split(": ", 1) for line in
            (place / "headers").read_text().splitlines() if ": " in line)
        if headers.get("grpc-status") != "0":
            return Answer(urllib.parse.unquote(
                headers.get("grpc-message", str(headers))), b"")
        return Answer("", (place / "response").read_bytes()[5:])


def make_image(rootfs, path):
    """An archive of one image, as `docker save` writes it."""
    layer = path.with_suffix(".layer")
    with tarfile.open(layer, "w") as tar:
        tar.add(rootfs, arcname=".")
    digest = hashlib.sha256(layer.read_bytes()).hexdigest()
    config = json.dumps({
        "architecture": "amd64", "os": "linux",
        "config": {"Cmd": ["sleep", "600"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + digest]}})
    manifest = json.dumps([{"Config": "config.json", "RepoTags": [IMAGE],
                            "Layers": ["layer.tar"]}])
    with tarfile.open(path, "w") as tar:
        for name, text in (("config.json", config),
                           ("manifest.json", manifest)):
            info = tarfile.TarInfo(name)
            info.size = len(text)
            tar.addfile(info, io.BytesIO(text.encode()))
        tar.add(layer, arcname="layer.tar")


class Pod:
    """A pod on the host's network, in which containers are tried."""

    def __init__(self, service):
        self._service = service
        self._logs = contain.folder() / "logs"
        self._count = 0
        host = message([(1, 2)])  # network: NODE
        self._config = message([
            (1, message([(1, "pod"), (2, "uid"), (3, "default")])),
            (3, str(self._logs)),
            (8, message([
                (1, contain.cgroup()),
                (2, message([(1, host),
                             (9, message([(1, UNCONFINED)]))]))]))])
        answer = service.call("RunPodSandbox", [(1, self._config)])
        if answer.error:
            contain.skip("no pod starts: " + answer.error)
        self._id = first(answer.data, 1)

    def create(self, command, kind, profile=None):
        """The answer to CreateContainer, and the container's id."""
        self._count += 1
        seccomp = [(1, kind)] + ([(2, str(profile))] if profile else [])
        context = message([(3, message([(1, 2)])), (15, message(seccomp))])
        config = message([
            (1, message([(1, "c%d" % self._count)])),
            (2, message([(1, IMAGE)])), *((3, word) for word in command),
            (11, "%d.log" % self._count), (15, message([(2, context)]))])
        answer = self._service.call("CreateContainer", [
            (1, self._id), (2, config), (3, self._config)])
        return answer, first(answer.data, 1)

    def start(self, container):
        return self._service.call("StartContainer", [(1, container)])

    def output(self):
        """What the last container said, once it ended or 5 s are over."""
        path = self._logs / ("%d.log" % self._count)
        lines = []
        for _ in range(50):
            if path.exists():
                lines = path.read_text().splitlines()
            if len(lines) >= 3:
                break
            time.sleep(0.1)
        # "TIME stdout F text"
        return "".join(line.split(" ", 3)[3] + "\n" for line in lines)

    def spec(self, container):
        """The config.json that the service made, as `crictl inspect` says."""
        answer = self._service.call("ContainerStatus",
                                    [(1, container), (2, 1)])
        for number, value in fields_of(answer.data):
            if number == 2 and first(value, 1) == b"info":
                return json.loads(first(value, 2))["runtimeSpec"]
        return None


def enosys(profile):
    """What runc adds, as managers.py says."""
    named = "architectures" in profile
    return ["--dialect", "oci"] + (
        ["--unknown-syscalls", "enosys"] if named else [])


# `words`: in the container's output, or in the answer of StartContainer.
Case = collections.namedtuple("Case", "name profile starts words")

CASES = [
    Case("audit", proof.AUDIT, True, [proof.TOLD]),
    Case("arguments", proof.ARGUMENTS, True, [proof.DENIED]),
    Case("Docker's dialect", proof.DOCKER_DIALECT, True, [proof.TOLD]),
    Case("violation", proof.VIOLATION, False, []),
    Case("fine-grained", proof.FINE_GRAINED, False,
         ["ensure /proc/self/fd is on procfs: operation not permitted"]),
]


def try_case(claims, pod, traced, case):
    traced.take()
    answer, container = pod.create(proof.TELLS, LOCALHOST, case.profile)
    if not claims.claim(case.name + ": is created", not answer.error,
                        answer.error):
        return
    answer = pod.start(container)
    ended = bundle.Ended(1 if answer.error else 0,
                         answer.error or pod.output())
    if case.starts:
        claims.says("%s: starts, says %s" % (case.name, case.words), ended,
                    case.words, True)
    else:
        claims.refused(case.name, ended, case.words)
    profile = json.loads(case.profile.read_text())
    taken = traced.take()
    claims.equal(case.name, profile, taken[0] if len(taken) == 1 else None,
                 enosys(profile))


def try_runtime_default(claims, pod, traced):
    traced.take()
    answer, container = pod.create(proof.TELLS, RUNTIME_DEFAULT)
    spec = pod.spec(container) if not answer.error else None
    answer = pod.start(container)
    claims.claim("RuntimeDefault: starts", pod.output() == proof.TOLD,
                 answer.error)
    taken = traced.take()
    if claims.claim("RuntimeDefault: the service tells the profile",
                    bool(spec), spec):
        profile = spec["linux"]["seccomp"]
        claims.equal("RuntimeDefault", profile,
                     taken[0] if len(taken) == 1 else None, enosys(profile))


def try_wrong(claims, pod):
    missing = contain.folder() / "missing.json"
    broken = contain.folder() / "broken.json"
    broken.write_text('{"defaultAction" 1}')
    for name, path, words in (
            ("a missing profile", missing, "no such file or directory"),
            ("broken JSON", broken, "decoding seccomp profile failed")):
        answer, _ = pod.create(["true"], LOCALHOST, path)
        claims.claim("%s: is not created, says '%s'" % (name, words),
                     words in answer.error, answer.error)


def main():
    contain.enter(240)
    place = pathlib.Path(daemon.environment_path())
    for name in ("ctr", "curl"):
        if shutil.which(name) is None:
            contain.skip("no " + name)
    traced = daemon.TracedRuntime("runc")
    rootfs = bundle.make_rootfs(place / "rootfs")
    config = place / "containerd.toml"
    config.write_text(_CONFIG % {"place": place, "image": IMAGE,
                                 "runc": traced.path})
    ctr = ["ctr", "--address", place / "cri.sock", "--namespace", "k8s.io"]
    up = daemon.Daemon(["containerd", "--config", config], [*ctr, "version"])
    make_image(rootfs, place / "image.tar")
    ended = bundle.run([*ctr, "images", "import", "--snapshotter", "native",
                        place / "image.tar"], 30)
    if ended.status != 0:
        contain.skip("ctr images import: " + ended.output.strip())
    pod = Pod(Service(place / "cri.sock"))

    claims = proof.Proof("CRI")
    for case in CASES:
        try_case(claims, pod, traced, case)
    try_runtime_default(claims, pod, traced)
    try_wrong(claims, pod)
    claims.finish()


if __name__ == "__main__":
    main()
