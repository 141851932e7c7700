"""Sharing between two sides: granted, handed over by the next package, receipted; committed to, revealed later."""

from datetime import datetime

import pytest

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.joint.sharing import is_what_was_committed
from adjoin.loop import exchange, sharing

NOON = datetime(2026, 9, 4, 12, tzinfo=ZONE)
SEEN = datetime(2026, 9, 3, 6, tzinfo=ZONE)
TERMS = {"sites": ["mill-bridge"], "quantities": ["TP"], "since": "2026-09-03T00:00:00+08:00", "delay_h": 24}


@pytest.fixture
def pair(fresh_towns):
    """East has readings that West has not."""
    rows = [
        Observation("mill-bridge", "w21011", SEEN.replace(hour=hour), f"0.1{hour:02d}", "mg/L", "east-lab", SEEN)
        for hour in (6, 10, 14)
    ]
    fresh_towns["east"].observed.take(rows)
    return fresh_towns


def swap(pair):
    for _ in range(2):
        exchange.carry(pair["east"], pair["west"], now=NOON)
        exchange.carry(pair["west"], pair["east"], now=NOON)


def held(workspace):
    rows = workspace.observed.read("mill-bridge", "w21011")
    return sorted(row.value for row in rows if "east-lab" in row.origin)


def test_nothing_crosses_before_it_is_granted_and_then_only_what_is_past_its_delay(pair):
    east, west = pair["east"], pair["west"]
    swap(pair)
    assert held(west) == []
    grant = sharing.give(east, TERMS, by="Li", now=NOON)
    assert sharing.hand(east, grant.id, "2026-09-03", by="Li", now=NOON) >= 2
    swap(pair)
    assert held(west) == ["0.106", "0.110"]  # the reading of 14:00 is not a day old yet
    with pytest.raises(Refusal) as refused:
        sharing.hand(west, grant.id, "2026-09-03", by="Wang", now=NOON)
    assert refused.value.kind == "grant_not_yours"
    made = sharing.receipt(west, grant.id, by="Wang", now=NOON)
    swap(pair)
    assert sharing.receipts(east) == {("west", grant.id): (made,)}


def test_fewer_digits_leave_as_a_table_never_by_citation(pair):
    east = pair["east"]
    grant = sharing.give(east, {**TERMS, "digits": 2}, by="Li", now=NOON)
    assert {row.value for row in sharing.rows(east, grant.id, now=NOON) if row.origin == "east-lab"} == {"0.11"}
    with pytest.raises(Refusal) as refused:
        sharing.hand(east, grant.id, "2026-09-03", by="Li", now=NOON)
    assert refused.value.kind == "share_as_table"


def test_a_grant_that_was_ended_hands_nothing_over(pair):
    east = pair["east"]
    grant = sharing.give(east, TERMS, by="Li", now=NOON)
    sharing.end(east, grant.id, by="Li", now=NOON)
    with pytest.raises(Refusal) as refused:
        sharing.hand(east, grant.id, "2026-09-03", by="Li", now=NOON)
    assert refused.value.kind == "unknown_grant"


def test_committed_now_revealed_later_and_the_same(pair):
    east, west = pair["east"], pair["west"]
    asked = ("mill-bridge", "TP", "2026-09-03")
    name = sharing.commit_series(east, *asked, by="Li", now=NOON)
    swap(pair)
    assert held(west) == []
    sharing.reveal_series(east, name, *asked, by="Li", now=NOON)
    swap(pair)
    assert held(west) == ["0.106", "0.110", "0.114"]
    bodies = {entry.kind: entry.body for entry in west.done.entries("east") if entry.body.get("name") == name}
    salt, committed = bytes.fromhex(bodies["reveal"]["salt"]), bodies["commit"]["commit"]
    rows = east.observed.read("mill-bridge", "w21011")
    day = [row for row in rows if row.time.date() == SEEN.date()]
    assert is_what_was_committed(committed, name, salt, day)
    assert not is_what_was_committed(committed, name, salt, day[1:])


def test_what_was_corrected_after_the_commitment_cannot_be_revealed_as_if_it_were_the_same(pair):
    east = pair["east"]
    asked = ("mill-bridge", "TP", "2026-09-03")
    name = sharing.commit_series(east, *asked, by="Li", now=NOON)
    east.observed.take([Observation("mill-bridge", "w21011", SEEN, "0.050", "mg/L", "east-lab", NOON)])
    with pytest.raises(Refusal) as refused:
        sharing.reveal_series(east, name, *asked, by="Li", now=NOON)
    assert refused.value.kind == "not_what_was_committed"
