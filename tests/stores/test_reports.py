"""Rows of a table, all at once on disk: the same book as value by value in memory."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from adjoin.core.observation import MISSING, Head, Observation, Report
from adjoin.core.period import ZONE
from adjoin.store.memory import Memory
from adjoin.store.observed import Columns

START = datetime(2026, 9, 1, tzinfo=ZONE)
DIGITS = {"w21011": 3, "w01009": 2}
QUANTITIES = (("w21011", "mg/L"), ("w01009", "mg/L"), ("w21011", "mg/L"))  # two columns may say one quantity
TEXTS = st.sampled_from(["", MISSING, "0.50", "0.5", "<0.02", "1e-3", "12", "0.1234567"])
REPORTS = st.builds(
    lambda site, hour, values, flags: Report(site, START + timedelta(hours=hour), values, flags),
    st.sampled_from(["mill-bridge", "hill-pond"]),
    st.integers(0, 2),
    st.tuples(TEXTS, TEXTS, TEXTS),
    st.sampled_from([(), ("suspect", "", ""), ("", "a", "b")]),
)
TABLES = st.lists(st.tuples(st.lists(REPORTS, max_size=8), st.integers(0, 2), st.sampled_from(["a", "b"])), max_size=4)


@settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(TABLES, st.sampled_from([2, 3]))
def test_a_table_gives_the_same_book_as_its_values_one_by_one(tmp_path_factory, tables, width):
    memory, columns = Memory(), Columns(tmp_path_factory.mktemp("observed"), DIGITS)
    for reports, day, origin in tables:
        head = Head(QUANTITIES[:width], origin, START + timedelta(days=day))
        cut = [Report(each.site, each.time, each.values[:width], each.flags[:width]) for each in reports]
        said = [each for each in cut if any(each.values)]
        assert memory.take_reports(head, said) == columns.take_reports(head, said)

    assert memory.read() == columns.read()
    assert memory.read(as_known=START + timedelta(days=1)) == columns.read(as_known=START + timedelta(days=1))
    assert memory.revised() == columns.revised()
    assert memory.revised(START + timedelta(days=1)) == columns.revised(START + timedelta(days=1))
    for quantity in DIGITS:
        assert memory.history("mill-bridge", quantity, START) == columns.history("mill-bridge", quantity, START)
    assert memory.coverage() == columns.coverage()
    assert memory.latest() == columns.latest()


def test_a_take_that_fails_leaves_no_file_behind(tmp_path):
    book = Columns(tmp_path, DIGITS)
    book.take([Observation("hill-pond", "w21011", START, "0.1", "mg/L", "a", START)])
    before = sorted(tmp_path.rglob("*.parquet"))

    def rows():
        yield Report("hill-pond", START + timedelta(hours=1), ("0.2", ""))
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        book.take_reports(Head(QUANTITIES[:2], "a", START), rows())
    assert sorted(tmp_path.rglob("*.parquet")) == before
    assert [row.value for row in book.read()] == ["0.1"]
