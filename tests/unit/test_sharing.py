"""Sharing: nothing without a grant, only what it names, as late and as coarse as it says."""

from datetime import datetime, timedelta

import pytest
from two_sides import two_sides

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE
from adjoin.joint.sharing import commitment, grants, is_what_was_committed, of_rows, receipts, shared

NOON = datetime(2026, 9, 2, 12, tzinfo=ZONE)
GRANT = {
    "what": "share", "grant": "g1", "sites": ["mill-bridge"], "quantities": ["w21011"],
    "since": "2026-09-01T00:00:00+08:00", "until": "2026-10-01T00:00:00+08:00", "delay_h": 6, "digits": 2,
}  # fmt: skip


def row(site="mill-bridge", quantity="w21011", time=NOON, value="0.125"):
    return Observation(site, quantity, time, value, "mg/L", "east", time)


@pytest.fixture
def side():
    return two_sides()[0]


def given(side, **changes):
    side.sign("note", {**GRANT, **changes})
    return grants(side.entries)


def test_nothing_is_shared_without_a_grant():
    assert shared([row()], [], NOON + timedelta(days=9)) == []


def test_only_what_is_named_late_and_coarse(side):
    found = shared([row(), row(site="reed-ford"), row(quantity="w21003")], given(side), NOON + timedelta(hours=6))
    assert [(each.site, each.quantity, each.value) for each in found] == [("mill-bridge", "w21011", "0.12")]


@pytest.mark.parametrize(
    ("time", "now"),
    [
        (NOON, NOON + timedelta(hours=5, minutes=59)),
        (datetime(2026, 8, 31, 23, tzinfo=ZONE), NOON),
        (datetime(2026, 10, 1, tzinfo=ZONE), NOON + timedelta(days=60)),
    ],
)
def test_not_before_its_delay_nor_outside_its_days(side, time, now):
    assert shared([row(time=time)], given(side), now) == []


def test_below_detection_stays_below_detection(side):
    assert shared([row(value="<0.014")], given(side), NOON + timedelta(days=1))[0].value == "<0.01"


def test_the_owner_ends_it_and_the_other_cannot(side):
    _, other = two_sides()
    assert len(given(side)) == 1
    other.sign("note", {"what": "share-end", "grant": "g1"})
    assert len(grants([*side.entries, *other.entries])) == 1
    side.sign("note", {"what": "share-end", "grant": "g1"})
    assert grants([*side.entries, *other.entries]) == ()


@pytest.mark.parametrize(
    "broken",
    [
        {"sites": []},
        {"sites": "mill-bridge"},
        {"delay_h": -1},
        {"digits": True},
        {"since": "soon"},
        {"since": "2026-09-01"},
    ],
)
def test_a_grant_that_cannot_be_read_gives_nothing(side, broken):
    assert given(side, **broken) == ()


def test_what_is_revealed_is_what_was_committed_to():
    rows, salt = [row(), row(time=NOON + timedelta(hours=4))], bytes(range(16))
    made = commitment("autumn", salt, of_rows(rows))
    assert is_what_was_committed(made, "autumn", salt, rows)
    assert not is_what_was_committed(made, "autumn", salt, [row(value="0.126"), rows[1]])
    assert not is_what_was_committed(made, "winter", salt, rows)
    assert not is_what_was_committed(made, "autumn", bytes(16), rows)


def test_receipts_name_what_was_taken(side):
    side.sign("note", {"what": "share-receipt", "grant": "g9", "rows": 1, "fingerprint": of_rows([row()])})
    assert receipts(side.entries) == {("east", "g9"): (of_rows([row()]),)}
