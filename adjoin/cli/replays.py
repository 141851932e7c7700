"""`adjoin replays`: published accidents and tracer tests computed again and scored; every number is computed here."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adjoin.cli import markdown, replays_cases, replays_cloud, replays_wave
from adjoin.cli.markdown import table
from adjoin.cli.options import Lang, LangOption
from adjoin.cli.replays_words import (
    Facts,
    Since,
    both,
    facts,
    lacks,
    section,
    sources,
    three,
    unanswered,
)

if TYPE_CHECKING:
    from adjoin.water.replay import Inflow

_ABOUT = (
    "公开的事故和示踪试验重新计算并逐项评分；事实及出处见`adjoin/data/replays/`，本页每个数由程序算出。"
    "区间为P5 … P50 … P95。不中的照列。\n"
    "Published accidents and tracer tests, computed again and scored; facts and sources are in "
    "`adjoin/data/replays/`, every number is computed. Bands are P5 … P50 … P95. Misses are printed like hits."
)


def replays(
    folder: Annotated[Path, typer.Argument(help="where the page goes")] = Path("docs/reference"),
    lang: LangOption = Lang.zh,  # noqa: ARG001  # the page holds both languages
) -> None:
    """Compute the replays and the case files again and write their pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("replays.md", page()), ("cases.md", replays_cases.text())):
        (folder / name).write_text(text, "utf-8")
        print(folder / name)


def page() -> str:
    """The page, computed now."""
    parts = (channel(), tracers(), replays_cloud.cloud(), metal(), cyanide(), replays_wave.wave())
    return markdown.page("回放 · Replays", _ABOUT, *parts, by="adjoin replays")


def channel() -> str:
    """Depth and velocity of each reach by Manning, and what mixing makes of its conductivity."""
    from adjoin.water import hydraulics, replay

    given = facts("channel")
    rows, head, out = given["reaches"], given["headwater"], given["abstraction"]
    column = {key: [row[key] for row in rows] for key in rows[0]}
    shape = hydraulics.Channel.of(given["width_m"], given["side_slope"], column["slope"], column["n_manning"])
    found = hydraulics.normal_depth(shape, column["Q_m3_s"])
    inflows = [*map(_inflow, given["inflows"]), replay.Inflow(-out["Q_m3_s"], 0.0, out["km"], out["km"])]
    ends = [max(each.since for each in inflows), *column["downstream_km"]]
    mixed = [value for _, value in replay.mixed(head["Q_m3_s"], head["conductivity_umhos"], ends, inflows)]

    computed = {"H_m": found.depth.tolist(), "U_m_s": found.velocity.tolist(), "conductivity_umhos": mixed}
    worst = [
        (f"`{key}`", f"{max(abs(a - b) for a, b in zip(values, column[key], strict=True)):.1e}", given["tol"][key])
        for key, values in computed.items()
    ]
    digits = {"H_m": 5, "U_m_s": 5, "conductivity_umhos": 1}
    lines = [
        (row["downstream_km"], row["Q_m3_s"], *(f"{computed[k][i]:.{n}f} / {row[k]:.{n}f}" for k, n in digits.items()))
        for i, row in enumerate(rows)
    ]
    return section(
        given,
        table(("项目 quantity", f"{len(rows)}个河段最大误差 worst error of {len(rows)} reaches", "容许 bound"), worst),
        table(
            ("河段末 foot, km", "Q m³/s", "H m 计算/公布 computed/published", "U m/s", "电导率 conductivity µmho"),
            lines,
        ),
        f"出处 Source: {given['source']}",
    )


def tracers() -> str:
    """How far published formulas of dispersion are off, against tracers."""
    from adjoin.water import accident, hydraulics, replay

    given = facts("tracers")
    width, depth, velocity, shear, _, measured = zip(*(row[1:] for row in given["rows"]), strict=True)
    found = hydraulics.dispersion(width, depth, velocity, shear)
    scored = sorted(
        ((replay.error_factors(each, measured), name) for name, each in found.items()), key=lambda row: row[0].typical
    )
    rows = (
        (f"`{name}`", f"{each.median:.2f}", f"{each.typical:.2f}", f"{each.within_2:.0%}", f"{each.within_4:.0%}",
         f"{three(each.least)} … {three(each.most)}")
        for each, name in scored
    )  # fmt: skip
    head = (
        "公式 formula", "估计/实测，中位 estimated/measured, median", "误差倍数 typical factor", "2倍以内 within 2",
        "4倍以内 within 4", "最小 … 最大 least … most",
    )  # fmt: skip
    spread = accident.Spread().dispersion
    best = f"{scored[0][0].typical:.2f}"
    return section(
        given,
        f"{len(measured)}次示踪试验。误差倍数为exp √均值(ln² (估计/实测))。最好的公式也差{best}倍："
        f"没有示踪试验时离散系数不可当作已知；值班台缺省 σ(ln D) = {spread}。\n"
        f"{len(measured)} tracer tests. The typical factor is exp √mean(ln² (estimated/measured)). The best formula is "
        f"off by a factor of {best}: without a tracer test dispersion is not known; the desk takes "
        f"σ(ln D) = {spread}.",
        table(head, rows),
        f"出处 Source: {given['source']}",
    )


def metal() -> str:
    """What can be said of a metal in a river held back by dams: multiples, and when the limit was passed."""
    from adjoin.water import detect

    given = facts("metal")
    limit, span = given["limit_mg_l"], given["first_above"]
    clock = Since.of(span["since"])
    points = [
        (clock.seconds(row["time"]), row["mg_l"])
        for row in given["observations"]
        if row["section"] == span["section"] and clock.seconds(row["time"]) <= clock.seconds(span["until"])
    ]
    found = detect.first_seen(points, limit)
    assert found is not None  # the readings pass the limit
    after = "" if found.after_h is None else clock.say(found.after_h)
    told = clock.say(clock.seconds(span["told"]))
    return section(
        given,
        both(given["note"]),
        "超标倍数 = C/限值 − 1 · multiple = C / limit − 1",
        table(
            ("断面 section", "时间 time", "mg/L", "公报 printed", "计算 computed", "相符 agrees"),
            (_multiple(row, limit) for row in given["observations"] if "printed_multiple" in row),
        ),
        f"{span['zh']} {span['section']}：首次超标 {after} … {clock.say(found.until_h)} "
        f"(first above the limit, by readings strictly above it)；公报 bulletin {told}："
        f"该时读数等于限值，等于不算超过 the reading then equals the limit, which is not above it.",
        unanswered(given),
        sources(given),
    )


def cyanide() -> str:
    """What the front and the peak at one section say of the rest of the passage there."""
    from adjoin.water import replay

    given = facts("cyanide")
    here, clock = given["border"], Since.of(given["release"]["start"])
    passage = replay.pulse_of_front(clock.seconds(here["front"]), clock.seconds(here["peak"]))
    hours, span = replay.passing_time(passage) / 3600, here["mean_hours"]
    mean, speed = here["peak_mg_l"] * replay.highest_mean(passage, span), given["speed_km_h"]
    length = f"污染带长度，按{speed} km/h length of the cloud, at that speed, km"
    rows = (
        _compared(length, hours * speed, given["cloud_length_km"]),
        _compared(f"最高{span}小时平均 highest {span} h mean, mg/L", mean, here["mean_mg_l"]),
    )
    peclet = 2 * float(passage.pulse.p)
    front, peak = (clock.seconds(here[key]) / 3600 for key in ("front", "peak"))
    return section(
        given,
        f"{both(here)}：释放后{front:.1f} h前锋、{peak:.1f} h峰值；由两者之比得佩克莱数{peclet:.0f}，"
        "其余由此算出，不再调整。 "
        "The ratio of front to peak gives the Peclet number; the rest follows and nothing is adjusted.",
        table(("什么 what", "计算 computed", "公布 told", "计算/公布 computed/told"), rows),
        lacks(given),
        unanswered(given),
        sources(given),
    )


def _inflow(given: Facts) -> "Inflow":
    """An inflow of the facts, at a point or between two."""
    from adjoin.water.replay import Inflow

    value = given.get("conductivity", given.get("conductivity_daily_mean"))
    since, until = given.get("km_from", given.get("km")), given.get("km_to", given.get("km"))
    return Inflow(*map(float, (given["Q_m3_s"], value, since, until)))


def _multiple(row: Facts, limit: float) -> tuple[object, ...]:
    """The multiple as printed and as it follows from the reading; they agree to the digits that were printed."""
    computed, printed = row["mg_l"] / limit - 1, str(row["printed_multiple"])
    digits = len(printed.partition(".")[2])
    agrees = "是 yes" if abs(computed - float(printed)) <= 10.0**-digits else "否 no"
    return f"{row['zh']} {row['section']}", row["time"], row["mg_l"], printed, f"{computed:.{digits}f}", agrees


def _compared(what: str, computed: float, told: float) -> tuple[str, str, str, str]:
    return what, three(computed), three(told), three(computed / told)
