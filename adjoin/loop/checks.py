"""Is a bundle or a workspace in order? Every fault with file, line and remedy."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.formats import bundle, contradictions, lines, stations
from adjoin.joint import envelope
from adjoin.joint.fault import Fault
from adjoin.joint.prove import prove
from adjoin.loop import compare, settle
from adjoin.loop import workspace as opened
from adjoin.store import integrity

STORY, AREAS = "demonstration.yaml", "areas.geojson"
Named = tuple[str, int, str, str]  # file, line (or number of the item), key, and the party it names


def check(folder: Path) -> list[Refusal]:
    """The faults of a workspace, of a bundle, or of all bundles in a folder named `regions` below."""
    if (folder / "workspace.toml").exists():
        return _workspace(folder)
    bundles = [folder] if (folder / "region.toml").exists() else sorted((folder / "regions").glob("*/"))
    if not bundles:
        return [Refusal("neither_bundle_nor_workspace", met=folder)]
    return [fault for each in bundles for fault in _bundle(each)]


def _bundle(folder: Path) -> list[Refusal]:
    broken = bundle.unreadable(folder)
    if broken:
        return broken
    region = bundle.read(folder)
    faults = [
        Refusal(each.kind, file=each.file, line=each.line, **each.facts)
        for each in contradictions.check(region, folder)
    ]
    faults += _joint(folder, region)
    unproved = [each.name for each in region.procedures.values() if not prove(each).proved]
    return faults + [Refusal("procedure_not_proved", met=name, file=f"{name}.yaml", found="") for name in unproved]


def _joint(folder: Path, region: Region) -> list[Refusal]:
    """What is wrong with the agreements of a bundle, what both sides say of their rules, its stations and its story."""
    rules = folder / "rules" / compare.FILE
    each_alone = bundle.refusals_of
    found = [fault for path in _agreements(folder) for fault in each_alone(partial(settle.of_file, path, region))]
    found += [] if found else each_alone(lambda: settle.of_bundle(folder, region))
    found += each_alone(lambda: rules.exists() and compare.read(lines.mapping(rules)))
    found += each_alone(lambda: stations.read(folder, region.sites))
    return found + (each_alone(partial(_loaded, folder)) or list(_strangers(folder, region)))


def _agreements(folder: Path) -> list[Path]:
    return sorted((folder / "agreements").glob("*.yaml"))


def _strangers(folder: Path, region: Region) -> Iterator[Refusal]:
    """Parties named outside of the tables that the bundle does not know: in its rules, its story and its map."""
    for file, line, row, party in (*_in_rules(folder), *_in_story(folder), *_on_map(folder)):
        known = region.parties if file == AREAS else region.sides
        if party not in known:
            yield Refusal("unknown_side_in_file", file=file, line=line, row=row, met=party, expected=", ".join(known))


def _in_rules(folder: Path) -> Iterator[Named]:
    path = folder / "rules" / compare.FILE
    told = lines.mapping(path) if path.exists() else None
    if told is not None and isinstance(told.get("sides"), lines.Line):
        for side in told.inner("sides"):
            yield f"rules/{compare.FILE}", told.at, "sides", side
        for zone in told.rows("zones"):
            yield f"rules/{compare.FILE}", zone.at, "zones", zone.text("side")


def _in_story(folder: Path) -> Iterator[Named]:
    for number, step in enumerate(_loaded(folder)[0], 1):
        yield STORY, number, "party", str(step.get("party"))


def _on_map(folder: Path) -> Iterator[Named]:
    for number, area in enumerate(_loaded(folder)[1], 1):
        for key in ("party", "side"):
            if party := (area.get("properties") or {}).get(key):
                yield AREAS, number, key, str(party)


def _loaded(folder: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The steps of the demonstration and the areas of the map; none where the bundle brings no such file."""
    return (
        _items(folder / STORY, lambda text: yaml.safe_load(text) or []),
        _items(folder / AREAS, lambda text: json.loads(text)["features"]),
    )


def _items(path: Path, load: Callable[[str], Any]) -> list[dict[str, Any]]:
    try:
        found = load(path.read_text("utf-8")) if path.exists() else []
    except (ValueError, KeyError, TypeError, yaml.YAMLError):
        found = None
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise Refusal("file_no_items", file=path.name)
    return found


def _workspace(folder: Path) -> list[Refusal]:
    """The books read back from the disk: databases, files of readings, and of both chains every signature and link."""
    torn = _databases(folder)
    if any(each.facts["file"] == "done.sqlite" for each in torn):
        return [*torn, *integrity.of_table(folder / "observed" / "readings")]
    try:
        workspace = opened.open_workspace(folder)
        observed = workspace.observed.faults()
    except Refusal as refusal:
        return [*torn, refusal]
    return [*torn, *observed, *_chains(workspace)]


def _databases(folder: Path) -> list[Refusal]:
    return [each for path in sorted(folder.glob("*.sqlite")) for each in integrity.of_database(path)]


def _chains(workspace: opened.Workspace) -> list[Refusal]:
    found = []
    for party in workspace.region.sides:
        for number, line in enumerate(workspace.done.lines(party)):
            entry = envelope.unseal(line, workspace.keys, party=party, seq=number)
            if isinstance(entry, Fault):
                found.append(Refusal("package_refused", met=entry.fault, party=party, file="done.sqlite", line=number))
    return found
