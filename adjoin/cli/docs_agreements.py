"""The generated page of agreements: text beside the running form, with its worked examples computed."""

from collections.abc import Iterable

from adjoin.cli.markdown import table
from adjoin.core.rule import Agreement


def page(agreements: Iterable[Agreement]) -> list[str]:
    """A part a published agreement."""
    return [_agreement(each) for each in agreements]


def _agreement(agreement: Agreement) -> str:
    until = agreement.until.isoformat() if agreement.until else "—"
    title = f"## `{agreement.name}` {agreement.title['zh']} · {agreement.title['en']}"
    span = f"{agreement.since.isoformat()} – {until}"
    about = f"{' · '.join(agreement.parties)}；{span}；{agreement.source} ({agreement.status})"
    clauses = table(
        ("条 clause", "条文 text", "条件 when", "谁付给谁 who pays whom", "元 yuan", "依据 status"),
        (
            (
                d.id,
                f"{d.say['zh']} {d.say['en']}",
                f"`{d.when}`",
                f"{d.payer} → {d.payee}",
                d.yuan or _else(d.why),
                d.status,
            )
            for d in agreement.duties
        ),
    )
    terms = table(
        ("名称 name", "是什么 what", "来源、数或公式 from", "单位 unit", "依据 status"),
        (
            (
                f"`{t.name}`",
                f"{t.say['zh']} {t.say['en']}",
                " / ".join(t.path) if t.path else f"`{t.formula}`",
                t.unit,
                t.status,
            )
            for t in agreement.terms
        ),
    )
    gaps = [f"- 未定 undefined `{gap.when}`: {gap.why['zh']} {gap.why['en']}" for gap in agreement.gaps]
    parts = [title, about, clauses if agreement.duties else "", terms if agreement.terms else "", "\n".join(gaps)]
    return "\n\n".join(part for part in (*parts, _examples(agreement)) if part)


def _else(why: object) -> str:
    return f"{why['zh']} {why['en']}" if isinstance(why, dict) else "—"


def _examples(agreement: Agreement) -> str:
    """Each worked example, computed as the page is written."""
    from adjoin.doors.registry import compute

    period = f"{agreement.since.year}-07" if agreement.period == "month" else str(agreement.since.year + 1)
    rows = []
    for example in agreement.examples:
        given = example.get("given")
        asked = {"agreement": agreement.name, "period": period, **(given if isinstance(given, dict) else {})}
        rows.append((example["say"], _said(compute("joint.settle", asked))))
    return table(("例 worked example", "得 gives"), rows)


def _said(answer: object) -> str:
    if not isinstance(answer, dict) or "error" in answer:
        return str(answer)
    index = "" if answer["index"] is None else f"index {answer['index']:.6f}; "
    if answer["undefined"]:
        return index + "未定 undefined: " + ", ".join(str(gap["clause"]) for gap in answer["gaps"])
    net = answer["net_yuan"]
    if net is None:
        return index + "; ".join(f"{each['payer']} → {each['payee']}" for each in answer["payments"])
    return index + "; ".join(f"{party} {text}" for party, text in net.items())
