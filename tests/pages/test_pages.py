"""Every page, in both languages, from both chairs: it opens, its twin says the same, and it never says too much."""

import re
from dataclasses import fields
from datetime import datetime
from importlib import import_module
from pkgutil import iter_modules

import pytest
from sides import TOWNS

from adjoin.core.period import ZONE
from adjoin.loop import observe
from adjoin.web import pages as every
from adjoin.web.page import Page

MODULES = tuple(import_module(f"{every.__name__}.{each.name}") for each in iter_modules(every.__path__))
PAGES = [
    kind for module in MODULES for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Page)
]
NEVER = (r"came from", r"exceeded the standard", r"超标", r"\btonnes?\b", r"\bpercent\b", r"百分之", r"\d\s*%", r"吨")
SIDES = ("sichuan", "chongqing")


def text_of(html):
    """What a reader sees: no scripts, no tags, no addresses."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", html, flags=re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_every_field_of_a_page_explains_itself(page):
    assert [each.name for each in fields(page) if not each.metadata.get("help")] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("side", SIDES)
def test_every_page_opens_in_both_languages_on_both_sides(pages, addresses, side, lang):
    for address in addresses:
        answer = pages[side].get(address, params={"lang": lang} if "?" not in address else None)
        assert answer.status_code == 200, address
        assert "web." not in text_of(answer.text).replace("www.", ""), f"a sentence is missing on {address}"


def test_chinese_is_first_and_english_one_click_away(pages):
    page = pages["chongqing"].get("/section/zhutuo").text
    assert 'lang="zh-Hans"' in page
    assert 'href="/section/zhutuo?lang=en"' in page
    english = pages["chongqing"].get("/section/zhutuo?lang=en").text
    assert '<html lang="en">' in english
    assert "/finding/F-zhutuo-w21011-20260901?lang=en" in english


def test_every_page_has_a_twin_of_the_same_object(pages, addresses):
    for address in addresses:
        path, _, query = address.partition("?")
        twin = pages["sichuan"].get(f"{'/overview' if path == '/' else path}.json?{query}")
        assert twin.status_code == 200, address
        html = pages["sichuan"].get(address).text
        assert twin.json()["title"]["zh"] in html


def test_the_overview_and_its_twin_name_the_same_findings_and_cases(pages):
    for client in pages.values():
        html, twin = client.get("/").text, client.get("/overview.json").json()
        assert {"zhutuo", "gaodong"} <= {each["site"] for each in twin["findings"]}
        assert {"zhutuo", "gaodong"} == {each["site"] for each in twin["cases"]}
        for each in (*twin["findings"], *twin["cases"]):
            assert f'href="{each["href"]}"' in html
        assert twin["verdict"]["say"]["zh"] in html
        assert "朱沱" in html


def test_an_overview_of_the_published_sample_says_so_until_another_file_comes_in(fresh_towns, client_of, tmp_path):
    ws, now = fresh_towns["east"], datetime(2026, 9, 20, 12, tzinfo=ZONE)
    twin = client_of(ws, now).get("/overview.json").json()
    assert twin["sample"] == ["2026-09-01", "2026-09-03"]
    assert "公布的样本（2026年9月1日至2026年9月3日）" in twin["verdict"]["turn"]["zh"]
    assert "静默" not in text_of(client_of(ws, now).get("/").text)
    brought = TOWNS / "observations" / "synthetic_2026-09-01_09-03.csv"
    own = tmp_path / "own.csv"
    own.write_text("\n".join(brought.read_text("utf-8").splitlines()[:-1]), "utf-8")
    observe.take(ws, own, "synthetic-snapshot", now=now)
    twin = client_of(ws, now).get("/overview.json").json()
    assert twin["sample"] is None
    assert "没有收到新读数" in twin["verdict"]["turn"]["zh"]


def test_a_section_shows_the_readings_and_the_class_of_its_twin(pages):
    twin = pages["chongqing"].get("/section/zhutuo.json").json()
    html = pages["chongqing"].get("/section/zhutuo").text
    phosphorus = next(each for each in twin["curves"] if each["quantity"] == "w21011")
    assert "0.599" in {row["value"] for row in phosphorus["rows"]}
    assert phosphorus["limit"] == "0.1"
    assert "Ⅱ类限值 0.1" in html
    assert "2026-09 未评价：30天中有3天数据，需20天。" in html


def test_what_always_stands_beside_a_finding_stands_there_in_both_languages(pages, addresses):
    told = [each for each in addresses if each.startswith(("/finding/F-zhutuo", "/case/C-chongqing-0001"))]
    assert len(told) == 3
    for lang in ("zh", "en"):
        for address in told:
            seen = text_of(pages["sichuan"].get(address, params={"lang": lang}).text)
            for sentence in (
                "未经审核的实时数据只是预警信号", "Unreviewed real-time values are a warning signal",
                "发布时间不是采样时间", "Publication time is not sampling time",
                "没有流量数据", "There is no discharge",
                "边界值不能由已观测的入流解释", "not explained by the observed inflows",
                "原因未查明", "Cause open",
            ):  # fmt: skip
                assert sentence in seen, (address, sentence)


def test_a_low_night_value_is_printed_as_a_night_minimum(pages):
    assert "夜间最低" in pages["sichuan"].get("/finding/F-gaodong-w01009-20260831").text


@pytest.mark.parametrize("words", NEVER)
def test_no_page_of_a_finding_or_case_says_what_nobody_knows(pages, addresses, words):
    for address in addresses:
        if not address.startswith(("/finding", "/case", "/")) or address == "/rules":
            continue
        for lang in ("zh", "en"):
            seen = text_of(pages["chongqing"].get(address, params={"lang": lang} if "?" not in address else None).text)
            assert not re.search(words, seen, re.IGNORECASE), address


def test_both_chairs_see_the_same_case_with_their_own_side_on_the_left(pages):
    here, there = (pages[side].get("/case/C-chongqing-0001.json").json() for side in SIDES)
    assert here["mine"]["party"] == "sichuan"
    assert there["mine"]["party"] == "chongqing"
    assert here["mine"] | {"moves": 0} == there["theirs"] | {"moves": 0}
    assert [step["entry"] for step in here["history"]] == [step["entry"] for step in there["history"]]


def test_moves_that_were_typed_by_the_demonstration_say_so(pages):
    twin = pages["sichuan"].get("/case/C-chongqing-0001.json").json()
    assert all(step["demonstration"] for step in twin["history"])
    html = pages["sichuan"].get("/case/C-chongqing-0001").text
    assert html.count('class="tag demo"') == len(twin["history"])


def test_every_number_leads_to_its_evidence(pages):
    page = pages["sichuan"].get("/finding/F-zhutuo-w21011-20260901").text
    links = set(re.findall(r'href="(/evidence/series/[^"]+)"', page))
    assert len(links) > 5
    for link in links:
        assert pages["sichuan"].get(link.replace("&amp;", "&")).status_code == 200
    series = pages["sichuan"].get("/evidence/series/zhutuo/TP.json").json()
    assert re.fullmatch("[0-9a-f]{64}", series["fingerprint"])
    table = pages["sichuan"].get("/evidence/series/zhutuo/TP.csv").text
    assert "2026-09-01T05:00:00+08:00,0.599,mg/L,cnemc-realtime" in table


def test_an_entry_leads_to_the_case_in_whose_history_it_stands(pages):
    entry = pages["sichuan"].get("/case/C-chongqing-0001.json").json()["history"][0]["entry"]
    answer = pages["sichuan"].get(f"/evidence/entry/{entry}", follow_redirects=False)
    assert answer.headers["location"] == f"/case/C-chongqing-0001#e-{entry[:16]}"


def test_the_search_finds_by_name_river_and_party(pages):
    assert [each["site"] for each in pages["sichuan"].get("/sections.json?q=zhutuo").json()["sections"]] == ["zhutuo"]
    rivers = pages["sichuan"].get("/sections.json?q=嘉陵江").json()["sections"]
    assert {each["site"] for each in rivers} == {"liemian", "jinzi", "beiwenquan"}
    assert "没有找到" in pages["sichuan"].get("/sections?q=nowhere").text


def test_no_page_asks_for_anything_outside(pages, addresses):
    for address in addresses:
        found = re.findall(r"https?://[^\"' <)]+", pages["chongqing"].get(address).text)
        assert set(found) <= {"http://www.w3.org/2000/svg"}, address


def test_the_first_page_is_small(pages):
    client = pages["chongqing"]
    page = client.get("/").text
    parts = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(page.encode()) + sum(len(client.get(part).content) for part in parts) <= 300_000


def test_a_made_up_bundle_says_so_on_every_page(towns, client_of):
    client = client_of(next(iter(towns.values())))
    for address in ("/", "/sections", "/cases", "/rules", "/data"):
        assert "虚构数据" in client.get(address).text
    for line in client.get("/overview.json").json()["findings"]:
        assert client.get(line["href"]).status_code == 200
        assert client.get(f"{line['href']}.pdf?lang=en").status_code == 200


def test_a_workspace_that_received_nothing_says_who_answers_and_how_to_begin(tmp_path, two_workspaces, client_of):
    from adjoin.loop import workspace

    region = two_workspaces["sichuan"].region_folder
    empty = workspace.init(
        tmp_path / "empty", region=region, party="sichuan", now=two_workspaces["sichuan"].region and _noon()
    )
    client = client_of(empty)
    page = client.get("/").text
    assert "还没有收到任何读数" in page
    assert "四川省生态环境厅值班室" in page
    assert "从这里开始" in page
    assert client.get("/section/zhutuo").status_code == 200
    for address in ("/sections", "/cases", "/data", "/rules", "/overview.json", "/map.json", "/overview.pdf"):
        assert client.get(address).status_code == 200, address


def _noon():
    from datetime import datetime

    from adjoin.core.period import ZONE

    return datetime(2026, 9, 4, 12, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("words", "href"),
    [
        ("光辉", "/section/guanghui"), ("朱沱 ", "/section/zhutuo"), ("成都", "/city/city-chengdu"),
        ("濑溪河", "/agreement/sichuan_chongqing"), ("water.hull", "/compute/water.hull"),
        ("C-chongqing-0001", "/case/C-chongqing-0001"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("side", ["sichuan", "chongqing"])
def test_the_box_finds_sections_cases_cities_places_agreements_and_methods(pages, side, words, href):
    page = pages[side].get("/sections", params={"q": words})
    assert f'href="{href}"' in page.text


def test_what_is_nowhere_is_told_so(pages):
    assert "没有找到" in pages["sichuan"].get("/sections?q=无此物").text
