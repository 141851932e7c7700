"""Real listeners in their own processes, born at once, and stations that speak to them.

A nursery is one process that has imported what a listener needs and forks one on demand, so that a test of forty
power cuts does not import forty times. A child is a listener as `adjoin listen` runs it, with its own group.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from adjoin.formats.hj212 import written

NURSERY = """
import json, os, sys
from datetime import datetime
from pathlib import Path
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.listen.limits import Limits
from adjoin.listen.service import Service, serve
from types import SimpleNamespace
import tomllib
from adjoin.loop.workspace import load_region
import uvloop
print("ready", flush=True)
known = {}
def opened(folder):  # what a listener needs of a workspace; its bundle is read once
    about = tomllib.loads((folder / "workspace.toml").read_text("utf-8"))
    region = (folder / about["region"]).resolve()
    known[region] = known.get(region) or load_region(region)
    return SimpleNamespace(folder=folder, region_folder=region, region=known[region])
for line in sys.stdin:
    asked = json.loads(line)
    home = opened(Path(asked["folder"]))
    if os.fork():
        continue
    os.setsid()
    say = lambda port: print(json.dumps({"pid": os.getpid(), "port": port}), flush=True)
    for name, value in asked["around"].items():
        os.environ[name] = value
    if asked["log"]:
        os.dup2(os.open(asked["log"], os.O_CREAT | os.O_APPEND | os.O_WRONLY), 2)
    os.close(0)
    try:
        serve(Service(home, "127.0.0.1", 0, lambda: datetime.now(ZONE), say,
                      drain=asked["drain"], limits=Limits(**asked["limits"])))
    except Refusal as refusal:
        print(json.dumps({"refused": refusal.kind}), flush=True)
    os._exit(0)
"""


@dataclass
class Child:
    pid: int
    port: int

    def kill(self):
        """The power is cut."""
        os.kill(self.pid, signal.SIGKILL)
        self.gone()

    def stop(self):
        os.kill(self.pid, signal.SIGTERM)
        self.gone()

    def gone(self, within=60):
        until = time.monotonic() + within
        while time.monotonic() < until:
            try:
                threads = len(list(Path(f"/proc/{self.pid}/task").iterdir()))
                if (
                    threads == 1
                    and Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z"
                ):
                    return
            except (FileNotFoundError, ProcessLookupError):
                return
            time.sleep(0.005)
        raise TimeoutError(self.pid)


class Nursery:
    def __init__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-c", NURSERY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        assert self.process.stdout.readline() == "ready\n"
        self.children = []

    def born(self, folder, *, drain=False, limits=None, log="/dev/null", around=None):
        """A listener on this workspace; the kind of the refusal where it does not start."""
        asked = {
            "folder": str(folder), "drain": drain, "limits": limits or {}, "log": str(log), "around": around or {},
        }  # fmt: skip
        self.process.stdin.write(json.dumps(asked) + "\n")
        said = json.loads(self.process.stdout.readline())
        if "refused" in said:
            return said["refused"]
        self.children.append(Child(**said))
        return self.children[-1]

    def close(self):
        for each in self.children:
            with suppress(ProcessLookupError):
                os.kill(each.pid, signal.SIGKILL)
        self.process.stdin.close()
        self.process.wait(30)


@dataclass
class Station:
    """A station that sends numbered packets and remembers which were answered."""

    port: int
    mn: str = "REPLAY-mill-bridge"
    answered: set = field(default_factory=set)
    rest: bytes = b""

    def __post_init__(self):
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def send(self, *packets):
        self.socket.sendall(b"".join(packets))

    def answers(self, many=1):
        """The next answers, or those that came before the connection ended."""
        found = []
        while len(found) < many:
            try:
                data = self.socket.recv(65536)
            except OSError:
                data = b""
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\r\n")
            found += lines
        self.answered.update(line[9 : line.index(b";")].decode() for line in found if line[6:9] == b"QN=")
        return found

    def say(self, segment):
        """One packet, and the answer to it."""
        self.send(written(segment))
        return self.answers(1)[0].decode()

    def close(self):
        self.socket.close()


def packet(qn, mn="REPLAY-mill-bridge", *, time="20260905120000", data="w21003-Rtd=0.10,w21003-Flag=N", flag=5):
    return written(f"QN={qn};ST=21;CN=2011;PW=123456;MN={mn};Flag={flag};CP=&&DataTime={time};{data}&&")
