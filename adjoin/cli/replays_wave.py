"""A wave that nobody can explain: brackets of first sight between neighbours, beside the way that the desk expects."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from adjoin.cli.markdown import table
from adjoin.cli.replays_words import Facts, band, facts, lacks, section, three
from adjoin.core.period import hours_between, parse_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from adjoin.core.region import Border
    from adjoin.core.site import Site
    from adjoin.loop.workspace import Workspace
    from adjoin.water.detect import Pair, Seen

_OPEN = float("inf")
_MEETS, _MISSES = "重叠 overlap", "不重叠 do not overlap"
Row = tuple[str, ...]


def wave() -> str:
    """The section of the page."""
    given = facts("wave")
    with TemporaryDirectory() as folder:
        workspace = _workspace(given, Path(folder))
        border = workspace.region.border(given["border"], given["quantity"])
        assert border is not None  # the bundle says how it is looked at
        quantity = workspace.region.quantities.find(border.quantity)
        seen = {each.site: each for each in _seen(workspace, border)}
        asked = list(_rows(workspace, [seen[name] for name in given["pair"]], given))
        rows = list(_rows(workspace, list(seen.values()), given))
    head = ("上游 → 下游 upper → lower", "km", "首见时差 between first sights, h", "值班台 the desk, h", "两者 the two")
    return section(
        given,
        f"{quantity.name_zh} {quantity.name_en} > {border.threshold} {quantity.unit}",
        "首见时差只由观测得出；值班台在没有流量时的传播时间（P5 … P50 … P95，前锋为峰值的十分之一）由流域回归得出。\n"
        "The time between first sights is of observations alone; the desk's travel time without flow (the front is "
        "a tenth of the peak) is by regression on the catchment.",
        table(head, asked),
        "同一条河上的全部相邻断面 All neighbours on the same river\n\n" + table(head, rows),
        lacks(given),
    )


def _workspace(given: Facts, folder: Path) -> "Workspace":
    """A workspace of the bundle with its readings, for as long as the folder is there."""
    from adjoin.loop import observe, workspace

    now, bundle = parse_time(given["as_of"]), Path(given["bundle"])
    party = workspace.load_region(bundle).sides[0]
    made = workspace.init(folder / "workspace", region=bundle.resolve(), party=party, now=now)
    observe.take_bundle(made, now=now)
    return made


def _seen(workspace: "Workspace", border: "Border") -> "Iterator[Seen]":
    """When each section of the border's river first saw it."""
    from adjoin.core.observation import Series
    from adjoin.loop import assess
    from adjoin.water import detect

    network, quantity = workspace.region.network, workspace.region.quantities.find(border.quantity)
    for site in _sections(workspace, workspace.region.site(border.site)):
        rows = [at[quantity.code] for at in assess.snapshots(workspace, site.id).values() if quantity.code in at]
        points = Series.of(site.id, quantity.code, quantity.unit, rows).points(parse_time("2000-01-01"))
        if points:
            bracket = detect.first_seen(points, float(border.threshold))
            yield detect.Seen(site.id, bracket, network.to_outlet(site.place))


def _sections(workspace: "Workspace", at: "Site") -> "Iterator[Site]":
    for site in workspace.region.sites.values():
        if site.kind == "section" and site.place.river == at.place.river and site.place.km is not None:
            yield site


def _rows(workspace: "Workspace", seen: "Sequence[Seen]", given: Facts) -> "Iterator[Row]":
    """Every two neighbours, the span between their first sights, what the desk expects, whether they meet."""
    from adjoin.water import detect, replay

    for pair in detect.order(seen).pairs:
        km, expected = _expected(workspace, pair, given)
        least, most = (sign * _OPEN if x is None else x for x, sign in ((pair.least_h, -1), (pair.most_h, 1)))
        names = (workspace.region.site(name) for name in (pair.upper, pair.lower))
        name = " → ".join(f"{site.name_zh} {site.name_en}" for site in names)
        verdict = _MEETS if replay.meets(least, most, expected) == "inside" else _MISSES
        yield name, f"{km:.1f}", f"{_hours(pair.least_h)} … {_hours(pair.most_h)}", band(expected), verdict


def _expected(workspace: "Workspace", pair: "Pair", given: Facts) -> tuple[float, tuple[float, ...]]:
    """The way from one to the other, km, and how long the desk says that it takes, h."""
    from adjoin.loop import respond

    start = parse_time(given["as_of"])
    desk = respond.desk(workspace, respond.Asked(place=pair.upper, start=start, duration_h=0.0), now=start)
    found = next(each for each in desk.arrivals if each.site.id == pair.lower)
    return found.km, tuple(hours_between(start, each) for each in found.arrival)


def _hours(value: float | None) -> str:
    return "开 open" if value is None else three(value)
