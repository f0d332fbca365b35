"""Reads seccomp records from the kernel's netlink audit group."""

import re
import select
import socket
import struct
import time

NETLINK_AUDIT = 9
READLOG_GROUP = 1
SECCOMP = 1326
SO_RCVBUFFORCE = 33


class AuditLog:
    """The records from its opening on. OSError where it may not be read."""

    def __init__(self):
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                     NETLINK_AUDIT)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 64 << 20)
        except PermissionError:
            pass  # the small buffer does too
        self._socket.bind((0, READLOG_GROUP))

    def close(self):
        self._socket.close()

    def read(self, seconds):
        """The next record as text, or None: none came in time."""
        end = time.monotonic() + seconds
        while True:
            left = end - time.monotonic()
            if left < 0 or not select.select([self._socket], [], [], left)[0]:
                return None
            message = self._socket.recv(65536)
            kind = struct.unpack_from('=IHHII', message)[1]
            if kind == SECCOMP:
                text = message[16:].rstrip(b'\0').decode('latin-1')
                return f'type={kind} msg={text}'

    def read_until(self, found, seconds=5):
        """Every record up to the one for which found(record) holds, or up to
        `seconds` of silence."""
        records = []
        while (record := self.read(seconds)) is not None:
            records.append(record)
            if found(record):
                break
        return records


def field(record, name):
    """What stands behind name= in the record, or None."""
    match = re.search(r'\b' + name + r'=("[^"]*"|\S+)', record)
    return match.group(1).strip('"') if match else None
