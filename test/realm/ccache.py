"""Credential caches in files, form 4 of MIT krb5 (doc/formats/ccache_file_format): as much of it as a test changes."""

import pathlib
import struct
import time


def prolong(path, seconds):
    """Moves the ends of all tickets, as the client knows them, to `seconds` from now. Returns the earliest true end, in
    seconds since 1970: inside of the tickets, where the service looks, it stays.
    """
    data = bytearray(pathlib.Path(path).read_bytes())
    if data[:2] != b"\x05\x04":
        raise ValueError(f"{path} is no credential cache of form 4")
    at = _skip_principal(data, 4 + struct.unpack_from(">H", data, 2)[0])
    ends = []
    while at < len(data):
        at = _skip_principal(data, _skip_principal(data, at))
        at = _skip_text(data, at + 2)  # the session key, behind its type
        end = struct.unpack_from(">I", data, at + 8)[0]
        if end:  # the cache's own notes are kept as tickets without times
            ends.append(end)
            struct.pack_into(">I", data, at + 8, int(time.time()) + seconds)
        at += 4 * 4 + 1 + 4  # four times, is_skey, flags
        for _ in range(2):  # addresses, authorisation data
            count = struct.unpack_from(">I", data, at)[0]
            at += 4
            for _ in range(count):
                at = _skip_text(data, at + 2)
        at = _skip_text(data, _skip_text(data, at))  # ticket, second ticket
    pathlib.Path(path).write_bytes(data)
    return min(ends)


def _skip_text(data, at):
    return at + 4 + struct.unpack_from(">I", data, at)[0]


def _skip_principal(data, at):
    count = struct.unpack_from(">I", data, at + 4)[0]
    at += 8
    for _ in range(count + 1):  # the realm, then the names
        at = _skip_text(data, at)
    return at
