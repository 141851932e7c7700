"""Doors to what the shape of a channel tells: depth and velocity of a flow, and how far it spreads what it carries."""

from adjoin.doors.door import Answer, Asked, Door, Explanation, Symbol
from adjoin.doors.given import Given

_FLOW, _SIDE, _SLOPE, _ROUGHNESS = (1e-6, 1e7), (0.0, 100.0), (1e-7, 1.0), (1e-3, 1.0)
_NARROW, _WIDE, _LEANS = 1e-3, 1e5, 1e-3  # m; a bed may only be missing where the banks lean
_DEPTH, _SPEED = (1e-3, 1e3), (1e-4, 20.0)


def normal_depth(asked: Asked) -> Answer:
    """How deep and fast a flow runs in a trapezoid."""
    from adjoin.water import hydraulics

    given = Given.of(asked)
    side = given.number("side_slope", *_SIDE) if "side_slope" in given.values else 0.0
    width = given.number("width_m", 0.0 if side > _LEANS else _NARROW, _WIDE)
    channel = hydraulics.Channel.of(width, side, given.number("slope", *_SLOPE), given.number("n_manning", *_ROUGHNESS))
    found = hydraulics.normal_depth(channel, given.number("Q_m3_s", *_FLOW))
    return {
        "H_m": float(found.depth),
        "U_m_s": float(found.velocity),
        "A_m2": float(found.area),
        "R_m": float(found.radius),
        "ustar_m_s": float(found.shear_velocity),
        "froude": float(found.froude),
        "flags": ["shooting"] if found.froude > 1 else [],
    }


def dispersion(asked: Asked) -> Answer:
    """Longitudinal dispersion by six published formulas, and the range that they leave."""
    from adjoin.water import hydraulics

    given = Given.of(asked)
    found = hydraulics.dispersion(
        given.number("W_m", 1e-2, 1e5),
        given.number("H_m", *_DEPTH),
        given.number("U_m_s", *_SPEED),
        given.number("ustar_m_s", *_SPEED),
    )
    by_formula = {name: float(each) for name, each in found.items()}
    return {
        "K_m2_s": by_formula,
        "least_m2_s": min(by_formula.values()),
        "most_m2_s": max(by_formula.values()),
    }


EXPLAINED = {
    "water.normal_depth": Explanation(
        what_zh="梯形断面均匀流的水深与流速",
        what_en="depth and velocity of uniform flow in a trapezoid",
        formula="Q = (1/n) A R^(2/3) S^(1/2); A = (b + z H) H; R = A / (b + 2 H sqrt(1 + z^2)); U = Q/A; "
        "u* = sqrt(g R S)",
        symbols=(
            Symbol("Q_m3_s", "m3/s", "流量", "flow"),
            Symbol("width_m", "m", "底宽b", "width b of the bed"),
            Symbol("side_slope", "", "边坡z（水平比垂直），缺省为0", "z, run over rise of the banks; 0 by default"),
            Symbol("slope", "", "底坡S", "slope S of the bed"),
            Symbol("n_manning", "s/m^(1/3)", "糙率n", "Manning's n"),
        ),
        source="Manning 1891; Chow 1959",
    ),
    "water.dispersion": Explanation(
        what_zh="纵向离散系数：六个公开公式及其范围；各公式的误差见docs/reference/replays.md",
        what_en="longitudinal dispersion by six published formulas and the range they leave; how far each is off "
        "stands in docs/reference/replays.md",
        formula="K = H u* f(W/H, U/u*)",
        symbols=(
            Symbol("W_m", "m", "河宽", "width"),
            Symbol("H_m", "m", "平均水深", "mean depth"),
            Symbol("U_m_s", "m/s", "断面平均流速", "mean velocity"),
            Symbol("ustar_m_s", "m/s", "摩阻流速", "shear velocity"),
        ),
        source="Fischer 1975; Iwasa, Aya 1991; Seo, Cheong 1998; Deng et al. 2001; Kashefipour, Falconer 2002; "
        "Sahay, Dutta 2009",
    ),
}

DOORS = tuple(
    Door(f"water.{method.__name__}", method, EXPLAINED[f"water.{method.__name__}"])
    for method in (normal_depth, dispersion)
)
