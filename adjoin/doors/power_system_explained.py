"""What the door to the power system gives, in both languages."""

from adjoin.doors.door import Explanation, Symbol

EXPLAINED = {
    "energy.power_system": Explanation(
        what_zh="两地电力系统：最省的装机和逐时出力；清洁份额、弃电、交换、价格、碳排放，并逐地逐时核对平衡。"
        "336小时以内直接求解；全年先用典型周定装机，再逐时调度8760小时（PyPSA，另一进程）",
        what_en="the power system of two regions: the cheapest capacities and hours; clean share, curtailment, "
        "exchange, prices, CO2, the balance of every region and hour. Up to 336 hours at once; a year by weeks that "
        "stand for it, then all of its hours (PyPSA, in a process of its own)",
        formula="min sum capital build + sum_t (sum cost p + shed s); sum p + discharge - charge + s -/+ flow = load; "
        "p <= available (MW + build); |flow| <= MW + build; store as full at the end as at the start",
        symbols=(
            Symbol("regions", "", "两地名称", "the two regions"),
            Symbol("hours", "h", "小时数，至多8760", "hours, 8760 at most"),
            Symbol(
                "load_MW", "MW", "各地逐时负荷，或{shape, peak_MW}", "load by hour of each region, or {shape, peak_MW}"
            ),
            Symbol(
                "plants",
                "MW",
                "电源：name、region、carrier、MW、MW_max、capital_yuan_MW、cost_yuan_MWh、t_co2_MWh、available",
                "plants: MW_max is the most it may become; available: by hour, one number, or the name of a shape",
            ),
            Symbol(
                "capital_yuan_MW",
                "yuan/MW",
                "新增每兆瓦在所问时段的费用（全年则为年金）",
                "cost of a new MW over the hours asked (the annuity where they are a year)",
            ),
            Symbol("stores", "MW", "储能：hours、eff_charge、eff_discharge，可缺", "stores; may be absent"),
            Symbol("line", "MW", "联络线：MW、MW_max、capital_yuan_MW", "the line between them"),
            Symbol("shed_yuan_MWh", "yuan/MWh", "缺电的代价", "price of load that is not met"),
            Symbol("weeks", "", "典型周数，缺省6", "weeks that stand for a year, 6 by default"),
            Symbol("hourly", "", "是否给出逐时结果", "whether the hours are answered"),
        ),
        source="linear programme; PyPSA (Brown, Hoersch and Schlachtberger 2018); weeks as in Nahmmacher et al. 2016",
    ),
}
