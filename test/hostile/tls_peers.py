"""TLS spoken by hand: a client whose records are in the test's hands before they go out."""

import ssl


def context(cert, version=None):
    made = ssl.create_default_context(cafile=str(cert))
    if version:
        made.minimum_version = made.maximum_version = version
    return made


class Tls:
    """One client's side. `flight()` is what it would send now; `take()` what came from the daemon."""

    def __init__(self, cert, version=None):
        self._received, self._sent = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context(cert, version).wrap_bio(self._received, self._sent, server_hostname="127.0.0.1")
        self.done = False
        self._step()

    def _step(self):
        try:
            self._tls.do_handshake()
            self.done = True
        except ssl.SSLWantReadError:
            pass

    def flight(self):
        return self._sent.read()

    def take(self, data):
        self._received.write(data)
        if not self.done:
            self._step()

    def sealed(self, data):
        """The records of these bytes."""
        self._tls.write(data)
        return self._sent.read()

    def goodbye(self):
        """The records of a close_notify."""
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            pass
        return self._sent.read()

    def opened(self, data):
        """What the daemon's records say, until its close_notify."""
        self._received.write(data)
        said = b""
        try:
            while part := self._tls.read(65536):
                said += part
        except ssl.SSLError:
            pass
        return said


async def shake_hands(peer, tls, until=None):
    """Goes on until the handshake is done, or before its flight of the number `until` is sent; returns that.
    What the peer has received afterwards is what came after it."""
    number = 0
    while True:
        flight = tls.flight()
        if flight:
            if number == until:
                return flight
            await peer.send(flight)
            number += 1
        if tls.done:
            return b""
        data = await peer.read()
        if not data:
            raise ConnectionError("hung up on in the handshake")
        tls.take(data)
        peer.received = b""


def records(data):
    """Where each TLS record in these bytes begins."""
    at = 0
    while at + 5 <= len(data):
        yield at
        at += 5 + int.from_bytes(data[at + 3:at + 5], "big")
