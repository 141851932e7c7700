"""Words of agreements: who takes part, amounts as they are read aloud, worked examples as what they are."""

from collections.abc import Mapping
from typing import Any

from adjoin.core.entry import fingerprint
from adjoin.core.region import Region
from adjoin.core.rule import Agreement
from adjoin.formats.messages import messages
from adjoin.joint.accounts import Claim
from adjoin.joint.settle import Settlement, yuan
from adjoin.loop.settle import Changed
from adjoin.loop.workspace import Workspace
from adjoin.web.page import Verdict
from adjoin.web.words import Both, after, joined, name_of, party_name, said

TEN_THOUSAND = 10_000 * 100  # in fen
NOTHING = Both("", "")


def grouped(fen: int) -> str:
    """An amount to the fen, its thousands apart: 4000000000 fen is "40,000,000.00"."""
    whole, _, part = yuan(fen).partition(".")
    return f"{int(whole):,}.{part}" if int(whole) else f"{whole}.{part}"


def money(fen: int) -> Both:
    """An amount as it is read aloud, without its sign: 4,000万元; 40,000,000.00 yuan."""
    size = abs(fen)
    whole = bool(size) and size % TEN_THOUSAND == 0
    return Both(f"{size // TEN_THOUSAND:,}万元" if whole else f"{grouped(size)}元", f"{grouped(size)} yuan")


def member(region: Region, name: str) -> Both:
    """What a party of an agreement is called: texts name parties in Chinese, a bundle by code."""
    known = {party.name_zh: party for party in region.parties.values()}.get(name)
    if known is not None:
        return name_of(known)
    key = f"web.agreement.of.{name}"
    return said(key) if key in messages().says else party_name(region, name)


def pays(region: Region, payer: str, payee: str) -> Both:
    """Who pays whom."""
    one, other = member(region, payer), member(region, payee)
    return Both(f"{one.zh} → {other.zh}", f"{one.en} → {other.en}")


def shares(region: Region, net_fen: Mapping[str, int]) -> Both:
    """Who receives and who pays how much in the end."""
    return joined([_share(member(region, who), fen) for who, fen in net_fen.items()])


def _share(name: Both, fen: int) -> Both:
    word = "receives" if fen > 0 else "pays" if fen < 0 else "even"
    return said(f"web.agreement.{word}", party=name, money=money(fen))


def condition(when: str) -> Both:
    """When a clause holds; a formula stays what it is."""
    return said("web.agreement.always") if when == "always" else Both(when, when)


def of_both(region: Region, agreement: Agreement) -> bool:
    """Whether both sides of a bundle take part in an agreement."""
    sides = (region.parties[side] for side in region.sides)
    return all({side.code, side.name_zh} & set(agreement.parties) for side in sides)


def title(agreement: Agreement) -> Both:
    """What an agreement is called."""
    return Both(agreement.title["zh"], agreement.title["en"])


def example_said(example: Mapping[str, Any]) -> Both:
    """What a worked example shows."""
    return Both(str(example.get("zh") or example["say"]), str(example["say"]))


def doubts(found: Settlement) -> Both:
    """The facts that entered from memory; nothing where there are none."""
    facts = joined([Both(name, name) for name, _, _ in found.doubts])
    return said("web.agreement.doubts", facts=facts) if found.doubts else NOTHING


def of_example(ws: Workspace, agreement: Agreement, found: Settlement, example: Both) -> Verdict:
    """What a published text can tell: that it settles nothing here, and how its formula runs on a worked example."""
    always = [Both(gap.why["zh"], gap.why["en"]) for gap in agreement.gaps if gap.when == "always"]
    if always and not agreement.duties:
        parties = joined([member(ws.region, party) for party in agreement.parties])
        turn = said("web.agreement.bring", parties=parties)
        return Verdict("unknown", said("web.agreement.no_text", why=joined(always)), turn, "no_text")
    if found.undefined or found.net_fen is None:
        say = said("web.agreement.example.undefined", example=example)
    else:
        say = said("web.agreement.example", example=example, net=shares(ws.region, found.net_fen))
    return Verdict("unknown", say, after(said("web.agreement.example.about"), doubts(found)), "example")


def of_period(ws: Workspace, agreement: Agreement, found: Settlement, period: str) -> Verdict:
    """What a period of an agreement comes to, or why it cannot be said."""
    if found.undefined:
        why = joined([Both(f"{g.clause}：{g.why['zh']}", f"{g.clause}: {g.why['en']}") for g in found.gaps])
        return Verdict("unknown", said("web.agreement.undefined", period=period), why)
    if found.net_fen is None:
        return Verdict("unknown", said("web.agreement.open", period=period), doubts(found))
    say = said("web.agreement.comes_to", period=period, net=shares(ws.region, found.net_fen))
    return Verdict("unknown", say, doubts(found), "tried") if agreement.draft else Verdict("fine", say, doubts(found))


def beneath(word: str, claim: Claim) -> Both:
    """What a signed claim stands on."""
    return said(f"web.signed.{word}", rule=claim.rule[:16], inputs=fingerprint(dict(claim.inputs))[:16])


def changed(each: Changed) -> Both:
    """An input that is another one since it was claimed."""
    return said("web.agreement.changed", name=each.name, before=each.before or "—", after=each.after or "—")
