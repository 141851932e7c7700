"""Lists as CSV: as many rows as the page shows, the same in either language, no cell that a spreadsheet would run."""

import csv
import io

import pytest

LISTS = {
    "sections": lambda twin: [line["site"] for line in twin["sections"]],
    "cases": lambda twin: [line["id"] for name in ("mine", "theirs", "ended") for line in twin[name]],
    "city": lambda twin: [line["site"] for line in twin["cities"]],
    "plan": lambda twin: [task["id"] for aspect in twin["aspects"] for task in aspect["tasks"]],
}
KEY = {"sections": "site", "cases": "id", "city": "site", "plan": "task"}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_the_same_as_a_table(pages, name):
    for side, client in pages.items():
        answer = client.get(f"/{name}.csv")
        assert answer.status_code == 200, side
        assert answer.content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert [row[KEY[name]] for row in rows] == LISTS[name](client.get(f"/{name}.json").json())
        assert rows
        assert not any(None in row or None in row.values() for row in rows), "a row as long as its head"
        assert f'href="/{name}.csv"' in client.get(f"/{name}").text


def test_what_was_searched_for_is_what_the_table_holds(pages):
    text = pages["sichuan"].get("/sections.csv?q=zhutuo").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["site"], row["border"], row["time"][-6:]) == ("zhutuo", "true", "+08:00")
