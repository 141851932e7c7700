"""Hours as bars: how many came in each, so that a gap is seen as one."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from adjoin.web.draw import Axis, nice, short, svg, text, time_axis, time_grid

LEFT, TOP, FOOT = 48.0, 12.0, 28.0  # pixels


def hours(
    counts: Sequence[tuple[datetime, int]], *, title: str, desc: str, width: float = 760, height: float = 150
) -> str:
    """A bar for each hour, as high as its count; nothing stands where nothing came. Empty where no hour is given."""
    if not counts:
        return ""
    step, high = nice(float(max(1, *(many for _, many in counts))))
    since, until = counts[0][0], counts[-1][0] + timedelta(hours=1)
    x, y = time_axis(since, until, LEFT, width - 6), Axis(0, high, height - FOOT, TOP)
    wide = max((x.end - x.start) / len(counts) - 0.6, 0.8)
    parts = [f'<path class="axis" d="M{short(LEFT)} {short(y(0))}H{short(width - 6)}"/>']
    parts += [
        text(LEFT - 7, y(value) + 5, f"{value:.6g}", "soft", "end") for value in (0.0, high) if step >= 1 or value
    ]
    parts += time_grid(x, since, until, TOP, height - FOOT)
    parts += [_bar(x(hour.timestamp()), y(many), y(0), wide) for hour, many in counts if many]
    return svg(width, height, title, desc, parts)


def _bar(left: float, top: float, bottom: float, wide: float) -> str:
    size = f'width="{short(wide)}" height="{short(max(bottom - top, 1.5))}"'
    return f'<rect class="bar" x="{short(left)}" y="{short(min(top, bottom - 1.5))}" {size}/>'
