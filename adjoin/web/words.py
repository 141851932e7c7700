"""Words on pages: everything that is said stands in both languages until the moment it is shown."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from adjoin.core.evidence import Evidence
from adjoin.core.party import Office, Party
from adjoin.core.period import ZONE
from adjoin.core.refusal import Refusal
from adjoin.core.region import Region
from adjoin.core.rule import Procedure
from adjoin.core.site import Site
from adjoin.formats.messages import messages

_TABLE = re.compile(r",? ?table (\d+), item (\d+)")
_CLASS = re.compile(r",? class (\w+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Both(NamedTuple):
    """The same said in Chinese and in English."""

    zh: str
    en: str

    def of(self, lang: str) -> str:
        """What is said in a language."""
        return self.en if lang == "en" else self.zh


def said(key: str, /, **facts: object) -> Both:
    """A sentence of the catalogue; a fact that is itself in both languages enters each in its own."""
    return Both(_one(key, "zh", facts), _one(key, "en", facts))


def _one(key: str, lang: str, facts: Mapping[str, object]) -> str:
    plain = {name: fact.of(lang) if isinstance(fact, Both) else fact for name, fact in facts.items()}
    return messages().say(key, lang, **plain)


def joined(parts: list[Both]) -> Both:
    """A list within a sentence."""
    return Both("、".join(part.zh for part in parts), ", ".join(part.en for part in parts))


def after(first: Both, second: Both) -> Both:
    """One sentence after another."""
    return Both(first.zh + second.zh, f"{first.en} {second.en}".strip())


def in_language(refusal: Refusal, lang: str) -> Refusal:
    """A refusal whose facts stand in one language."""
    facts = {name: fact.of(lang) if isinstance(fact, Both) else fact for name, fact in refusal.facts.items()}
    return Refusal(refusal.kind, **facts)


def name_of(thing: Site | Party | Office) -> Both:
    """What a site, a party or an office is called."""
    return Both(thing.name_zh, thing.name_en)


def party_name(region: Region, code: str | None) -> Both:
    """What a party is called; its code where the bundle does not know it."""
    party = region.parties.get(code or "")
    return name_of(party) if party else Both(code or "—", code or "—")


def site_name(region: Region, code: str) -> Both:
    """What a site or a reach is called; its code where the bundle does not know it."""
    site, reach = region.sites.get(code), region.network.reaches.get(code)
    if site is None and reach is not None:
        span = f"{reach.km_up:g}–{reach.km_down:g} km"
        return Both(f"{reach.name_zh} {span}", f"{reach.name_en} {span}")
    named = site or region.parties.get(code)
    return name_of(named) if named else Both(code, code)


def quantity_name(region: Region, code: str) -> Both:
    """What a quantity is called; what a finding of an answer is about stands in the catalogue."""
    quantity = region.quantities.get(code)
    if quantity is None and f"{code}.name" in messages().says:
        return said(f"{code}.name")
    return Both(quantity.name_zh, quantity.name_en) if quantity else Both(code, code)


def unit_of(region: Region, code: str) -> str:
    """The unit of a quantity, as it stands after a thin space."""
    quantity = region.quantities.get(code)
    return quantity.unit if quantity else ""


def clause_words(clause: str) -> Both:
    """Where a limit stands, as each language writes it: "table 1, item 8" is 表1第8项; other words stay."""
    tables = _TABLE.sub(lambda found: said("web.clause", table=found[1], item=found[2]).zh, clause)
    zh = _CLASS.sub(lambda found: said(f"web.class.{found[1]}").zh, tables)
    return Both(zh.replace("表", " 表", 1).strip(), clause)


def source_words(source: str) -> Both:
    """Where something was read, in both languages where the catalogue knows it; else as its file writes it."""
    key = f"web.source.{source}"
    return said(key) if key in messages().says else Both(source, source)


def word(procedure: Procedure, key: str) -> Both:
    """What a role, state, move or outcome of a procedure is called."""
    return Both(procedure.word(key, "zh"), procedure.word(key, "en"))


def moment(time: datetime) -> Both:
    """A time in prose: 2026年9月1日 05:00, 1 Sep 2026 05:00."""
    local = time.astimezone(ZONE)
    clock = f"{local:%H:%M}"
    prose = day(local.date())
    return Both(f"{prose.zh} {clock}", f"{prose.en} {clock}")


def day(when: date) -> Both:
    """A day in prose."""
    return Both(f"{when.year}年{when.month}月{when.day}日", f"{when.day} {_MONTHS[when.month - 1]} {when.year}")


def short_time(time: datetime | date | None) -> str:
    """A time in a table: 2026-09-01 05:00."""
    if time is None:
        return "—"
    return f"{time.astimezone(ZONE):%Y-%m-%d %H:%M}" if isinstance(time, datetime) else time.isoformat()


def evidence_href(evidence: Evidence) -> str | None:
    """Where one thing beneath a result can be looked at."""
    if evidence.kind == "series":
        return "/evidence/series/" + evidence.ref.replace("+", "%2B")
    places = {
        "desk": f"/desk?{evidence.ref}",
        "site": f"/section/{evidence.ref}",
        "answer": f"/answers/{evidence.ref}",
        "parameter": f"/rules#p-{evidence.ref}",
        "clause": "/rules#limits",
    }
    return places.get(evidence.kind, f"/evidence/entry/{evidence.ref}" if evidence.kind == "entry" else None)
