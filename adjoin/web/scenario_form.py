"""What is typed on the scenario and matrix pages: up to five changes and the loss on the way.

Everything typed stays as it was typed, so that a refused answer loses nothing; the address that holds it can be kept.
"""

from collections.abc import Mapping

from adjoin.core.refusal import Refusal
from adjoin.core.units import decimal
from adjoin.loop import respond
from adjoin.loop.scenario import Change
from adjoin.loop.workspace import Workspace
from adjoin.web import desk_form
from adjoin.web.desk_form import Choice

ROWS = ("1", "2", "3", "4", "5")
FIELDS = (*(f"{name}{row}" for row in ROWS for name in ("place", "kg")), "decay")


def places(ws: Workspace) -> tuple[Choice, ...]:
    """Every site that a change can be put at, by its name."""
    offered = ws.computed("desk places", lambda: desk_form.places(ws))
    return offered[: len(respond.places(ws))]


def changes(ws: Workspace, typed: Mapping[str, str]) -> list[Change]:
    """The changes that were typed; half a row and a form without any are refused."""
    made = []
    for row in ROWS:
        place, kg = typed.get(f"place{row}", "").strip(), typed.get(f"kg{row}", "").strip()
        if bool(place) != bool(kg):
            raise Refusal("half_a_change", row=row)
        if place:
            made.append(Change(_place(ws, place), float(decimal(kg.replace("−", "-")))))
    if not made:
        raise Refusal("no_change")
    return made


def decay(typed: Mapping[str, str]) -> float:
    """The loss on the way, 1/day; nothing typed is none."""
    text = typed.get("decay", "").strip()
    return float(decimal(text)) if text else 0.0


def _place(ws: Workspace, text: str) -> str:
    """The id behind a name that the form offered, or of any site that is named so."""
    offered = zip(respond.places(ws), places(ws), strict=True)
    return next((site.id for site, choice in offered if text in choice.value), "") or ws.region.site(text).id
