"""What a listener counts, in the text form that Prometheus reads."""

from dataclasses import dataclass, field

_HELP = {
    "packets": ("counter", "packets that are on the disk and were answered where an answer was wanted"),
    "answers": ("counter", "answers sent"),
    "rejects": ("counter", "pieces that were no packets"),
    "rejects_dropped": ("counter", "rejects that were counted but not kept, one client having sent too many"),
    "commits": ("counter", "commits, each shared by many packets"),
    "failed_commits": ("counter", "commits that the disk did not take; nothing of them was answered"),
    "unanswered": ("counter", "packets of failed commits, which their stations send again"),
    "connections_total": ("counter", "connections taken"),
    "connections_refused": ("counter", "connections beyond the limit"),
    "let_go": ("counter", "clients let go: silent, half a packet, answers not read, nothing but garbage"),
    "slowed": ("counter", "times a client was read more slowly because its station sent too fast"),
    "connections": ("gauge", "connections open now"),
    "waiting_bytes": ("gauge", "bytes of packets that are not on the disk yet"),
    "keeping": ("gauge", "1 while the disk takes packets, 0 while it does not"),
    "commit_seconds": ("gauge", "how long the last commit took with all its waiting"),
    "clock_jump_seconds": ("gauge", "how far the clock last jumped"),
}


@dataclass
class Metrics:
    """Counters and gauges of one listener."""

    values: dict[str, float] = field(default_factory=lambda: dict.fromkeys(_HELP, 0.0) | {"keeping": 1.0})

    def add(self, name: str, by: float = 1) -> None:
        """Count."""
        self.values[name] += by

    def set(self, name: str, value: float) -> None:
        """Say how it stands."""
        self.values[name] = value

    def text(self, prefix: str = "adjoin_listen_") -> str:
        """The exposition format, version 0.0.4."""
        lines = []
        for name, (kind, told) in _HELP.items():
            lines += [f"# HELP {prefix}{name} {told}", f"# TYPE {prefix}{name} {kind}"]
            lines.append(f"{prefix}{name} {self.values[name]:.10g}")
        return "\n".join(lines) + "\n"
