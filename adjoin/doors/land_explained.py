"""What the doors to land give, in both languages: formula, symbols, source."""

from adjoin.doors.door import Explanation, Symbol

EXPLAINED = {
    "land.soil_farm": Explanation(
        what_zh="农用地土壤样品的类别：优先保护、安全利用、严格管控；仅凭土壤，不含农产品",
        what_en="the class of farmland by a soil sample; by soil alone, crops are not looked at",
        formula="c <= screening: priority;  c > intervention: strict;  else safe_use;  index = c / screening",
        symbols=(
            Symbol(
                "land_use",
                "",
                "paddy水田，other其他，orchard果园，paddy_upland_rotation水旱轮作",
                "paddy, other, orchard or paddy_upland_rotation",
            ),
            Symbol("pH", "", "土壤pH，决定分档，上界属于本档", "of the soil; the upper end of a band belongs to it"),
            Symbol(
                "mg_per_kg", "mg/kg", "含量，项目Cd Hg As Pb Cr Cu Ni Zn", "content by item: Cd Hg As Pb Cr Cu Ni Zn"
            ),
        ),
        source="GB 15618-2018 tables 1 and 3 (data/land/soil_gb15618.csv)",
    ),
    "land.soil_site": Explanation(
        what_zh="建设用地土壤含量的下一步：无需、详查与风险评估、管控或修复",
        what_en="the next step for land to be built on, by the contents of its soil",
        formula="c <= screening: no action;  c > intervention: control or remediation;  "
        "else detailed survey and risk assessment",
        symbols=(
            Symbol(
                "planned_use",
                "",
                "class1第一类，class2第二类，unknown按第一类",
                "class1, class2, or unknown, which counts as class1",
            ),
            Symbol(
                "mg_per_kg",
                "mg/kg",
                "含量，项目名见data/land/soil_gb36600.csv",
                "content by item, named as in data/land/soil_gb36600.csv",
            ),
            Symbol(
                "background_mg_per_kg",
                "mg/kg",
                "当地背景值，可缺；用于砷、钴、钒",
                "local background where known; for arsenic, cobalt, vanadium",
            ),
        ),
        source="GB 36600-2018 tables 1 and 2, 5.3.1 to 5.3.5 (data/land/soil_gb36600.csv)",
    ),
    "land.zoning": Explanation(
        what_zh="项目与两侧生态环境分区管控的符合性：逐条、逐侧和总体结论",
        what_en="the verdict of both sides of a border on a proposal, with the clauses it rests on",
        formula="verdict = strictest of the clauses in the units hit: prohibited > conditional > unknown > allowed",
        symbols=(
            Symbol(
                "units",
                "km",
                "管控单元：编号、所属方、类别、WKT多边形（平面坐标）",
                "units: id, side, class, WKT polygon in plane coordinates",
            ),
            Symbol(
                "rules",
                "",
                "准入条款：所属方、单元、维度、行业、效力、条款、限值",
                "clauses: side, unit, dimension, industries, effect, clause, limit",
            ),
            Symbol("wkt", "km", "项目的点、线或面", "the proposal: point, line or polygon"),
            Symbol(
                "parcels", "km", "或：许多地块，各有id和wkt面", "or many parcels, each with id and a polygon as wkt"
            ),
            Symbol("industry", "", "行业", "its industry"),
            Symbol("attributes", "", "项目属性：名称到数值", "its attributes, name to number"),
        ),
        source="dimensions and classes of the three-lines-one-list; that all layers apply is from memory",
    ),
    "land.shoreline": Explanation(
        what_zh="岸线项目：在管理范围内的面积比例、所在功能区、是否构成问题",
        what_en="projects on the bank: share within the managed range, function zones, and whether that is a finding",
        formula="share = area within the range / area;  finding: in range and unlicensed or in use after its deadline",
        symbols=(
            Symbol("management_range", "km", "管理范围，WKT多边形", "the managed range, WKT polygon"),
            Symbol("function_zones", "km", "功能区：zone、wkt", "function zones: zone, wkt"),
            Symbol("projects", "km", "项目：id、wkt、state", "projects: id, wkt, state"),
        ),
        source="guide of the water ministry of 2019 for the kinds of zones; the rule is own",
    ),
    "land.corridor": Explanation(
        what_zh="河段两岸绿带的连续性和断点",
        what_en="continuity and breaks of the green belt on both banks of a reach",
        formula="continuity = length of the union of strips with width >= needed / length",
        symbols=(
            Symbol("length_km", "km", "河段长度", "length of the reach"),
            Symbol("needed_width_m", "m", "要求的宽度", "width that is needed"),
            Symbol("shortest_break_counted_km", "km", "计入断点的最短长度", "shortest gap that counts as a break"),
            Symbol(
                "left",
                "km, m",
                "左岸的绿带：from_km、to_km、width_m",
                "strips of the left bank: from_km, to_km, width_m",
            ),
            Symbol("right", "km, m", "右岸的绿带", "strips of the right bank"),
        ),
        source="own definition",
    ),
    "land.change": Explanation(
        what_zh="两期土地覆被之间某一类减少的图斑；网格不重合则拒绝",
        what_en="patches of land that lost a class between two rasters; grids that do not coincide are refused",
        formula="changed = valid, class before, another after;  area = cells pixel^2;  perimeter = pixel x sides",
        symbols=(
            Symbol("pixel_m", "m", "像元边长", "side of a cell"),
            Symbol("before", "", "前期类别，逐行，北起", "classes before, rows from the north"),
            Symbol("after", "", "后期类别", "classes after"),
            Symbol("zones", "", "分区编号", "zone numbers"),
            Symbol("class_lost", "", "减少的类别", "the class that was lost"),
            Symbol("neighbours", "", "4或8邻域", "4 or 8 neighbours"),
            Symbol("minimum_mapping_unit_ha", "ha", "最小图斑", "smallest patch that is listed"),
            Symbol("nodata", "", "无值代码，可缺", "code of no value, may be absent"),
            Symbol("before_origin_m", "m", "前期西北角坐标，可缺", "north-west corner before, may be absent"),
            Symbol("after_origin_m", "m", "后期西北角坐标，可缺", "north-west corner after, may be absent"),
            Symbol(
                "align",
                "",
                "错位时按最近的格对齐，否则拒绝；可缺",
                "align shifted grids to the nearest cell, else refused",
            ),
        ),
        source="own definition",
    ),
    "land.change_area": Explanation(
        what_zh="由分层抽样校正的面积和精度，95 %半宽",
        what_en="error-adjusted areas and accuracies from a stratified sample, with 95 % half widths",
        formula="area_j = A sum_i W_i q_ij,  variance A^2 sum_i W_i^2 q_ij (1 - q_ij)/(n_i - 1)",
        symbols=(
            Symbol(
                "error_matrix",
                "",
                "混淆矩阵：行为图上类别，列为参考类别，样本数",
                "counts of sample units: rows map classes, columns reference classes",
            ),
            Symbol("mapped_area_ha", "ha", "各类图上面积", "area of each map class"),
            Symbol("classes", "", "类别名称", "names of the classes"),
        ),
        source="Olofsson et al. 2013 (RSE 129), 2014 (RSE 148), equations 5 to 11",
    ),
}
