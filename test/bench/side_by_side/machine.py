"""Where and of what the figures are."""

import datetime
import os
import pathlib
import platform
import subprocess

from side_by_side.servers import IO_THREADS


def said(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip()


def describe(top, tls, seconds):
    model = next((line.split(":", 1)[1].strip() for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.machine())
    commit = said("git", "-C", str(top), "rev-parse", "--short", "HEAD")
    nginx = said("nginx", "-v").rsplit("/", 1)[-1]
    load = os.getloadavg()[0]
    return (f"Measured on {datetime.date.today().isoformat()} at commit {commit}, in {seconds / 60:.0f} minutes, on "
            f"{os.cpu_count()} cores of {model}, Linux {platform.release()}, with nginx {nginx} and {tls}; "
            f"{IO_THREADS} I/O thread, one worker and one for jobs here, {IO_THREADS} worker process there; the load average at the end was "
            f"{load:.1f}, of which about 2 are the run's own.")
