"""What is wrong with something the other side sent: a value that names the entry and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, in whose chain, at which entry."""

    party: str  # whose chain or package; "" where not even that can be read
    seq: int | None  # the entry, where it is one
    fault: str  # "bad_signature", "gap", "fork", ...
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
    evidence: tuple[bytes, ...] = ()  # what shows it to a third person: of a fork, both signed lines

    @property
    def key(self) -> str:
        """The key of its sentence."""
        return f"fault_{self.fault}"

    @property
    def said(self) -> dict[str, object]:
        """What fills its sentence."""
        return {"party": self.party or "?", "seq": "—" if self.seq is None else self.seq, **self.facts}
