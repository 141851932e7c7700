"""The inbox: what is put in is there, once, in its order; and what the disk did not take was never there."""

import sqlite3
import threading
from pathlib import Path

import pytest

from adjoin.core.refusal import Refusal
from adjoin.store import group_commit
from adjoin.store import inbox as store
from adjoin.store.group_commit import GroupCommit
from adjoin.store.inbox import Inbox, Packet, Refused

SECOND = 10**6


class Clock:
    def __init__(self, now=1_000 * SECOND):
        self.now = now

    def __call__(self):
        self.now += 1
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def box(tmp_path, clock):
    made = Inbox(tmp_path / "inbox.sqlite", clock)
    yield made
    made.close()


def packet(number, mn="A"):
    return Packet(f"{number:017d}", mn, "2011", number.to_bytes(16, "big"), "20260905120000", b"##%d" % number)


def refusal(number=0, mn="A"):
    return Refused(mn, "1.2.3.4:5", None, 7, "hj212_check", {"met": number}, b"raw")


def numbers(rows):
    return [int(each.qn) for each in rows]


def test_an_empty_inbox_answers(box):
    assert list(box.kept()) == []
    assert box.waiting(10) == []
    assert box.figures() == {"packets": 0, "waiting": 0, "rejects": 0, "received": 0}


@pytest.mark.parametrize("many", [1, 3, 63, 257, 1200])
def test_packets_are_kept_in_their_order(box, many):
    box.put([packet(number) for number in range(many)])
    assert numbers(box.kept()) == list(range(many))
    assert [each.id for each in box.kept()] == list(range(1, many + 1))


def test_a_packet_sent_again_changes_nothing(box):
    box.put([packet(1), packet(2), packet(1)])
    first = list(box.kept())
    for _ in range(3):
        box.put([packet(1), packet(2)])
    assert list(box.kept()) == first


def test_the_same_number_with_other_content_is_another_packet(box):
    box.put([packet(1), packet(1)._replace(sha=b"other")])
    assert numbers(box.kept()) == [1, 1]


def test_the_kept_packets_of_one_station(box):
    box.put([packet(number, "AB"[number % 2]) for number in range(10)])
    assert numbers(box.kept("B")) == [1, 3, 5, 7, 9]
    assert {mn: many for mn, (many, *_) in box.stations().items()} == {"A": 5, "B": 5}


def test_what_the_book_has_taken_no_longer_waits(box):
    box.put([packet(number) for number in range(5)])
    assert numbers(box.waiting(3)) == [0, 1, 2]
    box.drained(3)
    assert numbers(box.waiting(9)) == [3, 4]
    box.drained(2)  # a mark does not go back
    assert numbers(box.waiting(9)) == [3, 4]
    assert numbers(box.kept()) == [0, 1, 2, 3, 4]


def test_only_old_packets_that_the_book_has_are_forgotten_and_numbers_still_grow(box, clock):
    box.put([packet(1), packet(2)])
    clock.now += 10 * SECOND
    box.put([packet(3)])
    assert box.forget(clock.now) == 0  # they wait
    box.drained(3)
    assert box.forget(clock.now - 5 * SECOND) == 2
    assert box.forget(clock.now + SECOND) == 0  # the newest stays, so that the next number is higher
    box.put([packet(4)])
    assert [(each.id, int(each.qn)) for each in box.kept()] == [(3, 3), (4, 4)]
    assert numbers(box.waiting(9)) == [4]


def test_rejects_are_kept_with_place_and_reason(box):
    box.put([packet(1)], [refusal(1), refusal(2, "B")])
    first, second = box.rejects()
    assert (first.kind, first.place, first.facts, first.raw) == ("hj212_check", 7, {"met": "1"}, b"raw")
    assert box.rejects("B") == [second]
    assert [each.facts["met"] for each in box.rejects(newest=1)] == ["2"]


def test_old_rejects_make_room(box, monkeypatch):
    monkeypatch.setattr(store, "REJECTS", 10)
    box.put([], [refusal(number) for number in range(25)])
    box.forget(0)
    assert [int(each.facts["met"]) for each in box.rejects()] == list(range(15, 25))


def test_a_clock_set_back_a_little_does_not_turn_the_order(box, clock):
    first = box.put([packet(1)])
    clock.now -= 100 * SECOND
    assert box.put([packet(2)]) == first
    clock.now -= 1_000 * SECOND - 5  # set right after it was wrong: what it says now counts
    assert box.put([packet(3)]) < first


def test_readers_see_what_a_writer_has_committed(box, tmp_path, clock):
    other = Inbox(tmp_path / "inbox.sqlite", clock)
    box.put([packet(1)])
    assert numbers(other.kept()) == [1]
    other.put([packet(2)])
    assert numbers(box.kept()) == [1, 2]
    other.close()


def test_two_that_open_a_new_inbox_at_once(tmp_path, clock):
    boxes = [Inbox(tmp_path / "inbox.sqlite", clock) for _ in range(8)]
    threads = [threading.Thread(target=each.put, args=([packet(n)],)) for n, each in enumerate(boxes)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(numbers(boxes[0].kept())) == list(range(8))


def test_a_newer_inbox_is_refused(box, tmp_path):
    box.put([])
    box.close()
    with sqlite3.connect(tmp_path / "inbox.sqlite") as con:
        con.execute(f"PRAGMA user_version = {store.VERSION + 1}")
    con.close()
    with pytest.raises(Refusal, match="inbox_newer"):
        box.put([])


def test_a_full_file_keeps_nothing_of_the_commit_and_takes_the_next(box):
    box.put([packet(1)])
    (pages,) = box._open().execute("PRAGMA page_count").fetchone()
    box._open().execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(sqlite3.OperationalError, match="full"):
        box.put([packet(number) for number in range(2, 500)])
    assert numbers(box.kept()) == [1]
    box.put([packet(number) for number in range(2, 500)])  # the file was opened anew, without that bound
    assert numbers(box.kept()) == list(range(1, 500))


def test_many_share_a_commit_and_each_is_told_once(box):
    told, done = [], threading.Event()

    def after(tickets, failed):
        assert failed is None
        told.append(tickets)
        assert set(numbers(box.beside().kept())) >= set(tickets)  # on the disk before anybody is told
        if sum(map(len, told)) == 400:
            done.set()

    group = GroupCommit(box, after)
    threads = [
        threading.Thread(target=lambda at=at: [group.put(n, [packet(n)]) for n in range(at, 400, 4)]) for at in range(4)
    ]
    for each in threads:
        each.start()
    assert done.wait(20)
    group.close()
    assert sorted(ticket for tickets in told for ticket in tickets) == list(range(400))
    assert len(told) < 400


def test_what_failed_is_told_as_failed_and_the_next_succeeds(tmp_path, clock):
    folder = tmp_path / "away"
    box, told, happened = Inbox(folder / "inbox.sqlite", clock), [], threading.Semaphore(0)

    def after(tickets, failed):
        told.append((tickets, type(failed)))
        happened.release()

    group = GroupCommit(box, after)
    group.put(1, [packet(1)])
    happened.acquire()
    Path(folder).mkdir()
    group.put(2, [packet(2)])
    happened.acquire()
    group.close()
    assert told == [([1], sqlite3.OperationalError), ([2], type(None))]
    assert numbers(box.kept()) == [2]


def test_requests_wait_are_sent_and_end(box):
    number = box.ask("A", "2061", {"BeginTime": "20260901000000"})
    assert [(each["mn"], each["cn"], each["state"]) for each in box.requests("waiting")] == [("A", "2061", "waiting")]
    box.told(number, "sent", qn="20260905120000000")
    box.told(number, "done", said="1: done")
    (row,) = box.requests()
    assert (row["state"], row["qn"], row["said"]) == ("done", "20260905120000000", "1: done")
    assert row["fields"] == {"BeginTime": "20260901000000"}


def test_the_log_is_written_back_beside_the_commits_and_begins_anew(box, tmp_path, monkeypatch):
    monkeypatch.setattr(group_commit, "_LONG", 200_000)
    done = threading.Semaphore(0)
    group = GroupCommit(box, lambda tickets, _: [done.release() for _ in tickets])
    longest = 0
    for number in range(600):
        group.put(number, [packet(number)._replace(raw=b"x" * 5_000)])
        done.acquire()
        longest = max(longest, (tmp_path / "inbox.sqlite-wal").stat().st_size)
    group.close()
    assert longest < 4 * 2**20  # each commit writes whole pages: without it the log would have 9 MB
    assert numbers(box.kept()) == list(range(600))
