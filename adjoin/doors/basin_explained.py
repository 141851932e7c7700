"""What the doors to river networks give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_DOWN = Symbol(
    "down",
    "",
    "各河段的下一河段（序号，或ids中的编号），出口为null",
    "the reach below, by index or id; null at the outlet",
)
_BRANCHES = Symbol(
    "branches", "", "分流：[河段, 去向, 比例]，可缺", "splits: [reach, other reach, part]; may be absent"
)
_DT = Symbol("dt_h", "h", "时间步长", "step")
_K = Symbol("K_h", "h", "蓄量时间", "storage time")
_X = Symbol("X", "", "权重，0~0.5", "weight, 0..0.5")

EXPLAINED = {
    "water.muskingum": Explanation(
        what_zh="单河段马斯京根演算；系数不修约；负流量如实给出，不截断",
        what_en="flow through one reach by Muskingum; a negative flow is reported, never clipped",
        formula="O' = c0 I' + c1 I + c2 O;  c0 = (dt - 2KX)/d, c1 = (dt + 2KX)/d, c2 = (2K(1-X) - dt)/d, "
        "d = 2K(1-X) + dt",
        symbols=(
            _K, _X, _DT,
            Symbol("inflow", "m3/s", "入流，每步一个", "one a step"),
            Symbol("outflow_initial", "m3/s", "起始出流", "outflow at the first step"),
        ),
        source="McCarthy 1938; Chow, Maidment and Mays 1988, section 8.4",
    ),
    "water.flood": Explanation(
        what_zh="洪水波沿河道的变化（守恒的马斯京根—康吉法，波速随水位变化）；洪水波快于水流，不能用来率定流速",
        what_en="a flood wave down a channel by mass-conserving Muskingum-Cunge; it travels faster than the water, so "
        "velocities are never calibrated on it",
        formula="O' = [(C'-1+D') I' + (1+C-D) C'/C I + (1-C+D) C'/C O] / (1+C'+D');  C = c dt/(dx b), "
        "D = Q/(b B S c dx), b = c A/Q",
        symbols=(
            Symbol("width_m", "m", "底宽", "bottom width"),
            Symbol("side", "", "边坡（水平比垂直），缺省0", "side slope, horizontal over vertical; 0 if absent"),
            Symbol("slope", "m/m", "比降", "bed slope"),
            Symbol("manning_n", "s/m^(1/3)", "糙率", "roughness"),
            Symbol("L_m", "m", "河长", "length"),
            Symbol("pieces", "", "分段数", "pieces"),
            Symbol("inflow", "m3/s", "入流，大于0", "inflow, above 0"),
            _DT,
        ),
        source="Todini 2007, Hydrol. Earth Syst. Sci. 11, 1645-1659",
    ),
    "water.route": Explanation(
        what_zh="整个河网的流量过程（线性马斯京根，从空河网开始），附水量平衡",
        what_en="flow in every reach of a network (linear Muskingum, from rest), with its balance",
        formula="water.muskingum in every reach, inflow = lateral + part x outflow of those above; "
        "entered = left + held + lost",
        symbols=(
            _DOWN, _BRANCHES, _K, _X, _DT,
            Symbol("lateral", "m3/s", "各河段区间入流，每步一个", "lateral inflow of each reach, one a step"),
        ),
        source="as water.muskingum",
    ),
    "water.network_transport": Explanation(
        what_zh="整个河网（河段和水库）的负荷过程：整步延迟、步内分割、一个混合池，均值与方差精确；附质量平衡。给出at时，"
        "用转置回答各河段给该断面多少",
        what_en="loads through reaches and pools of a network over time: a whole delay, a split and a mixed store, "
        "exact in mean and variance; with its balance. Where `at` is given, what every reach gives to that section",
        formula="y_t = c2 y_(t-1) + c0 x_(t-n) + c1 x_(t-n-1);  n + f + m = mean, f(1-f) + m(1+m) = variance, in "
        "steps; passed = sum(asked x load)",
        symbols=(
            _DOWN, _BRANCHES,
            Symbol("dt_h", "h", "时间步长", "step"),
            Symbol(
                "reaches", "", "河段：L_m、u_m_s、D_m2_s、k_per_d，可有As_over_A、alpha_per_s；"
                "水库：V_m3，或storage与level_m，Q_m3_s、tanks、k_per_d",
                "reach: L_m, u_m_s, D_m2_s, k_per_d, and As_over_A, alpha_per_s; pool: V_m3, or storage and level_m, "
                "Q_m3_s, tanks, k_per_d",
            ),
            Symbol("load", "kg a step", "各河段起点每步的负荷", "at the head of each reach, one a step"),
            Symbol("at", "", "断面所在河段序号（末端），可缺", "index of the reach that ends there; may be absent"),
        ),
        source="own; the moments are exact (water.travel, water.pool)",
    ),
    "water.source_receptor": Explanation(
        what_zh="恒定流下各河段源头和沿程负荷到达界断面的比例，以及各辖区的份额",
        what_en="what loads at heads and along reaches deliver to a border in steady flow, and the share of each side",
        formula="x = k L/u;  head = e^(-x) P, lateral = (1 - e^(-x))/x P, P the product of e^(-x) below, to the foot",
        symbols=(
            _DOWN, _BRANCHES,
            Symbol("L_m", "m", "长度", "length"),
            Symbol("u_m_s", "m/s", "流速", "velocity"),
            Symbol("k_per_d", "1/d", "一级降解系数", "first-order loss"),
            Symbol("head_load_kg_d", "kg/d", "河段起点负荷", "load at the head"),
            Symbol("lateral_load_kg_d", "kg/d", "沿程均匀负荷", "load along the reach"),
            Symbol("jurisdiction", "", "所属辖区", "who holds the reach"),
            Symbol("border_reach", "", "界断面所在河段序号（末端）", "index of the reach that ends at the border"),
            Symbol("Q_border_m3_s", "m3/s", "界断面流量，可缺", "flow at the border; may be absent"),
        ),
        source="exact; the transpose of the forward sweep",
    ),
    "water.load": Explanation(
        what_zh="断面通量及其标准误差；不同前处理的样品不能混算；低于检出限按一半，统计总量时按0",
        what_en="the load of a section and its standard error; samples pretreated differently are never mixed; below "
        "detection half the limit, or zero for official totals",
        formula="ratio: sum(Q) l/q (1 + t s_lq/(lq)) / (1 + t s_qq/q^2), t = 1/n - 1/N;  regression: "
        "sum Q e^(a + b ln Q) mean(e^res);  interpolation: sum Q c(t);  error: jackknife; kg/d = 86.4 mg/L m3/s",
        symbols=(
            Symbol("way", "", "ratio比率法，regression回归法，interpolation内插法", "which of the three"),
            Symbol("samples", "", "[{day, value, flow_m3_s, pretreatment}]，value为文本", "value as text"),
            Symbol("below_detection", "", "half一半（缺省），zero按0", "half (default) or zero"),
            Symbol("flow_m3_s", "m3/s", "每日流量", "one flow a day"),
        ),
        source="Beale 1962; Duan 1983; Dolan, Yui and Geist 1981; Tukey 1958",
    ),
    "water.attribution": Explanation(
        what_zh="一次过程中界断面通量来自谁：中位数和5%~95%区间；不能归因时给出理由；余项不属于任何一方"
        "，超过±30%不给份额",
        what_en="whose load crossed a border in an event, with 5-95 %; or why nobody can tell. The residual is "
        "nobody's; beyond +-30 % no share is shown",
        formula="load = 3.6 int Q c dt;  source_i = S_i 3.6 int Q_i c_i dt, lag_i earlier;  residual = load "
        "- sum;  share_i = source_i/load;  smallest = half the band of the residual",
        symbols=(
            Symbol("border", "", "界断面：flow_h、observed_h及误差", "flow_h, observed_h and errors"),
            Symbol(
                "sources", "", "各来源：party（null为无主：背景、区外来水），flow_h、observed_h，或load_kg_d范围",
                "party (null: nobody's, as background or from outside); flow_h and observed_h, or a range load_kg_d",
            ),
            Symbol("flow_h", "h, m3/s", "流量过程，没有为null", "[hours, flow]; null where nobody measured it"),
            Symbol("observed_h", "h, mg/L", "浓度过程", "[hours, concentration]"),
            Symbol("lag_h", "h", "到界断面的时间范围", "range of the time to the border"),
            Symbol("survival", "", "途中留存比例范围", "range of what is not lost on the way"),
            Symbol("flow_ln_sigma", "", "ln Q标准差，缺省按河流大小", "of ln Q; by the size of the river if absent"),
            Symbol("clock_sigma_h", "h", "观测时间标准差", "of the time of observation"),
            Symbol("concentration_sigma", "", "分析与前处理相对标准差", "relative, of laboratory and pretreatment"),
            Symbol("max_gap_h", "h", "观测间隔不超过它", "observations further apart do not cover"),
            Symbol("seed", "", "抽样种子，缺省0", "of the samples; 0 if absent"),
        ),
        source="own; Latin hypercube of McKay et al. 1979",
    ),
}  # fmt: skip
