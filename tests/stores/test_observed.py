"""The columns on disk, in cases of pencil size; random questions: test_observed_questions."""

from datetime import datetime, timedelta
from itertools import pairwise

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adjoin.core.observation import Observation, Stored
from adjoin.core.period import ZONE
from adjoin.store import tidy
from adjoin.store.observed import Columns

START = datetime(2026, 9, 1, tzinfo=ZONE)
DIGITS = {"w21011": 3, "w01009": 2}
VALUES = st.one_of(
    st.none(),
    st.decimals(-10, 1000, places=2).map(str),
    st.sampled_from(
        ["0.50", "0.5", "0", "-0", "0.0", "<0.02", "1e-3", "0.1234567", "00.1", "12", "-0.04", '"a,b"', "\\N"]
    ),
)
ROWS = st.builds(
    lambda site, quantity, hour, value, origin, minute, flag: Observation(
        site,
        quantity,
        START + timedelta(hours=hour),
        value,
        "mg/L",
        origin,
        START + timedelta(days=9, minutes=minute),
        flag=flag,
    ),
    st.sampled_from(["zhutuo", "naxi"]),
    st.sampled_from(["w21011", "w01009"]),
    st.integers(0, 26).map(lambda hour: hour // 9),
    VALUES,
    st.sampled_from(["a", "b"]),
    st.integers(0, 3),
    st.sampled_from(["", "suspect"]),
)


@given(VALUES, st.integers(0, 6))
def test_a_value_keeps_its_printed_digits(value, digits):
    assert Stored.of(value, digits).printed(digits) == value


def test_the_newer_of_two_values_counts_and_both_are_kept(tmp_path):
    book = Columns(tmp_path, DIGITS)
    first = Observation("zhutuo", "w21011", START, "0.50", "mg/L", "cnemc", START)
    second = Observation("zhutuo", "w21011", START, "0.60", "mg/L", "cnemc", START + timedelta(hours=1))
    book.take([first])
    taken = book.take([second])

    assert (taken.new, taken.known, taken.replaced) == (0, 0, 1)
    assert [row.value for row in book.read("zhutuo", "w21011")] == ["0.60"]
    assert [row.value for row in book.read("zhutuo", "w21011", as_known=START)] == ["0.50"]
    assert [row.value for row in book.history("zhutuo", "w21011", START)] == ["0.50", "0.60"]


def test_many_takes_are_merged_into_one_file(tmp_path):
    book = Columns(tmp_path, DIGITS)
    for hour in range(tidy.COMPACT_AT + 1):
        book.take([Observation("zhutuo", "w21011", START + timedelta(hours=hour), "0.1", "mg/L", "cnemc", START)])
    assert len(book.read("zhutuo", "w21011")) == tidy.COMPACT_AT + 1
    assert len(book.log.snapshot().parts) <= 2
    assert len(Columns(tmp_path, DIGITS).read()) == tidy.COMPACT_AT + 1


def test_a_crash_before_the_commit_leaves_the_book_as_it_was(tmp_path, monkeypatch):
    book = Columns(tmp_path, DIGITS)
    book.take([Observation("zhutuo", "w21011", START, "0.1", "mg/L", "cnemc", START)])

    def crash(*_, **__):
        raise LookupError("gone")

    monkeypatch.setattr(book.log, "commit", crash)
    with pytest.raises(LookupError, match="gone"):
        book.take([Observation("zhutuo", "w21011", START + timedelta(hours=1), "0.2", "mg/L", "cnemc", START)])
    assert [row.value for row in Columns(tmp_path, DIGITS).read("zhutuo", "w21011")] == ["0.1"]


def test_a_file_notes_which_sites_stand_where(tmp_path):
    """Otherwise who asks for one site reads the whole file."""
    rows, source = 130_000, tmp_path / "source.parquet"
    said = f"""
        SELECT 'station-' || n // 1000 AS site, 'w21011' AS quantity, 1788192000 + 60 * (n % 1000) AS time, n AS count,
            3 AS digits, NULL AS text, 'mg/L' AS unit, 'a' AS origin, 0 AS received, 'auto-realtime' AS method,
            'unknown' AS pretreatment, '' AS flag
        FROM range({rows}) r(n)
    """
    duckdb.execute(f"COPY ({said}) TO '{source}' (FORMAT parquet)")
    book = Columns(tmp_path / "book", DIGITS)
    assert book.load([source]).new == rows
    (part,) = book.log.snapshot().parts
    asked = (
        "SELECT stats_min_value, stats_max_value FROM parquet_metadata(?) WHERE path_in_schema = 'site' ORDER BY ALL"
    )
    ends = duckdb.execute(asked, [str(book.log.folder / part.path)]).fetchall()
    assert len(ends) > 1
    assert all(last <= first for (_, last), (first, _) in pairwise(ends))
