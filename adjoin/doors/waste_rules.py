"""The decree on transfers of hazardous waste, read once from `data/waste`: clocks, clauses, day and status."""

from functools import cache
from importlib.resources import files

from adjoin.core.rule import Clock
from adjoin.formats import lines
from adjoin.waste.transfer import Decree


@cache
def decree() -> Decree:
    """The decree in force."""
    file = lines.mapping(files("adjoin") / "data" / "waste" / "transfer-decree.yaml")
    steps = file.rows("steps")
    return Decree(
        name=file.text("name"),
        status=file.text("status"),
        since=file.date("since"),
        clocks={row.text("step"): Clock.parse(row.text("clock")) for row in steps},
        clauses={row.text("step"): row.text("clause") for row in steps} | {"valid_until": file.text("valid_clause")},
        valid_months=int(file.number("valid_months")),
    )
