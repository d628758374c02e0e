"""Hostile peers by the thousand, without a thread for each: sockets that send what they like and end as they like."""

import asyncio
import contextlib
import socket
import struct

from wire.attacks import status_of

ENDS = ("close", "half-close", "reset")


class Peer:
    """A connection to a daemon. What the other side does to it is no error: send() and read() tell."""

    def __init__(self, connection):
        self.socket = connection
        self.received = b""
        self.ended = False

    async def send(self, data):
        """Whether all of it was taken."""
        try:
            await asyncio.get_running_loop().sock_sendall(self.socket, data)
        except OSError:
            return False
        return True

    async def read(self, count=65536):
        """The next bytes; none: the other side has closed, or broken it off."""
        try:
            part = await asyncio.get_running_loop().sock_recv(self.socket, count)
        except OSError:
            part = b""
        self.received += part
        self.ended = not part
        return part

    async def read_to_end(self):
        while await self.read():
            pass
        return self.received

    def end(self, how):
        with contextlib.suppress(OSError):
            if how == "half-close":
                self.socket.shutdown(socket.SHUT_WR)
                return
            if how == "reset":
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()


@contextlib.asynccontextmanager
async def connected(address, source="127.0.0.1", receive_buffer=None):
    connection = socket.socket()
    try:
        connection.setblocking(False)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.bind((source, 0))
        await asyncio.get_running_loop().sock_connect(connection, address)
        yield Peer(connection)
    finally:
        connection.close()


async def answer_to(address, data):
    """What one peer gets that sends this and reads until the daemon hangs up."""
    async with connected(address) as peer:
        sending = asyncio.ensure_future(peer.send(data))
        answer = await peer.read_to_end()
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        return answer


async def each(items, act, at_once=200):
    """What `act(item)` gives for each, so many of them at a time."""
    places = asyncio.Semaphore(at_once)

    async def one(item):
        async with places:
            return await act(item)

    return await asyncio.gather(*map(one, items))


def run(coroutine, timeout=120):
    async def bounded():
        return await asyncio.wait_for(coroutine, timeout)

    return asyncio.run(bounded())


def answers_to(address, requests):
    """The answers to these, each sent by a peer of its own."""
    return run(each(requests, lambda data: answer_to(address, data)))


def statuses(data):
    """Of each answer in what came over a connection."""
    return [status_of(b"HTTP/1.1 " + part) for part in data.split(b"HTTP/1.1 ")[1:]]
