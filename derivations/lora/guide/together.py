from derivations.exact import quotient


@declared("share.factor")
def factor():
    return quotient(61, 50)


@declared("share.pair")
def pair(rho, n):
    return n * (1 + rho)


@declared(
    "share.gain",
    derive=lambda rho, n: (("definition", pair(rho, n) - n), ("collect", rho * n)),
    requires=((lambda rho, n: rho * n < 1, "rho·n must be below 1"), (lambda rho, n: n > 2, "n must be above 2")),
)
def gain(rho, n):
    return pair(rho, n) - n
