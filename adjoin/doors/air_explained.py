"""What the doors to the air give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_EDITION = Symbol("edition", "", "标准版本：2012或2026", "edition of the rule: 2012 or 2026")
_VOC = Symbol("VOCr_s_1", "1/s", "VOC反应活性", "reactivity of organic vapours")
_RELEASE = Symbol("Q_g_s", "g/s", "排放速率", "release")
_HEIGHT = Symbol("H_m", "m", "有效高度", "effective height")
_WIND = Symbol("u_m_s", "m/s", "风速", "wind")
_HJ633 = "HJ 633-2012; HJ 633-2026 by four public implementations, its text not read"

EXPLAINED = {
    "air.iaqi": Explanation(
        what_zh="一项污染物浓度的空气质量分指数；浓度先修约一次，指数向上取整；无指数为null",
        what_en="the sub-index of one concentration, which is rounded once before; null where the scale ends",
        formula="IAQI = ceil((I_hi - I_lo)/(B_hi - B_lo) (C - B_lo) + I_lo), B_lo < C <= B_hi",
        symbols=(
            Symbol("item", "", "项目，如PM25_24h、O3_8h", "item, as PM25_24h or O3_8h"),
            Symbol("conc", "ug/m3; CO mg/m3", "浓度", "concentration"),
            _EDITION,
        ),
        source=_HJ633,
    ),
    "air.aqi": Explanation(
        what_zh="一日的空气质量指数、首要污染物（大于50）和超标污染物（大于100）",
        what_en="the index of a day, its primary pollutants (above 50) and those that exceed (above 100)",
        formula="AQI = max IAQI",
        symbols=(
            Symbol("conc", "ug/m3; CO mg/m3", "各项浓度，未监测为null", "by item; null was not measured"),
            _EDITION,
        ),
        source=_HJ633,
    ),
    "air.warning": Explanation(
        what_zh="按预报日AQI确定重污染天气预警级别；只适用于PM2.5过程，首要污染物不是PM2.5的日子不计并打断连续",
        what_en="the level of a heavy-pollution warning from forecast daily AQI; for PM2.5 episodes only: another "
        "day does not count and breaks a run",
        formula="red: > 200 for 3 days with one > 300; orange: > 200 for 2 or > 150 for 3; yellow: > 200 for 1 or "
        "> 150 for 2; temporary control (regional): > 150 for 1 or > 100 for 2",
        symbols=(
            Symbol("daily_aqi", "", "预报日AQI，每日一个", "forecast, one a calendar day"),
            Symbol(
                "primary", "", "各日首要污染物：PM25、O3、dust等，可缺", "primary pollutant of each day; may be absent"
            ),
            Symbol("region_option", "", "区域是否采用临时管控", "whether the region has temporary control"),
        ),
        source="环大气〔2024〕6号 as quoted in two regional news; lifting is not part of it",
    ),
    "air.rank_score": Explanation(
        what_zh="扩散模式与示踪试验比较的综合评分，0最差，4最好",
        what_en="the rank of a dispersion model against tracer samples, 0 worst, 4 best",
        formula="rank = R^2 + (1 - |FB/2|) + FMS/100 + (1 - KSP/100)",
        symbols=(
            Symbol("R", "", "相关系数", "correlation"),
            Symbol("FB", "", "相对偏差", "fractional bias"),
            Symbol("FMS_percent", "%", "空间重合度", "figure of merit in space"),
            Symbol("KSP_percent", "%", "K-S参数", "Kolmogorov-Smirnov parameter"),
        ),
        source="Draxler et al. 2001",
    ),
    "air.plume": Explanation(
        what_zh="平坦开阔地面上连续点源的高斯烟羽；不含地形、建筑物和小风",
        what_en="Gaussian plume of a steady point source over flat open country; no terrain, buildings or calms",
        formula="C = Q/(2 pi u sy sz) exp(-y^2/2sy^2) sum_m [exp(-(z-H+2m zi)^2/2sz^2) + exp(-(z+H+2m zi)^2/2sz^2)]",
        symbols=(
            Symbol("stability", "", "稳定度A至F", "Pasquill class A to F"),
            Symbol("x_m", "m", "下风距离", "distance downwind"),
            _HEIGHT,
            _WIND,
            _RELEASE,
        ),
        source="closed form; Briggs 1973",
    ),
    "air.puff": Explanation(
        what_zh="瞬时烟团在均匀风中的浓度，地面全反射",
        what_en="concentration of an instantaneous puff in a uniform wind over a reflecting ground",
        formula="C = M/((4 pi t)^1.5 (Kx Ky Kz)^0.5) exp(-(x-ut)^2/4Kx t - y^2/4Ky t - decay t) "
        "[exp(-(z-H)^2/4Kz t) + exp(-(z+H)^2/4Kz t)]",
        symbols=(
            Symbol("t_s", "s", "时间", "time since the release"),
            Symbol("x_m", "m", "顺风向", "along the wind"),
            Symbol("y_m", "m", "横风向", "across the wind"),
            Symbol("z_m", "m", "高度", "height"),
            Symbol("M_g", "g", "释放量", "mass"),
            _WIND,
            _HEIGHT,
            Symbol("Kx", "m2/s", "扩散系数Kx、Ky、Kz", "diffusivities Kx, Ky, Kz"),
            Symbol("decay_s_1", "1/s", "衰减", "decay"),
        ),
        source="closed form",
    ),
    "air.ozone_box": Explanation(
        what_zh="教学用盒子：臭氧生成速率，以及被NO2消耗的自由基份额；不是化学模式",
        what_en="a teaching box: how fast ozone is made, and the share of radicals NO2 takes; no chemistry model",
        formula="Q = a h + 2 kH h^2, a = kN kNO r(1-r) N^2/R; P = 2 kNO r N h",
        symbols=(Symbol("NOx_ppb", "ppb", "氮氧化物", "nitrogen oxides"), _VOC),
        source="derived by hand after Kleinman",
    ),
    "air.ozone_ridge": Explanation(
        what_zh="教学用盒子中臭氧生成最快时的NOx；高于它，减NOx反而增臭氧",
        what_en="the NOx at which the teaching box makes most ozone; above it less NOx makes more",
        formula="a h/Q = 2/3; h = (Q/6kH)^0.5; N = (a R/(kN kNO r(1-r)))^0.5",
        symbols=(_VOC,),
        source="derived by hand",
    ),
    "air.fasst": Explanation(
        what_zh="各区域排放情景下的PM2.5和臭氧（TM5-FASST源—受体代数，线性近似，世界56区）",
        what_en="fine dust and ozone of every region under a scenario: source-receptor algebra of TM5-FASST, linear, "
        "56 regions of the world",
        formula="C_j = max(0, base_j + 5 sum_i sum_p A_p[i,j] (E_i - Eb_i)/Eb_i); ozone not cut off",
        symbols=(
            Symbol("emissions_kg", "kg/a", "各区BC、OM、NOX、SO2、NH3、VOC、CH4", "by region and pollutant"),
            Symbol(
                "tables",
                "",
                "另给的矩阵，可缺：src、base_em_kg、base_conc、urban_increment",
                "other matrices, or absent",
            ),
        ),
        source="Van Dingenen et al. 2018; coefficients of rfasst (BSD-2)",
    ),
    "air.prairie_grass": Explanation(
        what_zh="近地面释放在各弧线采样器处的最大浓度和横风向积分浓度；平坦草地、约1 km以内",
        what_en="a release near the ground seen by rings of samplers: greatest and crosswind-integrated "
        "concentration; flat grassland, within about a kilometre",
        formula="U dCy/dx = d/dz(K dCy/dz), K = k u* z/phi_h; max = Cy/((2 pi)^0.5 sy), "
        "sy = s_theta x/(1 + 0.9 (t/300)^0.5)",
        symbols=(
            _RELEASE,
            Symbol("release_height_m", "m", "释放高度", "height of the release"),
            Symbol("sampler_height_m", "m", "采样高度", "height of the samplers"),
            Symbol("L_m", "m", "奥布霍夫长度，不稳定为负", "Obukhov length, negative when unstable"),
            Symbol("ustar_m_s", "m/s", "摩擦速度", "friction velocity"),
            Symbol("mixing_height_m", "m", "混合层高度，未测为null", "mixing height; null where not measured"),
            Symbol(
                "sigma_azimuth_deg",
                "deg",
                "风向标准差，未测为null",
                "swing of the wind's direction; null: not measured",
            ),
            Symbol("U_m_s", "m/s", "2 m风速", "wind at 2 m"),
            Symbol("arcs_m", "m", "弧线距离", "distances of the rings"),
        ),
        source="Dyer 1974; Draxler 1976; Garland 1977; held against Barad 1958",
    ),
}
