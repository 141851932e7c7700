"""Exchange over HTTP: it only moves the package file, piece by piece, and goes on where the line broke.

    GET  /exchange/head                    how far each chain is held there
    HEAD /exchange/inbox/<sha256>          how much of a package has arrived (Upload-Offset)
    PUT  /exchange/inbox/<sha256>?offset=  the next piece; with the last one the package is taken, or refused and why
    POST /exchange/outbox?since=           a package is made ready: {sha256, size}
    GET  /exchange/outbox/<sha256>         the package; Range gives the rest of it
    POST /exchange/own                     what is held there of the asker's own chain, made ready in the same way

What is in the file is verified where it arrives; who carries it is nobody's concern. What is given out is given to the
other side alone: the question carries its signature (`Adjoin-Ask`), good for a day and a half, since clocks may be
a day apart; who repeats it gets what its owner got, and only that.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adjoin.core.entry import canonical
from adjoin.core.refusal import Refusal
from adjoin.joint import envelope
from adjoin.joint.fault import Fault
from adjoin.loop import exchange, fork
from adjoin.loop.exchange import Imported
from adjoin.loop.workspace import Workspace

if TYPE_CHECKING:
    import httpx

PIECE = 2**18  # bytes at once: what a broken line costs at most
LARGEST = 64 * 2**20
ROUNDS = 4
SILENT_S = 5  # how long a line may say nothing
TAKING_S = 120  # and how long the other side may need for a whole package
KEPT = 4  # unfinished files of either way; older ones go
ASK, ASK_KIND = "Adjoin-Ask", "application/vnd.adjoin.ask+json"
GOOD_FOR = timedelta(hours=36)
_NAME = re.compile(r"[0-9a-f]{64}")


def sync(workspace: Workspace, *, now: datetime) -> Imported:
    """Exchange packages with the other side over HTTP until neither has anything new."""
    import httpx

    if workspace.peer is None:
        raise Refusal("no_peer", met=workspace.party)
    came = Imported(0, 0, (), (), ())
    limits = httpx.Timeout(SILENT_S, connect=1.5)
    with httpx.Client(base_url=workspace.peer, timeout=limits) as peer:
        for _ in range(ROUNDS):
            theirs = _json(peer.get("/exchange/head"))
            if _settled(workspace, theirs):
                break
            came = _and(came, _round(workspace, peer, theirs, now))
            if came.faults:
                break
    return came


def _round(workspace: Workspace, peer: "httpx.Client", theirs: Mapping[str, Any], now: datetime) -> Imported:
    """Once each way: first what we lost comes back, then theirs, then ours."""
    came = Imported(0, 0, (), (), ())
    if fork.must_read_back(workspace) and theirs["held"]:
        came = exchange.take(workspace, _pull(workspace, peer, "/exchange/own", now), now=now)
    if not came.faults:
        held = workspace.done.sizes().get(workspace.other, 0)
        pulled = exchange.take(workspace, _pull(workspace, peer, f"/exchange/outbox?since={held}", now), now=now)
        came = _and(came, pulled)
    mine = exchange.head(workspace)
    data = exchange.export(workspace, now=now, since=min(int(theirs["held"]), int(str(mine["size"]))))
    _push(peer, data)
    return came


def _push(peer: "httpx.Client", data: bytes) -> Mapping[str, Any]:
    """The whole file, from where the other side has it; gives what became of it there."""
    name = hashlib.sha256(data).hexdigest()
    path = f"/exchange/inbox/{name}"
    offset = int(peer.head(path).headers.get("Upload-Offset", "0"))
    answer: Mapping[str, Any] = {}
    while offset < len(data) or not answer:
        piece = data[offset : offset + PIECE]
        answer = _json(peer.put(path, params={"offset": offset, "size": len(data)}, content=piece, timeout=TAKING_S))
        if answer.get("taken"):
            break
        offset = int(answer["offset"])
    return answer


def asking(workspace: Workspace, path: str, now: datetime) -> dict[str, str]:
    """The header by which the other side knows who asks for what."""
    said = canonical({"ask": path, "at": now.isoformat(timespec="seconds")})
    line = envelope.seal_bytes(said, ASK_KIND, workspace.signer)
    return {ASK: base64.b64encode(line).decode()}


def check_ask(workspace: Workspace, header: str, path: str, now: datetime) -> None:
    """Refuses a question that the other side did not sign, for this address, within the last day and a half."""
    try:
        opened = envelope.unseal_bytes(base64.b64decode(header.encode(), validate=True), ASK_KIND, workspace.keys)
        said = None if isinstance(opened, Fault) else json.loads(opened[0])
        at = datetime.fromisoformat(said["at"]) if isinstance(said, dict) else None
    except (ValueError, KeyError, TypeError):
        opened, said, at = Fault("", None, "bad_envelope"), None, None
    if isinstance(opened, Fault) or at is None or not isinstance(said, dict):
        raise Refusal("not_the_other_side", met=path, expected=workspace.other)
    mine = opened[1].party == workspace.other and not opened[1].root and opened[1].valid(now)
    if not mine or said.get("ask") != path or abs(now - at) > GOOD_FOR:
        raise Refusal("not_the_other_side", met=path, expected=workspace.other)


def _pull(workspace: Workspace, peer: "httpx.Client", path: str, now: datetime) -> bytes:
    """A package that the other side made ready; what of it is here already is not asked for again."""
    ready = _json(peer.post(path, timeout=TAKING_S, headers=asking(workspace, path.partition("?")[0], now)))
    name, size = str(ready["sha256"]), int(ready["size"])
    if not _NAME.fullmatch(name) or size > LARGEST:
        raise Refusal("package_too_large", met=size, expected=LARGEST)
    part, asked = _folder(workspace, "in") / name, asking(workspace, f"/exchange/outbox/{name}", now)
    while not part.exists() or part.stat().st_size < size:
        have = part.stat().st_size if part.exists() else 0
        span = {"Range": f"bytes={have}-{min(have + PIECE, size) - 1}"}
        answer = peer.get(f"/exchange/outbox/{name}", headers={**span, **asked})
        answer.raise_for_status()
        with part.open("ab") as file:
            file.write(answer.content[: size - have])
    data = part.read_bytes()
    part.unlink()
    if hashlib.sha256(data).hexdigest() != name:
        raise Refusal("piece_damaged", met=hashlib.sha256(data).hexdigest()[:16], expected=name[:16])
    return data


# what a server does with the pieces


def arrived(workspace: Workspace, name: str) -> int:
    """How many bytes of a package that comes in pieces are here."""
    part = _part(workspace, name)
    return part.stat().st_size if part.exists() else 0


def piece(workspace: Workspace, name: str, data: bytes, *, offset: int, size: int, now: datetime) -> dict[str, object]:
    """Keep the next piece of a package; with the last one it is taken in, or refused as a whole."""
    part = _part(workspace, name)
    if not 0 <= offset <= size <= LARGEST or offset + len(data) > size:
        raise Refusal("package_too_large", met=offset + len(data), expected=min(size, LARGEST))
    if offset == arrived(workspace, name):
        with part.open("ab") as file:
            file.write(data)
    if arrived(workspace, name) < size:
        return {"taken": False, "offset": arrived(workspace, name)}
    whole = part.read_bytes()
    part.unlink()
    found = hashlib.sha256(whole).hexdigest()
    if found != name:
        raise Refusal("piece_damaged", met=found[:16], expected=name[:16])
    came = exchange.take(workspace, whole, now=now)
    faults = [{"party": each.party, "seq": each.seq, "fault": each.fault} for each in came.faults]
    return {"taken": True, "entries": came.entries, "readings": came.readings, "faults": faults}


def ready(workspace: Workspace, data: bytes) -> dict[str, object]:
    """Lay a package out to be fetched in pieces."""
    name = hashlib.sha256(data).hexdigest()
    (_folder(workspace, "out") / name).write_bytes(data)
    return {"sha256": name, "size": len(data)}


def laid_out(workspace: Workspace, name: str) -> Path:
    """The file of a package that was laid out."""
    path = _folder(workspace, "out") / name if _NAME.fullmatch(name) else workspace.folder / "-"
    if not path.is_file():
        raise Refusal("no_such_package", met=name[:64])
    return path


def _part(workspace: Workspace, name: str) -> Path:
    if not _NAME.fullmatch(name):
        raise Refusal("no_such_package", met=name[:64])
    return _folder(workspace, "pieces") / name


def _folder(workspace: Workspace, kind: str) -> Path:
    """Where unfinished files lie; only the newest few."""
    folder = workspace.folder / "wire" / kind
    folder.mkdir(parents=True, exist_ok=True)
    files = sorted(folder.iterdir(), key=lambda path: path.stat().st_mtime_ns)
    for path in files[:-KEPT]:
        path.unlink(missing_ok=True)
    return folder


def _settled(workspace: Workspace, theirs: Mapping[str, Any]) -> bool:
    """Whether each side holds all of the other's entries and knows that the other holds its own."""
    mine = exchange.head(workspace)
    quiet = mine["waiting"] == 0 and theirs["waiting"] == 0 and not mine["lost"] and not theirs["lost"]
    return quiet and theirs["size"] == mine["held"] and mine["size"] == theirs["held"]


def _json(answer: "httpx.Response") -> Mapping[str, Any]:
    answer.raise_for_status()
    said: Mapping[str, Any] = answer.json()
    return said


def _and(before: Imported, last: Imported) -> Imported:
    return Imported(
        before.entries + last.entries,
        before.readings + last.readings,
        (*before.faults, *last.faults),
        (*before.notes, *last.notes),
        (*before.protests, *last.protests),
    )
