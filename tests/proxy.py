"""A TCP proxy that does what lines do: it cuts, stalls, delays and refuses, as it is told, and heals."""

import random
import socket
import threading
import time
from contextlib import suppress

PASS, CUT, STALL, SLOW, REFUSE = "pass", "cut", "stall", "slow", "refuse"
MODES = (CUT, STALL, SLOW, REFUSE)


class Proxy:
    """Passes bytes between whoever connects and a port of this machine."""

    def __init__(self, target, *, seed=0):
        self.target, self.mode = target, PASS
        self._rng, self._open = random.Random(seed), set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.passed = self.broken = 0
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.port}"

    def set(self, mode):
        """From now on; what a cut line carried is gone, a stalled one goes on when it heals."""
        self.mode = mode
        if mode in {CUT, REFUSE}:
            for each in list(self._open):
                self._close(each)

    def close(self):
        self._listener.close()
        self.set(CUT)

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        if self.mode == REFUSE:
            self.broken += 1
            self._close(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=2)
        except OSError:
            self._close(client)
            return
        self._open |= {client, server}
        threading.Thread(target=self._pump, args=(client, server), daemon=True).start()
        self._pump(server, client)

    def _pump(self, source, sink):
        left = None  # bytes until a cut line breaks
        with suppress(OSError):
            while data := source.recv(16384):
                while self.mode == STALL:
                    time.sleep(0.01)
                if self.mode == SLOW:
                    time.sleep(self._rng.uniform(0, 0.05))
                if self.mode == CUT:
                    left = self._rng.choice([0, 1, 200, 3000]) if left is None else left
                    sink.sendall(data[:left])
                    self.broken += 1
                    break
                sink.sendall(data)
                self.passed += len(data)
        self._close(source)
        self._close(sink)

    def _close(self, each):
        self._open.discard(each)
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        with suppress(OSError):
            each.close()
