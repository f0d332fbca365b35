"""The C API from Python's ctypes, and what the library shows.

usage: use.py LIBSCBPF PROFILE
"""
import ctypes
import shutil
import subprocess
import sys

path, profile = sys.argv[1:]
lib = ctypes.CDLL(path)
lib.scbpf_version.restype = ctypes.c_char_p
lib.scbpf_target_new.restype = ctypes.c_void_p
lib.scbpf_filter_instructions.restype = ctypes.c_void_p
lib.scbpf_error_text.restype = ctypes.c_char_p
assert lib.scbpf_version().count(b".") == 2

target = ctypes.c_void_p(lib.scbpf_target_new(b"x86_64"))


def compile(text):
    """(status, bytes, error text)"""
    compiled, error = ctypes.c_void_p(), ctypes.c_void_p()
    status = lib.scbpf_compile(text, ctypes.c_size_t(len(text)), target,
                               ctypes.byref(compiled), ctypes.byref(error))
    if status:
        told = lib.scbpf_error_text(error)
        lib.scbpf_error_free(error)
        return status, b"", told
    count = ctypes.c_size_t()
    code = lib.scbpf_filter_instructions(compiled, ctypes.byref(count))
    data = ctypes.string_at(code, 8 * count.value)
    lib.scbpf_filter_free(compiled)
    return status, data, b""


text = open(profile, "rb").read()
status, data, _ = compile(text)
assert status == 0 and len(data) > 800, (status, len(data))
# The last instruction of a filter is a RET.
assert data[-8:-4] == b"\x06\0\0\0", data[-8:]
status, data, told = compile(text[:-20])
assert status == 1 and told.startswith(b"profile:"), (status, told)
lib.scbpf_target_free(target)

# Nothing but the API is visible.
if shutil.which("nm"):
    lines = subprocess.run(["nm", "-D", "--defined-only", path], check=True,
                           capture_output=True, text=True).stdout.splitlines()
    names = {line.split()[-1].split("@")[0] for line in lines}
    assert {n for n in names if not n.startswith("scbpf_")} <= {"SCBPF_0"}, names
    assert "scbpf_install" in names
