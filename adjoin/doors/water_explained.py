"""What the doors to rivers give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_RULES = "环办〔2011〕22号 (data/standards/evaluation-2011.yaml)"
_OBSERVED = Symbol("observed_h", "h, unit of the value", "观测：[小时, 值]，按时间递增", "[hours, value], ascending")

EXPLAINED = {
    "water.section_class": Explanation(
        what_zh="一个断面的单因子类别：参评指标中最差的一类；实时值不修约，评价值修约一次后比较",
        what_en="the single-factor class of one section: the worst class among its evaluated items; real-time values "
        "are never rounded, assessment rounds once before comparing",
        formula="class = max_j class_j;  multiple_j = (C_j - S3_j) / S3_j",
        symbols=(
            Symbol(
                "values", "house units", "监测值，文本；“<L”为低于检出限，null为未监测", "text; `<L` below detection"
            ),
            Symbol("water_body", "", "river为河流，lake为湖库", "river or lake"),
            Symbol("stage", "", "realtime为实时信号，assessment为评价", "realtime signal or assessment"),
            Symbol("target", "", "目标类别，可缺", "the class to keep; may be absent"),
            Symbol(
                "on", "date", "适用哪一日的标准，缺省为最新文本", "the day whose law holds; the newest text if absent"
            ),
        ),
        source=f"GB 3838-2002 table 1; {_RULES}; digits 总站水字〔2020〕90号",
    ),
    "water.river_grade": Explanation(
        what_zh="河流或流域的水质定性评价，断面数不少于5个",
        what_en="the word for a river or basin with five or more sections",
        formula="share(I-III) >= 90 %: excellent; >= 75 %: good; else share(worse than V) >= 40 %: heavily polluted; "
        ">= 20 %: moderately polluted; else lightly polluted",
        symbols=(Symbol("classes", "", "各断面的类别", "the classes of its sections"),),
        source=_RULES,
    ),
    "water.trophic_state": Explanation(
        what_zh="湖库综合营养状态指数和营养状态",
        what_en="the trophic level index of a lake or reservoir and its state",
        formula="TLI = sum(r_j^2 TLI_j) / sum(r_j^2),  TLI_j = 10 (a_j + b_j ln x_j)",
        symbols=(
            Symbol("chla_mg_m3", "mg/m3", "叶绿素a", "chlorophyll a"),
            Symbol("TP_mg_L", "mg/L", "总磷", "total phosphorus"),
            Symbol("TN_mg_L", "mg/L", "总氮", "total nitrogen"),
            Symbol("SD_m", "m", "透明度", "transparency"),
            Symbol("CODMn_mg_L", "mg/L", "高锰酸盐指数", "permanganate index"),
        ),
        source=f"{_RULES}; coefficients ChinaXiv 201802.00025, 202112.00113",
    ),
    "water.ph_mean": Explanation(
        what_zh="pH值的平均，按氢离子浓度计算",
        what_en="the mean of pH values, through the hydrogen ions",
        formula="mean = -log10(sum(10^-pH_i) / n)",
        symbols=(Symbol("values", "", "pH值", "pH values"),),
        source="two code bases of national surface water evaluation agree",
    ),
    "water.hull": Explanation(
        what_zh="界断面的观测值能否是已观测各入流的某种混合（任何流量）；只对途中不增不减的物质成立，不说明责任",
        what_en="can a border value be a mixture of the observed inflows, at any flows? Holds for what is neither made "
        "nor lost on the way; it says nothing of blame",
        formula="low(t) = min_i min of c_i over [t - lag_i long, t - lag_i short]; high(t) the max; "
        "inside if low <= c(t) <= high, undecided if a window is not covered, else above or below",
        symbols=(
            Symbol("border", "h, unit of the value", "界断面：[小时, 值]", "[hours, value] at the border"),
            _OBSERVED,
            Symbol("lag_h", "h", "到界断面的最短和最长传播时间", "shortest and longest time of travel to the border"),
            Symbol(
                "max_gap_h", "h", "相邻观测间隔不超过它时按直线连接", "observations up to this far apart are joined"
            ),
        ),
        source="own; a mixture lies between its parts",
    ),
    "water.dose": Explanation(
        what_zh="超过基准值部分对时间的积分，含穿越时刻",
        what_en="the time integral of what exceeds a base, crossings included",
        formula="D = integral of max(0, c(t) - base) dt",
        symbols=(_OBSERVED, Symbol("base", "unit of the value", "基准值", "the base")),
        source="own; trapezoidal rule with crossings",
    ),
    "water.first_seen": Explanation(
        what_zh="沿河谁先观测到升高（或下降）：各站只给出时间区间；区间不重叠才分先后，河道里程不明的不排序",
        what_en="who saw a rise (or fall) first along the water: every site gives a bracket of time; only brackets "
        "that do not overlap are ordered, and a site of unknown kilometre never is",
        formula="bracket = (last observation before, first observation beyond]; A before B if end(A) <= begin(B)",
        symbols=(
            _OBSERVED,
            Symbol("threshold", "unit of the value", "阈值，大于它为升高", "beyond is above it"),
            Symbol("falling", "", "为true时小于阈值为越过", "when true, beyond is below it"),
            Symbol("km", "km", "到流域出口的河道距离，不明为null", "water distance to the outlet; null where unknown"),
        ),
        source="own; order of intervals",
    ),
}
