"""Backup and restore: a workspace as one file, all that is in it under its hash, out of and into either database.

The file is a ZIP: settings and key, *done* and people as lines, the observed book as its files and the log that names
them, whatever else the folder holds, and at the end a manifest of hashes. The inbox is copied before the observed
book: what was drained in between comes in again and is counted once. After a restore nothing is signed before the
other side has confirmed the own head (`workspace.head_read_back`).
"""

import errno
import hashlib
import json
import os
import sqlite3
import struct
import tempfile
import tomllib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version as installed
from lzma import LZMAError
from pathlib import Path, PurePosixPath
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from adjoin.core.refusal import Refusal
from adjoin.loop.workspace import READ_BACK, Workspace, open_workspace
from adjoin.store import database, dumps, tables
from adjoin.store.log import sync
from adjoin.store.room import room

FORM = 1
MANIFEST = "manifest.json"
UNFINISHED = ".adjoin-backup-"
_LEFT = {"observed", READ_BACK}  # kept in a form of its own, or no part of a backup
_BESIDE = ("-wal", "-shm", "-journal", ".lock")  # of databases and processes that run
_TABLES = tuple(tables.metadata.tables)
_BLOCK = 1 << 20
_DAY_S = 86_400
_SPOILT = (  # what the reader of archives says of one that was changed
    BadZipFile, zlib.error, LZMAError, struct.error, EOFError, KeyError, NotImplementedError, RuntimeError, ValueError,
    OverflowError,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, by its manifest."""

    party: str
    made: str
    files: int
    bytes: int
    entries: int  # of both chains
    readings: int


def write(folder: Path, file: Path, *, now: datetime) -> Backup:
    """Write a workspace to one new file; readers and writers go on beside it.

    Raises `file_exists`, `disk_full`.
    """
    if file.exists():
        raise Refusal("file_exists", met=file)
    workspace = open_workspace(folder)
    with room(file.parent), _made(file, now) as made, ZipFile(made, "w", ZIP_STORED) as archive:
        about = _written(archive, workspace, now)
    return _backup(about, file)


def about(file: Path) -> Backup:
    """What a backup holds, after every byte of it was held against its hash; refused where one differs."""
    with _opened(file) as archive:
        said = _manifest(archive, file)
        for name, expected in said["files"].items():
            if _hash(_blocks(archive, name)) != expected:
                raise Refusal("not_a_backup", met=file, found=name)
        return _backup(said, file)


def restore(
    file: Path, folder: Path, *, now: datetime, region: Path | None = None, database_: str | None = None
) -> Backup:
    """Make a workspace of a backup; it signs nothing before the other side has confirmed its head.

    region : the folder of the bundle, where it is not where it was
    database_ : the address of an empty PostgreSQL database; without it SQLite in the folder, wherever it was before

    Raises `not_a_backup`, `newer_backup`, `books_newer`, `workspace_exists`, `database_in_use`, `disk_full`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refusal("workspace_exists", met=folder)
    found = about(file)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with room(folder.parent), tempfile.TemporaryDirectory(dir=folder.parent, prefix=".restore-") as waiting:
        fresh = Path(waiting) / "w"
        with _opened(file) as archive:
            said = _manifest(archive, file)
            _unpack(archive, said, fresh)
            done = fresh / "done.sqlite" if database_ is None else database.address(database_)
            dumps.fill(done, said["schema"], {name: _lines(archive, f"done/{name}.jsonl", said) for name in _TABLES})
        _settle(fresh, said, folder, region, database_)
        (fresh / READ_BACK).write_text(now.isoformat(timespec="seconds"), "utf-8")
        for path in sorted(fresh.rglob("*"), reverse=True):
            sync(path)
        folder.mkdir(exist_ok=True)
        fresh.replace(folder)
    sync(folder.parent)
    return found


def _swept(folder: Path, now: datetime) -> None:
    """What a backup that was killed left behind goes after a day: a key is in it."""
    for path in folder.glob(f"{UNFINISHED}*"):
        if now.timestamp() - path.stat().st_mtime > _DAY_S:
            path.unlink(missing_ok=True)


@contextmanager
def _made(file: Path, now: datetime) -> Iterator[IO[bytes]]:
    """A file that has its name once it is whole and on the disk; only its owner reads it, for a key is in it."""
    _swept(file.parent, now)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix=UNFINISHED, delete=False) as made:
        try:
            os.fchmod(made.fileno(), 0o600)
            yield made
            made.flush()
            os.fsync(made.fileno())
            Path(made.name).rename(file)
        except BaseException:
            Path(made.name).unlink(missing_ok=True)
            raise
    sync(file.parent)


def _written(archive: ZipFile, workspace: Workspace, now: datetime) -> dict[str, Any]:
    """All of a workspace, and what was written as its manifest."""
    files: dict[str, str] = {}
    entries = 0
    for path in _loose(workspace.folder):
        name = path.relative_to(workspace.folder).as_posix()
        with _still(path) as still:
            files[f"folder/{name}"] = _put(archive, f"folder/{name}", _read(still))
    for table, rows in dumps.lines(workspace.done.engine):
        lines = [row + b"\n" for row in rows] if table == "entries" else (row + b"\n" for row in rows)
        entries += len(lines) if isinstance(lines, list) else 0
        files[f"done/{table}.jsonl"] = _put(archive, f"done/{table}.jsonl", lines, ZIP_DEFLATED)
    parts = workspace.observed.log.snapshot().parts
    for path in workspace.observed.log.files():
        name = f"observed/{path.relative_to(workspace.observed.folder).as_posix()}"
        files[name] = _put(archive, name, _read(path))
    said = {
        "form": FORM, "code": installed("adjoin"), "party": workspace.party, "made": now.isoformat(timespec="seconds"),
        "schema": database.head(), "region": str(workspace.region_folder), "entries": entries,
        "readings": sum(part.rows for part in parts), "files": files,
    }  # fmt: skip
    archive.writestr(MANIFEST, json.dumps(said, ensure_ascii=False, indent=1), ZIP_DEFLATED)
    return said


def _loose(folder: Path) -> Iterator[Path]:
    """What stands in the folder beside the two books; an inbox, its settings, its key."""
    for path in sorted(folder.rglob("*")):
        top = path.relative_to(folder).parts[0]
        ours = top in _LEFT or top.startswith((".", "done.sqlite")) or path.name.endswith(_BESIDE)
        if path.is_file() and not ours:
            yield path


@contextmanager
def _still(path: Path) -> Iterator[Path]:
    """The file; of a database that is written to, a copy as it stood at one moment."""
    if path.suffix != ".sqlite":
        yield path
        return
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".still-") as waiting:
        copy = Path(waiting) / path.name
        with closing(sqlite3.connect(path)) as from_, closing(sqlite3.connect(copy)) as to:
            from_.backup(to)
        yield copy


def _put(archive: ZipFile, name: str, blocks: Iterable[bytes], how: int = ZIP_STORED) -> str:
    """A member of the archive; gives its hash."""
    digest, info = hashlib.sha256(), ZipInfo(name)
    info.compress_type = how
    with archive.open(info, "w", force_zip64=True) as to:
        for block in blocks:
            digest.update(block)
            to.write(block)
    return digest.hexdigest()


def _unpack(archive: ZipFile, said: Mapping[str, Any], fresh: Path) -> None:
    for name in said["files"]:
        top, _, rest = name.partition("/")
        if top == "done":
            continue
        to = fresh / (rest if top == "folder" else name)
        to.parent.mkdir(parents=True, exist_ok=True)
        with to.open("wb") as file:
            for block in _blocks(archive, name):
                file.write(block)
    (fresh / "own.key").chmod(0o600)


def _settle(fresh: Path, said: Mapping[str, Any], folder: Path, region: Path | None, address: str | None) -> None:
    """The settings, with the way to the bundle and the database as they are now."""
    settings = tomllib.loads((fresh / "workspace.toml").read_text("utf-8"))
    settings.pop("database", None)
    settings["region"] = os.path.relpath(region or said["region"], folder)
    settings |= {} if address is None else {"database": database.address(address)}
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in settings.items()]
    (fresh / "workspace.toml").write_text("".join(lines), "utf-8")


@contextmanager
def _opened(file: Path) -> Iterator[ZipFile]:
    try:
        with ZipFile(file) as archive:
            yield archive
    except Refusal:
        raise
    except _SPOILT as error:
        raise Refusal("not_a_backup", met=file, found=str(error)[:200]) from error
    except OSError as error:
        if error.errno not in {None, errno.EINVAL, errno.ENOENT}:  # a disk that fails is another matter
            raise
        raise Refusal("not_a_backup", met=file, found=error.strerror or "-") from error


def _manifest(archive: ZipFile, file: Path) -> dict[str, Any]:
    """The manifest, held against what is there: nothing more, nothing less, no name that leads elsewhere."""
    try:
        said: dict[str, Any] = json.loads(archive.read(MANIFEST))
        form, names = int(said["form"]), set(said["files"])
    except (ValueError, TypeError) as error:
        raise Refusal("not_a_backup", met=file, found=MANIFEST) from error
    if form > FORM:
        raise Refusal("newer_backup", met=file, form=form, expected=FORM)
    held = archive.namelist()
    wrong = names ^ ({*held} - {MANIFEST}) | {name for name in held if held.count(name) > 1 or _astray(name)}
    if wrong:
        raise Refusal("not_a_backup", met=file, found=", ".join(sorted(wrong)[:3]))
    return said


def _astray(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or "\\" in name


def _lines(archive: ZipFile, name: str, said: Mapping[str, Any]) -> Iterator[bytes]:
    if name in said["files"]:
        with archive.open(name) as file:
            yield from file


def _blocks(archive: ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        yield from _all(file)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        yield from _all(file)


def _all(file: IO[bytes]) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _hash(blocks: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()


def _backup(said: Mapping[str, Any], file: Path) -> Backup:
    counts = (len(said["files"]), file.stat().st_size, int(said["entries"]), int(said["readings"]))
    return Backup(str(said["party"]), str(said["made"]), *counts)
