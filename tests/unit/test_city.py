"""The air of a city: good days, missing days, what a month would have called; a missing forecast is not zero."""

import csv
import math
from datetime import date, datetime, timedelta

import pytest
from sides import REAL

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE, Period
from adjoin.core.refusal import Refusal
from adjoin.doors import air_tables
from adjoin.loop import city

EDITIONS, RULES = air_tables.editions(), air_tables.warnings()
NAIVE = {  # HJ 633 by edition, ug/m3 and mg/m3, the index at 0 50 100 150 200 300 400 500
    "pm25_ug_m3": {"2012": (0, 35, 75, 115, 150, 250, 350, 500), "2026": (0, 35, 60, 115, 150, 250, 350, 500)},
    "pm10_ug_m3": {"2012": (0, 50, 150, 250, 350, 420, 500, 600), "2026": (0, 50, 120, 250, 350, 420, 500, 600)},
    "so2_ug_m3": {"2012": (0, 50, 150, 475, 800, 1600, 2100, 2620)},
    "no2_ug_m3": {"2012": (0, 40, 80, 180, 280, 565, 750, 940)},
    "co_mg_m3": {"2012": (0, 2, 4, 14, 24, 36, 48, 60)},
    "o3_8h_ug_m3": {"2012": (0, 100, 160, 215, 265, 800)},
}
INDEX = (0, 50, 100, 150, 200, 300, 400, 500)


def naive(row, edition):
    """The index of a row of the file, without the code under test."""
    found = []
    for column, tables in NAIVE.items():
        if row[column] == "":
            continue
        points, digits = tables.get(edition, tables["2012"]), 1 if column == "co_mg_m3" else 0
        value = round(float(row[column]), digits)
        for at in range(1, len(points)):
            if value <= points[at]:
                share = (value - points[at - 1]) / (points[at] - points[at - 1])
                found.append(math.ceil(round(INDEX[at - 1] + share * (INDEX[at] - INDEX[at - 1]), 9)))
                break
    return max(found, default=None)


@pytest.fixture(scope="module")
def published():
    path = REAL / "observations" / "air_city_daily_2013-12_2015-12.csv"
    return list(csv.DictReader(path.open(encoding="utf-8")))


def test_good_days_of_every_city_by_both_editions_are_those_of_a_naive_count(two_workspaces, published):
    ws = two_workspaces["chongqing"]
    for site in city.cities(ws):
        rows = [row for row in published if row["site"] == site.id and row["date"].startswith("2015")]
        days = city.days(ws, site.id, Period.parse("2015"), EDITIONS)
        for edition in EDITIONS.values():
            known = [aqi for row in rows if (aqi := naive(row, edition.name)) is not None]
            count = city.count(days, edition)
            assert (count.good, count.known) == (sum(aqi <= 100 for aqi in known), len(known)), site.id
            assert count.missing == 365 - len(known)
            assert sum(count.levels) == count.known


def test_both_sides_say_the_same_of_the_haze_of_january(two_workspaces):
    told = []
    for ws in two_workspaces.values():
        month = city.heaviest_month(ws, 2015, EDITIONS["2012"])
        assert month.text == "2015-01"
        told.append(city.sides(ws, city.month(ws, month, EDITIONS, RULES), RULES))
    assert told[0] == told[1]
    sichuan, chongqing = told[0]
    assert (sichuan.tiers["2012"], sichuan.known) == ("red", 21)
    assert (chongqing.tiers["2012"], chongqing.known) == ("orange", 1)


def test_thirteen_cities_were_above_150_ug_on_the_fourth_of_january(two_workspaces):
    ws = two_workspaces["sichuan"]
    found = city.month(ws, Period.parse("2015-01"), EDITIONS, RULES)
    fourth = [float(each.days[3].rows["a34004"].value) for each in found if "a34004" in each.days[3].rows]
    assert sum(value > 150 for value in fourth) == 13
    assert found[0].called == date(2015, 1, 1)


def day(site, when, quantity="a34004", value="200", method="day-mean"):
    unit = "mg/m3" if quantity == "a21005" else "µg/m3"
    time = datetime(when.year, when.month, when.day, tzinfo=ZONE)
    return Observation(site, quantity, time, value, unit, "test", time, method)


FIRST = date(2026, 1, 5)


def taken(ws, days, **more):
    ws.observed.take([day("mill-bridge", FIRST + timedelta(days=n), value=str(value), **more) for n, value in days])
    return city.days(ws, "mill-bridge", Period.parse("2026-01"), EDITIONS)


def test_a_day_nobody_reported_is_not_counted_and_breaks_the_run(fresh_towns):
    ws = fresh_towns["west"]
    days = taken(ws, [(0, 160), (2, 160), (3, 40)])  # indices 210, -, 210, 57
    count = city.count(days, EDITIONS["2012"])
    assert (count.known, count.good, count.missing) == (3, 1, 28)
    assert city.tier(days, "2012", RULES) == "yellow"
    whole = taken(ws, [(1, 160)])
    assert city.tier(whole, "2012", RULES) == "orange"


def test_no_day_at_all_is_nothing_and_not_zero(fresh_towns):
    ws = fresh_towns["west"]
    days = city.days(ws, "mill-bridge", Period.parse("2026-01"), EDITIONS)
    assert len(days) == 31
    assert {(each.aqi("2012"), each.published, each.whole) for each in days} == {(None, None, False)}
    assert city.cities(ws) == ()
    assert city.heaviest_month(ws, 2026, EDITIONS["2012"]) is None
    assert city.sides(ws, (), RULES)[0].tiers == {}


def test_a_missing_forecast_is_not_zero(fresh_towns):
    ws = fresh_towns["west"]
    taken(ws, [(1, 120), (2, 130)], method="forecast")
    ahead = city.forecast(ws, "mill-bridge", FIRST, EDITIONS)
    assert [each.aqi("2012") for each in ahead] == [None, 158, 172, None, None, None, None]
    assert city.tier(ahead, "2012", RULES) == "yellow"
    assert city.days(ws, "mill-bridge", Period.parse("2026-01"), EDITIONS)[1].by == {}, (
        "what is forecast is not observed"
    )


def test_a_month_without_fine_particles_calls_no_warning(fresh_towns):
    days = taken(fresh_towns["west"], [(n, 480) for n in range(5)], quantity="a34002")
    assert city.level(days[5].aqi("2012")) >= 5
    assert city.tier(days, "2012", RULES) == "none"


@pytest.mark.parametrize(
    ("aqi", "level"), [(None, 0), (0, 1), (50, 1), (51, 2), (100, 2), (101, 3), (200, 4), (300, 5), (301, 6)]
)
def test_levels(aqi, level):
    assert city.level(aqi) == level


def test_a_city_is_found_by_id_code_and_name(two_workspaces):
    ws = two_workspaces["sichuan"]
    assert city.city(ws, "510100") == city.city(ws, "成都") == city.city(ws, "city-chengdu")
    with pytest.raises(Refusal, match="unknown_city"):
        city.city(ws, "zhutuo")
