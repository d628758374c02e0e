#!/usr/bin/env python3
"""Lists snapshots and destroys one with python-dracclient's WS-Man client (Debian: python3-dracclient).

    export TINTYPE_URL=https://host:5986/wsman TINTYPE_USER=alice TINTYPE_PASSWORD=...
    ./with_dracclient.py list
    ./with_dracclient.py destroy Microsoft:6FBE94B5-47C0-4E5A-A6BB-0D2BE06A1A1F

This client takes any certificate without looking at it, writes parameters as text only (so the snapshot is named by its
WMI object path) and has no Get (so the job is looked up among all jobs).
"""

import os
import sys
import time
import urllib.parse

from dracclient.exceptions import BaseClientException
from dracclient.wsman import Client

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/virtualization/v2/"
SERVICE = WMI + "Msvm_VirtualSystemSnapshotService"
SETTINGS = WMI + "Msvm_VirtualSystemSettingData"
JOB = WMI + "Msvm_ConcreteJob"


def connect():
    url = urllib.parse.urlsplit(os.environ["TINTYPE_URL"])
    return Client(url.hostname, os.environ["TINTYPE_USER"], os.environ["TINTYPE_PASSWORD"], port=url.port, path=url.path,
                  protocol=url.scheme)


def instances(client, resource):
    """Every instance of a class as a dictionary."""
    answer = client.enumerate(resource)
    name = resource.rpartition("/")[2]
    for instance in answer.iter(f"{{{resource}}}{name}"):
        yield {each.tag.rpartition("}")[2]: each.text or "" for each in instance}


def destroy(client, instance_id):
    """The job's properties once it has ended, or None if none was started."""
    path = f'\\\\.\\root\\virtualization\\v2:Msvm_VirtualSystemSettingData.InstanceID="{instance_id}"'
    answer = client.invoke(SERVICE, "DestroySnapshot", {}, {"AffectedSnapshot": path})
    returned = answer.findtext(f".//{{{SERVICE}}}ReturnValue")
    print("ReturnValue", returned)
    if returned != "4096":
        return None
    job_id = answer.xpath("string(//*[@Name='InstanceID'])")
    while True:
        job = next(each for each in instances(client, JOB) if each["InstanceID"] == job_id)
        print("JobState", job["JobState"], job["PercentComplete"], "%")
        if int(job["JobState"]) >= 7:
            return job
        time.sleep(0.1)


def main(arguments):
    if arguments[:1] == ["list"]:
        for settings in instances(connect(), SETTINGS):
            if ":Snapshot:" in settings["VirtualSystemType"]:
                print(settings["InstanceID"], settings["ElementName"], sep="\t")
        return 0
    if len(arguments) == 2 and arguments[0] == "destroy":
        job = destroy(connect(), arguments[1])
        if job and job["JobState"] == "7":
            return 0
        print(job["ErrorDescription"] if job else "no job was started", file=sys.stderr)
        return 1
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except BaseClientException as error:
        sys.exit(f"refused: {error}")
