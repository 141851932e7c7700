"""The page of HJ 212 in the reference: dialects and what becomes of them, reasons of rejects, flags, requests."""

from adjoin.cli.markdown import page, table
from adjoin.formats.hj212_exchange import REQUESTS
from adjoin.formats.hj212_tables import NOTED, TOLERANCES, dialects, flags
from adjoin.formats.messages import messages

_BY = {
    "standard": "照收 taken",
    "other_factor_names": "包照收；值按2005版代码表对应，对应不上的不入账、计数 "
    "the packet is taken; values by the codes of 2005, others are counted and stay out of the book",
}


def text() -> str:
    """The page."""
    head = ("方言 dialect", "见过什么 what is seen", "怎样处理 what is done", "依据 status")
    rows = ((f"`{each.id}`", each.seen, _handled(each.id), each.status) for each in dialects())
    return page(
        "HJ 212",
        "默认只收标准的包。容忍的方言在 `stations.csv` 的 `dialects` 列点名，一站一站地放。 "
        "By default only packets of the standard are taken; a dialect is tolerated by name, station by station, in "
        "`dialects` of `stations.csv`.",
        "## 方言 · Dialects",
        table(head, rows),
        "## 拒收的原因 · Why a packet or value is refused",
        table(("原因 kind", "遇到", "met", "怎么办", "what to do"), _kinds()),
        "## 数据标记 · Data flags",
        table(
            ("标记 letter", "入账的标记 flag in the book"), ((f"`{k}`", v or "（无 none）") for k, v in flags().items())
        ),
        "## 可以下达的命令 · What a host may ask",
        table(("命令 command", "字段 fields"), ((f"`{cn}`", ", ".join(names)) for cn, names in REQUESTS.items())),
        "1012、1062、1064、2012、2022 之外的都是查询。 All but 1012, 1062, 1064, 2012 and 2022 only ask.",
    )


def _handled(dialect: str) -> str:
    if dialect in TOLERANCES:
        return "拒收，点名才容忍 refused unless named"
    return (
        "照收并注明 taken with a note"
        if dialect in NOTED
        else _BY.get(dialect, "拒收，指明位置 refused, with the place")
    )


def _kinds() -> list[tuple[str, ...]]:
    said = messages().refusals
    kinds = sorted(kind for kind in said if kind.startswith("hj212_") and not kind.startswith("hj212_unknown"))
    parts = (("met", "zh"), ("met", "en"), ("do", "zh"), ("do", "en"))
    return [(f"`{kind}`", *(said[kind][part][lang] for part, lang in parts)) for kind in kinds]
