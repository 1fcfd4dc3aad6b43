from sympy import pi

from derivations.exact import RATIO, Declared, Symbol, logarithm, quotient, root

rho = Symbol("rho", tex=r"\rho", text="ρ", integer=False, below=1)
size = Symbol("n")
declared = Declared({"rho": rho, "n": size})


@declared("share.of_two", RATIO, reasons=("two_parts",))
def of_two(rho, n):
    return quotient(rho + rho, n)


@declared("share.depth")
def depth(rho):
    return quotient(logarithm(2), logarithm(1 + rho))


@declared("share.circle", requires=((lambda n: n > 2, "n must be above 2"),))
def circle(n):
    return 2 * pi * root(n)
