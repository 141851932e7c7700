"""Flags of both sides from the same book, and what is done about them: opened once, explained or corrected, closed."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.loop import exchange, period_means, quality_control, quality_follow

FIRST = datetime(2027, 3, 1, tzinfo=ZONE)  # a month in which the bundle has no reading
MARCH = Period.parse("2027-03")
UNITS = {"w01014": "µS/cm", "w01001": "", "w21011": "mg/L", "w21003": "mg/L", "w21001": "mg/L"}


def readings(site, quantity, values, *, every=4, received=FIRST, origin="auto"):
    """A series of one station, from the first of March on; None leaves a gap."""
    return [
        Observation(site, quantity, FIRST + timedelta(hours=every * at), str(value), UNITS[quantity], origin, received)
        for at, value in enumerate(values)
        if value is not None
    ]


def look(pair, rows):
    """The flags of the month, which must be the same on both sides."""
    for ws in pair.values():
        ws.observed.take(rows)
    found = [quality_control.flags(ws, MARCH, quality_follow.windows(ws)) for ws in pair.values()]
    assert found[0] == found[1]
    return list(found[0])


def steady(middle, count, step=1):
    return [middle + step * (at % 3) for at in range(count)]


@pytest.mark.parametrize(
    ("quantity", "values", "rule", "at"),
    [
        ("w01001", [7.1, 7.2, 3.9, 3.8, 7.2, 7.3], "range", 2),
        ("w01014", [*steady(400, 6), 900, *steady(400, 6)], "spike", 6),
        ("w21011", [0.05, 0.07, 0.071, 0.071, 0.071, 0.071, 0.071, 0.08], "frozen", 2),
        ("w01014", [400 + 2 * at + at % 2 for at in range(108)], "drift", 0),
    ],
)
def test_each_rule_flags_the_stretch_that_stands_out(fresh_towns, quantity, values, rule, at):
    (flag,) = look(fresh_towns, readings("mill-bridge", quantity, values))
    assert (flag.rule, flag.site, flag.quantity) == (rule, "mill-bridge", quantity)
    assert flag.since == FIRST + timedelta(hours=4 * at)
    assert flag.id == f"Q-{rule}-mill-bridge-{quantity}-{flag.since:%Y%m%d%H}"


@pytest.mark.parametrize(
    ("quantity", "values"),
    [
        ("w21011", [0.05, 0.06, 0.2, 0.4, 0.3, 0.1, 0.06, 0.05]),  # a wave that passes is no spike
        ("w21003", ["<0.02"] * 10),  # below detection is not frozen
        ("w01001", [7.1, 7.1, 7.1, 7.1, 7.2]),  # not long enough
        ("w01014", steady(400, 100)),
    ],
)
def test_what_may_well_be_is_not_flagged(fresh_towns, quantity, values):
    assert look(fresh_towns, readings("mill-bridge", quantity, values)) == []


def test_a_part_above_its_whole_is_flagged(fresh_towns):
    rows = [
        *readings("mill-bridge", "w21003", [0.2, 2.4, 2.5, 0.2]),
        *readings("mill-bridge", "w21001", [1.5, 1.6, 1.7, 1.6]),
    ]
    (flag,) = look(fresh_towns, rows)
    assert (flag.rule, [row.value for row in flag.rows]) == ("above_whole", ["2.4", "2.5"])


def test_a_station_is_silent_only_while_others_are_heard(fresh_towns):
    others = [readings(site, "w01001", [7.1 + at % 2 / 10 for at in range(20)]) for site in ("upper-ford", "reed-ford")]
    quiet = readings("mill-bridge", "w01001", [7.1, 7.2, 7.1, *[None] * 9, 7.1, 7.2, 7.1, 7.2, *[None] * 4])
    (flag,) = look(fresh_towns, [row for rows in (*others, quiet) for row in rows])
    assert (flag.rule, flag.quantity, flag.until - flag.since) == ("silent", "", timedelta(hours=40))
    assert flag.since == FIRST + timedelta(hours=8)


def test_the_silence_of_all_is_nobodys(fresh_towns):
    gap = [7.1, 7.2, *[None] * 12, 7.1, 7.2, 7.1]
    assert (
        look(fresh_towns, [row for site in ("upper-ford", "mill-bridge") for row in readings(site, "w01001", gap)])
        == []
    )


def test_a_section_at_odds_with_the_next_one_above_is_flagged(fresh_towns):
    upper, lower = readings("upper-ford", "w01014", steady(400, 10)), readings("mill-bridge", "w01014", steady(900, 10))
    (flag,) = look(fresh_towns, [*upper, *lower])
    assert (flag.rule, flag.site, flag.facts["above"], flag.facts["of"]) == (
        "neighbour",
        "mill-bridge",
        "upper-ford",
        "10",
    )


def test_maintenance_exempts_from_being_frozen_and_only_its_owner_enters_it(fresh_towns, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    since, until = FIRST, FIRST + timedelta(days=2)
    told = {"by": "officer", "reason": "probe cleaned", "now": clock()}
    with pytest.raises(Refusal, match="not_your_record"):
        quality_follow.maintain(west, "mill-bridge", since, until, **told)
    with pytest.raises(Refusal, match="bad_window"):
        quality_follow.maintain(east, "mill-bridge", until, since, **told)
    quality_follow.maintain(east, "mill-bridge", since, until, **told)
    both_ways(east, west, clock)
    assert quality_follow.windows(east) == quality_follow.windows(west)
    assert look(fresh_towns, readings("mill-bridge", "w21011", [0.071] * 8)) == []
    assert [flag.rule for flag in look(fresh_towns, readings("mill-bridge", "w01001", [3, 3.1, 3.2]))] == ["range"]


def both_ways(east, west, clock):
    for _ in range(2):
        assert exchange.carry(east, west, now=clock()).faults == ()
        assert exchange.carry(west, east, now=clock()).faults == ()


def states(ws):
    return {each.id: each.state for each in quality_follow.followed(ws, MARCH)}


def test_a_finding_is_opened_once_explained_by_its_owner_and_closed(fresh_towns, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 3.9, 7.1]))
    name = "Q-range-mill-bridge-w01001-2027030108"
    assert states(east)[name] == states(west)[name] == "seen"
    assert quality_follow.open_new(west, by="west", now=clock()) == ()
    assert quality_follow.open_new(east, by="east", now=clock()) == (name,)
    assert quality_follow.open_new(east, by="east", now=clock()) == ()
    both_ways(east, west, clock)
    assert states(east)[name] == states(west)[name] == "open"
    said = {"by": "east", "reason": "acid spill upstream, sampled by hand", "now": clock()}
    with pytest.raises(Refusal, match="data_finding_not_open"):
        quality_follow.close(east, name, **said)
    with pytest.raises(Refusal, match="not_your_record"):
        quality_follow.explain(west, name, **said)
    with pytest.raises(Refusal, match="register_no_reason"):
        quality_follow.explain(east, name, **{**said, "reason": " "})
    quality_follow.explain(east, name, **said)
    assert states(east)[name] == "explained"
    quality_follow.close(east, name, **{**said, "now": clock()})
    both_ways(east, west, clock)
    assert states(east)[name] == states(west)[name] == "closed"
    assert [one.do for one in quality_follow.one(west, name).said] == ["open", "explain", "close"]


def test_a_correction_appends_and_the_finding_is_corrected(fresh_towns, clock):
    east, west = fresh_towns["east"], fresh_towns["west"]
    look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 3.9, 7.1]))
    (name,) = quality_follow.open_new(east, by="east", now=clock())
    both_ways(east, west, clock)
    look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 7.3, 7.1], received=FIRST + timedelta(days=9)))
    assert states(east)[name] == states(west)[name] == "corrected"
    time = FIRST + timedelta(hours=8)
    assert [row.value for row in east.observed.history("mill-bridge", "w01001", time)] == ["3.9", "7.3"]
    quality_follow.close(east, name, by="east", reason="probe replaced, values read again", now=clock())
    assert states(east)[name] == "closed"


def test_an_open_finding_of_long_ago_stays_open(fresh_towns, clock):
    east = fresh_towns["east"]
    look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 3.9, 7.1]))
    (name,) = quality_follow.open_new(east, by="east", now=clock())
    late = [FIRST + timedelta(days=200 + n) for n in range(3)]
    east.observed.take([Observation("mill-bridge", "w01001", time, "7", "", "auto", time) for time in late])
    assert {each.id: each.state for each in quality_follow.followed(east)} == {name: "open"}
    assert quality_follow.one(east, name).flag is not None


def test_a_large_network_is_looked_at_for_fewer_days(fresh_towns, monkeypatch):
    east = fresh_towns["east"]
    east.observed.take(readings("mill-bridge", "w01014", steady(400, 60)))
    whole = quality_control.recent(east)
    monkeypatch.setattr(quality_control, "MOST_VALUES", 20)
    part = quality_control.recent(east)
    assert part.until == whole.until
    assert part.since == datetime(2027, 3, 8, tzinfo=ZONE)  # six values a day
    early = readings("mill-bridge", "w01001", [7.1, 3.9, 7.2])
    late = [replace(row, time=row.time + timedelta(days=9)) for row in early]
    east.observed.take([*early, *late])
    assert [flag.since.day for flag in quality_control.flags(east, MARCH)] == [10]


def test_what_was_not_looked_at_again_is_not_called_corrected(fresh_towns, clock, monkeypatch):
    east = fresh_towns["east"]
    look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 3.9, 7.1]))
    (name,) = quality_follow.open_new(east, by="east", now=clock())
    monkeypatch.setattr(quality_control, "MOST_VALUES", 3)
    east.observed.take(readings("mill-bridge", "w01014", steady(400, 60)))
    assert states(east)[name] == "open"


def test_an_entry_of_another_form_changes_nothing(fresh_towns, clock):
    east = fresh_towns["east"]
    for body in (
        {"do": "open", "findings": "x"},
        {"do": "open", "findings": [1, {"id": "a"}]},
        {"do": "close", "finding": 3},
    ):
        east.record("note", {"about": "data-finding", **body}, now=clock())
    east.record("note", {"about": "maintenance", "site": "mill-bridge", "since": "x", "until": "y"}, now=clock())
    assert quality_follow.windows(east) == ()
    assert all(each.state == "seen" for each in quality_follow.followed(east))


def test_a_flag_is_a_finding_with_its_readings_and_its_rule(fresh_towns):
    (flag,) = look(fresh_towns, readings("mill-bridge", "w01001", [7.1, 7.2, 3.9, 7.1]))
    found = quality_control.finding(flag)
    assert (found.kind, found.peak.value, found.id) == ("data_range", "3.9", flag.id)
    assert [each.kind for each in found.evidence] == ["series", "parameter"]


def test_the_real_book_gives_both_sides_the_same_flags(two_workspaces):
    told = []
    for ws in two_workspaces.values():
        found = quality_control.flags(ws, Period.parse("2015"))
        told.append([(flag.id, dict(flag.facts), [row.value for row in flag.rows]) for flag in found])
    assert told[0] == told[1]
    ids = {name for name, _, _ in told[0]}
    assert "Q-range-city-ziyang-a05024-max8h-2015042800" in ids  # the ozone of 529 that its collector flagged too
    above = sum(len(rows) for name, _, rows in told[0] if name.startswith("Q-above_whole"))
    assert above == 49


@pytest.mark.parametrize(
    ("unit", "labels"),
    [
        ("day", ["2027-03-01", "2027-03-02"]),
        ("week", ["2027-W09"]),
        ("month", ["2027-03"]),
        ("quarter", ["2027-Q1"]),
        ("year", ["2027"]),
    ],
)
def test_means_say_how_much_is_known(fresh_towns, unit, labels):
    ws = fresh_towns["east"]
    ws.observed.take(readings("mill-bridge", "w21011", ["0.10", "0.30", "<0.02", "0.05"], every=10))
    found = period_means.means(ws, "mill-bridge", "TP", unit)
    mine = [each for each in found if each.label in labels]
    assert [each.label for each in mine] == labels
    if unit == "day":
        assert [(each.mean, each.have, each.below) for each in mine] == [("0.1367", 3, 1), ("0.0500", 1, 0)]
    else:
        assert all(each.mean is None and not each.enough for each in mine)


def test_a_month_of_days_is_the_mean_of_its_day_means_rounded_once(fresh_towns):
    ws = fresh_towns["east"]
    values = [f"{n % 7}.{n % 10}" for n in range(27)]
    rows = [
        Observation("mill-bridge", "a34004", FIRST + timedelta(days=n), value, "µg/m3", "city", FIRST, "day-mean")
        for n, value in enumerate(values)
    ]
    ws.observed.take(rows[:26])
    (short,) = period_means.means(ws, "mill-bridge", "PM2.5", "month")
    assert (short.mean, short.have, short.need, short.of) == (None, 26, 27, 31)
    ws.observed.take(rows)
    (month,) = period_means.means(ws, "mill-bridge", "PM2.5", "month")
    assert month.mean == f"{sum(map(float, values)) / 27:.1f}"
    with pytest.raises(Refusal, match="unknown_unit_of_time"):
        period_means.means(ws, "mill-bridge", "PM2.5", "decade")
