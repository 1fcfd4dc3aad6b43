from fractions import Fraction

from derivations.exact import Symbol, Unit

METRE, SECOND = Unit("metre"), Unit("second")
KILOMETRE = (1000 * METRE).named("kilometre")
SPEED = METRE / SECOND
SQUARE_METRE = METRE**2
DIOPTRE = (METRE**-1).named("dioptre")
MILLIMETRE = (Fraction(1, 1000) * METRE).named("millimetre")
RADIAN = Unit("radian", ())     # no unit of its own: a number with a name

way = Symbol("d", integer=False, unit=METRE)
gravity = Symbol("g", integer=False, unit=METRE / SECOND**2)
