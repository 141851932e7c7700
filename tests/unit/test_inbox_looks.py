"""Looks into the inbox: the newest first, a piece at a time, none left out and none twice."""

import sqlite3

import pytest

from adjoin.store import inbox as store
from adjoin.store import inbox_looks
from adjoin.store.inbox import HOUR_US, Inbox, Packet, Refused

START = 480_000 * HOUR_US


class Clock:
    now = START

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def box(tmp_path, clock):
    made = Inbox(tmp_path / "inbox.sqlite", clock)
    yield made
    made.close()


def packet(number, mn):
    return Packet(f"{number:017d}", mn, "2011", number.to_bytes(16, "big"), "20260905120000", b"##%d" % number)


def refusal(number, mn="A", kind="hj212_check"):
    return Refused(mn, "1.2.3.4:5", None, 7, kind, {"met": number}, b"raw")


def filled(box, clock):
    """Ten hours, a packet of each of three stations every ten minutes; the last hour waits."""
    for number in range(60):
        clock.now = START + number * HOUR_US // 6
        box.put([packet(3 * number + at, mn) for at, mn in enumerate("ABC")])
    box.drained(162, seen=box.waiting(162))


def all_of(box, station, limit=7):
    found, before = [], 0
    while True:
        rows, before = inbox_looks.packets(box, station, before=before, limit=limit)
        found += rows
        if not before:
            return found


def test_nothing_is_seen_where_nothing_came(box):
    assert inbox_looks.counted(box, 0) == []
    assert inbox_looks.rejects(box, limit=5) == []
    assert inbox_looks.packets(box, "A", limit=5) == ([], 0)
    assert inbox_looks.hours(box, "A", 0) == {}
    assert inbox_looks.requests(box, limit=5) == []
    assert inbox_looks.waits(box) == (0, 0)
    assert inbox_looks.seen(box, "A") == (0, 0, "")


@pytest.mark.parametrize("limit", [1, 7, 60, 100])
@pytest.mark.parametrize("step", [1, 10, 1000])
def test_the_packets_of_a_station_newest_first_none_left_out(box, clock, monkeypatch, limit, step):
    monkeypatch.setattr(inbox_looks, "_STEP", step)
    filled(box, clock)
    assert all_of(box, "B", limit) == list(box.kept("B"))[::-1]
    assert all_of(box, "nobody", limit) == []


def test_a_look_that_passes_too_many_ends_and_goes_on(box, clock, monkeypatch):
    monkeypatch.setattr(inbox_looks, "LOOKED", 20)
    monkeypatch.setattr(inbox_looks, "_STEP", 10)
    filled(box, clock)
    first, before = inbox_looks.packets(box, "B", limit=60)
    assert 0 < len(first) < 60
    assert before > 0
    assert all_of(box, "B", 60) == list(box.kept("B"))[::-1]


def test_an_hour_is_found_without_passing_what_the_others_sent_since(box, monkeypatch):
    box.put([packet(0, "A")])
    box.put([packet(number, "B") for number in range(1, 2000)])
    box.drained(2000, seen=box.waiting(2000))
    monkeypatch.setattr(inbox_looks, "LOOKED", 50)
    assert [each.mn for each in inbox_looks.packets(box, "A", limit=5)[0]] == ["A"]


def test_hours_are_counted_with_what_waits_and_old_ones_are_dropped(box, clock):
    filled(box, clock)
    first = START // HOUR_US
    assert inbox_looks.hours(box, "A", 0) == dict.fromkeys(range(first, first + 10), 6)
    assert inbox_looks.hours(box, "A", first + 8) == {first + 8: 6, first + 9: 6}
    box.drained(180, seen=box.waiting(180))
    clock.now += 24 * HOUR_US * (store.HOURS_DAYS + 1)
    box.forget(0)
    assert inbox_looks.hours(box, "A", 0) == {first + 9: 6}  # the newest says where its packets stand
    assert all_of(box, "A") == list(box.kept("A"))[::-1]


def test_an_inbox_of_an_older_program_is_looked_through(box, clock, tmp_path):
    filled(box, clock)
    box.close()
    with sqlite3.connect(tmp_path / "inbox.sqlite") as con:
        con.executescript("DROP TABLE hours; DROP INDEX rejects_from; DROP INDEX rejects_of")
    con.close()
    assert all_of(box, "C") == list(box.kept("C"))[::-1]
    assert inbox_looks.rejects(box, "A", limit=5) == []
    assert list(inbox_looks.hours(box, "A", 0).values()) == [6]  # what waits
    box.put([packet(999, "C")], [refusal(1)])
    assert len(inbox_looks.rejects(box, "A", limit=5)) == 1
    assert all_of(box, "C") == list(box.kept("C"))[::-1]


def test_rejects_of_a_station_and_of_a_kind_page_by_page(box):
    box.put([], [refusal(n, "AB"[n % 2], ("hj212_check", "hj212_length")[n % 3 == 0]) for n in range(50)])
    everything = box.rejects()[::-1]
    for station, kind in ((None, None), ("A", None), (None, "hj212_length"), ("B", "hj212_check"), ("", None)):
        wanted = [r for r in everything if station in {None, r.mn} and kind in {None, r.kind}]
        found, before = [], 0
        while rows := inbox_looks.rejects(box, station, kind, before=before, limit=4):
            found += rows
            before = rows[-1].id
        assert found == wanted


def test_rejects_are_counted_by_station_and_kind(box, clock):
    box.put([], [refusal(1), refusal(2)])
    clock.now += HOUR_US
    box.put([], [refusal(3), refusal(4, "B", "hj212_length")])
    assert inbox_looks.counted(box, clock.now) == [
        ("A", "hj212_check", 3, 1), ("B", "hj212_length", 1, 1),
    ]  # fmt: skip


def test_the_packet_that_waits_longest_and_when_the_last_was_moved(box, clock):
    filled(box, clock)
    assert inbox_looks.waits(box) == (18, START + 54 * HOUR_US // 6)
    assert int(box.state()["drained_at"]) == clock.now
    box.drained(180, seen=box.waiting(180))
    assert inbox_looks.waits(box) == (0, 0)


def test_one_station_is_seen_as_among_all(box, clock):
    filled(box, clock)
    box.put([], [refusal(1), refusal(2, "B")])
    assert {mn: inbox_looks.seen(box, mn) for mn in "ABC"} == box.stations()
    assert inbox_looks.seen(box, "nobody") == (0, 0, "")
    assert inbox_looks.counted(box, 0, "B") == [("B", "hj212_check", 1, 1)]


def test_two_packets_of_an_hour_are_found_by_their_numbers(box, monkeypatch):
    box.put([packet(0, "A"), *(packet(number, "B") for number in range(1, 2000)), packet(2000, "A")])
    box.drained(2001, seen=box.waiting(3000))
    monkeypatch.setattr(inbox_looks, "LOOKED", 3)
    assert [each.id for each in inbox_looks.packets(box, "A", limit=2)[0]] == [2001, 1]
    assert [each.id for each in inbox_looks.packets(box, "A", before=2001, limit=1)[0]] == [1]


def test_requests_newest_first(box):
    for mn in "ABAB":
        box.ask(mn, "2061", {"BeginTime": "20260901000000"})
    assert [row["id"] for row in inbox_looks.requests(box, limit=3)] == [4, 3, 2]
    assert [row["id"] for row in inbox_looks.requests(box, "A", limit=3)] == [3, 1]
