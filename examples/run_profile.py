"""Runs a command under a profile: scbpf from Python, without a module.

usage: run_profile.py PROFILE COMMAND [ARGUMENT...]

$LIBSCBPF names the library; else the linker's "libscbpf.so.0" is it.
"""
import ctypes
import os
import sys

lib = ctypes.CDLL(os.environ.get("LIBSCBPF", "libscbpf.so.0"))
lib.scbpf_target_new.restype = ctypes.c_void_p
lib.scbpf_error_text.restype = ctypes.c_char_p


def call(function, *arguments):
    """Calls what returns a status, and raises its error's text."""
    error = ctypes.c_void_p()
    if function(*arguments, ctypes.byref(error)) != 0:
        raise SystemExit(lib.scbpf_error_text(error).decode())


def main():
    text = open(sys.argv[1], "rb").read()
    target = ctypes.c_void_p(lib.scbpf_target_new(b"x86_64"))
    compiled = ctypes.c_void_p()
    call(lib.scbpf_compile, text, ctypes.c_size_t(len(text)), target,
         ctypes.byref(compiled))
    call(lib.scbpf_set_no_new_privs)
    call(lib.scbpf_install, compiled, None)
    os.execvp(sys.argv[2], sys.argv[2:])


if __name__ == "__main__":
    main()
