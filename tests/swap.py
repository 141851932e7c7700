"""The same world with the two parties' codes and names exchanged: whatever changes beyond that was unfair."""

import csv
import dataclasses
import json
import re
import shutil

from adjoin.core.entry import as_json
from adjoin.formats import exchange as packages
from adjoin.joint.envelope import entry_of
from adjoin.loop import attribute, exchange, hand_over

HASH = re.compile(r"[0-9a-f]{64}")
SHORT = re.compile(r"[0-9a-f]{8,64}|(?<=[0-9a-f]{4}) [0-9a-f]{4,12}")


class Swap:
    """Exchanges the codes and names of the two sides of a bundle, in any text."""

    def __init__(self, region):
        rows = {row["code"]: row for row in csv.DictReader((region / "parties.csv").open(encoding="utf-8"))}
        one, other = (row for row in rows.values() if row["level"] == "side")
        self.names = {}
        for column in ("code", "name_zh", "name_en"):
            self.names |= {one[column]: other[column], other[column]: one[column]}
        words = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        self._found = re.compile(rf"(?<![A-Za-z])(?:{words})(?![A-Za-z])")

    def __call__(self, text):
        return self._found.sub(lambda found: self.names[found[0]], text)

    def bundle(self, region, target):
        """A copy of a bundle with the two parties exchanged in every file."""
        shutil.copytree(region, target)
        for path in target.rglob("*"):
            if path.is_file():
                path.write_text(self(path.read_text("utf-8")), "utf-8")
        return target


def findings(workspace):
    return _told([dataclasses.asdict(each) for each in attribute.findings(workspace)])


def cases(workspace, now):
    return _told([_case(each) for each in hand_over.cases(workspace, now=now)])


def entries(workspace):
    return _told([as_json(each) for each in workspace.done.entries(workspace.party)])


def package(workspace, now):
    """A package as its reader sees it, without what hashes and signatures make of it."""
    read = packages.read(exchange.export(workspace, now=now))
    readings = packages.readings_from_parquet(read.files[exchange.READINGS])
    origin, size, *_ = read.checkpoint.splitlines()
    return _told({
        "origin": origin,
        "size": size,
        "entries": [as_json(entry_of(line)) for line in read.lines],
        "keys": [json.loads(line)["signatures"][0]["keyid"] for line in read.lines],
        "readings": [dataclasses.asdict(each) for each in readings],
        "files": sorted(read.files),
    })  # fmt: skip


def pages(workspace, client):
    """Every page a reader can open, as JSON and as HTML, without what hashes and tokens make of it."""
    overview = client.get("/overview.json").json()
    things = [line["href"] for line in (*overview["findings"], *overview["cases"])]
    things += [f"/section/{site.id}" for site in workspace.region.sections]
    addresses = ["/overview", "/sections", "/cases", "/rules", "/data", *things]
    shown = {address: client.get(f"{address}.json").text for address in addresses}
    shown |= {
        f"{address}?lang={lang}": client.get(f"{address}?lang={lang}").text
        for address in things[:6]
        for lang in ("zh", "en")
    }
    return SHORT.sub("#", json.dumps(shown, ensure_ascii=False, indent=1))


def _case(case):
    shown = dataclasses.asdict(dataclasses.replace(case, procedure=None, open=()))
    return {**shown, "procedure": case.procedure.name, "open": [move.name for move in case.open]}


def _told(value):
    """A value as text, with every hash hidden."""
    return HASH.sub("#", json.dumps(value, ensure_ascii=False, default=str, indent=1))
