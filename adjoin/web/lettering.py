"""The letter of a case: what is asked of the other side, as a draft that an office edits, numbers and issues itself."""

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from adjoin.core.period import ZONE
from adjoin.formats.letter import Letter, written
from adjoin.loop.workspace import Workspace
from adjoin.web.page import Ask
from adjoin.web.pages import case
from adjoin.web.pages.case import CasePage, Past
from adjoin.web.site import language, site_of
from adjoin.web.words import Both, after, day, name_of, party_name, said, short_time

router = APIRouter(include_in_schema=False)

MEDIA = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@router.get("/case/{name}.docx")
def letter(request: Request, name: str) -> Response:
    """A case as the draft of a letter to the other side."""
    site, now = site_of(request), site_of(request).clock()
    page = case.build(site.ws, Ask(now, (name,)))
    headers = {
        "Content-Disposition": f'attachment; filename="{page.line.id}.docx"',
        "Cache-Control": "private, no-cache",
    }
    return Response(written(told(site.ws, page, language(request), now)), media_type=MEDIA, headers=headers)


def told(ws: Workspace, page: CasePage, lang: str, now: datetime) -> Letter:
    """What the letter of a case says: what it is about, how it stands, what was signed, what it rests on."""
    parts = (
        (said("web.letter.about"), (page.told, *page.withheld, *page.caveats) if page.finding else (page.procedure,)),
        (said("web.letter.stands"), _stands(page)),
        (said("web.letter.history"), tuple(_move(past) for past in page.history)),
        (said("web.letter.evidence"), tuple(_entry(past) for past in page.history)),
    )
    drill = said("web.letter.drill") if page.drill else Both("", "")
    title = said("web.letter.title", site=page.line.site_name, procedure=page.procedure)
    return Letter(
        lang=lang,
        title=after(drill, title).of(lang),
        to=said("web.letter.to", party=_office(ws, ws.other)).of(lang),
        parts=tuple((heading.of(lang), tuple(each.of(lang) for each in texts)) for heading, texts in parts),
        sender=_office(ws, ws.party).of(lang),
        day=day(now.astimezone(ZONE).date()).of(lang),
        foot=said("web.letter.foot", id=page.line.id, time=short_time(now)).of(lang),
        made=now.astimezone(ZONE),
    )


def _stands(page: CasePage) -> tuple[Both, ...]:
    sides = tuple(
        said("web.letter.side", party=side.name, role=side.role, state=side.state) for side in (page.mine, page.theirs)
    )
    clocks = tuple(clock.say for side in (page.mine, page.theirs) for clock in side.clocks)
    return (page.verdict.say, *sides, *clocks)


def _move(past: Past) -> Both:
    facts = {"time": short_time(past.at), "party": past.party, "move": past.move, "by": past.by}
    line = said("web.letter.move", **facts)
    reason = said("web.letter.reason", reason=past.reason) if past.reason else Both("", "")
    mark = said("web.letter.demonstration") if past.demonstration else Both("", "")
    return after(after(line, reason), mark)


def _entry(past: Past) -> Both:
    return said("web.letter.entry", move=past.move, party=past.party, seq=past.seq, entry=past.entry)


def _office(ws: Workspace, party: str) -> Both:
    """The office that answers for a side, else the side."""
    names = (name_of(office) for office in ws.region.offices if office.party == party)
    return next(names, party_name(ws.region, party))
