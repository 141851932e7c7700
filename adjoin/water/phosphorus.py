"""Phosphorus in water: dissolved, and bound to fine particles that settle where the water is slow.

Plug flow in a steady reach of one depth. With k = (w/H)(1 - tau/tau_d) where the shear at the bed is below the one
that lets particles stay (else 0) and e = (M/H)(tau/tau_e - 1) where it is above the one that lifts them (else 0),
suspended matter S and the phosphorus with it obey

    dS/dt = e - k S,    dP/dt = e q - k Pp,    Pp = P - Pd

(q is the part of the bed that is phosphorus). Either the two forms stay what they are, or they are in balance at
every place: Pp = kappa S Pd. Both have a closed form, so that cutting a reach changes nothing. All in mg/L and days.
"""

import math
from dataclasses import dataclass

from adjoin.methods.chain import convolved
from adjoin.water.hydraulics import GRAVITY

WATER = 1000.0  # kg/m3
_DAY_S, _L_MG = 86400.0, 1e-6  # Kd of 1 L/kg is 1e-6 L/mg


@dataclass(frozen=True, slots=True)
class Load:
    """What a litre carries, mg."""

    dissolved: float
    particulate: float
    suspended: float

    @property
    def whole(self) -> float:
        """All phosphorus: what a sample taken and analysed as a whole holds."""
        return self.dissolved + self.particulate


@dataclass(frozen=True, slots=True)
class Bed:
    """What the bed does in one reach."""

    settling: float  # k, 1/day
    lifted: float  # e, mg/L/day
    content: float  # q, phosphorus in the matter of the bed, mg/mg

    @classmethod
    def of(cls, fine: "Fines", depth: float, shear: float) -> "Bed":
        """What a bed does under a shear.

        fine : see there; depth : H, m; shear : tau at the bed, Pa
        """
        falls = max(0.0, 1 - shear / fine.stays_below)
        lifts = max(0.0, shear / fine.lifted_above - 1)
        return cls(
            settling=fine.velocity * falls / depth * _DAY_S,
            lifted=fine.erosion * lifts / depth * _DAY_S,
            content=fine.content / 1000,
        )


@dataclass(frozen=True, slots=True)
class Fines:
    """The fine matter of a river."""

    velocity: float  # w, settling velocity, m/s
    stays_below: float  # tau_d, Pa: nothing settles above (Krone 1962)
    lifted_above: float  # tau_e, Pa: nothing is lifted below (Partheniades 1965)
    erosion: float  # M, g/m2/s at twice tau_e
    content: float  # q, phosphorus in the bed, g/kg


@dataclass(frozen=True, slots=True)
class Passed:
    """What a litre carries at the foot of a reach, what stayed on the bed and what was lifted from it, mg/L."""

    load: Load
    deposited_matter: float
    lifted_matter: float
    deposited: float  # phosphorus
    lifted: float


def partitioned(whole: float, suspended: float, kd: float) -> Load:
    """Phosphorus in balance with suspended matter.

        Pd = P / (1 + kappa S),   Pp = P - Pd,   kappa = Kd 1e-6

    whole : P, mg/L; suspended : S, mg/L; kd : Kd, L/kg
    """
    held = kd * _L_MG * suspended
    return Load(whole / (1 + held), whole * held / (1 + held), suspended)


def along(start: Load, bed: Bed, days: float, kd: float | None = None) -> Passed:
    """What phosphorus becomes in a reach.

        S  = S0 e^(-k t) + e (1 * e^(-k t))(t);    apart: Pp likewise with e q, Pd stays
        in balance: q - kappa Pd = (q - kappa Pd0) e^(-r),   r = (a-1)/a [k t + ln((1 + kappa S)/(1 + kappa S0))],
        a = 1 + kappa e/k;   at k = 0: r = ln((1 + kappa S)/(1 + kappa S0))

    start : mg/L at the head; bed : of this reach; days : journey time
    kd : L/kg, above 0, where both forms are in balance everywhere (the start is brought into it); None: they stay apart

    What is deposited is found for itself: start + lifted = end + deposited. Source: the forms of Krone 1962 and
    Partheniades 1965; linear partition as in Chapra 1997; the closed form is Adjoin's.
    """
    stays, came = float(convolved(days, bed.settling)), float(convolved(days, bed.settling, 0.0))
    going = float(convolved(days, bed.settling, 0.0, 0.0))  # of what came, added up over the way
    matter = start.suspended * stays + bed.lifted * came
    left, lifted = bed.settling * (start.suspended * came + bed.lifted * going), bed.lifted * days
    if kd is None:
        bound = bed.lifted * bed.content
        load = Load(start.dissolved, start.particulate * stays + bound * came, matter)
        deposited = bed.settling * (start.particulate * came + bound * going)
    else:
        start = partitioned(start.whole, start.suspended, kd)
        risen = came * (bed.lifted - bed.settling * start.suspended)  # matter less what it was, with all its digits
        load = _balanced(start, bed, days, (matter, risen), kd * _L_MG)
        deposited = _deposited(start, load, bed, lifted, left, kappa=kd * _L_MG) if bed.settling else 0.0
    return Passed(load, left, lifted, deposited, lifted * bed.content)


def shear_of_slope(depth: float, slope: float) -> float:
    """Shear at the bed of a wide river, Pa: rho g H S.  depth : m; slope : of the water surface."""
    return WATER * GRAVITY * depth * slope


def shear_of_velocity(velocity: float, depth: float, manning: float) -> float:
    """Shear at the bed from the speed, Pa: rho g n^2 u^2 / H^(1/3).  velocity : m/s; depth : m; manning : n."""
    return WATER * GRAVITY * (manning * velocity) ** 2 / math.cbrt(depth)


def shear_velocity(shear: float) -> float:
    """The shear as a velocity, m/s: u* = sqrt(tau / rho).  shear : Pa."""
    return math.sqrt(shear / WATER)


def _balanced(start: Load, bed: Bed, days: float, grown: tuple[float, float], kappa: float) -> Load:
    """What a litre carries at the foot where both forms stay in balance; grown : matter at the foot, and its rise."""
    matter, risen = grown
    held, lifts = 1 + kappa * start.suspended, kappa * bed.lifted
    drawn = 0.0  # r: how far the water has come towards the bed
    if lifts > 0:
        drawn = lifts / (bed.settling + lifts) * (bed.settling * days + math.log1p(kappa * risen / held))
    dissolved = start.dissolved * math.exp(-drawn) - bed.content / kappa * math.expm1(-drawn)
    return Load(dissolved, kappa * matter * dissolved, matter)


def _deposited(start: Load, end: Load, bed: Bed, lifted: float, left: float, *, kappa: float) -> float:
    """The integral of k Pp: kappa Pd0 for what matter left, and the rest of y = q - kappa Pd.

    With d((1 + kappa S) y)/dt = -kappa k S y it is kappa Pd0 left + y0 e t - (1 + kappa S)(Pd - Pd0).
    """
    bound = kappa * start.dissolved
    gained = (1 + kappa * end.suspended) * (end.dissolved - start.dissolved)
    return bound * left + (bed.content - bound) * lifted - gained
