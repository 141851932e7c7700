"""A package as one file: a ZIP whose members are stored, not deflated, so that the same package is the same bytes.

    checkpoint · entries.jsonl · proof.json · readings/manifest.json · readings/*.parquet · attachments/<sha256>

The file is read before anything in it is believed: names, number and size of the members are bounded, and
nothing is written to disk under a name that the file gives. Readings are Parquet, every column text: a value
keeps its digits, a time its offset.
"""

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NoReturn

from adjoin.core.entry import Package, canonical
from adjoin.core.observation import PRETREATMENTS, Observation
from adjoin.core.period import parse_time
from adjoin.core.refusal import Refusal

LARGEST = 256 * 2**20  # bytes, of all members together
MOST = 4_000  # members
COLUMNS = ("site", "quantity", "time", "value", "unit", "origin", "received", "method", "pretreatment", "flag")
_FIRST = ("checkpoint", "entries.jsonl", "proof.json")
_OTHER = re.compile(r"readings/manifest\.json|readings/[A-Za-z0-9_-]{1,64}\.parquet|attachments/[0-9a-f]{64}")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a ZIP can say


def write(package: Package) -> bytes:
    """The file of a package; the same package gives the same bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_STORED) as file:
        for name, data in _members(package):
            member = zipfile.ZipInfo(name, EPOCH)
            member.external_attr = 0o644 << 16
            member.create_system = 3
            file.writestr(member, data)
    return held.getvalue()


def read(data: bytes) -> Package:
    """The package in a file; one that is not of the form is refused with the place and the reason."""
    if len(data) > LARGEST + 2**20:
        _refuse("-", "too_large", len(data))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            members = dict(_read(file))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, OverflowError) as error:
        if isinstance(error, Refusal):
            raise
        _refuse("-", "not_a_zip", f"{len(data)} B")
    checkpoint, entries, proof = (members.pop(name) for name in _FIRST)
    return Package(_text("checkpoint", checkpoint), _lines(entries), _proof(proof), members)


def readings_to_parquet(observations: Iterable[Observation]) -> bytes:
    """Readings as a Parquet file, in the order of site, quantity, time and origin."""
    rows = sorted((_row(each) for each in observations), key=lambda row: tuple(cell or "" for cell in row))
    columns = [list(cells) for cells in zip(*rows, strict=True)] or [[] for _ in COLUMNS]
    picked = ", ".join(f"unnest(${i}::VARCHAR[]) AS {name}" for i, name in enumerate(COLUMNS, 1))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.parquet"
        _query(f"COPY (SELECT {picked}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)", columns)
        return path.read_bytes()


def readings_from_parquet(data: bytes) -> tuple[Observation, ...]:
    """The readings in a Parquet file; a row that is none is refused by its number."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "readings.parquet"
        path.write_bytes(data)
        rows = _query(f"SELECT {', '.join(COLUMNS)} FROM read_parquet('{path}')", [])  # noqa: S608  # own names and path
    return tuple(_observation(row, number) for number, row in enumerate(rows, 1))


def _members(package: Package) -> Iterator[tuple[str, bytes]]:
    yield "checkpoint", package.checkpoint.encode()
    yield "entries.jsonl", b"".join(line + b"\n" for line in package.lines)
    yield "proof.json", canonical(dict(package.proof))
    yield from sorted(package.files.items())


def _read(file: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    listed = file.infolist()
    names = [member.filename for member in listed]
    if len(names) > MOST or len(set(names)) != len(names):
        _refuse("-", "members_twice_or_too_many", len(names))
    for name in _FIRST:
        if name not in names:
            _refuse(name, "member_missing", ", ".join(names[:6]) or "-")
    left = LARGEST
    for member in listed:
        if member.filename not in _FIRST and not _OTHER.fullmatch(member.filename):
            _refuse(member.filename, "member_unknown", member.filename)
        data = _member(file, member, left)
        left -= len(data)
        yield member.filename, data


def _member(file: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> bytes:
    """One member; no more is unpacked than may still come."""
    if member.flag_bits & 1:
        _refuse(member.filename, "member_encrypted", member.filename)
    try:
        with file.open(member) as stream:
            data = stream.read(left + 1)
    except Exception as error:  # noqa: BLE001  # each decompressor has its own errors; all mean that it cannot be read
        _refuse(member.filename, "member_unreadable", error)
    return data if len(data) <= left else _refuse(member.filename, "too_large", f"> {left}")


def _lines(data: bytes) -> tuple[bytes, ...]:
    if data and not data.endswith(b"\n"):
        _refuse("entries.jsonl", "no_last_line_end", data[-20:])
    return tuple(data.split(b"\n")[:-1])


def _proof(data: bytes) -> Mapping[str, object]:
    try:
        value: dict[str, object] = json.loads(data)
        same = isinstance(value, dict) and canonical(value) == data
    except (ValueError, RecursionError):
        same = False
    return value if same else _refuse("proof.json", "not_canonical_json", data[:40])


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse(name, "not_utf8", data[:20])


def _refuse(place: str, reason: str, met: object) -> NoReturn:
    raise Refusal("bad_package_file", place=place[:80], reason=reason, met=str(met)[:80])


def _query(sql: str, parameters: list[list[str | None]]) -> list[tuple[str | None, ...]]:
    import duckdb

    try:
        with duckdb.connect(config={"threads": 1}) as connection:
            return connection.execute(sql, parameters).fetchall()
    except duckdb.Error as error:
        raise Refusal("bad_readings", row="-", met=str(error).splitlines()[0][:120]) from None


def _row(each: Observation) -> tuple[str | None, ...]:
    time, received = each.time.isoformat(), each.received.isoformat()
    return (
        each.site, each.quantity, time, each.value, each.unit,
        each.origin, received, each.method, each.pretreatment, each.flag,
    )  # fmt: skip


def _observation(row: tuple[str | None, ...], number: int) -> Observation:
    named = dict(zip(COLUMNS, row, strict=True))
    texts = {name: value for name, value in named.items() if isinstance(value, str)}
    value = texts.pop("value", None)
    if len(texts) != len(COLUMNS) - 1 or texts["pretreatment"] not in PRETREATMENTS or named["value"] != value:
        raise Refusal("bad_readings", row=number, met=str(row)[:120])
    time, received = parse_time(texts.pop("time")), parse_time(texts.pop("received"))
    return Observation(**texts, value=value, time=time, received=received)
