"""What is asked: one case a kind of request."""

import dataclasses
import re
from xml.sax.saxutils import escape

from wire import soap

WQL = "http://schemas.microsoft.com/wbem/wsman/1/WQL"
# Ids of the memory backend: a fixed sequence, of which "@@" is the number.
SNAPSHOT = "Microsoft:534E4150-0000-4000-8000-@@"
PAGE = 1_000


@dataclasses.dataclass
class Case:
    name: str      # a word
    title: str     # for people
    body: str
    expect: str    # what every answer holds
    step: int = 0  # between two ids, where the body holds "@@"
    count: int = 1
    first: int = 0
    pull: str = ""  # the body that goes on with an enumeration
    leaves_work: bool = False  # that goes on after the answer

    def at(self, number):
        """The body with this id, for asking once."""
        return self.body.replace("@@", f"{number:012X}")


def select(query):
    return f'<w:Filter Dialect="{WQL}">{escape(query)}</w:Filter>'


def enumerate_query(query):
    return soap.request(soap.ENUMERATE, soap.WMI + "*", soap.enumerate_body(PAGE, True, extra=select(query)))


def identify():
    return Case("identify", "Identify", soap.IDENTIFY, "IdentifyResponse")


def get_job(instance_id):
    return Case("get-job", "Get of a job", soap.request(soap.GET, soap.JOB, selectors={"InstanceID": instance_id}),
                "<p:JobState>")


def get_snapshot(count):
    return Case("get-snapshot", f"Get of a snapshot among {count:,}",
                soap.request(soap.GET, soap.SETTINGS, selectors={"InstanceID": SNAPSHOT}), "<p:InstanceID>", **spread(count))


def by_key(count):
    query = f'SELECT * FROM Msvm_VirtualSystemSettingData WHERE InstanceID = "{SNAPSHOT}"'
    return Case("wql-key", f"WQL by key among {count:,}", enumerate_query(query), "<p:InstanceID>", **spread(count))


def spread(count):
    """Ids far from one another, so that no cache has them all."""
    return {"first": 1, "step": 7_919 if count > 7_919 else 1, "count": count // 7_919 if count > 7_919 else count}


def invoke(snapshots):
    """From the last id down: leaves before what they hang on."""
    return Case("invoke", "Invoke DestroySnapshot", soap.destroy_snapshot(soap.settings_epr(SNAPSHOT)),
                "<p:ReturnValue>4096</p:ReturnValue>", first=snapshots, step=-1, count=snapshots, leaves_work=True)


def enumerate_one():
    return Case("enumerate-1", "Enumerate, 1 instance",
                soap.request(soap.ENUMERATE, soap.SERVICE, soap.enumerate_body(PAGE, True)), "<w:EndOfSequence/>")


def enumerate_thousand(what):
    bodies = {
        "keys": ("keys", enumerate_query("SELECT InstanceID FROM Msvm_VirtualSystemSettingData")),
        "references": ("references", soap.request(soap.ENUMERATE, soap.SETTINGS,
                                                  soap.enumerate_body(PAGE, True, "EnumerateEPR"))),
        "whole": ("whole", soap.request(soap.ENUMERATE, soap.SETTINGS, soap.enumerate_body(PAGE, True))),
    }
    title, body = bodies[what]
    return Case(f"enumerate-1000-{what}", f"Enumerate, 1,000 instances, {title}", body, "<w:EndOfSequence/>")


def enumerate_all(count):
    """In pages, of which each answer is one; keys, as in enumerate_thousand."""
    return Case("enumerate-all", f"Enumerate, {count:,} instances, keys, a page of {PAGE:,}",
                enumerate_query("SELECT InstanceID FROM Msvm_VirtualSystemSettingData"), "<w:Items>",
                pull=soap.request(soap.PULL, soap.WMI + "*", soap.pull_body("@@", PAGE)))


def asked_once(server, case, number=0):
    """The bytes of one answer, which must be what the case expects."""
    answer = server.post(case.at(number or case.first))
    if answer.status != 200 or case.expect not in answer.text:
        raise RuntimeError(f"{case.title} is answered {answer.status}: {answer.text[:2000]}")
    return len(answer.body)


def job_of(server, snapshot):
    """Starts a job and waits for its end; its id."""
    instance_id = server.destroy(SNAPSHOT.replace("@@", f"{snapshot:012X}"))
    server.wait_for_job(instance_id)
    return instance_id


def is_gone(server, number):
    answer = server.get(soap.SETTINGS, {"InstanceID": SNAPSHOT.replace("@@", f"{number:012X}")})
    return answer.fault is not None and re.search("DestinationUnreachable|InvalidSelectors", answer.text) is not None
