"""What a command answers a person: the short form of what `--json` gives in full."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from adjoin.core.assessment import Assessment
    from adjoin.core.region import Region

_CLASSES = {"I": "Ⅰ", "II": "Ⅱ", "III": "Ⅲ", "IV": "Ⅳ", "V": "Ⅴ", "worse_than_V": "劣Ⅴ"}


def assessed(found: "Assessment", region: "Region", lang: str) -> str:
    """A verdict in four lines: where and when, class and target, what decided it, whether enough was observed."""
    from adjoin.formats.messages import messages

    say, verdict, have = messages().say, found.verdict, found.coverage
    site = region.site(found.site)
    meets = {True: "yes", False: "no", None: "open"}[verdict.meets_target]
    told = [
        say(
            "assess.head", lang, site=site.name_en if lang == "en" else site.name_zh, id=site.id,
            period=found.period.text, stage=say(f"assess.stage.{found.stage}", lang),
        ),
        say(
            "assess.class", lang, met=_class(verdict.water_class, lang), target=_class(found.target, lang),
            meets=say(f"assess.meets.{meets}", lang),
        ),
    ]  # fmt: skip
    if verdict.decided_by:
        told.append(say("assess.decided", lang, items=_items(verdict.decided_by, region, lang)))
    enough = say("assess.enough" if have.enough else "assess.not_enough", lang)
    unit = say(f"assess.unit.{have.unit}", lang)
    told.append(say("assess.coverage", lang, have=have.have, of=have.of, need=have.need, unit=unit, enough=enough))
    told += [say(key, lang) for key in found.warnings]
    return "\n".join([*told, say("assess.more", lang)])


def _class(code: str | None, lang: str) -> str:
    if code is None:
        return "—"
    return code.replace("_", " ") if lang == "en" else _CLASSES.get(code, code)


def _items(codes: tuple[str, ...], region: "Region", lang: str) -> str:
    """What quantities are called."""
    known = [(code, region.quantities.get(code)) for code in codes]
    names = [code if each is None else each.name_en if lang == "en" else each.name_zh for code, each in known]
    return (", " if lang == "en" else "、").join(names)
