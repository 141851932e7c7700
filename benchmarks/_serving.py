"""One workspace of the real bundle, served by one process on a free port."""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "regions" / "sichuan-chongqing"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def served():
    with tempfile.TemporaryDirectory() as folder:
        adjoin = [sys.executable, "-m", "adjoin.cli.main"]
        words = [*adjoin, "run", str(BUNDLE), "--var", folder, "--no-serve"]
        subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
        side = min(Path(folder).iterdir())
        port = free_port()
        server = subprocess.Popen([*adjoin, "serve", str(side), "--port", str(port)])
        try:
            wait(port)
            yield port
        finally:
            server.terminate()
            server.wait()


def wait(port: int, seconds: float = 20) -> float:
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                answer.read()
                return time.perf_counter() - start
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise SystemExit(f"nothing answers on port {port}")
