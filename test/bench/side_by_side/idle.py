"""Connections that wait: a program that holds so many of them, after one answered request each.

    idle.py HOST PORT COUNT tls|plain AUTHORIZATION BODY    says "ready" and holds them until its input ends
"""

import concurrent.futures
import pathlib
import socket
import ssl
import subprocess
import sys

from side_by_side.processes import DRIVER_CORE, on_core


class Idle:
    """The program, as a context; beside other clients it costs nothing."""

    def __init__(self, address, count, tls, authorization, body_file):
        self._command = on_core(DRIVER_CORE, sys.executable, "-m", "side_by_side.idle", address[0], address[1], count,
                                "tls" if tls else "plain", authorization, body_file)

    def __enter__(self):
        self._process = subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self._process.stdout.readline() != "ready\n":
            self.__exit__()
            raise RuntimeError("the idle connections could not be opened")
        return self

    def __exit__(self, *_):
        self._process.stdin.close()
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def ask(connection, request):
    connection.sendall(request)
    received = b""
    while True:
        received += connection.recv(65536)
        head, blank, body = received.partition(b"\r\n\r\n")
        if blank:
            length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n")
                          if line.lower().startswith(b"content-length:"))
            if len(body) >= length:
                break
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(head.decode())


def main(host, port, count, transport, authorization, body_file):
    body = pathlib.Path(body_file).read_bytes()
    request = (f"POST /wsman HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/soap+xml;charset=UTF-8\r\n"
               f"Authorization: {authorization}\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE

    def connect(_):
        connection = socket.create_connection((host, int(port)), timeout=60)
        if transport == "tls":
            connection = context.wrap_socket(connection)
        ask(connection, request)
        return connection

    # Several at a time, so that neither side waits for the other.
    with concurrent.futures.ThreadPoolExecutor(32) as threads:
        held = list(threads.map(connect, range(int(count))))
    print("ready", flush=True)
    sys.stdin.read()
    del held


if __name__ == "__main__":
    main(*sys.argv[1:])
