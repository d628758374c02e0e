"""What tests of abuse share: looking at a daemon from outside, and connections that misbehave."""

import contextlib
import functools
import os
import pathlib
import resource
import socket
import struct

from wire import soap
from wire.daemon import SOAP_UTF8, basic, tintyped


def allow_many_files():
    """As many descriptors as this process may have; what it starts has them too."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))


def head(length, authorization=None, more="", line="POST /wsman HTTP/1.1"):
    lines = [line, "Host: localhost", f"Content-Type: {SOAP_UTF8}", f"Content-Length: {length}"]
    if authorization:
        lines.append(f"Authorization: {authorization}")
    lines += [each for each in more.split("\n") if each]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def message(body=None, **keywords):
    data = (body or soap.request(soap.GET, soap.SERVICE)).encode()
    keywords.setdefault("authorization", basic())
    return head(len(data), **keywords) + data


def status_of(data):
    return int(data.split(b" ", 2)[1]) if data.startswith(b"HTTP/") else None


def connect(daemon, source="127.0.0.1"):
    return socket.create_connection(daemon.address, timeout=60, source_address=(source, 0))


def reset(connection):
    """Closes it so that the other side gets a RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_to_end(connection):
    """What came until the other side closed, in whichever way."""
    received = b""
    with contextlib.suppress(ConnectionError):
        while part := connection.recv(65536):
            received += part
    return received


def resident(daemon):
    """Bytes of memory that the daemon has."""
    for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no VmRSS")


def processor_seconds(daemon):
    fields = pathlib.Path(f"/proc/{daemon.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@functools.cache
def is_sanitized():
    """Whether the daemon under test has a sanitizer's memory beside its own."""
    program = pathlib.Path(tintyped()).read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def is_established(daemon, connection):
    """Whether the daemon's end of the connection is still open."""
    mine = connection.getsockname()[1]
    for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]:
        _, local, remote, state = line.split()[:4]
        if (int(local.rpartition(":")[2], 16), int(remote.rpartition(":")[2], 16)) == (daemon.address[1], mine):
            return state == "01"
    return False
