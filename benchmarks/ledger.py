"""The ledger: a long chain verified from the disk, a package with signatures verified, packages made and taken.

Beside the long chain stands the time to read the same rows, hash them and parse them as JSON, and do nothing more.
"""

import base64
import hashlib
import json
import os
import sqlite3
import tempfile
import time
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

from adjoin.core.entry import as_json, canonical, follow
from adjoin.core.period import ZONE
from adjoin.formats import exchange as packages
from adjoin.joint import ledger
from adjoin.joint.envelope import ENTRY, _line, seal
from adjoin.joint.keys import Ed25519Signer, Keys
from adjoin.joint.note import Checkpoint, cosign, origin_of, sign_note
from adjoin.loop import audit, workspace
from adjoin.store.done import Cosigned

ROOT = Path(__file__).resolve().parent.parent
LONG = int(os.environ.get("ADJOIN_CHAIN", "1000000"))
SIGNED = 10_000
NOW = datetime(2026, 9, 5, tzinfo=ZONE)
TEXT = "氨氮夜间偏高，请下游断面复核 ammonia high at night"


def run():
    yield from _long_chain()
    yield from _signed_package()


def _long_chain():
    with tempfile.TemporaryDirectory() as folder:
        bundle = ROOT / "regions" / "two-towns"
        opened = workspace.init(Path(folder) / "east", region=bundle, party="east", now=NOW)
        _fill(opened)
        path = Path(folder) / "east" / "done.sqlite"

        start = time.perf_counter()
        found = audit.audit(opened, processes=2)
        seconds = time.perf_counter() - start
        assert found == {"east": [], "west": []}, found

        spans = [(str(path), since) for since in range(0, LONG, LONG // 20)]
        start = time.perf_counter()
        read = _halves(spans)
        bare = time.perf_counter() - start
        assert read == LONG
        size = path.stat().st_size
    yield {
        "name": "ledger.audit", "work": LONG, "seconds": seconds, "rate": LONG / seconds, "unit": "entries/s",
        "peer": "the same rows read, hashed and parsed as JSON", "peer_seconds": bare, "ratio": seconds / bare,
        "bytes_per_row": size / LONG,
    }  # fmt: skip


def _fill(opened):
    """A chain of true form and links; the signatures of its entries are no signatures, and are not looked at."""
    (first,) = opened.done.entries("east")
    before, rows, leaves = first, [], ledger.Chain.of(opened.done.lines("east"))
    frontier = leaves.frontier(1)
    con = sqlite3.connect(opened.folder / "done.sqlite")
    signature = bytes(64)
    hashed = []
    for n in range(1, LONG):
        body = {"text": TEXT, "n": n}
        at = NOW + timedelta(seconds=n)
        entry = follow(before, party="east", kind="note", body=body, answers=None, seen=None, at=at, key=first.key)
        payload = canonical(as_json(entry))
        print_ = hashlib.sha256(payload).hexdigest()
        rows.append(("east", n, print_, _line(payload, ENTRY, first.key, signature)))
        hashed.append(hashlib.sha256(b"\x00" + payload).digest())
        before = entry
        if len(rows) == 10_000 or n == LONG - 1:
            con.executemany("INSERT INTO entries (party, seq, fingerprint, line) VALUES (?, ?, ?, ?)", rows)
            frontier = frontier.extend(hashed)
            rows, hashed = [], []
    con.commit()
    con.close()
    head = sign_note(Checkpoint(origin_of("two-towns", "east"), LONG, frontier.root), opened.signer)
    west = Ed25519Signer.of(bytes(32), "west", "office")
    opened.done.cosign([Cosigned("east", LONG, NOW, cosign(head, west, NOW))])


def _halves(spans):
    """Both cores, each with half of the rows; forked, since a script that is run by its path has no name to import."""
    context = get_context("fork")
    told = context.Queue()

    def half(mine):
        told.put(sum(map(_bare, mine)))

    processes = [context.Process(target=half, args=(spans[n::2],)) for n in range(2)]
    for each in processes:
        each.start()
    read = told.get() + told.get()
    for each in processes:
        each.join()
    return read


def _bare(span):
    path, since = span
    con = sqlite3.connect(path)
    rows = con.execute(
        "SELECT line FROM entries WHERE party = 'east' AND seq >= ? AND seq < ?", (since, since + LONG // 20)
    )
    count = 0
    for (line,) in rows:
        hashlib.sha256(line).digest()
        json.loads(base64.b64decode(json.loads(line)["payload"]))
        count += 1
    return count


def _signed_package():
    signer = Ed25519Signer.of(bytes([1]) * 32, "east", "office")
    keys = Keys.of([signer.key])
    before, lines = None, []
    for n in range(SIGNED):
        entry = follow(
            before, party="east", kind="note", body={"text": TEXT, "n": n}, answers=None, seen=None,
            at=NOW + timedelta(seconds=n), key=signer.key.key_id,
        )  # fmt: skip
        lines.append(seal(entry, signer))
        before = entry
    data = packages.write(ledger.compose(region="two-towns", party="east", lines=lines, signer=signer))

    start = time.perf_counter()
    assert ledger.verify(packages.read(data), keys) == []
    seconds = time.perf_counter() - start

    start = time.perf_counter()
    for line in lines:
        said = json.loads(line)
        signer.key.verifies(base64.b64decode(said["payload"]), base64.b64decode(said["signatures"][0]["sig"]))
    bare = time.perf_counter() - start
    yield {
        "name": "ledger.verify", "work": SIGNED, "seconds": seconds, "rate": SIGNED / seconds, "unit": "entries/s",
        "peer": "Ed25519 verification of as many lines alone", "peer_seconds": bare, "ratio": seconds / bare,
        "bytes_per_row": len(data) / SIGNED,
    }  # fmt: skip


if __name__ == "__main__":
    for each in run():
        print(json.dumps(each))
