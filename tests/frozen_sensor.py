"""Total nitrogen of a sensor that stood still for a day, and what its keeper read again afterwards."""

from datetime import datetime, timedelta

from adjoin.core.observation import Observation
from adjoin.core.period import ZONE

FIRST = datetime(2026, 9, 1, tzinfo=ZONE)
STUCK = ["0.05", "0.07", *["0.071"] * 6, "0.08"]
MENDED = ["0.05", "0.07", "0.071", "0.074", "0.069", "0.078", "0.083", "0.079", "0.08"]
FROZEN = "Q-frozen-mill-bridge-w21001-2026090108"


def sent(workspace, values, received=FIRST, flags=None):
    """The series as the feed of the station gives it to a side."""
    rows = [
        Observation(
            "mill-bridge", "w21001", FIRST + timedelta(hours=4 * at), value, "mg/L", "feed", received, flag=flag
        )
        for at, (value, flag) in enumerate(zip(values, flags or [""] * len(values), strict=True))
    ]
    workspace.observed.take(rows)
