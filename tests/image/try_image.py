"""The built image is used as it will be: `make image` builds it and runs this (python3 alone, no test library).

Everything runs without a network or capabilities, on a read-only root, as the user of the image, on a fresh named
volume: a workspace is made, a listener takes replayed packets, is killed, goes on, and ends on SIGTERM;
pages and a printed sheet come; a backup is restored. ENGINE, IMAGE and RUN (options of `run`) come from around.
"""

import json
import os
import subprocess
import sys
import time
from contextlib import suppress

ENGINE = os.environ.get("ENGINE", "podman").split()
IMAGE = os.environ.get("IMAGE", "adjoin")
RUN = os.environ.get("RUN", "").split()
VOLUME, LISTENER, PAGES = (f"adjoin-try-{os.getpid()}{each}" for each in ("", "-listen", "-pages"))
BUNDLE = "/usr/share/adjoin/regions/two-towns"
CLOSED = [
    "--network",
    "none",
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--cap-drop",
    "all",
    "--security-opt",
    "no-new-privileges",
]
SIZE_MB = 1400  # with a base of 130 to 270 MB
STOP_S = 90
ASK = "import sys,urllib.request as u; sys.stdout.buffer.write(u.urlopen(sys.argv[1], timeout=60).read())"


def engine(*words, ok=(0,)):
    done = subprocess.run([*ENGINE, *words], capture_output=True, check=False, timeout=600)
    assert done.returncode in ok, f"{words}: {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}"
    return done.stdout


def run(*words, ok=(0,)):
    return engine("run", "--rm", *RUN, *CLOSED, "-v", f"{VOLUME}:/var/lib/adjoin", *words, ok=ok).decode()


def adjoin(*words, ok=(0,)):
    return [json.loads(line) for line in run(IMAGE, *words, "--json", ok=ok).splitlines()]


def start(name, *words):
    engine("run", "-d", "--name", name, *RUN, *CLOSED, "-v", f"{VOLUME}:/var/lib/adjoin", IMAGE, *words)
    return time.monotonic()


def stop(name):
    began = time.monotonic()
    engine("stop", "--time", str(STOP_S), name)
    took = time.monotonic() - began
    status = int(engine("inspect", "--format", "{{.State.ExitCode}}", name))
    engine("rm", name)
    return status, took


def ask(name, address):
    return engine("exec", name, "python", "-c", ASK, address)


def until(condition, what, within=120):
    last = time.monotonic() + within
    while time.monotonic() < last:
        with suppress(AssertionError):
            if condition():
                return
        time.sleep(0.2)
    raise AssertionError(f"waited {within} s for {what}")


def listening():
    began = start(LISTENER, "listen", "--workspace", "west", "--host", "0.0.0.0", "--port", "9212", "--metrics", "9213")
    until(lambda: b"adjoin_listen_keeping 1" in ask(LISTENER, "http://127.0.0.1:9213/metrics"), "the listener")
    return time.monotonic() - began


def what_it_is():
    size = int(engine("image", "inspect", "--format", "{{.Size}}", IMAGE)) / 1e6
    assert size < SIZE_MB, size
    who = run("--entrypoint", "id", IMAGE, "-u").strip()
    assert who != "0"
    left = run("--entrypoint", "find", IMAGE, "/opt", "/src", "/usr/share/adjoin", "-name", "node", "-o", "-name", "uv",
               "-o", "-name", "tests", "-o", "-name", ".git", ok=(0, 1)).split()  # fmt: skip
    assert not left, left
    run("--entrypoint", "sh", IMAGE, "-c", "! touch /opt/adjoin/written 2>/dev/null")
    return f"{size:.0f} MB, user {who}, root read-only"


def a_workspace():
    (made,) = adjoin("init", "west", "--region", BUNDLE, "--party", "west")
    return f"key {made['key']}"


def packets_before_and_after_a_kill():
    ready = listening()
    replay = ["exec", LISTENER, "adjoin", "station", "replay", BUNDLE, "--port", "9212", "--json"]
    (first,) = map(json.loads, engine(*replay).splitlines())
    engine("kill", "--signal", "KILL", LISTENER)
    engine("rm", "-f", LISTENER)
    kept = len(adjoin("kept", "--workspace", "west"))
    assert kept == first["answered"] > 0, (kept, first)
    listening()
    (again,) = map(json.loads, engine(*replay).splitlines())
    status, took = stop(LISTENER)
    assert status == 0
    assert took < STOP_S
    assert again["answered"] == first["answered"]
    assert len(adjoin("kept", "--workspace", "west")) == kept
    assert adjoin("status", "--workspace", "west", ok=(0, 1))[0]["waiting"] == 0
    return f"ready in {ready:.1f} s, {kept} packets answered and kept through SIGKILL, SIGTERM obeyed in {took:.1f} s"


def pages():
    began = start(PAGES, "serve", "west")
    until(lambda: b'"ok"' in ask(PAGES, "http://127.0.0.1:8001/healthz"), "the pages")
    ready = time.monotonic() - began
    assert ask(PAGES, "http://127.0.0.1:8001/").startswith(b"<!")
    assert ask(PAGES, "http://127.0.0.1:8001/overview.pdf").startswith(b"%PDF")
    status, took = stop(PAGES)
    assert status == 0, status
    return f"ready in {ready:.1f} s, page and PDF came, SIGTERM obeyed in {took:.1f} s"


def a_backup():
    run(IMAGE, "backup", "west", "west.backup")
    run(IMAGE, "restore", "west.backup", "again")
    before, after = (adjoin("kept", "--workspace", each) for each in ("west", "again"))
    assert before == after
    return f"{len(after)} packets are in the restored workspace"


def case_files():
    lines = adjoin("cases")
    assert all(each["verdict"] == "right" for each in lines), lines
    return f"{len(lines)} methods right in the image"


def main():
    try:
        for step in (what_it_is, a_workspace, packets_before_and_after_a_kill, pages, a_backup, case_files):
            began = time.monotonic()
            print(f"{step.__name__.replace('_', ' ')}: {step()}  ({time.monotonic() - began:.1f} s)", flush=True)
    finally:
        for name in (LISTENER, PAGES):
            engine("rm", "-f", name, ok=range(256))
        engine("volume", "rm", "-f", VOLUME, ok=range(256))


if __name__ == "__main__":
    sys.exit(main())
