"""Generated pages: what registers keep of each kind of site, and the rules by which data are looked at twice."""

from collections.abc import Mapping

from adjoin.cli.markdown import page, table
from adjoin.core.site import Attribute, Kind
from adjoin.formats.kinds import every, kinds, tolerances
from adjoin.formats.quality import Least, leasts, quality_rules

_COLUMNS = ("项目 attribute", "中文", "English", "单位 unit", "必填 required", "写法 form", "依据 source")


def registers() -> str:
    """The page of registers: every kind with its attributes."""
    near = tolerances()
    km = (f"{near.same_name_km:g}", f"{near.near_km:g}", f"{near.most_error_km:g}")
    zh = f"同名相距 ≤ {km[0]} km；相邻 ≤ {km[1]} km（各自误差另加，至多 {km[2]} km）且名称相似 ≥ {near.alike:g}"
    en = (
        f"the same name up to {km[0]} km apart; near each other up to {km[1]} km (and their errors, at most {km[2]} km)"
    )
    rule = (
        f"疑似同一对象：统一社会信用代码相同；{zh}（{near.status}）。"
        f"What may be one thing: the same credit code; {en}, with names alike from {near.alike:g} ({near.status})."
    )
    first = f"## 每一类都有 · kept of every kind\n\n{table(_COLUMNS, map(_row, every()))}"
    return page("登记册 · Registers", rule, first, *map(_kind, kinds().values()))


def data_quality() -> str:
    """The page of flags and of how much a mean needs."""
    rules = quality_rules()
    head = ("规则 rule", "中文", "English", "数 numbers", "把握 status", "说明 clause")
    numbers = _numbers()
    rows = (
        (f"`{name}`", each.zh, each.en, numbers[name], each.status, each.clause) for name, each in rules.said.items()
    )
    limits = ((f"`{code}`", f"{low:g}", f"{high:g}", f"{rules.floors.get(code, ''):g}" if code in rules.floors else "")
              for code, (low, high) in rules.limits.items())  # fmt: skip
    needs = [_least(family, unit, each) for family, units in leasts().items() for unit, each in units.items()]
    return page(
        "数据质量规则 · Rules on the quality of data",
        rules.source,
        table(head, rows),
        "## 合理范围与突跳的最小差 · plausible range, least step of a spike\n\n"
        + table(("项目 quantity", "低 low", "高 high", "差 step"), limits),
        "## 时段平均至少要多少 · how much a mean needs\n\n"
        + table(("类 family", "时段 span", "计 of", "至少 need", "二月 February", "把握 status", "条文 clause"), needs),
    )


def _kind(kind: Kind) -> str:
    return f"## `{kind.code}` {kind.name_zh} · {kind.name_en}\n\n{table(_COLUMNS, map(_row, kind.attributes))}"


def _row(each: Attribute) -> tuple[object, ...]:
    span = f"{each.low} – {each.high}" if each.high is not None else f"≥ {each.low}" if each.low is not None else ""
    words = "；".join(f"`{code}` {words}" for code, words in each.choices.items())
    form = " ".join(filter(None, (each.form, span, words, f"`{each.pattern}`" if each.pattern else "")))
    needed = "是 yes" if each.required else ""
    return f"`{each.code}`", each.name_zh, each.name_en, each.unit, needed, form, f"{each.source} {each.status}".strip()


def _numbers() -> dict[str, str]:
    rules = quality_rules()
    pairs = ", ".join(f"{part} ≤ {whole}" for part, whole in rules.parts)
    except_ = f"except {', '.join(sorted(rules.never_frozen))}"
    return {
        "range": "见下表 see below",
        "spike": _listed(rules.spike),
        "frozen": f"{_listed(rules.frozen)}; {except_}",
        "drift": f"{_listed(rules.drift)}; {', '.join(rules.drifting)}",
        "silent": _listed(rules.silent),
        "above_whole": pairs,
        "neighbour": f"{_listed(rules.neighbour)}; {', '.join(rules.conserved)}",
    }


def _listed(numbers: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {number:g}" for name, number in numbers.items())


def _least(family: str, unit: str, each: Least) -> tuple[object, ...]:
    need = each.need if each.need.isdigit() else f"`{each.need}`"
    return family, unit, each.of, need, each.february, each.status, each.clause
