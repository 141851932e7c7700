"""What lies beneath a computed thing, one click away."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a result rests on, and how to look at it."""

    kind: str  # "series", "clause", "entry", "parameter", "code", "site"
    ref: str  # "zhutuo/w21011/2026-08-26T00:00+08:00/2026-09-05T00:00+08:00", "GB 3838-2002#table 1, item 8", ...
    say_zh: str = ""
    say_en: str = ""
    fingerprint: str = ""  # of the values, where they can change
    status: str = ""  # how well the fact is known
