"""What the doors to energy give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_SCALES = Symbol("scales", "", "评级尺度，逐行匹配，附含义", "scales, first row that fits, with its meaning")

EXPLAINED = {
    "energy.carbon": Explanation(
        what_zh="化石燃料燃烧的CO2：分部门法、参考法及两者之差；因子由使用者给出，不内置",
        what_en="CO2 of fuel burnt by the sectoral and the reference approach and their difference; factors are inputs",
        formula="t = q NCV c ox 44/12; apparent = production + imports - exports - bunkers - stock increase",
        symbols=(
            Symbol("factors", "MJ/kg or MJ/m3, tC/TJ", "各燃料单位、热值、含碳量、氧化率", "by fuel"),
            Symbol("consumption", "1e4 t, 1e8 m3", "部门×燃料消费量", "by sector and fuel"),
            Symbol("balance", "1e4 t, 1e8 m3", "各燃料供应：生产、进口、出口、库存增加等", "supply by fuel"),
        ),
        source="IPCC guidelines; forms of the ministry",
    ),
    "energy.control": Explanation(
        what_zh="能耗强度和总量“双控”：降低率、进度、是否在总量控制内；级别的界限由协议给出，连同含义一起答复",
        what_en="energy intensity and total against their targets; the cut-offs of levels belong to the agreement",
        formula="reduction = 1 - (E/G)/(E'/G'); progress = reduction/target; growth = E/E' - 1 <= cap",
        symbols=(
            Symbol("energy_1e4tce", "1e4 tce", "累计能耗；_last为上年同期", "energy so far; _last a year before"),
            Symbol("gdp_1e8yuan", "1e8 yuan", "累计产值，同一不变价", "product at the same constant prices"),
            Symbol("target_reduction", "", "全年目标降低率", "the year's target"),
            Symbol("cap_growth", "", "允许增速", "allowed growth"),
            Symbol("yearly_reduction", "", "或：逐年降低率", "or: reductions of several years"),
            _SCALES,
        ),
        source="arithmetic; national cut-offs not found, those given are an example of the agreement",
    ),
    "energy.lmdi": Explanation(
        what_zh="总量变化的因素分解（LMDI-I），零值取极限",
        what_en="what each factor did to a total, LMDI-I, zeros taken to their limits",
        formula="dV_k = sum_i L(V_i', V_i) ln(x_ki'/x_ki); D_k = exp(dV_k/L(V', V)); L(a,b) = (a-b)/ln(a/b)",
        symbols=(
            Symbol("factors", "", "因素名", "names of the factors"),
            Symbol("x", "", "[时间][因素][单元]", "x[time][factor][cell]"),
        ),
        source="Ang 2005; Wood and Lenzen 2006",
    ),
    "energy.storage": Explanation(
        what_zh="煤电、可再生与一个储能的最小费用调度（完全预见，线性规划）；不切负荷",
        what_en="the cheapest schedule of one store beside coal and renewable power, with full foresight; load is "
        "never shed",
        formula="coal + ren - cut + d - c = load; s' = s + e_c c - d/e_d; min price sum coal, then sum c + d",
        symbols=(
            Symbol("load_MW", "MW", "逐时负荷", "one an hour"),
            Symbol("renewable_MW", "MW", "逐时可再生出力", "one an hour"),
            Symbol("coal_MW", "MW", "煤电容量", "capacity"),
            Symbol("coal_yuan_MWh", "yuan/MWh", "煤电成本", "its cost"),
            Symbol("energy_MWh", "MWh", "储能容量", "what the store holds"),
            Symbol("power_MW", "MW", "充放电功率", "limit of charging and discharging"),
            Symbol("eff_charge", "", "充、放电效率", "efficiencies"),
            Symbol("cyclic", "", "首尾电量相同", "as full at the end as at the start"),
        ),
        source="linear programme, solved by HiGHS; bound from its prices",
    ),
    "energy.two_node": Explanation(
        what_zh="两个节点、一条无损联络线一小时的最小费用调度，节点电价为平衡约束的对偶",
        what_en="one hour of two nodes and a lossless link at least cost; a price is what one more MW would cost",
        formula="min sum c g + c_s shed; sum g + shed -/+ F = load; |F| <= link",
        symbols=(
            Symbol("nodes", "", "两个节点", "two nodes"),
            Symbol("load_MW", "MW", "各节点负荷", "by node"),
            Symbol("generators", "MW, yuan/MWh", "机组：节点、可用出力、成本、是否清洁", "what can generate"),
            Symbol("link_MW", "MW", "联络线容量", "limit of the link"),
            Symbol("shed_cost_yuan_MWh", "yuan/MWh", "切负荷代价", "cost of load not met"),
        ),
        source="linear programme, solved by HiGHS; bound from its prices",
    ),
    "energy.power_trade": Explanation(
        what_zh="跨区电力的消费侧CO2：按送出方发电因子，同一吨只计一次；第三方单列",
        what_en="CO2 by who consumes traded power, at the factor of the sender; a tonne is counted once, third parties "
        "have their own line",
        formula="consumption_p = production_p - sum sent MWh f_p + sum received MWh f_sender",
        symbols=(
            Symbol("production_t", "t", "各方排放", "CO2 released in each party"),
            Symbol("factor_t_per_MWh", "t/MWh", "各送出方发电因子", "by sender"),
            Symbol("flows", "MWh", "from、to、MWh", "from, to, MWh"),
        ),
        source="own rule; the sum closes",
    ),
    "energy.retirement": Explanation(
        what_zh="煤电机组逐年退役的最小折现费用，保持备用容量和供热；不含燃料",
        what_en="when each coal unit closes at least discounted cost, with reserve and heat kept; fuel is not in it",
        formula="min sum_u sum_{y<i} fixed d_y + decommission d_i + retrofit d_q; running + other >= peak (1 + margin)",
        symbols=(
            Symbol("units", "MW, 1e6 yuan", "机组", "units with power, heat and costs"),
            Symbol("years", "MW", "各年峰荷、其他可靠出力、各区供热", "peak, other firm power, heat by area"),
            Symbol("reserve_margin", "", "备用率", "reserve"),
            Symbol("discount", "", "折现率", "discount rate"),
        ),
        source="mixed-integer programme, proved to a gap of 0 by HiGHS",
    ),
}
