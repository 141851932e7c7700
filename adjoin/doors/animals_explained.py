"""What the doors to bred animals give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

EXPLAINED = {
    "land.pedigree": Explanation(
        what_zh="系谱的近交系数、亲缘系数，及存活个体对奠基者的保留",
        what_en="inbreeding and kinship from a pedigree, and what the living keep of its founders",
        formula="F_i = f_sd;  f_ij = (f_sj + f_dj)/2;  fe = 1/sum p_k^2;  fg = 1/sum p_k^2/r_k",
        symbols=(
            Symbol(
                "pedigree",
                "",
                "系谱：id、sire、dam，未知为null，顺序不限",
                "animals: id, sire, dam in any order; null is unknown",
            ),
            Symbol("pairs", "", "求亲缘系数的个体对，可缺", "pairs whose kinship is wanted, may be absent"),
            Symbol("living", "", "存活个体，可缺", "the living, may be absent"),
        ),
        source="Meuwissen and Luo 1992; Colleau 2002; Lacy 1989",
    ),
    "land.effective_size": Explanation(
        what_zh="有效群体大小和每代近交增量",
        what_en="effective size and rise of inbreeding a generation",
        formula="Ne = 4 m f/(m + f);  (4N - 2)/(Vk + 2);  harmonic mean;  1/(2 dF)",
        symbols=(
            Symbol(
                "rule",
                "",
                "规则：sex_ratio、family_size_variance、fluctuating_size、rate_of_inbreeding、individual_increase",
                "the rule, one of five",
            ),
            Symbol("males", "", "雄性（sex_ratio）", "males, for sex_ratio"),
            Symbol("females", "", "雌性", "females"),
            Symbol("animals", "", "个体数（family_size_variance）", "animals, for family_size_variance"),
            Symbol("variance", "", "后代数方差", "variance of the number of offspring"),
            Symbol("sizes", "", "各代大小（fluctuating_size）", "sizes of generations, for fluctuating_size"),
            Symbol("F_before", "", "前一代平均近交", "mean inbreeding before, for rate_of_inbreeding"),
            Symbol("F_now", "", "当代平均近交", "mean inbreeding now"),
            Symbol("F", "", "各个体近交（individual_increase）", "inbreeding of each animal, for individual_increase"),
            Symbol("t", "", "等价完整世代数", "equivalent complete generations"),
        ),
        source="FAO guidelines; Crow and Kimura; Gutierrez et al. 2008, 2009 (the last two from memory)",
    ),
    "land.mating": Explanation(
        what_zh="后代近交最小的配对和亲缘最小的贡献",
        what_en="matings of least inbreeding, and contributions of least coancestry",
        formula="min sum f[male, female];  min c' f c, sum over each sex = 1/2",
        symbols=(
            Symbol(
                "pedigree",
                "",
                "系谱：id、sire、dam，未知为null，顺序不限",
                "animals: id, sire, dam in any order; null is unknown",
            ),
            Symbol("males", "", "候选雄性", "candidate males"),
            Symbol("females", "", "候选雌性", "candidate females"),
            Symbol("max_females_per_male", "", "每雄最多配雌", "most females a male gets"),
        ),
        source="assignment; quadratic programme with its gap",
    ),
}
