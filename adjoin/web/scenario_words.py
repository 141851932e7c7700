"""How scenario and matrix say their numbers: two figures with a sign, a flow with how it is known."""

from adjoin.core.network import Reach
from adjoin.web.desk_words import figures
from adjoin.web.words import Both, said

_FACTS = "interpolated between facts: "


def figure(value: float | None) -> str:
    """A number to two figures, never in powers of ten; a dash for not known."""
    if value is None:
        return "—"
    return figures([value])[0] if value >= 0 else f"−{figures([-value])[0]}"


def signed(value: float | None) -> str:
    """A change to two figures, with its sign."""
    return figure(value) if value is None or value <= 0 else f"+{figure(value)}"


def part(value: float | None) -> str:
    """What is left of one, in two decimals."""
    if value is None:
        return "—"
    return f"{value:.2f}" if value >= 0.005 or value == 0 else "< 0.01"


def whole(value: float | None) -> str:
    """Hours or kilometres without decimals; below ten with one."""
    return "—" if value is None else f"{value:.1f}" if abs(value) < 10 else f"{value:.0f}"


def flow_status(reach: Reach | None) -> Both:
    """How well the mean flow of a reach is known."""
    if reach is None or reach.flow_m3s is None:
        return said("web.scenario.flow.unknown")
    return flow_known(reach.flow_status)


def flow_known(status: str) -> Both:
    """How well a flow is known, as people say it."""
    known, _, rest = status.partition(" ")
    _, between, facts = rest.partition(_FACTS)
    if not between:
        return said(f"web.status.{known}")
    return said("web.scenario.flow.between", facts=said(f"web.status.{facts.split()[0].strip('()')}"))
