"""What the doors to sudden events give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_CATEGORY = Symbol("category", "", "放射源类别 I–V", "category of the source, I to V")
_WHAT = Symbol("what", "", "lost丢失、stolen被盗、out of control失控", "lost, stolen or out of control")

EXPLAINED = {
    "risk.event": Explanation(
        what_zh="突发环境事件的级别（Ⅰ最重），以及由哪些事实决定",
        what_en="the grade of a sudden environmental event (I the gravest) and the facts that decide it",
        formula="grade = the gravest level that a fact gives; IV where none does",
        symbols=(
            Symbol("deaths, injured, evacuated", "people", "死亡、中毒或重伤、疏散转移人数", "people"),
            Symbol("loss_yuan", "yuan", "直接经济损失", "direct loss"),
            Symbol("ecology", "", "I、II、III", "I, II or III"),
            Symbol("water", "", "取水中断的水源地所属", "whose drinking-water intake stopped"),
            Symbol("border", "", "跨界影响", "effect across a border"),
            Symbol("source", "", "放射源：category、what、contamination", "category, what, contamination"),
            Symbol("on", "date", "哪一日，可缺", "the day; may be absent"),
        ),
        source="国办函〔2014〕119号, annex 1 (data/risk/event-2014.yaml)",
    ),
    "risk.report_clock": Explanation(
        what_zh="突发环境事件首报时限和对象；级别不明且属第四条六种情形的按重大处理",
        what_en="when and to whom an event is first reported; while its grade is unclear the six cases of Art. 4 count "
        "as large",
        formula="due = discovered + 4 h (III, IV) or 2 h (I, II); province to ministry = received + 1 h (I, II)",
        symbols=(
            Symbol("grade", "", "初判级别", "first assessment"),
            Symbol("clear", "", "级别是否确定", "whether the grade is certain"),
            Symbol("unclear_case", "", "第四条情形之一，或null", "one of the cases of Art. 4, or null"),
            Symbol("discovered, province_received", "time", "发现、省级接报时间", "ISO times"),
            Symbol("may_reach_neighbour", "", "可能波及相邻区域", "may reach the neighbour"),
        ),
        source="MEP order 17 of 2011, Art. 3, 4, 8 (data/reporting.yaml); hours run through nights and holidays",
    ),
    "risk.enterprise": Explanation(
        what_zh="企业突发环境事件风险等级，未经核实，不作为正式等级",
        what_en="the risk grade of a firm; its tables are recalled, so the grade is not official",
        formula="Q = sum q_i / Q_i; M = min(30, process points) + control points; grade = matrix(E, Q, M); the graver "
        "of air and water, one step up after a penalty",
        symbols=(
            Symbol(
                "air_substances_t, water_substances_t",
                "t",
                "[最大存在量, 临界量]",
                "[largest amount present, critical amount]",
            ),
            Symbol("process_points_before_cap", "", "工艺分值", "points of the processes"),
            Symbol("air_control_points, water_control_points", "", "风险控制水平分值", "points of control"),
            Symbol("air_E, water_E", "", "受体敏感性E1–E3", "sensitivity of receptors"),
            Symbol("penalised_in_last_3_years", "", "近三年是否受处罚", "penalised in the last three years"),
        ),
        source="HJ 941-2018 as recalled (data/risk/enterprise-hj941.yaml, status memory)",
    ),
    "risk.tailings": Explanation(
        what_zh="尾矿库环境风险等级，未经核实，不作为正式等级",
        what_en="the risk grade of a tailings pond; its tables are recalled, so the grade is not official",
        formula="D = sum of points; level 1 above 60, 2 above 30, else 3; grade = matrix(H, S, R)",
        symbols=(
            Symbol("H_points", "", "危害性：type、nature、volume", "hazard"),
            Symbol("S_points", "", "周边环境敏感性：crossing、receptors、class", "surroundings"),
            Symbol(
                "R_points",
                "",
                "控制机制可靠性：basic、place、safety、environment、history，分高为差",
                "reliability of control, more points are worse",
            ),
        ),
        source="HJ 740-2015 as recalled (data/risk/tailings-hj740.yaml, status memory)",
    ),
    "risk.source_accident": Explanation(
        what_zh="一枚放射源或一台装置事故的级别，按两份规定并列给出；“失控”两份不同",
        what_en="grade of an accident with a source or device by two books of law; they differ on out of control",
        formula="the gravest of: category and what happened, contamination, people",
        symbols=(
            _CATEGORY,
            _WHAT,
            Symbol("contamination", "", "wide severe或缺省", "wide severe, or absent"),
            Symbol("acute_deaths, severe_sickness", "people", "急性死亡、急性重度放射病人数", "people"),
            Symbol("over_limit", "", "有人超过年剂量限值", "somebody above the yearly dose limit"),
        ),
        source="Chongqing notice of 2008-08-13; 国办函〔2014〕119号 (data/risk/source_accidents.yaml)",
    ),
    "risk.source_category": Explanation(
        what_zh="放在一处的密封源的类别",
        what_en="the category of sealed sources that stand together",
        formula="A = A0 2^(-t/T); sum A/D >= 1000: I; >= 10: II; >= 1: III; >= 0.01: IV; else V",
        symbols=(
            Symbol("nuclide", "", "核素，如Co-60", "such as Co-60"),
            Symbol("activity_ref_TBq", "TBq", "参考日活度", "activity on the reference day"),
            Symbol("days_since", "d", "距参考日的天数", "days since then"),
        ),
        source="10 CFR 73 app. I, 10 CFR 110 app. P; SEPA notice 62 of 2005 (data/risk/nuclides.csv: status by row)",
    ),
    "risk.gamma_alarm": Explanation(
        what_zh="伽马剂量率站是否报警，从第几个值起；不含降雨和邻站核对",
        what_en="whether a gamma station raises an alarm and at which value; rain and neighbours are not checked",
        formula="alarm: `confirm` values in a row > threshold = mean + k sd",
        symbols=(
            Symbol("mean, sd", "nGy/h", "本底均值、标准差", "mean and standard deviation of the background"),
            Symbol("k", "", "倍数，缺省3", "factor, 3 if absent"),
            Symbol("threshold", "nGy/h", "阈值，给出则不用均值", "given instead of mean and sd"),
            Symbol("confirm", "", "连续个数，缺省2", "values in a row, 2 if absent"),
            Symbol("values", "nGy/h", "5分钟值，null为缺测", "5-minute values; null is missing"),
        ),
        source="own; no official threshold was found",
    ),
    "risk.drill": Explanation(
        what_zh="演练得分和最差的任务",
        what_en="the score of a drill and its worst tasks",
        formula="points = 100 max(0, 1 - late/target) correct; score = sum w points / sum w; P 90, S 60, M > 0, U",
        symbols=(
            Symbol("target_min, done_min", "min", "目标和完成时刻，null为未完成", "null: never done"),
            Symbol("correct", "", "正确的比例0–1", "share that was right"),
            Symbol("weight", "", "权重", "weight"),
        ),
        source="own; the four words as in HSEEP (memory)",
    ),
    "risk.depots": Explanation(
        what_zh="应急物资库的选址：最少覆盖、最大覆盖、双重覆盖、p-中位、p-中心，各自最优",
        what_en="where depots should stand: least cover, most covered, double cover, p-median, p-center",
        formula="lscp = min |S| covering all; mclp = max sum w_i [covered]; pmedian = min sum w_i min_j d_ij; "
        "pcenter = min max_i min_j d_ij over sets of p sites",
        symbols=(
            Symbol("distance_m", "m", "候选点（列）到地点（行）的路程", "way from a site (column) to a place (row)"),
            Symbol("weight", "", "地点的人口或价值", "people or value of a place"),
            Symbol("reach_m", "m", "覆盖距离，相等算覆盖", "reach; equal counts"),
            Symbol("p", "", "库的个数", "number of depots"),
            Symbol("gap", "", "相对差距，0为已证明最优", "relative; 0 where the optimum is proved"),
        ),
        source="Toregas 1971, Church and ReVelle 1974, Hakimi 1964, Minieka 1970",
    ),
}
