"""What the doors to kinetics, phosphorus and pools give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_U = Symbol("u_m_s", "m/s", "流速", "velocity")
_T = Symbol("T_C", "C", "水温", "water temperature")

EXPLAINED = {
    "water.nitrification": Explanation(
        what_zh="有机氮、氨氮、硝酸盐氮沿程变化；给出oxygen时，溶解氧及各原因的氧亏",
        what_en="organic, ammonia and nitrate nitrogen below a load; with `oxygen`, dissolved oxygen and its deficit "
        "by cause",
        formula="No = No0 e^(-ko t); Na = Na0 e^(-kn t) + ko No0 (e^(-ko t) * e^(-kn t)); Nn = rest; D = D0 e^(-ka t) "
        "+ kd L0 (e^(-kd t) * e^(-ka t)) + 4.57 kn (Na * e^(-ka t)) + (SOD/H + R - P)(1 - e^(-ka t))/ka; k(T) = k20 "
        "theta^(T - 20); * is convolution in time",
        symbols=(
            Symbol("organic_N_mg_L, NH3N_mg_L, NO3N_mg_L", "mg/L", "起点各形态氮", "nitrogen by form at the head"),
            Symbol(
                "ko20_per_d, theta_o", "1/d", "有机氮水解，0.02–0.4，1.047", "hydrolysis of organic nitrogen, 0.02-0.4"
            ),
            Symbol("kn20_per_d, theta_n", "1/d", "硝化，0.1–1，1.083", "nitrification, 0.1 to 1, 1.083"),
            _T,
            _U,
            Symbol("x_km", "km", "各处距离", "distances"),
            Symbol(
                "oxygen.L0_mg_L, kd20_per_d, theta_d, ka20_per_d, theta_a",
                "mg/L, 1/d",
                "碳化需氧量、耗氧、复氧",
                "carbonaceous demand, deoxygenation, reaeration",
            ),
            Symbol("oxygen.DO0_mg_L, DOsat_mg_L", "mg/L", "起点和饱和溶解氧", "oxygen at the head and at saturation"),
            Symbol(
                "oxygen.SOD20_g_m2_d, theta_s, H_m",
                "g/m2/d, m",
                "底泥耗氧和水深，可缺",
                "demand of the sediment and depth; may be absent",
            ),
            Symbol(
                "oxygen.respiration_mg_L_d, photosynthesis_mg_L_d",
                "mg/L/d",
                "呼吸和光合的日平均，可缺",
                "breathing and photosynthesis, means of a day; may be absent",
            ),
        ),
        source="Bateman 1910; Streeter and Phelps 1925; Brown and Barnwell 1987; Chapra 1997",
    ),
    "water.degradation": Explanation(
        what_zh="高锰酸盐指数、氨氮等一级降解：串联河段各段末的浓度",
        what_en="first-order loss of CODMn, ammonia and the like: what is left at the foot of reaches in a row",
        formula="C = C0 exp(-sum k20 theta^(T - 20) L/u)",
        symbols=(
            Symbol("C0_mg_L", "mg/L", "起点浓度", "concentration at the head"),
            Symbol(
                "reaches",
                "L_m m, u_m_s m/s, T_C C, k20_per_d 1/d",
                "各河段：长度、流速、水温、系数、theta",
                "length, velocity, temperature, rate and theta of each",
            ),
        ),
        source="closed form",
    ),
    "water.phosphorus": Explanation(
        what_zh="溶解态和颗粒态磷：低于临界切应力沉积，高于另一临界值再悬浮；全水样值，不是沉降后的值",
        what_en="dissolved and particulate phosphorus: settling below one critical shear, lifted above another; "
        "values of the whole water, not of settled samples",
        formula="dS/dt = e - k S; dP/dt = e q - k Pp; k = (w/H)(1 - tau/tau_d)+; e = (M/H)(tau/tau_e - 1)+; with Kd: "
        "Pp = Kd S Pd; tau = rho g H S or rho g n^2 u^2 / H^(1/3); u* = sqrt(tau/rho)",
        symbols=(
            Symbol(
                "whole_mg_L, Kd_L_kg", "mg/L, L/kg", "全磷和分配系数：两态处处平衡", "both forms in balance everywhere"
            ),
            Symbol(
                "dissolved_mg_L, particulate_mg_L", "mg/L", "没有Kd时：两态各自不变", "without Kd: forms stay apart"
            ),
            Symbol("suspended_mg_L", "mg/L", "悬浮物", "suspended matter"),
            Symbol("fines.w_m_s", "m/s", "沉速w", "settling velocity w"),
            Symbol(
                "fines.tau_d_Pa, tau_e_Pa", "Pa", "沉积、起动临界切应力", "critical shear of deposition, of erosion"
            ),
            Symbol("fines.M_g_m2_s", "g/m2/s", "切应力为两倍tau_e时的冲刷率M", "erosion at twice tau_e"),
            Symbol("fines.q_g_kg", "g/kg", "底泥含磷q", "phosphorus in the bed"),
            Symbol(
                "reaches",
                "L_m m, u_m_s m/s, H_m m",
                "各河段：长度、流速、水深，及tau_Pa或slope或n_manning",
                "length, velocity, depth, and tau_Pa or slope or n_manning",
            ),
        ),
        source="Krone 1962; Partheniades 1965; partition as in Chapra 1997; closed form own, checked against a solver",
    ),
    "water.settled": Explanation(
        what_zh="水样静置后上层读数（评价用）与全水样值（通量用）",
        what_en="what the upper layer of a sample at rest reads (for assessment) beside the whole (for loads); "
        "published shares 0.46 to 0.80, one public text",
        formula="c = d + sum p max(0, 1 - w t / h); w = R g D^2 / (18 nu + sqrt(0.75 R g D^3))",
        symbols=(
            Symbol("dissolved_mg_L", "mg/L", "溶解和不沉的部分", "dissolved, and all that does not sink"),
            Symbol(
                "bound",
                "mg_L mg/L, w_m_s m/s or D_um um",
                "颗粒态各级：含量，沉速或粒径（可有density_kg_m3，缺省2650）",
                "what is bound to particles: amount, velocity or size (density_kg_m3, usually 2650)",
            ),
            _T,
            Symbol("minutes", "min", "静置时间，缺省30", "time at rest, usually 30"),
            Symbol("layer_m", "m", "所取上层的厚度h", "depth h of the layer that is taken"),
        ),
        source="GB 3838-2002, 6.1 (seen1); Ferguson and Church 2004; shares: 环境监控与预警 2020, 12(2): 1-5 (seen1)",
    ),
    "water.pool": Explanation(
        what_zh="水库或湖泊作串联全混池：停留时间、剩余比例、时间累积量；给出入流浓度时，出流过程和质量平衡",
        what_en="a reservoir as stirred tanks in a row: residence, what survives, cumulants of time; with a series of "
        "inflow concentration, what leaves and the balance",
        formula="tau = V(level)/Q; C/C0 = (1 + k tau/n)^-n; r = 1 + k tau/n: mean tau/r, variance tau^2/(n r^2), third "
        "2 tau^3/(n^2 r^3)",
        symbols=(
            Symbol("storage", "level_m m, volume_m3 m3", "水位—库容表，直线内插", "table of levels and volumes"),
            Symbol("level_m", "m", "水位，表外拒绝", "level; refused outside of the table"),
            Symbol("Q_m3_s", "m3/s", "流量", "flow"),
            Symbol("tanks", "", "池数n", "number n of tanks"),
            Symbol("k_per_d", "1/d", "一级衰减系数", "first-order decay"),
            Symbol(
                "C_in_mg_L, time_h, C_start_mg_L",
                "h, mg/L",
                "入流浓度（阶梯）、输出时间、初始浓度，可缺",
                "inflow in steps, times asked, concentration before; may be absent",
            ),
        ),
        source="closed form; Levenspiel 1972",
    ),
}
