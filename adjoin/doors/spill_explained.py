"""What the doors to accidents give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

_REACHES = (
    Symbol(
        "reaches",
        "L m, u m/s, D m2/s, Q m3/s, k_per_d 1/d",
        "河段：down为下一段或null；可有河宽B_m、水深H_m、比降slope、滞留区As_over_A和alpha_per_s、party；"
        "没有实测时给Da_km2和Qa；水库为L、Q、V_m3和tanks（串联全混池数）",
        "`down` is the reach below or null; may have B_m, H_m, slope, As_over_A, alpha_per_s, party; Da_km2 and Qa "
        "where nothing was measured; a pool is L, Q, V_m3 and `tanks`, as how many stirred tanks it acts",
    ),
)
_BAND = (
    Symbol("samples", "", "样本数，缺省1000", "how many samples, usually 1000"),
    Symbol(
        "log_sigma",
        "",
        "各因子对数的标准差：flow、velocity、dispersion、decay、mixing；flow_to_velocity为流速随流量的指数",
        "standard deviation of the logarithm of flow, velocity, dispersion, decay, mixing; flow_to_velocity is the "
        "power of flow that velocity goes with",
    ),
)

EXPLAINED = {
    "water.spill": Explanation(
        what_zh="恒定流河网上的释放，在各指定河段末端通过的过程；多次释放叠加",
        what_en="what passes the foot of named reaches below releases in steady flow; they add up",
        formula="C(t) = (1000 M S / Q) [F(t) - F(t - d)] / d; F: delayed inverse Gaussian, its cumulants the sums over "
        "the reaches on the way",
        symbols=(
            *_REACHES,
            Symbol(
                "release", "kg, h", "释放：reach、mass_kg、start_h、duration_h", "reach, mass_kg, start_h, duration_h"
            ),
            Symbol("threshold_mg_L", "mg/L", "阈值，可缺", "a level; may be absent"),
            Symbol("outlets, times_h", "h", "输出河段和时间", "reaches and times asked"),
        ),
        source="own; checked against numerical inversion of the exact transfer functions",
    ),
    "water.accident": Explanation(
        what_zh="事故到达各受体的时间、峰值、超标概率、临界质量，以P5、P50、P95和最不利情形给出；可用已报读数修正",
        what_en="when an accident reaches each receptor, how strong, how likely it exceeds, the critical mass: as P5, "
        "P50, P95 and as the worst credible case; reported readings may sharpen it",
        formula="factors e^(sigma Phi^-1(u)); critical mass = limit / (peak by 1 kg); probability = part of samples "
        "with M >= critical; weight of a sample ~ prod phi((ln reading - ln C) / sigma)",
        symbols=(
            *_REACHES,
            Symbol(
                "release",
                "kg, h",
                "reach、fraction、bank、start_h、duration_h、mass_kg（数、[低, 高]或null为未知）",
                "reach, fraction, bank, start_h, duration_h, mass_kg: a number, [low, high], or null where not known",
            ),
            Symbol("limit_mg_L", "mg/L", "限值，没有则为null", "the limit; null where there is none"),
            Symbol(
                "receptors",
                "",
                "受体：reach、fraction、bank（mean为断面平均）、closing_h关闸所需时间",
                "reach, fraction, bank (mean: of the section), closing_h to close an intake",
            ),
            Symbol(
                "readings",
                "h, mg/L",
                "读数：receptor、time_h、mg_L或below_mg_L、log_sigma",
                "receptor, time_h, mg_L or below_mg_L, log_sigma",
            ),
            *_BAND,
        ),
        source="own; even samples after Roberts 2018; Jobson 1996 where nothing was measured",
    ),
    "water.search": Explanation(
        what_zh="由观测到的峰值反推可能的释放地点和时间：按河段、辖区、已知风险源；只说明水流允许什么，不指认责任",
        what_en="where and when an observed peak could have been released: by reach, by party, by known source; what "
        "water allows, not who did it",
        formula="released = observed - time of the peak; mass = value / (peak by 1 kg); excluded: before `since_h`, a "
        "wave wider than `sigma_h`, more than `most_kg`",
        symbols=(
            *_REACHES,
            Symbol(
                "spike",
                "h, mg/L",
                "峰：reach、time_h、mg_L（高于本底），可有sigma_h",
                "reach, time_h, mg_L above the background, sigma_h",
            ),
            Symbol(
                "since_h, most_kg, duration_h",
                "h, kg, h",
                "最早释放时间、最大量、历时",
                "earliest release, greatest mass, duration",
            ),
            Symbol("sources", "", "已知风险源：reach、fraction", "known sources: reach, fraction"),
            *_BAND,
        ),
        source="own; the release of every sample carried back",
    ),
}
