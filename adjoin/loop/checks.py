"""Is a bundle or a workspace in order? Every fault with file, line and remedy."""

from pathlib import Path

from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.formats import bundle, contradictions, lines, stations
from adjoin.joint import envelope
from adjoin.joint.fault import Fault
from adjoin.joint.prove import prove
from adjoin.loop import compare, settle
from adjoin.loop import workspace as opened
from adjoin.store import integrity


def check(folder: Path) -> list[Refusal]:
    """The faults of a workspace, of a bundle, or of all bundles in a folder named `regions` below."""
    if (folder / "workspace.toml").exists():
        return _workspace(folder)
    bundles = [folder] if (folder / "region.toml").exists() else sorted((folder / "regions").glob("*/"))
    if not bundles:
        return [Refusal("no_workspace", met=folder)]
    return [fault for each in bundles for fault in _bundle(each)]


def _bundle(folder: Path) -> list[Refusal]:
    try:
        region = bundle.read(folder)
    except Refusal as refusal:
        return [refusal]
    faults = [
        Refusal(each.kind, file=each.file, line=each.line, **each.facts)
        for each in contradictions.check(region, folder)
    ]
    faults += _joint(folder, region)
    unproved = [each.name for each in region.procedures.values() if not prove(each).proved]
    return faults + [Refusal("procedure_not_proved", met=name, file=f"{name}.yaml", found="") for name in unproved]


def _joint(folder: Path, region: Region) -> list[Refusal]:
    """What is wrong with the agreements of a bundle, what both sides say of their rules, and its stations."""
    rules = folder / "rules" / compare.FILE
    found = []
    for check in (
        lambda: settle.of_bundle(folder, region),
        lambda: rules.exists() and compare.read(lines.mapping(rules)),
        lambda: stations.read(folder, region.sites),
    ):
        try:
            check()
        except Refusal as refusal:
            found.append(refusal)
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
