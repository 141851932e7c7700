"""A value that its instrument flagged as no measurement is kept and judges nothing, on either side."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adjoin.loop import assess

AT = timedelta(hours=1)


@pytest.mark.parametrize(
    ("flag", "counts"),
    [("", True), ("typed-in", True), ("above-range", True), ("calibration", False), ("fault", False),
     ("maintenance", False), ("stopped", False), ("no-link", False)],
)  # fmt: skip
def test_only_what_speaks_of_the_place_is_judged(fresh_towns, flag, counts):
    for side in fresh_towns.values():
        newest = max(side.observed.latest().values(), key=lambda row: row.time)
        odd = replace(newest, time=newest.time + AT, received=newest.received + AT, flag=flag)
        side.observed.take([odd])
        assert (odd.time in assess.snapshots(side, odd.site)) is counts
        assert odd.time in [row.time for row in side.observed.read(odd.site, odd.quantity)]
