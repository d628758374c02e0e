#!/usr/bin/env python3
"""Lists snapshots and destroys one with zeep (Debian: python3-zeep), which makes its client from the endpoint's own WSDL.

    export TINTYPE_URL=https://host:5986/wsman TINTYPE_USER=alice TINTYPE_PASSWORD=...
    export TINTYPE_CA=ca.pem            # the certificate to trust, if the system does not
    ./with_zeep.py list
    ./with_zeep.py destroy Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F
"""

import os
import sys
import time
import uuid

import requests
from lxml.builder import ElementMaker
from zeep import Client, Transport
from zeep.exceptions import Fault
from zeep.plugins import HistoryPlugin

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
ADDRESSING = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
ANONYMOUS = ADDRESSING + "/role/anonymous"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
SERVICE, SETTINGS, JOB = "Msvm_VirtualSystemSnapshotService", "Msvm_VirtualSystemSettingData", "Msvm_ConcreteJob"
wsman = ElementMaker(namespace="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd")
addressing = ElementMaker(namespace=ADDRESSING)
answers = HistoryPlugin()


def connect():
    session = requests.Session()
    session.auth = (os.environ["TINTYPE_USER"], os.environ["TINTYPE_PASSWORD"])
    session.verify = os.environ.get("TINTYPE_CA", True)
    session.trust_env = "TINTYPE_CA" not in os.environ  # a bundle named in the environment would count for more
    return Client(os.environ["TINTYPE_URL"] + "?wsdl", transport=Transport(session=session), plugins=[answers])


def call(client, resource, operation, *arguments, family=None, selectors=(), **parameters):
    """An operation of a class, with the headers that WS-Management wants above each message."""
    headers = [
        addressing.To(os.environ["TINTYPE_URL"]),
        addressing.Action(f"{family or WMI + resource}/{operation}"),
        addressing.MessageID(f"uuid:{uuid.uuid4()}"),
        addressing.ReplyTo(addressing.Address(ANONYMOUS)),
        wsman.ResourceURI(WMI + resource),
        *selectors,
    ]
    return client.bind("WSManagement", resource)[operation](*arguments, **parameters, _soapheaders=headers)


def selector_set(**keys):
    """In XML, as headers too: zeep has no types whose text stands beside elements, which a selector may have."""
    return wsman.SelectorSet(*(wsman.Selector(value, Name=name) for name, value in keys.items()))


def reference(resource, **keys):
    """An endpoint reference, as a method takes it for a parameter."""
    parameters = addressing.ReferenceParameters(wsman.ResourceURI(WMI + resource), selector_set(**keys))
    return {"_value_1": [addressing.Address(ANONYMOUS), parameters]}


def value(property):
    return None if property is None else property._value_1


def snapshots(client):
    found = call(client, SETTINGS, "Enumerate", family=ENUMERATION)
    while True:
        page = call(client, SETTINGS, "Pull", EnumerationContext=found.EnumerationContext, MaxElements=100, family=ENUMERATION)
        for settings in page.Items._value_1:
            if ":Snapshot:" in value(settings.VirtualSystemType):
                yield settings
        if not page.EnumerationContext:
            return
        found = page


def destroy(client, instance_id):
    """The job's settings once it has ended, or None if none was started."""
    answer = call(client, SERVICE, "DestroySnapshot", AffectedSnapshot=reference(SETTINGS, InstanceID=instance_id))
    print("ReturnValue", value(answer.ReturnValue))
    if value(answer.ReturnValue) != 4096:
        return None
    job_id = answers.last_received["envelope"].findtext(".//{*}Job//{*}Selector[@Name='InstanceID']")
    while True:
        job = call(client, JOB, "Get", family=TRANSFER, selectors=[selector_set(InstanceID=job_id)])
        if value(job.JobState) >= 7:
            return job
        time.sleep(0.2)


def main():
    if sys.argv[1:2] not in (["list"], ["destroy"]) or len(sys.argv) != (2 if sys.argv[1] == "list" else 3):
        sys.exit(__doc__)
    client = connect()
    try:
        if sys.argv[1] == "list":
            for settings in snapshots(client):
                print(value(settings.InstanceID), value(settings.VirtualSystemIdentifier), value(settings.ElementName), sep="\t")
            return
        job = destroy(client, sys.argv[2])
    except Fault as fault:
        sys.exit(f"{fault.message}")
    if job is None:
        sys.exit("no job was started: the snapshot is gone, or another job has it")
    print("JobState", value(job.JobState), value(job.PercentComplete), "%", value(job.ErrorDescription) or "")
    if value(job.JobState) != 7:
        sys.exit(1)


if __name__ == "__main__":
    main()
