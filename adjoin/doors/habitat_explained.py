"""What the doors to habitat give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

EXPLAINED = {
    "land.river_connectivity": Explanation(
        what_zh="河流连通性指数及拆除每座障碍的增益",
        what_en="the dendritic connectivity index of a river, and what the removal of each barrier adds",
        formula="DCI_p = 100 sum_ij c_ij l_i l_j / L^2,  DCI_d = 100 sum_i (l_i/L) c_i,outlet",
        symbols=(
            Symbol("segments_km", "km", "河段到长度", "segment to length"),
            Symbol(
                "barriers",
                "",
                "障碍：upstream_segment、downstream_segment、pass_up、pass_down（0到1）",
                "barriers: upstream_segment, downstream_segment, pass_up, pass_down, 0 to 1",
            ),
            Symbol("outlet_segment", "", "出口河段", "the segment at the outlet"),
        ),
        source="Cote et al. 2009, Landscape Ecology 24",
    ),
    "land.patch_connectivity": Explanation(
        what_zh="生境斑块的连通性（PC、IIC）及每块的贡献",
        what_en="connectivity of habitat patches (PC, IIC) and what each patch gives to it",
        formula="PC = sum_ij a_i a_j p*_ij / A^2,  IIC = sum_ij a_i a_j / (1 + nl_ij) / A^2",
        symbols=(
            Symbol("patch_area_ha", "ha", "斑块面积", "area of each patch"),
            Symbol("distance_km", "km", "斑块间距离，对称方阵", "distances, square and symmetric"),
            Symbol(
                "links_km", "km", "或：[a, b, km]，未列的两块之间不通", "or: [a, b, km]; pairs not listed have no way"
            ),
            Symbol("median_dispersal_distance_km", "km", "半数扩散距离", "distance half of them disperse beyond"),
            Symbol("link_threshold_distance_km", "km", "相连的距离阈值", "distance up to which patches are linked"),
            Symbol("landscape_area_ha", "ha", "景观面积", "area of the landscape"),
        ),
        source="Saura and Pascual-Hortal 2007; Pascual-Hortal and Saura 2006; Saura and Rubio 2010",
    ),
    "land.parcels_for_targets": Explanation(
        what_zh="达到全部目标的最省地块组合，可含边界惩罚；证明最优",
        what_en="the cheapest parcels that reach all targets, with a boundary penalty; proven",
        formula="min sum c x + penalty x boundary,  sum_i r_fi x_i >= T_f",
        symbols=(
            Symbol("cost", "", "各地块费用", "cost of each parcel"),
            Symbol("features", "", "每个特征在各地块的量", "amounts of each feature by parcel"),
            Symbol("targets", "", "各特征的目标", "target of each feature"),
            Symbol("locked_in", "", "必选，可缺", "must be taken, may be absent"),
            Symbol("locked_out", "", "不可选，可缺", "must not be taken, may be absent"),
            Symbol("rows", "", "网格行数，可缺", "rows of the grid, may be absent"),
            Symbol("columns", "", "网格列数，可缺", "columns of the grid, may be absent"),
            Symbol("boundary_penalty", "", "每条边的惩罚，可缺", "penalty a side, may be absent"),
            Symbol("edge_factor", "", "外缘边的系数，可缺", "factor of outer sides, may be absent"),
        ),
        source="Ball and Possingham 2000; prioritizr; HiGHS",
    ),
    "land.parcels_for_budget": Explanation(
        what_zh="预算内最优的地块组合，旁列逐个贪心的结果",
        what_en="the best parcels for a budget, and the greedy choice beside them",
        formula="max sum a x + sum of gains with both chosen,  sum c x <= B",
        symbols=(
            Symbol("cost", "", "各地块费用，大于0", "cost of each parcel, above 0"),
            Symbol("cover_gain", "", "各地块覆被收益", "gain of each parcel"),
            Symbol("connection_gain", "", "连通收益：a、b、gain", "gains of pairs: a, b, gain"),
            Symbol("budget", "", "预算", "the budget"),
        ),
        source="own form; HiGHS",
    ),
    "land.survey_next": Explanation(
        what_zh="下一步调查哪些网格：按费用的期望新增物种",
        what_en="which cells to survey next: expected new species for their cost",
        formula="gain_c = sum_k [prod over picked b (1 - psi_bk p_k)] psi_ck p_k",
        symbols=(
            Symbol("cells", "", "网格：id、psi（各物种存在概率）", "cells: id, psi (probability of each species)"),
            Symbol("cost", "", "各网格费用", "cost of each cell"),
            Symbol("detection", "", "各物种的发现概率", "probability that a visit finds each species"),
            Symbol("species_already_listed", "", "已录物种的序号，从0起", "numbers of species listed already, from 0"),
            Symbol("pick", "", "选几个", "how many cells"),
        ),
        source="closed form; greedy beside the best of all sets",
    ),
    "land.richness": Explanation(
        what_zh="物种数估计、多样性、覆盖度及其曲线",
        what_en="species richness, diversity and coverage, with their curves",
        formula="chao = S + (n-1)/n f1^2/(2 f2);  C = 1 - (f1/U) B",
        symbols=(
            Symbol(
                "type",
                "",
                "abundance个体数，incidence_freq样方频次，margins仅边际",
                "abundance, incidence_freq or margins",
            ),
            Symbol("counts", "", "各种个体数", "individuals of each species"),
            Symbol("sampling_units", "", "样方数", "number of units"),
            Symbol("frequencies", "", "各种出现的样方数", "units in which each species was met"),
            Symbol("sizes", "", "曲线的样本量", "sizes of the curve"),
            Symbol("coverages", "", "曲线的覆盖度", "coverages of the curve"),
            Symbol("bootstraps", "", "重抽样次数，可缺；seed缺省1", "draws for the bands, may be absent; seed is 1"),
            Symbol("sites", "", "margins：样地数", "margins: sites"),
            Symbol("incidence_frequencies", "", "margins：各种出现的样地数", "margins: sites of each species"),
            Symbol("pooled_counts", "", "margins：各种个体总数", "margins: individuals of each species"),
            Symbol("site_numbers", "", "margins：累积曲线的样地数", "margins: numbers of sites of the accumulation"),
        ),
        source="Chao 1987; Chao and Lee 1992; Chao and Chiu 2016; Chao et al. 2014; Chao and Jost 2015",
    ),
}
