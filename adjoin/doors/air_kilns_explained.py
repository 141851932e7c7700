"""What the timetable of kilns gives, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

EXPLAINED = {
    "air.kiln_timetable": Explanation(
        what_zh="水泥窑错峰时间表：熟料不少产，停窑合规，人群暴露最小；与集中停窑的时间表对照",
        what_en="when each cement kiln stops, so that people are exposed least for the same clinker; beside the plain "
        "timetable of one stop each",
        formula="min sum_k sum_t sum_p E_kp X_kpt x_kt d; sum over a side of c_k d x_kt >= D; "
        "d sum_t (1 - x_kt) >= stop_k; stops >= min_stop, runs between >= min_run, number of stops <= most",
        symbols=(
            Symbol(
                "kilns",
                "t/d, d",
                "水泥窑：所属一方、熟料日产量、应停天数、最短停窑、最短运行、最多停窑次数；plain_from、plain_days为对照停窑的"
                "起始时段和天数，可缺",
                "kilns: side, clinker a day, days ordered to stop, shortest stop, shortest run between stops, most "
                "stops; plain_from and plain_days: first period and days of the plain stop, may be absent",
            ),
            Symbol(
                "emissions",
                "t/d",
                "各窑运行时每日各污染物排放量，每窑每种一行",
                "emission a day of running, one row a kiln and pollutant",
            ),
            Symbol(
                "exposure_per_t",
                "person ug/m3 d per t",
                "每排放1吨的人群加权暴露（由响应面或源—受体矩阵得出）：行与emissions逐行对应，列为时段；不得为负",
                "exposure of people by a tonne emitted, from a response surface or source-receptor matrix: a row for "
                "each row of emissions, a column a period; never negative",
            ),
            Symbol("period_days", "d", "每个时段的天数", "days of a period"),
            Symbol("since", "", "第一天的日期，可缺", "date of the first day; may be absent"),
            Symbol(
                "demand_t",
                "t",
                "本季各方需要的熟料；缺时为对照时间表的产量",
                "clinker that each side needs in the season; absent: what the plain timetable makes",
            ),
            Symbol(
                "together",
                "",
                "两方熟料可否互补（只要求总量）",
                "whether a side may make what the other needs (only the sum counts)",
            ),
            Symbol(
                "exposure, plain_exposure",
                "person ug/m3 d",
                "所得时间表与对照时间表的人群暴露",
                "exposure under the timetable found, and under the plain one",
            ),
            Symbol("timetable", "", "每个时段一位：1运行，0停窑", "a digit a period: 1 runs, 0 stops"),
            Symbol("stopped_days", "d", "每周停窑天数", "days stopped in each week"),
            Symbol(
                "exposure_per_t_clinker",
                "person ug/m3 d per t",
                "少产一吨熟料可再减的暴露（影子价格）；price_bound为仅凭它证明的下界",
                "exposure that a tonne of clinker less would still avoid: its price; price_bound: what it proves",
            ),
        ),
        source="规划任务24 task 24 of the plan. 应停天数见各地水泥错峰生产通知，原文未读（memory），由使用者给出；"
        "the days that an order on staggered production asks for are given by the user, no order was read (memory). "
        "Own method: every lawful timetable of a kiln looked at, their numbers shared out exactly. Not in it: stock "
        "of clinker and the market week by week, fuel and emission of heating up, a response that bends",
    ),
}
