"""What the doors to waste give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_DECREE = "Decree 23 (MEE, MPS, MOT) of 2022, text read in a public copy"
_SHARES = "shapley_i = sum |S|!(n-|S|-1)!/n! (f(S+i) - f(S)); nucleolus: advantages lexicographically greatest"

EXPLAINED = {
    "waste.clocks": Explanation(
        what_zh="危险废物跨省转移各步的最迟日期；超出已公布的工作日历答复refused",
        what_en="the latest day of each step of a transfer of hazardous waste; beyond the calendar `refused`",
        formula="5 working days to ask for what is missing, 5 to the first opinion, 10 to the answer, 5 to decide; "
        "valid 12 months at most",
        symbols=(
            Symbol("received", "date", "收到材料", "papers handed in"),
            Symbol("accepted", "date", "受理；requested、answered可缺", "accepted; requested and answered may follow"),
            Symbol("approved", "date", "批准；另给applicant_until、permit_until", "approved, with both periods"),
        ),
        source=f"{_DECREE}, art. 23-27; whether 12 months end on the same date is open, here they do",
    ),
    "waste.transfer": Explanation(
        what_zh="移出地对一件申请如何办理：名单和额度内直接批准并告知，超额或名单外先商请，许可失效或暂停不批准",
        what_en="what the office of origin does: inside list and quota approve and inform, else consult, refuse if the "
        "permit fails",
        formula="refuse if no permit or suspended; approve if listed and t <= quota - used; else consult",
        symbols=(
            Symbol("list", "t", "当年名单：receiver、code、year、quota_t、used_t", "the list of the year"),
            Symbol("t", "t", "申请数量", "tonnes applied for"),
            Symbol("permit_valid", "", "接收方许可有效", "the receiver's permit holds"),
            Symbol("suspended", "", "已暂停", "suspended"),
        ),
        source=f"{_DECREE}, art. 22-28; list rules of 2020 (seen1)",
    ),
    "waste.warehouse": Explanation(
        what_zh="有容量限制的设施选址，需求可分",
        what_en="which sites to open under their capacities, demand divisible",
        formula="min sum f_j y_j + sum c_ij x_ij; sum_j x_ij = 1; sum_i d_i x_ij <= K_j y_j",
        symbols=(
            Symbol("warehouses", "", "设施：capacity、fixed", "sites"),
            Symbol(
                "customers", "", "需求：demand，cost为全部需求由各设施供应的费用", "cost of the whole demand by site"
            ),
        ),
        source="mixed-integer programme, proved to a gap of 0 by HiGHS",
    ),
    "waste.flow": Explanation(
        what_zh="废物由产生地到设施的最小费用（含风险）流向，以及各设施容量的边际价值",
        what_en="which waste goes to which plant at least cost and risk, and what room at each plant is worth",
        formula="min sum f (cost + w risk); sum_j f = t_i; sum_i f <= K_j; f <= quota",
        symbols=(
            Symbol("sources", "t", "产生地", "where waste arises"),
            Symbol("sinks", "t", "设施容量", "room of the plants"),
            Symbol("cost_yuan_t", "yuan/t", "运输处置费用", "cost"),
            Symbol("risk_per_t", "points/t", "风险", "risk"),
            Symbol("risk_weight_yuan", "yuan/point", "风险权重", "weight of risk"),
            Symbol("pair_quota_t", "t", "两两限额，可null", "limit of a pair; may be null"),
        ),
        source="linear programme, solved by HiGHS; price of the next kilogram by solving again",
    ),
    "waste.p_median": Explanation(
        what_zh="恰好开p处，使加权距离之和最小；并列取字典序最小",
        what_en="exactly p sites so that the weighted distance to the nearest is least; ties: smallest list",
        formula="min sum_i w_i min_{j open} d_ij",
        symbols=(
            Symbol("distance", "", "距离矩阵，或nodes与edges给出路网", "matrix, or a network by nodes and edges"),
            Symbol("weight", "", "权重，缺省1", "weights, 1 by default"),
            Symbol("p", "", "开设数", "how many"),
        ),
        source="mixed-integer programme, proved to a gap of 0 by HiGHS",
    ),
    "waste.sewage": Explanation(
        what_zh="界河两岸城镇污水厂合建还是分建，节省多少，如何分摊",
        what_en="should towns on both sides treat sewage together or apart, what is saved, and who pays what",
        formula=f"min sum fixed + sum flow (run + pipe km); {_SHARES}",
        symbols=(
            Symbol("towns", "1000 m3/d, km", "城镇：side、flow、km", "towns with side, flow and distances"),
            Symbol("sites", "1e4 yuan/a", "厂址：side、固定、运行、容量", "sites with side, costs and capacity"),
            Symbol("pipe_wan_per_1000m3_d_km", "1e4 yuan/a", "管道单价", "price of pipes"),
        ),
        source="own; every assignment, up to 8 towns and 6 sites",
    ),
    "waste.cost_sharing": Explanation(
        what_zh="合作费用（或收益）的分摊：沙普利值、核仁，以及是否有人宁愿单干",
        what_en="who bears how much of a joint cost or worth: Shapley value, nucleolus, and whether anybody would part",
        formula=_SHARES,
        symbols=(
            Symbol("kind", "", "cost费用，value收益", "cost or value"),
            Symbol("n", "", "参与者数，至多10", "players, up to 10"),
            Symbol("game", "", "每个联盟的数，键如'101'", "a number for every coalition, by keys as '101'"),
        ),
        source="Shapley 1953; Schmeidler 1969; Kohlberg 1971; individual rationality is not imposed",
    ),
}
