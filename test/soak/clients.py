"""Clients of every kind for a long run: each does one small thing again and again, and holds every answer to what it must be."""

import contextlib
import http.client
import random
import socket
import ssl
import threading
from xml.sax.saxutils import escape

from wire import soap
from wire.attacks import head, message, read_to_end, reset, status_of
from wire.daemon import basic

WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
PATIENCE = 300  # seconds: the machine may be busy, and the run nobody's first concern


class Wrong(Exception):
    """An answer that is not what it must be."""


def expect(true, what):
    if not true:
        raise Wrong(what)


def patient(address):
    return socket.create_connection(address, timeout=PATIENCE)


class Client(threading.Thread):
    """`world` is the run that it belongs to: daemon, machines, and the turn-stile between two steps."""

    def __init__(self, world, number=0):
        super().__init__(name=f"{type(self).__name__}-{number}", daemon=True)
        self.world = world
        self.number = number
        self.random = random.Random(f"{world.seed} {self.name}")
        self.done = 0
        self.held = None

    def run(self):
        try:
            while self.world.may_go_on(self):
                self.step()
                self.done += 1
        except Exception as wrong:  # whatever it is, the run has failed and says so
            self.world.fail(self, wrong)
        finally:
            self.let_go()

    def step(self):
        raise NotImplementedError

    # Talking over a connection that is kept until the run rests.

    def connection(self):
        return http.client.HTTPConnection(*self.world.daemon.address, timeout=PATIENCE)

    def let_go(self):
        if self.held is not None:
            self.held.close()
            self.held = None

    def post(self, body, **keywords):
        if self.held is None:
            self.held = self.connection()
        try:
            return self.world.daemon.post(body, connection=self.held, **keywords)
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            # It was idle for too long, or this is the server's last word after bad bytes: a new one has to work.
            self.let_go()
            self.held = self.connection()
            return self.world.daemon.post(body, connection=self.held, **keywords)

    def ask(self, body):
        answer = self.post(body)
        expect(answer.fault is None and answer.status == 200, f"{self.name}: {answer}")
        return answer

    def get(self, resource, selectors=None):
        return self.ask(soap.request(soap.GET, resource, selectors=selectors)).instance

    def wait_for_job(self, job):
        while int((record := self.get(soap.JOB, {"InstanceID": job}))["JobState"]) < 7:
            pass
        expect(record["JobState"] == "7", f"{self.name}: {record.properties}")
        return record

    def start_job(self, method, parameters):
        answer = self.ask(soap.invoke(method, parameters))
        expect(answer.return_value == 4096, f"{self.name}: {method}: {answer}")
        return answer.job.selectors["InstanceID"]

    def query(self, text, resource=soap.WMI + "*"):
        body = soap.enumerate_body(1000, True, extra=f'<w:Filter Dialect="{WQL}">{escape(text)}</w:Filter>')
        return [soap.Instance(item) for item in self.ask(soap.request(soap.ENUMERATE, resource, body)).items]


class Identifies(Client):
    def step(self):
        answer = self.post(soap.IDENTIFY)
        expect(answer.status == 200 and b"IdentifyResponse" in answer.body, f"Identify: {answer}")


class Gets(Client):
    def step(self):
        machine = self.random.choice(self.world.machines)
        found = self.get(soap.MACHINE, {"Name": machine})
        expect(found["Name"] == machine, f"Get of {machine}: {found.properties}")
        expect(self.get(soap.SERVICE).tag.endswith("Msvm_VirtualSystemSnapshotService"), "Get of the service")
        answer = self.post(soap.request(soap.GET, soap.MACHINE, selectors={"Name": "nobody"}))
        expect(answer.fault is not None and answer.status == 500, f"Get of nobody: {answer}")


class Enumerates(Client):
    """All machines, by as many Pulls as it takes; now and then it goes away in the middle."""

    def step(self):
        size = self.random.choice((1, 7, 100))
        answer = self.ask(soap.request(soap.ENUMERATE, soap.MACHINE, soap.enumerate_body(size, True)))
        seen = [soap.Instance(item)["Name"] for item in answer.items]
        released = False
        while answer.context:
            if self.random.random() < 0.05:
                self.ask(soap.request(soap.RELEASE, soap.MACHINE, soap.release_body(answer.context)))
                released = True
            answer = self.post(soap.request(soap.PULL, soap.MACHINE, soap.pull_body(answer.context, size)))
            if released:
                expect(answer.fault is not None and answer.fault.subcode == "wsen:InvalidEnumerationContext",
                       f"Pull after Release: {answer}")
                return
            expect(answer.fault is None, f"Pull: {answer}")
            seen += [soap.Instance(item)["Name"] for item in answer.items]
        expect(len(seen) == len(set(seen)), "a machine came twice")
        # The computer that the machines run on is an instance of that class, too.
        expect(set(self.world.machines) <= set(seen), "a machine is missing")


class Changes(Client):
    """Has a machine of its own, so that it knows what must be there: creates, renames, applies, destroys."""

    def __init__(self, world, number):
        super().__init__(world, number)
        self.machine = world.machines[number]
        self.names = None

    def listed(self):
        found = self.query("SELECT * FROM Msvm_VirtualSystemSettingData WHERE VirtualSystemIdentifier = "
                           f"'{self.machine}' AND VirtualSystemType = 'Microsoft:Hyper-V:Snapshot:Realized'")
        return {each["InstanceID"]: each["ElementName"] for each in found}

    def on_snapshot(self, method, parameter, instance_id):
        return self.start_job(method, f"<p:{parameter}>{soap.settings_epr(instance_id)}</p:{parameter}>")

    def step(self):
        if self.names is None:
            self.names = self.listed()
        reference = soap.epr(soap.MACHINE, {"Name": self.machine})
        self.wait_for_job(self.start_job("CreateSnapshot", f"<p:AffectedSystem>{reference}</p:AffectedSystem>"
                                                           "<p:SnapshotType>2</p:SnapshotType>"))
        now = self.listed()
        made = now.keys() - self.names.keys()
        expect(len(made) == 1, f"{self.name}: made {made}")
        (made,) = made
        name = f"turn {self.done} & <more>"
        self.ask(soap.request(
            soap.PUT, soap.SETTINGS, f'<c:Msvm_VirtualSystemSettingData xmlns:c="{soap.SETTINGS}"><c:ElementName>'
            f"{escape(name)}</c:ElementName></c:Msvm_VirtualSystemSettingData>", selectors={"InstanceID": made}))
        renamed = self.get(soap.SETTINGS, {"InstanceID": made})["ElementName"]
        expect(renamed == name, f"{self.name}: renamed to {renamed}")
        if self.random.random() < 0.3:
            self.wait_for_job(self.on_snapshot("ApplySnapshot", "Snapshot", self.random.choice(list(now))))
        method, parameter = self.random.choice((("DestroySnapshot", "AffectedSnapshot"),
                                                ("DestroySnapshotTree", "SnapshotSettingData")))
        self.wait_for_job(self.on_snapshot(method, parameter, made))
        expect(self.listed() == self.names, f"{self.name}: {self.listed()} are left")


class SendsRubbish(Client):
    """Whole requests that are wrong in one thing, each with the status that it must have."""

    CASES = [(400, message(line="GARBAGE")), (405, message(line="GET /wsman HTTP/1.1")),
             (404, message(line="POST /elsewhere HTTP/1.1")), (401, message(authorization=None)),
             (413, head(1 << 40, basic())), (400, head(3, basic()).replace(b": 3", b": 3, 4") + b"<x>"),
             (401, message(authorization=basic("alice", "wrong"))), (401, message(authorization=basic("eve", "wrong"))),
             (400, message("<x>")), (505, message("<x>").replace(b"HTTP/1.1", b"HTTP/7.7")),
             (400, message("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>")), (400, message("<a>" * 5000)),
             (500, message(soap.request(soap.GET, "urn:nothing"))),
             (500, message(soap.request(soap.PULL, soap.JOB, soap.pull_body("uuid:none"))))]

    def step(self):
        status, data = self.random.choice(self.CASES)
        with contextlib.closing(patient(self.world.daemon.address)) as connection:
            connection.sendall(data)
            connection.shutdown(1)
            answer = read_to_end(connection)
        expect(status_of(answer) == status, f"{data[:300]}: {answer[:300]}")


class GoesAway(Client):
    """Hangs up at any byte, in every way there is. In between it behaves, and so waits its turn: on two new connections,
    which go to two threads, so that it hangs up no faster than the slower one of them serves."""

    def step(self):
        for _ in range(2):
            self.let_go()
            expect(self.post(soap.IDENTIFY).status == 200, "Identify after a hang-up")
        # All in one answer: contexts that nobody pulls from would use up their places.
        body = soap.request(soap.ENUMERATE, soap.MACHINE, soap.enumerate_body(1000, True))
        data = message(body) * self.random.randint(1, 3)
        connection = patient(self.world.daemon.address)
        try:
            connection.sendall(data[:self.random.randint(0, len(data))])
            if self.random.random() < 0.3:
                connection.setblocking(False)
                connection.recv(self.random.randint(1, 4096))
        except (BlockingIOError, ConnectionError):
            pass
        if self.random.random() < 0.5:
            reset(connection)
        else:
            connection.close()


class SpeaksTls(Client):
    def connection(self):
        context = ssl.create_default_context(cafile=str(self.world.certificate))
        return http.client.HTTPSConnection(*self.world.tls_address, timeout=PATIENCE, context=context)

    def step(self):
        if self.done % 20 == 0:
            self.let_go()
        if self.random.random() < 0.1:
            with contextlib.closing(patient(self.world.tls_address)) as half:
                half.sendall(b"\x16\x03\x01\x02\x00\x01\x00"[:self.random.randint(0, 7)])
        expect(self.get(soap.SERVICE)["Name"], "Get of the service over TLS")


def everyone(world):
    return ([Identifies(world), Gets(world), Gets(world, 1), Enumerates(world), Enumerates(world, 1), SendsRubbish(world),
             GoesAway(world), SpeaksTls(world), SpeaksTls(world, 1)]
            + [Changes(world, number) for number in range(min(4, len(world.machines)))])
