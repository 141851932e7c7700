"""A kept page is the page that would be made: until a book changes, for its language, and for nobody in particular."""

import asyncio
from datetime import datetime

from adjoin.core.period import ZONE
from adjoin.loop import attribute, hand_over
from adjoin.web import kept
from adjoin.web.kept import Kept


def scope(path="/", query=b"", **headers):
    return {
        "type": "http", "method": "GET", "path": path, "query_string": query,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip


class Counting:
    """An application that says how often it was asked, slowly."""

    def __init__(self, status=200):
        self.asked, self.status = 0, status

    async def __call__(self, scope, _receive, send):
        self.asked += 1
        await asyncio.sleep(0.01)
        await send({"type": "http.response.start", "status": self.status, "headers": []})
        await send({"type": "http.response.body", "body": f"{scope['path']}{self.asked}".encode()})


def ask(app, *scopes, after=lambda: None):
    """Ask for some pages at once; gives their bodies."""

    async def one(each):
        messages = []

        async def send(message):
            messages.append(message)

        await app(each, None, send)
        return messages[-1]["body"]

    async def everybody():
        return await asyncio.gather(*(one(each) for each in scopes))

    found = asyncio.run(everybody())
    after()
    return found


def test_fifty_readers_ask_once():
    app = Counting()
    assert ask(Kept(app, lambda: "1"), *[scope()] * 50) == [b"/1"] * 50
    assert app.asked == 1


def test_a_changed_book_is_read_again(monkeypatch):
    monkeypatch.setattr(kept, "LOOK_EVERY_S", 0)
    app, states = Counting(), ["1"]
    pages = Kept(app, lambda: states[0])
    assert ask(pages, scope()) == ask(pages, scope())
    states[0] = "2"
    assert ask(pages, scope()) == [b"/2"]


def test_languages_and_people_are_kept_apart():
    app = Counting()
    pages = Kept(app, lambda: "1")
    ask(pages, scope(), scope(query=b"lang=en"), scope(cookie="adjoin_x=1"), scope(cookie="adjoin_x=1"))
    assert app.asked == 4


def test_what_went_wrong_is_not_kept():
    app = Counting(status=500)
    pages = Kept(app, lambda: "1")
    ask(pages, scope()), ask(pages, scope())
    assert app.asked == 2


def test_a_case_shows_on_the_page_of_everybody(fresh_pair, client_of, monkeypatch):
    monkeypatch.setattr(kept, "LOOK_EVERY_S", 0)
    workspace, now = fresh_pair["chongqing"], datetime(2026, 9, 4, 15, tzinfo=ZONE)
    pages = client_of(workspace)
    assert pages.get("/overview.json").json()["cases"] == []

    finding = attribute.findings(workspace)[0]
    hand_over.open_case(workspace, procedure="search-call", finding=finding.id, by="x", reason="r", now=now)

    assert [each["site"] for each in pages.get("/overview.json").json()["cases"]] == [finding.site]
