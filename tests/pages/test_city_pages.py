"""The page of a city: opens on both sides, says what is not known, and prints."""

import re
from datetime import datetime

import pytest

from adjoin.core.period import ZONE
from adjoin.loop import observe


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


def test_a_year_whose_published_index_is_often_another_one_says_so_in_its_headline(pages):
    twin = pages["sichuan"].get("/city/city-chengdu.json?period=2015").json()
    rows = [row.split(",") for row in pages["sichuan"].get("/city/city-chengdu.csv?period=2015").text.splitlines()[1:]]
    computed, published = [float(row[1]) for row in rows], [float(row[-1]) for row in rows]
    apart = sum(abs(one - other) > 5 for one, other in zip(computed, published, strict=True))
    good = [sum(value <= 100 for value in values) for values in (computed, published)]
    assert (twin["published"]["differs"], twin["published"]["good"]) == (apart, good[1])
    assert (twin["verdict"]["state"], apart > 0.1 * len(rows)) == ("unknown", True)
    for figure in (*good, apart):
        assert str(figure) in twin["verdict"]["say"]["zh"]


def test_good_days_on_the_map_are_days_in_steps_of_one_hue(pages):
    shown = pages["sichuan"].get("/city?period=2015").text
    drawn = shown.split('<div class="map">', 1)[1].split("</svg>", 1)[0]
    assert "192天" in drawn
    assert not re.search(r'class="q[1-6]', drawn)
    assert shown.count('class="chip n') == 5
    twin = pages["sichuan"].get("/city.json?period=2015").json()
    assert "成都" in twin["verdict"]["say"]["zh"]  # the city with the fewest good days


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


def test_a_month_of_hours_is_shown_with_its_wind_and_says_whose_hours_they_are(pages):
    one, other = (client.get("/city/city-chengdu.json?period=2015").json()["hours"] for client in pages.values())
    assert one == other
    assert "744 / 744" in one["say"]["zh"]
    assert "not the mean of the city" in one["say"]["en"]
    (line,) = one["profile"]
    assert (line["code"], line["worst"], line["counts"][13]) == ("a34004", 11, 30)
    told = {each["name"]["en"]: each["hours"] for each in [*one["winds"], one["calm"]]}
    assert told == {"NE": 70, "SE": 19, "SW": 78, "NW": 109, "calm or variable": 468}
    shown = pages["sichuan"].get("/city/city-chengdu?period=2015&lang=en").text
    assert "Wind rose" in shown
    assert "744 of 744 hours" in shown


@pytest.mark.parametrize("address", ["/city/city-zigong", "/city/city-chengdu?period=2014", "/city/city-banan"])
def test_where_no_hour_was_taken_the_page_says_what_would_fill_it(pages, address):
    path, _, query = address.partition("?")
    hours = pages["chongqing"].get(f"{path}.json?{query}").json()["hours"]
    assert hours["profile"] == hours["winds"] == []
    assert "air-city-hourly" in hours["say"]["zh"]
    assert "air-city-hourly" in pages["chongqing"].get(f"{path}?{query}&lang=en").text


def test_an_hourly_table_fills_the_page(fresh_pair, client_of, tmp_path):
    """Synthetic hours: ozone high in the afternoon, wind from the north by night and from the south by day."""
    ws = fresh_pair["sichuan"]
    rows = [
        f"2026-09-0{day} {hour:02d}:00,city-zigong,{20 + hour},{100 if hour == 15 else 50},2,{180 * (hour > 5)}"
        for day in (1, 2)
        for hour in range(24)
    ]
    table = tmp_path / "synthetic-hours.csv"
    table.write_text("\n".join(["time,city,pm25_ug_m3,o3_ug_m3,wind_m_s,wind_dir_deg", *rows]), "utf-8")
    now = datetime(2026, 9, 4, 15, tzinfo=ZONE)
    receipt = observe.take(ws, table, "air-city-hourly", now=now)
    assert (receipt.new, receipt.rejects) == (4 * 48, 0)
    hours = client_of(ws, now).get("/city/city-zigong.json?period=2026").json()["hours"]
    assert "逐时" in hours["say"]["zh"]
    ozone = next(each for each in hours["profile"] if each["code"] == "a05024")
    assert (ozone["worst"], ozone["means"][15], ozone["counts"][15]) == (15, 100.0, 2)
    shares = {each["name"]["en"]: each["share"] for each in hours["winds"] if each["hours"]}
    assert shares == {"N": 0.25, "S": 0.75}
    assert hours["calm"] is None
