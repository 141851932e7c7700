"""Doors to what a measure did."""

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given, number, refuse
from adjoin.doors.tables_given import even, panel_row, size
from adjoin.methods.causal import Group

_VALUE, _UNITS = 1e12, 100_000


def difference(asked: Asked) -> Answer:
    """The difference of differences."""
    from adjoin.methods import causal

    given = Given.of(asked)
    treated, control = _panel(given) if "panel" in given.values else _groups(given)
    groups = {"treated": treated, "control": control}
    for name, group in groups.items():
        if not all(group.counts):
            refuse("empty_list", name, list(group.counts))
    found = causal.difference(treated, control)
    return {
        "means": {name: dict(zip(("before", "after"), group.means, strict=True)) for name, group in groups.items()},
        "n": {name: dict(zip(("before", "after"), group.counts, strict=True)) for name, group in groups.items()},
        "effect": found.effect,
        "se": found.error,
    }


def _groups(given: Given) -> tuple[Group, Group]:
    sample = given.choice("sample", ("all", "balanced"))
    found = [_group(given.inner(name)) for name in ("treated", "control")]
    one, other = (each.balanced() for each in found) if sample == "balanced" else found
    return one, other


def _group(given: Given) -> Group:
    lists = []
    for key in ("before", "after"):
        values = given.items(key)
        size(given.place(key), values, 1, _UNITS)
        place = given.place(key)
        lists.append([None if v is None else number(v, f"{place}[{i}]", -_VALUE, _VALUE) for i, v in enumerate(values)])
    even(given.place("after"), lists[1], len(lists[0]))
    return Group(*lists)


def _panel(given: Given) -> tuple[Group, Group]:
    times, first = given.numbers("times"), given.number("first_treated_time")
    panel = given.inner("panel")
    named = given.items("treated")
    for i, name in enumerate(named):
        if not isinstance(name, str) or name not in panel.values:
            refuse("not_a_choice", f"treated[{i}]", name, expected=", ".join(map(str, panel.values)))
    if not min(times) < first <= max(times):
        refuse("out_of_bounds", "first_treated_time", first, low=min(times), high=max(times))
    units = {name: panel_row(panel.raw(name), panel.place(name), len(times), -_VALUE, _VALUE) for name in panel.values}
    halves = {name: _halves(values, times, first) for name, values in units.items()}
    one = [halves[name] for name in halves if name in named]
    other = [halves[name] for name in halves if name not in named]
    return Group([b for b, _ in one], [a for _, a in one]), Group([b for b, _ in other], [a for _, a in other])


def _halves(values: list[float], times: list[float], first: float) -> tuple[float, float]:
    before = [value for value, time in zip(values, times, strict=True) if time < first]
    after = [value for value, time in zip(values, times, strict=True) if time >= first]
    return sum(before) / len(before), sum(after) / len(after)


DOORS = (
    Door(
        "causal.difference",
        difference,
        Explanation(
            what_zh="双重差分：处理组与对照组前后变化之差及其标准误（按单元聚类）；以两组本应同步变化为前提",
            what_en="difference in differences and its standard error, clustered by unit; both groups must have "
            "moved alike but for the measure",
            formula="effect = (T_after - T_before) - (C_after - C_before); se^2 = sum G/(G-1) sum_u (a_u - b_u)^2",
            symbols=(
                Symbol("treated", "", "处理组before、after，或单元名", "before and after, or names of units"),
                Symbol("control", "", "对照组before、after", "before and after"),
                Symbol("sample", "", "all或balanced", "all, or balanced: units with both values"),
                Symbol("panel", "", "或：各单元逐时序列，配times、first_treated_time", "or: series by unit with times"),
            ),
            source="Card and Krueger 1994",
        ),
    ),
)
