"""A party's own place: its key, its three books, and the bundle it works by."""

import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any, TypeVar

from adjoin.core.entry import SUITES, Entry, fingerprint
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.rule import Procedure
from adjoin.formats import bundle
from adjoin.joint import envelope
from adjoin.joint.keys import Keys, Signer
from adjoin.joint.prove import prove
from adjoin.joint.ring import grown
from adjoin.loop.signing import NEXT, OWN, finish, signer_of, write_private
from adjoin.store.computed import Computed
from adjoin.store.database import address, engine
from adjoin.store.done import Done
from adjoin.store.log import sync
from adjoin.store.observed import Columns
from adjoin.store.room import room
from adjoin.store.writing import write_whole

T = TypeVar("T")
ABOUT = "workspace.toml"  # a folder without these settings is no workspace: they are written last
BEGUN = "begun"  # a file in the folder while a workspace is made there
READ_BACK = (
    "read-back-first"  # a file in the folder: this workspace went back to an earlier state and signs nothing yet
)


@dataclass(frozen=True)
class Workspace:
    """One party's workspace folder, opened."""

    folder: Path
    party: str
    region_folder: Path
    region: Region
    observed: Columns
    done: Done
    signer: Signer
    peer: str | None = None  # where the other side's pages are, when it can be reached
    _computed: Computed = field(default_factory=Computed, repr=False)
    _seen: Computed = field(default_factory=Computed, repr=False)

    @property
    def other(self) -> str:
        """The other side."""
        return self.region.other(self.party)

    @property
    def keys(self) -> Keys:
        """The public keys of both sides: as they were compared on paper, and as both chains tell since."""
        return self.computed("keys", lambda: _ring(self.done))

    def version(self) -> str:
        """Changes whenever one of the books does."""
        return f"{self.observed.version()}|{self.done.version()}"

    def computed(self, key: object, make: Callable[[], T]) -> T:
        """A result of the books as they stand, computed once."""
        return self._computed.get(self.version(), key, make)

    def seen(self, key: object, make: Callable[[], T]) -> T:
        """A result of the observed book alone, computed once: an entry of the ledger does not change it."""
        return self._seen.get(self.observed.version(), key, make)

    def record(
        self,
        kind: str,
        body: Mapping[str, object],
        *,
        now: datetime,
        answers: str | None = None,
        check: Callable[[], None] = lambda: None,
    ) -> Entry:
        """The next entry of the own chain."""
        if (self.folder / READ_BACK).exists():
            raise Refusal("read_back_first", met=self.party)
        held = self.keys.get(self.signer.key.key_id)
        if held is not None and (held.last is not None or (held.until is not None and now >= held.until)):
            raise Refusal("own_key_ended", met=held.key_id, since=held.since or "-", until=held.until or "-")
        return self.done.record(
            party=self.party,
            kind=kind,
            body=body,
            answers=answers,
            other=self.other,
            at=now,
            key=self.signer.key.key_id,
            seal=lambda entry: envelope.seal(entry, self.signer),
            check=check,
        )

    @cached_property
    def adopted(self) -> Mapping[str, str]:
        """The fingerprints of what this side computes with: bundle, procedures, calendar, code."""
        return adopted(self.region)


def init(
    folder: Path,
    *,
    region: Path,
    party: str,
    now: datetime,
    seed: bytes | None = None,
    database: str | None = None,
    suite: str = "sha256",
    device: Path | None = None,
) -> Workspace:
    """A new workspace with its own key; an existing one is refused.

    database : the address of an empty PostgreSQL database for *done* and people; without it SQLite in the folder
    suite : the hash of the own chain, for good: its first entry fixes it
    device : a TOML file (algorithm, public, command) of the device that holds the key; without it Ed25519 in a file
    """
    if suite not in SUITES:
        raise Refusal("no_such_suite", met=suite, expected=", ".join(SUITES))
    held = "" if device is None else _device(device)
    if (folder / ABOUT).exists() or ((folder / OWN).exists() and not (folder / BEGUN).exists()):
        raise Refusal("workspace_exists", met=folder)
    given = load_region(region)
    given.other(party)  # refuses who is not a side
    if database is not None and Done(address(database), envelope.entry_of).sizes():
        raise Refusal("database_in_use", met=address(database))

    office = next((office.code for office in given.offices if office.party == party), party)
    settings = {
        "party": party,
        "office": office,
        "region": os.path.relpath(region, folder),
        "created": now.isoformat(timespec="seconds"),
        **({} if database is None else {"database": address(database)}),
    }
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items()]
    text = "".join(lines) + held
    with room(folder):
        _begin(folder)
        if database is None:
            engine(folder / "done.sqlite").dispose()
        write_private(folder / OWN, (seed or os.urandom(32)).hex())
        workspace = _opened(folder, tomllib.loads(text))
        trust(workspace, Keys.of([workspace.signer.key]))
        hashed = {} if suite == "sha256" else {"suite": suite}
        workspace.record("adopt", {**workspace.adopted, **hashed}, now=now)
        write_whole(folder / ABOUT, text.encode())
        (folder / BEGUN).unlink()
    return workspace


def _begin(folder: Path) -> None:
    """Make room for a new workspace; what a try left that did not come to its end goes first."""
    folder.mkdir(parents=True, exist_ok=True)
    if (folder / BEGUN).exists():
        for name in (OWN, "done.sqlite", "done.sqlite-wal", "done.sqlite-shm"):
            (folder / name).unlink(missing_ok=True)
    (folder / BEGUN).touch()
    sync(folder)


def _device(file: Path) -> str:
    """The settings of a device as a table of `workspace.toml`; refused unless they name what is needed."""
    needed = {"algorithm", "public", "command"}
    try:
        said = tomllib.loads(file.read_text("utf-8"))
        told: dict[str, object] = {"algorithm": str(said["algorithm"]), "public": bytes.fromhex(said["public"]).hex()}
        told["command"] = [str(word) for word in said["command"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refusal("device_settings", met=f"{file.name}: {error}", expected=", ".join(sorted(needed))) from None
    return "".join(["[device]\n", *(f"{name} = {json.dumps(value)}\n" for name, value in told.items())])


def trust(workspace: Workspace, keys: Keys) -> int:
    """Keep public keys that were compared out of band; gives how many are known now."""
    for party, rows in keys.as_json().items():
        workspace.region.other(party)
        for row in rows:
            workspace.done.trust(str(row["key_id"]), party, row)
    return len(workspace.keys.rows)


def open_workspace(folder: Path, peer: str | None = None, *, at_once: bool = True) -> Workspace:
    """The workspace of a folder; its books are there, or it is refused.

    at_once : whether *done* is opened here, or when it is first asked: stations are served while its database is away
    """
    about = folder / ABOUT
    if not about.exists():
        raise Refusal("no_workspace", met=folder)
    return _opened(folder, tomllib.loads(about.read_text("utf-8")), peer, at_once=at_once)


def _opened(folder: Path, settings: dict[str, Any], peer: str | None = None, *, at_once: bool = True) -> Workspace:
    region_folder = (folder / settings["region"]).resolve()
    region = load_region(region_folder)
    digits = {quantity.code: quantity.storage_digits for quantity in region.quantities.rows}
    with room(folder):
        opened = Workspace(
            folder=folder,
            party=settings["party"],
            region_folder=region_folder,
            region=region,
            observed=Columns(folder / "observed", digits),
            done=Done(settings.get("database") or folder / "done.sqlite", envelope.entry_of, new=False),
            signer=signer_of(folder, settings),
            peer=peer or settings.get("peer"),
        )
        if at_once:
            opened.done.version()
    if at_once and (folder / NEXT).exists():  # a new key was signed for, and what was to follow did not happen
        finish(folder, opened.keys, opened.party)
    return opened


def load_region(folder: Path) -> Region:
    """The region of a bundle; a procedure that does not prove is refused."""
    region = bundle.load(folder)
    for procedure in region.procedures.values():
        _proved(procedure)
    return region


def adopted(region: Region) -> dict[str, str]:
    """The fingerprints of bundle, procedures, calendar and code version."""
    calendar = {day.isoformat(): worked for day, worked in sorted(region.calendar.exceptions.items())}
    return {
        "bundle": region.fingerprint,
        "procedures": fingerprint({name: repr(procedure) for name, procedure in sorted(region.procedures.items())}),
        "calendar": fingerprint(calendar),
        "code": installed("adjoin"),
    }


def _proved(procedure: Procedure) -> None:
    proof = prove(procedure)
    if not proof.proved:
        found = {"dead_ends": proof.dead_ends, "unclocked": proof.unclocked, "clashes": proof.clashes}
        found["cannot_end"] = proof.cannot_end
        said = "; ".join(f"{name} {rows}" for name, rows in found.items() if rows)
        raise Refusal("procedure_not_proved", met=procedure.name, found=said)


def _ring(done: Done) -> Keys:
    told = (envelope.entry_of(line) for line in done.lines() if envelope.tells_of_keys(line))
    return grown(Keys.from_json(done.keys()), told)
