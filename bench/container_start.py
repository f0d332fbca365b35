#!/usr/bin/env python3
"""Times whole starts of a container that runs busybox's true.

  bench/container_start.py SCBPF PROFILE [RUNS]

prints {way: median ms} as JSON: crun and runc without seccomp, with the
profile as JSON, crun with the precompiled filter in its annotation. What is
not installed, or starts nothing here, is left out. Needs root.
"""
import base64
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

# Docker's defaults.
CAPS = ['CAP_' + name for name in (
    'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP '
    'SETPCAP NET_BIND_SERVICE SYS_CHROOT KILL AUDIT_WRITE').split()]
KERNEL = (5, 15)
ABIS = 'x86_64,x86,x32'
# crun refuses a hybrid cgroup hierarchy; the mount namespace is our own.
INSIDE = 'umount /sys/fs/cgroup/unified 2>/dev/null; exec "$0" "$@"'


def holds(entry):
    """Whether an entry's includes and excludes let it stay."""
    includes, excludes = entry.get('includes', {}), entry.get('excludes', {})
    version = lambda text: tuple(int(part) for part in text.split('.'))
    return not (
        any(cap not in CAPS for cap in includes.get('caps', []))
        or any(cap in CAPS for cap in excludes.get('caps', []))
        or includes.get('arches') and 'amd64' not in includes['arches']
        or 'amd64' in excludes.get('arches', [])
        or 'minKernel' in includes and KERNEL < version(includes['minKernel'])
        or 'minKernel' in excludes and KERNEL >= version(excludes['minKernel']))


def oci_profile(path):
    """The profile as an OCI runtime takes it, for three ABIs."""
    with open(path) as file:
        profile = json.load(file)
    keys = ('names', 'action', 'args', 'errnoRet')
    entries = [{key: entry[key] for key in keys if key in entry}
               for entry in profile['syscalls'] if holds(entry)]
    result = {'defaultAction': profile['defaultAction'],
              'architectures': ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86',
                                'SCMP_ARCH_X32'],
              'syscalls': entries}
    if 'defaultErrnoRet' in profile:
        result['defaultErrnoRet'] = profile['defaultErrnoRet']
    return result


def compiled(scbpf, path, folder):
    target = os.path.join(folder, 'filter.bpf')
    subprocess.run([scbpf, 'compile', '-q', '--archs', ABIS, '--kernel',
                    '%d.%d' % KERNEL, '--caps', 'default', path, '-o', target],
                   check=True, timeout=60)
    with open(target, 'rb') as file:
        return base64.b64encode(file.read()).decode()


def make_bundle(folder, rootfs, profile=None, annotation=None):
    os.makedirs(folder)
    config = {
        'ociVersion': '1.0.2',
        'process': {'user': {'uid': 0, 'gid': 0}, 'args': ['/bin/true'],
                    'env': ['PATH=/bin'], 'cwd': '/',
                    'capabilities': {kind: CAPS for kind in
                                     ('bounding', 'effective', 'permitted')}},
        'root': {'path': rootfs},
        'mounts': [{'destination': '/proc', 'type': 'proc',
                    'source': 'proc'}],
        'linux': {'namespaces': [{'type': kind} for kind in
                                 ('pid', 'mount', 'ipc', 'uts')]}}
    if profile:
        config['linux']['seccomp'] = profile
    if annotation:
        config['annotations'] = {'run.oci.seccomp_bpf_data': annotation}
    with open(os.path.join(folder, 'config.json'), 'w') as file:
        json.dump(config, file)
    return folder


def start(runtime, bundle, state):
    """Milliseconds of one container's life; None where it did not start."""
    command = [runtime, '--root', state, 'run', '--bundle', bundle,
               'scbpf-bench']
    begin = time.perf_counter()
    ended = subprocess.run(command, stdin=subprocess.DEVNULL,
                           stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, timeout=30)
    took = (time.perf_counter() - begin) * 1e3
    return took if ended.returncode == 0 else None


def measure(scbpf, profile, runs):
    with tempfile.TemporaryDirectory() as folder:
        rootfs = os.path.join(folder, 'rootfs')
        for name in ('bin', 'dev', 'proc'):
            os.makedirs(os.path.join(rootfs, name))
        shutil.copy(shutil.which('busybox'), os.path.join(rootfs, 'bin/true'))
        bundles = {
            'without seccomp': make_bundle(folder + '/none', rootfs),
            'JSON': make_bundle(folder + '/json', rootfs,
                                oci_profile(profile)),
            'precompiled': make_bundle(folder + '/annotated', rootfs,
                                       annotation=compiled(scbpf, profile,
                                                           folder))}
        ways = {}
        for runtime in filter(shutil.which, ('crun', 'runc')):
            for name, bundle in bundles.items():
                if runtime == 'runc' and name == 'precompiled':
                    continue
                if start(runtime, bundle, folder + '/state'):
                    ways[f'{runtime}, {name}'] = (runtime, bundle)
        times = {name: [] for name in ways}
        for _ in range(runs):
            for name, (runtime, bundle) in ways.items():
                took = start(runtime, bundle, folder + '/state')
                if took:
                    times[name].append(took)
        return {name: statistics.median(all_of)
                for name, all_of in times.items() if all_of}


def main():
    if os.environ.get('SCBPF_BENCH_INSIDE'):
        scbpf, profile, runs = sys.argv[1:]
        print(json.dumps(measure(scbpf, profile, int(runs))))
        return
    scbpf, profile = sys.argv[1:3]
    runs = sys.argv[3] if len(sys.argv) > 3 else '20'
    if os.geteuid() != 0 or not shutil.which('busybox'):
        print('{}')
        return
    os.environ['SCBPF_BENCH_INSIDE'] = '1'
    os.execvp('unshare', ['unshare', '-m', '--propagation', 'private', 'sh',
                          '-c', INSIDE, sys.executable,
                          os.path.abspath(__file__), scbpf, profile, runs])


if __name__ == '__main__':
    main()
