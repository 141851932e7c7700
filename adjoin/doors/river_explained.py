"""What the doors to one river give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_U = Symbol("u_m_s", "m/s", "流速", "velocity")
_D = Symbol("D_m2_s", "m2/s", "纵向离散系数", "longitudinal dispersion")
_K = Symbol("k_per_s", "1/s", "一级衰减系数", "first-order decay")
_KD = Symbol("k_per_d", "1/d", "一级衰减系数", "first-order decay")
_L = Symbol("L_m", "m", "河段长", "length of the reach")
_T = Symbol("T_C", "C", "水温", "water temperature")
_ZONE = (
    Symbol("alpha_per_s", "1/s", "与滞留区的交换系数（OTIS定义）", "exchange with the storage zone, as in OTIS"),
    Symbol("As_over_A", "", "滞留区与主流断面之比", "section of the storage zone over that of the channel"),
)

EXPLAINED = {
    "water.instant_release": Explanation(
        what_zh="全断面瞬时混合释放后的浓度",
        what_en="concentration after a mass was mixed over the section at once",
        formula="C = M / (A sqrt(4 pi D t)) exp(-(x - u t)^2 / (4 D t) - k t)",
        symbols=(
            Symbol("M_kg", "kg", "质量", "mass"),
            Symbol("A_m2", "m2", "过水断面", "wetted section"),
            _U,
            _D,
            _K,
            Symbol("x_m", "m", "位置，每处一行", "places, a row each"),
            Symbol("t_s", "s", "时间，每时一列", "times, a column each"),
        ),
        source="Taylor 1954; Fischer et al. 1979",
    ),
    "water.breakthrough": Explanation(
        what_zh="单位质量脉冲流出河段的过程：精确解；by_gamma为三阶矩相同的移位伽马分布，作第二种方法",
        what_en="how a pulse of one unit leaves a reach: exact; `by_gamma` is the delayed gamma with the same three "
        "moments, a second method",
        formula="f(t) = L / sqrt(4 pi D t^3) exp(-(L - u t)^2 / (4 D t) - k t)",
        symbols=(_L, _U, _D, _K),
        source="inverse Gaussian; closed form",
    ),
    "water.front": Explanation(
        what_zh="上游浓度由0变为C0并保持后的浓度",
        what_en="concentration at a place after a constant one began above it",
        formula="C = C0/2 [e^(x(u-v)/2D) erfc((x-vt)/(2 sqrt(Dt))) + e^(x(u+v)/2D) erfc((x+vt)/(2 sqrt(Dt)))], "
        "v = u sqrt(1 + 4kD/u^2)",
        symbols=(
            Symbol("x_m", "m", "位置", "place"),
            _U,
            _D,
            _K,
            Symbol("C0", "any", "上游浓度", "concentration above"),
            Symbol("t_s", "s", "时间", "times"),
        ),
        source="Ogata and Banks 1961, USGS Prof. Paper 411-A",
    ),
    "water.steady_decay": Explanation(
        what_zh="恒定排放沿程剩余的比例，旁列活塞流",
        what_en="what is left of a constant concentration some way down, plug flow beside it",
        formula="C/C0 = exp[(u x / 2D)(1 - sqrt(1 + 4 k D / u^2))]",
        symbols=(Symbol("x_m", "m", "距离", "distance"), _U, _D, _KD),
        source="closed form",
    ),
    "water.storage_zone": Explanation(
        what_zh="脉冲通过带滞留区河段的时间累积量：均值、方差、三阶",
        what_en="when a pulse passes a reach with a storage zone: mean, variance, third cumulant",
        formula="mean = (L/u)(1+e); variance = (2DL/u^3)(1+e)^2 + 2(L/u)e^2/alpha; third = 12 D^2 L/u^5 (1+e)^3 + "
        "12 (DL/u^3)(1+e)e^2/alpha + 6 (L/u)e^3/alpha^2; e = As/A",
        symbols=(_L, _U, _D, *_ZONE),
        source="Laplace transfer function; Bencala and Walters 1983",
    ),
    "water.travel": Explanation(
        what_zh="释放通过串联河段的过程：各河段累积量相加，以相同三阶矩的移位逆高斯分布作答",
        what_en="how a release passes reaches in a row: their cumulants add up; the answer is the delayed inverse "
        "Gaussian with these three",
        formula="mu = 3 variance^2 / third, delay = mean - mu, lambda = mu^3 / variance",
        symbols=(
            Symbol(
                "reaches",
                "",
                "河段，每段有L_m、u_m_s、D_m2_s，可有k_per_d、滞留区；水库为V_m3、Q_m3_s、tanks、k_per_d",
                "each with L_m, u_m_s, D_m2_s; k_per_d, storage; a pool with V_m3, Q_m3_s, tanks, k_per_d",
            ),
            Symbol("duration_h", "h", "释放历时", "duration of the release"),
            *_ZONE,
        ),
        source="own; exact for a uniform river",
    ),
    "water.oxygen_sag": Explanation(
        what_zh="排放口下游的溶解氧和最低点；低于零时标明公式不再成立",
        what_en="oxygen below a load and where it is least; below zero it is said that the formula no longer holds",
        formula="D = D0 e^(-ka t) + kd L0 (e^(-kd t) - e^(-ka t)) / (ka - kd); tc = ln[(ka/kd)(1 - D0 (ka - kd) / "
        "(kd L0))] / (ka - kd); k(T) = k20 theta^(T - 20)",
        symbols=(
            _U,
            _T,
            Symbol("kd20_per_d, ka20_per_d", "1/d", "20℃耗氧和复氧系数", "deoxygenation and reaeration at 20 C"),
            Symbol("theta_d, theta_a", "", "温度系数", "temperature factors"),
            Symbol("L0_mg_L", "mg/L", "起点BOD", "oxygen demand at the load"),
            Symbol("DOsat_mg_L, DO0_mg_L", "mg/L", "饱和值和起点溶解氧", "saturation and oxygen at the load"),
            Symbol("x_km", "km", "距离", "distances"),
        ),
        source="Streeter and Phelps 1925",
    ),
    "water.oxygen_saturation": Explanation(
        what_zh="淡水在1个大气压下的饱和溶解氧",
        what_en="oxygen in fresh water in balance with air at 1 atm",
        formula="ln DO = -139.34411 + 1.575701e5/T - 6.642308e7/T^2 + 1.243800e10/T^3 - 8.621949e11/T^4, T in K",
        symbols=(_T,),
        source="Benson and Krause; APHA Standard Methods",
    ),
    "water.reaeration": Explanation(
        what_zh="20℃复氧系数，三个公式",
        what_en="how fast the surface gives oxygen at 20 C, by three formulas",
        formula="3.93 U^0.5/H^1.5; 5.026 U/H^1.67; 5.32 U^0.67/H^1.85",
        symbols=(Symbol("U_m_s", "m/s", "流速", "velocity"), Symbol("H_m", "m", "水深", "depth")),
        source="O'Connor and Dobbins 1958; Churchill et al. 1962; Owens et al. 1964",
    ),
    "water.tanks": Explanation(
        what_zh="串联全混池与活塞流的剩余比例",
        what_en="what is left after stirred tanks in series, and after plug flow",
        formula="C/C0 = (1 + k tau / n)^-n; plug: e^(-k tau)",
        symbols=(
            Symbol("tau_d", "d", "总停留时间", "residence time of all tanks"),
            _KD,
            Symbol("n", "", "池数", "number of tanks"),
        ),
        source="closed form",
    ),
    "water.travel_time": Explanation(
        what_zh="没有实测时，由集水面积和流量估计传播时间和单位峰值；Vmp为99%的数据不超过的速度",
        what_en="travel time and unit peak where nothing was measured but the catchment; 99 % of the data stay "
        "below Vmp",
        formula="Vp = 0.094 + 0.0143 Da'^0.919 Qa'^-0.469 S^0.159 Q/Da; without slope 0.020 + 0.051 Da'^0.821 "
        "Qa'^-0.465 Q/Da; Da' = Da^1.25 sqrt(g)/Qa; Qa' = Q/Qa; Cup = 857 Tp^(-0.760 Qa'^-0.079)",
        symbols=(
            Symbol("Da_km2", "km2", "集水面积", "catchment area"),
            Symbol("Qa, Q", "m3/s", "多年平均流量和当日流量", "mean flow of many years and flow of the day"),
            Symbol("slope", "m/m", "比降，可缺", "slope; may be absent"),
            Symbol("L_km", "km", "距离", "distance"),
            Symbol("mass_kg, recovery", "kg", "质量和回收率", "mass and the part that is recovered"),
        ),
        source="Jobson 1996, USGS WRIR 96-4013",
    ),
    "water.bank_mixing": Explanation(
        what_zh="岸边释放时，断面各处浓度与断面平均之比",
        what_en="concentration across the width over the mean of the section, for a release at one place of it",
        formula="m = sum_n [e^(-(y-y0-2n)^2/4x') + e^(-(y+y0-2n)^2/4x')] / sqrt(4 pi x'); x' = e x / (u B^2); "
        "e = 0.6 H sqrt(g H S)",
        symbols=(
            Symbol("distance", "", "x'，或由下列量计算", "x', or from what follows"),
            Symbol("release, places", "", "y0和y：左岸0，右岸1", "y0 and y: 0 at the left bank, 1 at the right"),
            Symbol(
                "x_m, u_m_s, B_m, H_m, slope",
                "m, m/s, m, m, m/m",
                "距离、流速、河宽、水深、比降",
                "distance, velocity, width, depth, slope",
            ),
            Symbol(
                "coefficient", "", "横向混合系数，0.4～0.8，缺省0.6", "of transverse mixing, 0.4 to 0.8, usually 0.6"
            ),
        ),
        source="Fischer et al. 1979",
    ),
    "water.transport": Explanation(
        what_zh="一条河道的浓度过程：有限体积，限流对流，隐式离散和滞留区，旁侧入流；附质量平衡",
        what_en="concentration along one channel over time: finite volumes, limited advection, implicit dispersion and "
        "storage, lateral inflow; the balance is printed",
        formula="A dC/dt = -d(QC)/dx + d(A D dC/dx)/dx + q CL + alpha A (Cs - C) - k A C; As dCs/dt = alpha A (C - Cs)",
        symbols=(
            Symbol(
                "segments",
                "",
                "各段：长度、断面、离散、滞留区、交换、旁侧入流",
                "length, section, dispersion, storage, exchange, lateral inflow",
            ),
            Symbol("Q_upstream_m3_s", "m3/s", "上游流量", "flow at the upper end"),
            Symbol("upstream_C_mg_L", "h, mg/L", "上游浓度，阶梯", "concentration above, in steps"),
            Symbol("lateral_inflow_C_mg_L", "mg/L", "旁侧入流浓度", "concentration of lateral inflow"),
            Symbol("stations_m, time_h", "m, h", "输出位置和时间", "places and times asked"),
            Symbol("dx_m", "m", "网格，缺省为全长的1/400", "longest cell, usually 1/400 of the whole"),
            _KD,
        ),
        source="Bencala and Walters 1983; Runkel 1998; MC limiter van Leer 1977",
    ),
}
