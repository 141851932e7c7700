"""What is printed of a city: the 城市日报 of a year, with the heaviest month of both sides."""

from collections.abc import Callable
from datetime import datetime, time

from adjoin.core.period import ZONE
from adjoin.formats.report import Facts, Heading, Paragraph, Part, Picture, Table
from adjoin.web import picture_hours, picture_places
from adjoin.web.pages.city import CityPage
from adjoin.web.words import Both, said

AIR = """.q0{fill:#e3e4e1}.q1{fill:#00e400}.q2{fill:#ffff00}.q3{fill:#ff7e00}.q4{fill:#ff0000}.q5{fill:#99004c}
.q6{fill:#7e0023}.w5,.w6{fill:#fff}"""


def city(page: CityPage, lang: str, *, styled: Callable[[str], str]) -> tuple[list[Part], datetime | None]:
    """A city: the year, both editions, the six pollutants, the heaviest month."""

    def drawn(svg: str, alt: str) -> Picture:
        return Picture(styled(svg).replace("<style>", f"<style>{AIR}", 1), alt, width=172)

    parts: list[Part] = []
    if page.counts:
        parts += [Heading(_t("calendar", lang)), drawn(picture_places.air_year(page, lang), page.title.of(lang))]
        parts += [Paragraph(_t("calendar.note", lang)), Heading(_t("editions", lang)), _editions(page, lang)]
        parts += [Heading(_t("six", lang)), _six(page, lang)]
    parts += [Heading(_t("hours", lang)), Paragraph(page.hours.say.of(lang))]
    parts += [drawn(picture_hours.profile(each, lang), each.name.of(lang)) for each in page.hours.profile]
    if page.hours.winds:
        rose = styled(picture_hours.rose(page.hours, lang))
        parts += [Picture(rose, _t("rose", lang), width=80), _winds(page, lang)]
    parts += [Heading(_t("ahead", lang)), Paragraph(page.forecast_say.of(lang))]
    if page.region:
        told = [(each.name.of(lang), _tiers(each.tiers, page.editions, lang)) for each in page.sides]
        parts += [
            Heading(_t("month", lang, month=page.month)),
            Paragraph(_t("month.about", lang), lead=True),
            Facts(told),
        ]
        parts += [Paragraph(page.rule.of(lang)), drawn(picture_places.air_month(page, lang), page.month)]
    parts += [Heading(said("web.finding.rests").of(lang))]
    parts.append(Facts([(each.fingerprint[:16], each.say.of(lang)) for each in page.evidence]))
    last = max((each.day for each in page.calendar if each.level), default=None)
    return parts, None if last is None else datetime.combine(last, time(), ZONE)


def _t(key: str, lang: str, **facts: object) -> str:
    return said(f"web.city.{key}", **facts).of(lang)


def _editions(page: CityPage, lang: str) -> Table:
    levels = [said(f"web.air.level.{number}").of(lang) for number in range(1, 7)]
    columns = [_t("edition", lang), _t("good_days", lang), *levels, _t("unknown", lang)]
    rows = [
        [f"{e.clause} ({e.status.of(lang)})", str(e.good), *map(str, e.levels), str(e.missing)] for e in page.counts
    ]
    return Table(columns, rows)


def _six(page: CityPage, lang: str) -> Table:
    names = ("mean", "greatest", "on", "known", "decides")
    columns = [said("web.data.quantity").of(lang), *(_t(f"col.{name}", lang) for name in names)]
    rows = [
        [
            f"{e.name.of(lang)} {e.unit}",
            e.mean or "—",
            e.greatest or "—",
            str(e.greatest_day or "—"),
            str(e.days),
            str(e.decides),
        ]
        for e in page.pollutants
    ]
    return Table(columns, rows)


def _winds(page: CityPage, lang: str) -> Table:
    columns = [_t(f"wind.{name}", lang) for name in ("from", "hours", "share", "speed", "dust")]
    told = (*page.hours.winds, *((page.hours.calm,) if page.hours.calm else ()))
    rows = [
        [each.name.of(lang), str(each.hours), f"{100 * each.share:.1f}%", each.speed, each.dust or "—"] for each in told
    ]
    return Table(columns, rows)


def _tiers(tiers: tuple[Both, ...], editions: tuple[str, ...], lang: str) -> str:
    return " · ".join(f"HJ 633-{edition} {tier.of(lang)}" for edition, tier in zip(editions, tiers, strict=True))
