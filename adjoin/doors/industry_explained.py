"""What the doors to works and measures give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_TECHNOLOGIES = Symbol(
    "technologies",
    "yuan/t, t",
    "措施：名称、每吨成本、潜力，名称不重复",
    "measures: name, cost_yuan_t, potential_t; every name once",
)
_TARGET = Symbol("target_t", "t", "目标削减量", "tonnes to remove")
_CERTIFICATE = Symbol(
    "price_yuan_t, bound_yuan, gap_yuan",
    "yuan/t, yuan",
    "证书：任何价格p下，最小成本不低于pT + Σ组 min(0, min(成本 - p潜力))；proved为真时搜索完整，差距为0",
    "a certificate: at any price p the least cost is at least p T + sum over groups of min(0, min(cost - p potential));"
    " where proved is true the search was complete and the gap is 0",
)

EXPLAINED = {
    "industry.annual_cost": Explanation(
        what_zh="一项措施的年成本和每吨成本；负值表示收益大于成本",
        what_en="what a measure costs a year and a tonne; negative where it pays",
        formula="crf = r(1+r)^n / ((1+r)^n - 1); annual = capital crf + running - saving; per tonne = annual / removed",
        symbols=(
            Symbol("capital_yuan", "yuan", "第1年初的投资", "capital at the start of year 1"),
            Symbol("running_yuan_a", "yuan/a", "年运行费", "running cost"),
            Symbol("saving_yuan_a", "yuan/a", "年节省", "saving"),
            Symbol("life_a", "a", "寿命，整年", "life, whole years"),
            Symbol("rate", "1/a", "利率，小数", "interest rate, fraction"),
            Symbol("removed_t_a", "t/a", "年削减量，可缺", "tonnes removed a year; may be absent"),
        ),
        source="annuity formula; no scrap value, no tax",
    ),
    "industry.cost_curve": Explanation(
        what_zh="可部分采用的措施的边际减排成本曲线：先取全部负成本措施（按总节省），再从便宜到贵",
        what_en="the marginal abatement cost curve of measures that can be taken in part: all that pay (by total "
        "saving), then the cheapest tonne first",
        formula="t_i = potential_i if cost_i < 0, else min(potential_i, what is missing)",
        symbols=(_TECHNOLOGIES, _TARGET),
        source="own; order of the paying ones: Taylor 2012 (memory)",
    ),
    "industry.technologies_whole": Explanation(
        what_zh="以最小成本达到目标的整项措施组合",
        what_en="the cheapest set of whole measures that reaches a target",
        formula="min sum cost_i x_i;  sum potential_i x_i >= T;  x_i in {0, 1}",
        symbols=(_TECHNOLOGIES, _TARGET, _CERTIFICATE),
        source="own exact search; ties: more removed, then by name",
    ),
    "industry.technologies_exclusive": Explanation(
        what_zh="同上，每组最多取一项",
        what_en="the same, at most one measure of each group",
        formula="min sum cost_i x_i;  sum potential_i x_i >= T;  sum over a group of x_i <= 1;  x_i in {0, 1}",
        symbols=(_TECHNOLOGIES, _TARGET, Symbol("groups", "", "互斥组：名称列表", "lists of names"), _CERTIFICATE),
        source="own exact search; ties: more removed, then by name",
    ),
    "industry.green_factory": Explanation(
        what_zh="绿色工厂自评：自定规则，未经核实，不是正式得分",
        what_en="a green factory's rating of itself by an unverified house rule; not an official score",
        formula="score = 100 clip((value - base) / (lead - base), 0, 1); head = sum w score; total = sum of the heads",
        symbols=(
            Symbol("veto", "", "基本要求：名称、是否满足", "basic requirements: name, met"),
            Symbol(
                "indicators",
                "",
                "指标：一级指标、名称、权重（和为1）、基准值、引领值、数值",
                "head, name, weight (sum 1), base, lead, value",
            ),
        ),
        source="house rule; GB/T 36132-2025 (in force 2025-12-31) named in notices, its scoring chapter not read",
    ),
    "industry.cleaner_production": Explanation(
        what_zh="清洁生产综合评价指数和等级（Ⅰ、Ⅱ、Ⅲ级）；某类指标全不适用时无定义",
        what_en="composite index and level of cleaner production; undefined where nothing of a category applies",
        formula="Y_k = sum_i w_i sum_j w'_ij Y_gk(x_ij);  Y_gk = 100 if the grade is reached, else 0;  "
        "w'_ij = w_ij / sum of those that apply",
        symbols=(
            Symbol(
                "indicators",
                "",
                "指标：类别及权重、名称、权重、是否限定性、级别（或数值、基准值、方向）；null为不适用",
                "category and its weight, name, weight, limit, grade (or value, base, better); null: does not apply",
            ),
            Symbol(
                "rule",
                "",
                "阈值，以及Ⅰ级对其他指标的要求",
                "thresholds, and what the others must reach for level I",
            ),
        ),
        source="formulas 5-1 to 5-3 of the industry evaluation systems, seen in part; thresholds are given",
    ),
    "industry.vehicle_dust": Explanation(
        what_zh="机动车尾气、道路扬尘、施工扬尘或堆场扬尘的年排放量，可带95%区间",
        what_en="yearly emission of vehicles, paved roads, construction sites or stockpiles, with a 95 % interval",
        formula="vehicle: n ef vkt c 1e-6; paved_road: k sL^0.91 W^1.02 (1-eta) km N (1 - rain/1460) 1e-6; "
        "construction: A T ef (1-eta); stockpile: (Eh load times + Ew A) 1e-3, "
        "Eh = k 0.0016 (u/2.2)^1.3 / (M/2)^1.4 (1-eta)",
        symbols=(
            Symbol("kind", "", "vehicle、paved_road、construction或stockpile", "one of the four"),
            Symbol("fleet", "n, g/km, km/a", "车型：type、n、ef_g_km、vkt_km、c", "type, n, ef_g_km, vkt_km, c"),
            Symbol("sL_g_m2", "g/m2", "积尘负荷", "silt load"),
            Symbol("W_t", "t", "平均车重", "mean weight"),
            Symbol("eta", "", "控制效率，小数", "control, fraction"),
            Symbol(
                "distributions",
                "",
                "输入的分布：fixed、normal、uniform、lognormal；互相独立，不截断",
                "of inputs: fixed, normal, uniform, lognormal; independent, not truncated",
            ),
        ),
        source="AP-42 13.2.1 and 13.2.4; guideline of 2014 (memory); no base factor is built in",
    ),
}
