"""A cloud in a long river: fitted to the upper sections, the lower ones predicted blind and scored.

Each is answered twice: with what the desk would have said before any reading (the samples as they are drawn), and
after the readings of the upper sections (the same samples under weights). No reading from below enters either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from adjoin.cli.markdown import table
from adjoin.cli.replays_words import Facts, Since, band, both, facts, lacks, said, score, section, sources, three

if TYPE_CHECKING:
    from adjoin.water.accident import Band, Forecast, Incident, Passing, Samples
    from adjoin.water.condition import Conditioned
    from adjoin.water.detect import Bracket
    from adjoin.water.replay import Cloud, Fitted, Floats, Sighting

_SAMPLES = 4000
_STEP_KM = 4.0  # between the points at which the length of the cloud is looked at
_NEVER = float("inf")

Verdicts = tuple[str, str]  # before and after the upper readings


@dataclass(frozen=True)
class Replay:
    """Everything computed of one cloud."""

    given: Facts

    @cached_property
    def clock(self) -> Since:
        """Seconds since the release."""
        return Since.of(self.given["release"]["at"])

    @property
    def upper(self) -> tuple[str, ...]:
        """The sections that may be looked at."""
        return tuple(self.given["upper"])

    @property
    def lower(self) -> tuple[str, ...]:
        """The sections that are predicted."""
        return tuple(name for name in self.given["sections"] if name not in self.upper)

    def name(self, place: str) -> str:
        """A section by name and kilometre."""
        row = self.given["sections"][place]
        return f"{both(row)} ({row['km']:g} km)"

    def km(self, place: str) -> float:
        """The kilometre of a section."""
        return float(self.given["sections"][place]["km"])

    def observed(self, places: Sequence[str]) -> list[Facts]:
        """What was seen at some sections."""
        return [row for row in self.given["observations"] if row["section"] in places]

    def sighting(self, row: Facts) -> "Sighting":
        """One of them, as the fit takes it."""
        from adjoin.water.replay import Sighting

        return Sighting(self.km(row["section"]), self.clock.seconds(row["time"]), row["mg_l"])

    @cached_property
    def fit(self) -> "Fitted":
        """The cloud that fits the upper sections."""
        from adjoin.water import replay

        tops = [
            replay.Top(self.km(row["section"]), self.clock.seconds(row["since"]), self.clock.seconds(row["until"]))
            for row in self.given["peaks"]
            if row["section"] in self.upper
        ]
        return replay.fitted([self.sighting(row) for row in self.observed(self.upper)], tops, self.mass)

    @property
    def cloud(self) -> "Cloud":
        """The same, without its error."""
        return self.fit.cloud

    @property
    def mass(self) -> float:
        """What was let go, kg, as it was told."""
        return float(self.given["release"]["mass_kg"])

    @cached_property
    def cube(self) -> "Floats":
        """The points that the samples are drawn from."""
        from adjoin.methods.samples import even_samples
        from adjoin.water.accident import AXES

        return even_samples(_SAMPLES, len(AXES))

    @cached_property
    def samples(self) -> "Samples":
        """What is not known about the river, as the desk takes it."""
        from adjoin.water.accident import Samples, Spread

        return Samples.of(self.cube, Spread(), (self.mass, self.mass))

    @cached_property
    def incident(self) -> "Incident":
        """The release at its virtual place."""
        from adjoin.water.accident import Incident

        return Incident(self.cloud.spot(self.cloud.km), "unknown", 0.0, 0.0, (self.mass, self.mass))

    def passings(self, km: Mapping[str, float], limit: float) -> "Mapping[str, Passing]":
        """How one kg passes some kilometres."""
        from adjoin.water import accident

        receptors = [self.cloud.receptor(name, at, limit) for name, at in km.items()]
        found, _ = accident.simulate(self.cloud.reaches, self.incident, receptors, self.samples)
        return {each.receptor.name: each for each in found}

    @cached_property
    def at_sections(self) -> "Mapping[str, Passing]":
        """How it passes every section."""
        return self.passings({name: self.km(name) for name in self.given["sections"]}, self.given["limit_mg_l"])

    @cached_property
    def conditioned(self) -> "Conditioned":
        """The samples under weights by the readings of the upper sections."""
        from adjoin.water import condition

        readings = [
            condition.Reading(
                row["section"],
                self.clock.seconds(row["time"]),
                row["mg_l"] or self.given["detection_mg_l"],
                row["mg_l"] > 0,
                log_sigma=self.fit.log_error,
            )
            for row in self.observed(self.upper)
        ]
        return condition.condition(self.incident, tuple(self.at_sections.values()), self.samples, self.cube, readings)

    def bands(self, values: "Floats") -> "tuple[Band, Band]":
        """P5, P50 and P95 of the samples before and after the upper readings."""
        from adjoin.methods.samples import quantiles
        from adjoin.water.accident import BANDS

        return quantiles(values, BANDS), quantiles(values, BANDS, self.conditioned.weights)

    def forecasts(self, passing: "Passing") -> "tuple[Forecast, Forecast]":
        """What a section must be ready for, before and after the upper readings."""
        from adjoin.water import accident

        weights = (None, self.conditioned.weights)
        before, after = (accident.forecast(passing, self.incident, self.samples, each) for each in weights)
        return before, after


def cloud() -> str:
    """The section of the page."""
    one = Replay(facts("cloud"))
    readings, spans, lengths = list(_readings(one)), list(_spans(one)), list(_lengths(one))
    return section(
        one.given,
        _about(one),
        _fit_table(one),
        _upper_table(one),
        "### 未用于率定，全部照预报评分 · Not used in the fit: predicted blind and scored",
        _scores({"读数 readings": readings, "时刻 moments": spans, "污染带长度 lengths of the cloud": lengths}),
        _scored("读数 Readings, mg/L", ("断面 section", "时间 time", "观测 seen"), readings),
        _scored("超标的起止 First and last above the limit", ("断面 section", "什么 what", "观测 seen"), spans),
        _scored("污染带长度（超标）Length of the cloud above the limit, km", ("时间 time", "观测 seen"), lengths),
        _forecast_table(one),
        lacks(one.given),
        sources(one.given),
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """One thing that was seen below, what was said of it before and after the upper readings, and the verdicts."""

    seen: tuple[str, ...]
    bands: tuple[str, str]
    verdicts: Verdicts


def _about(one: Replay) -> str:
    names_zh = "、".join(one.given["sections"][each]["zh"] for each in one.upper)
    names_en = ", ".join(one.given["sections"][each]["en"] for each in one.upper)
    return (
        f"只用上游四处（{names_zh}）的公报率定一个流速和一个离散系数，其余断面一律预报，不再调整。"
        f"率定前：样本按值班台缺省的不确定性；率定后：同一样本按上游读数加权（有效样本{one.conditioned.effective:.0f}个，"
        f"共{_SAMPLES}个）。限值 {one.given['limit_mg_l']} mg/L（{one.given['limit_source']}），"
        f"检出限 {one.given['detection_mg_l']} mg/L（凭记忆，须核对）。\n"
        f"One velocity and one dispersion are fitted to the bulletins of the four upper places ({names_en}) alone; "
        "everything below is predicted and nothing is adjusted to it. Before: samples with the desk's own spread; "
        f"after: the same samples weighted by the upper readings ({one.conditioned.effective:.0f} effective of "
        f"{_SAMPLES}). The detection limit is from memory."
    )


def _fit_table(one: Replay) -> str:
    found = one.cloud
    rows = (
        ("流速 velocity", f"{found.velocity:.3f} m/s ({3.6 * found.velocity:.2f} km/h)"),
        ("纵向离散系数 dispersion", f"{three(found.dispersion)} m²/s"),
        (
            "虚拟释放处：若全程同此流速 virtual place of the release, were all of the river like this",
            f"{found.km:.0f} km",
        ),
        (
            f"稀释流量（损失隐含其中），质量按{one.mass:.0f} kg flow that dilutes, losses hidden in it, for that mass",
            f"{three(found.flow)} m³/s",
        ),
        ("读数与拟合之差 readings against the fit, rms ln", f"{one.fit.log_error:.2f}"),
    )
    return table(("率定所得 fitted", "值 value"), rows)


def _upper_table(one: Replay) -> str:
    rows = []
    for row in one.observed(one.upper):
        seen = one.sighting(row)
        fitted = _exp(one.cloud.log_concentration(seen.km, seen.time))
        factor = three(seen.value / fitted) if seen.value else None
        rows.append((one.name(row["section"]), row["time"], _mg(one, seen.value), _mg(one, fitted), factor))
    head = (
        "上游断面（用于率定）upper section, used",
        "时间 time",
        "观测 seen mg/L",
        "拟合 fitted",
        "观测/拟合 seen/fitted",
    )
    return table(head, rows)


def _readings(one: Replay) -> Iterator[Scored]:
    """Every reading from below against the bands at its moment."""
    from adjoin.water.replay import verdict

    none = one.given["detection_mg_l"]
    for row in one.observed(one.lower):
        passing = one.at_sections[row["section"]]
        bands = one.bands(one.mass * passing.concentration(one.clock.seconds(row["time"])))
        verdicts = [verdict(row["mg_l"] or min(max(each[0], 0.0), none), each) for each in bands]
        yield _scored_row(
            (one.name(row["section"]), row["time"], _mg(one, row["mg_l"])), bands, verdicts, lambda x: _mg(one, x)
        )


def _spans(one: Replay) -> Iterator[Scored]:
    """When the limit was first and last seen passed below, as spans, against the bands of the moment."""
    from adjoin.water.replay import meets

    for place in one.lower:
        points = [(one.clock.seconds(row["time"]), row["mg_l"]) for row in one.observed([place])]
        exposures = [each.exposures[0] for each in one.forecasts(one.at_sections[place])]
        for what, span, chosen in (
            ("首次超标 first above", _first(points, one.given["limit_mg_l"]), [each.first for each in exposures]),
            ("末次超标 last above", _last(points, one.given["limit_mg_l"]), [each.last for each in exposures]),
        ):
            bands = [each for each in chosen if each is not None]
            if span is not None and len(bands) == len(chosen):
                verdicts = [meets(*span, each) for each in bands]
                yield _scored_row((one.name(place), what, _span(one, span)), bands, verdicts, one.clock.hour)


def _lengths(one: Replay) -> Iterator[Scored]:
    """How long the cloud was said to be, against the bands."""
    import numpy as np

    from adjoin.water import replay

    km = np.arange(0.0, one.cloud.km - _STEP_KM / 2, _STEP_KM).tolist()
    limit = one.given["limit_mg_l"]
    passings = list(one.passings({f"{each:g}": each for each in km}, limit).values())
    for row in one.given["cloud_length"]:
        found = replay.cloud_length(passings, km, one.clock.seconds(row["time"]), limit / np.full(_SAMPLES, one.mass))
        bands = one.bands(found)
        verdicts = [replay.verdict(row["km"], each) for each in bands]
        yield _scored_row((row["time"], f"{row['km']} ({row['source']})"), bands, verdicts, lambda x: f"{x:.0f}")


def _forecast_table(one: Replay) -> str:
    """What was said of every section below, so that later facts can be held against it."""
    sections = {name: one.km(name) for name in one.lower}
    detected = one.passings(sections, one.given["detection_mg_l"])
    rows = []
    for name in one.lower:
        front, found = (one.forecasts(each[name])[1] for each in (detected, one.at_sections))
        seen, above = front.exposures[0], found.exposures[0]
        rows.append(
            (
                one.name(name),
                *(band(each, one.clock.hour) if each else None for each in (seen.first, above.first)),
                band(found.peak_time, one.clock.hour),
                band(above.peak) if above.peak else None,
                band(above.last, one.clock.hour) if above.last else None,
            )
        )
    head = (
        "断面 section", "检出 detected", "超标 above the limit", "峰现 peak at", "峰值 peak mg/L",
        "末次超标 last above",
    )  # fmt: skip
    return "各断面的预报（率定后）Forecasts of every section, after the upper readings\n\n" + table(head, rows)


def _first(points: Sequence[tuple[float, float]], limit: float) -> tuple[float, float] | None:
    """The span in which the limit was first passed; open at the end where it was not yet."""
    from adjoin.water import detect

    if not points:
        return None
    found: Bracket | None = detect.first_seen(points, limit)
    if found is None:
        return points[-1][0], _NEVER
    return (-_NEVER if found.after_h is None else found.after_h), found.until_h


def _last(points: Sequence[tuple[float, float]], limit: float) -> tuple[float, float] | None:
    """The span in which it was last above the limit; open at the end where the last reading lies above."""
    above = [i for i, (_, value) in enumerate(points) if value > limit]
    if not above:
        return None
    after = points[above[-1] + 1 :]
    return points[above[-1]][0], after[0][0] if after else _NEVER


def _span(one: Replay, span: tuple[float, float]) -> str:
    since, until = (None if abs(each) == _NEVER else one.clock.say(each) for each in span)
    if until is None:
        return f"{since}之后 after {since}"
    return f"至{until} by {until}" if since is None else f"{since} … {until}"


def _scored_row(
    seen: tuple[str, ...], bands: "Sequence[Band]", verdicts: Sequence[str], say: Callable[[float], str]
) -> Scored:
    before, after = (band(each, say) for each in bands)
    return Scored(seen, (before, after), (verdicts[0], verdicts[1]))


def _scored(title: str, head: tuple[str, ...], rows: Sequence[Scored]) -> str:
    cells = ((*row.seen, row.bands[0], said(row.verdicts[0]), row.bands[1], said(row.verdicts[1])) for row in rows)
    return f"{title}\n\n" + table((*head, "率定前 before", "判定 verdict", "率定后 after", "判定 verdict"), cells)


def _scores(parts: Mapping[str, Sequence[Scored]]) -> str:
    rows = ((name, *(score([row.verdicts[side] for row in rows]) for side in (0, 1))) for name, rows in parts.items())
    return table(("落在区间内 within the band", "率定前 before", "率定后 after"), rows)


def _mg(one: Replay, value: float) -> str:
    none = one.given["detection_mg_l"]
    if value == 0:
        return "未检出 not detected"
    return f"<{none}" if value < none else three(value)


def _exp(log: float) -> float:
    from math import exp

    return exp(log)
