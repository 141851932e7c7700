"""The page of a city: opens on both sides, says what is not known, and prints."""

import re
from datetime import datetime

import pytest

from adjoin.core.period import ZONE


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    "address", ["/city", "/city/city-chengdu", "/city/500103", "/city/city-zigong?period=2014", "/city/city-banan"]
)
def test_city_pages_open_with_their_twin(pages, address, lang):
    for client in pages.values():
        path, _, query = address.partition("?")
        answer = client.get(f"{path}?{query}&lang={lang}")
        assert answer.status_code == 200
        assert "web." not in re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", answer.text, flags=re.DOTALL)
        twin = client.get(f"{path}.json?{query}").json()
        assert twin["verdict"]["say"][lang] in answer.text


def test_both_sides_show_the_same_days_editions_and_tiers(pages):
    one, other = (client.get("/city/city-chongqing-yuzhong.json?period=2015").json() for client in pages.values())
    assert one == other
    assert [(each["edition"], each["good"], each["known"]) for each in one["counts"]] == [
        ("2012", 284, 365),
        ("2026", 243, 365),
    ]
    assert one["month"] == "2015-01"
    assert [each["tiers"][0]["en"] for each in one["sides"]] == ["red warning", "orange warning"]
    assert len(one["region"]) == 22


def test_a_city_nobody_reported_is_not_known(pages):
    twin = pages["sichuan"].get("/city/city-banan.json").json()
    assert twin["verdict"]["state"] == "unknown"
    assert twin["counts"] == twin["pollutants"] == []
    assert "不知" in twin["forecast_say"]["zh"]


def test_a_missing_day_stands_as_not_known_in_calendar_and_table(pages):
    client = pages["sichuan"]
    twin = client.get("/city/city-kangding-garze.json?period=2015").json()
    missing = [each["day"] for each in twin["calendar"] if each["level"] == 0]
    assert len(missing) == twin["counts"][0]["missing"] == 7
    rows = client.get("/city/city-kangding-garze.csv?period=2015").text.splitlines()
    assert len(rows) == 366
    assert f"{missing[0]},,,," in next(row for row in rows if row.startswith(missing[0]))


def test_a_month_is_looked_at_closely_where_it_is_asked_for(pages):
    twin = pages["sichuan"].get("/city/city-chengdu.json?period=2014-10").json()
    assert (twin["period"], twin["month"]) == ("2014", "2014-10")
    assert pages["sichuan"].get("/city/city-chengdu?period=nonsense").status_code == 422
    assert pages["sichuan"].get("/city/nowhere").status_code == 404


def test_a_city_is_printed_to_the_same_bytes(pages):
    first, second = (pages["chongqing"].get("/city/city-chengdu.pdf?lang=en") for _ in range(2))
    assert first.status_code == 200
    assert first.content == second.content
    assert first.content.startswith(b"%PDF")


def test_a_workspace_without_any_air_says_so(towns, client_of):
    client = client_of(towns["east"], datetime(2026, 9, 4, 15, tzinfo=ZONE))
    assert client.get("/city.json").json()["verdict"]["state"] == "unknown"
