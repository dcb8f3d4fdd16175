#!/usr/bin/env python3
"""Writes SpecialValues.inc: special functions at points over their whole domain, from forty digits of mpmath.

    tests/runtime/special_values.py > tests/runtime/SpecialValues.inc

A line is {name, {arguments}, value}. Derivatives are integrals or differences at a step that forty digits allow.
"""
import random

import mpmath as mp

mp.mp.dps = 40
draw = random.Random(20240917)
pi, sqrt, log, exp = mp.pi, mp.sqrt, mp.log, mp.exp


def between(low, high):
    """A double whose logarithm is uniform."""
    return 10 ** draw.uniform(low, high)


def slope(f, k):
    def derivative(*x):
        with mp.workdps(60):
            h = mp.mpf(10) ** -18 * x[k]
            at = lambda t: f(*x[:k], x[k] + t, *x[k + 1:])
            return (at(h) - at(-h)) / (2 * h)
    return derivative


def gamma_density(a, x):
    return exp((a - 1) * log(x) - x - mp.loggamma(a))


def beta_density(a, b, x):
    return exp((a - 1) * log(x) + (b - 1) * mp.log1p(-x) - mp.loggamma(a) - mp.loggamma(b) + mp.loggamma(a + b))


def tail(f, x, mean, deviation, high):
    """The integral of f from 0 to x, whose total is 0, over the smaller side."""
    steps = [0.25, 0.5, 1, 2, 4, 8, 16, 32]
    if x < mean:
        return mp.quad(f, [0] + sorted(x - s * deviation for s in steps if x > s * deviation) + [x])
    return -mp.quad(f, [x] + [x + s * deviation for s in steps if x + s * deviation < high] + [high])


def gamma_slope(a, x):
    with mp.workdps(30):
        return tail(lambda t: (log(t) - mp.psi(0, a)) * gamma_density(a, t), x, a, sqrt(a), mp.inf)


def lower(a, x):
    return mp.gammainc(a, 0, x, regularized=True)


def upper(a, x):
    return mp.gammainc(a, x, mp.inf, regularized=True)


def beta(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True)


def beta_slope(k):
    """For shapes of any size: the series where they are small, the integral where they are large."""
    def derivative(a, b, x):
        if max(a, b) > 300 and min(a, b) > 1:
            with mp.workdps(30):
                logarithm = log if k == 0 else lambda t: mp.log1p(-t)
                center = mp.psi(0, (a, b)[k]) - mp.psi(0, a + b)
                f = lambda t: (logarithm(t) - center) * beta_density(a, b, t)
                mean = a / (a + b)
                return tail(f, x, mean, sqrt(a * b / (a + b + 1)) / (a + b), 1)
        if x < a / (a + b):
            return slope(beta, k)(a, b, x)
        return -slope(lambda b, a, y: beta(b, a, 0 + y), 1 - k)(b, a, 1 - x)
    return derivative


def owens_t(h, a):
    return mp.quad(lambda x: exp(-h * h * (1 + x * x) / 2) / (1 + x * x), mp.linspace(0, a, 9)) / (2 * pi)


def log_phi_inverse(q):
    with mp.workdps(60):
        if q > -log(2):
            return -log_phi_inverse(log(-mp.expm1(q))) if q > -log(2) + mp.mpf(10) ** -40 else mp.mpf(0)
        start = -sqrt(-2 * q - log(-4 * pi * q)) if q < -3 else mp.mpf(-0.5)
        return mp.findroot(lambda x: log(mp.erfc(-x / sqrt(2)) / 2) - q, start)


def log_bessel(v, z):
    return log(mp.besseli(v, z))


gammas, betas = [], []
for _ in range(14):
    a = between(-3, 3)
    gammas.append((a, a * between(-0.4, 0.4) if a > 0.5 else between(-5, 1)))
large_gammas = [(a, a + sqrt(a) * z) for a, z in ((1e4, -4), (1e5, 1), (1e5, -3), (3e4, 5))]
large_gammas = [(float(a), float(x)) for a, x in large_gammas]
for _ in range(16):
    a, b = between(-3, 2.3), between(-3, 2.3)
    x = min(max(draw.betavariate(a + 0.5, b + 0.5), 1e-6), 1 - 2.0 ** -20)
    betas.append((a, b, x))
large_betas = []
for a, b, z in ((1e5, 1e5, -2), (2e3, 5e4, 3), (1e5, 30.0, 1), (2.5, 7e3, -1)):
    m = a / (a + b)
    large_betas.append((a, b, float(min(max(m + z * sqrt(m * (1 - m) / (a + b + 1)), m / 8), 1 - (1 - m) / 8))))
bessels = [(float(draw.randrange(12)), between(-2, 2)) for _ in range(8)]
orders = [(between(-2, 3), between(-2, 3)) for _ in range(10)] + [(0.0, 0.001), (0.0, 30.0), (-0.5, 2.0)]
units = [(between(-300, 0),) for _ in range(5)] + [(draw.random(),) for _ in range(5)]

TABLE = [
    ("gamma_p", lower, gammas), ("gamma_q", upper, gammas), ("gamma_p_d_x", gamma_density, gammas + large_gammas),
    ("gamma_p_d_a", lambda a, x: slope(lower, 0)(a, x) if x < a else -slope(upper, 0)(a, x), gammas),
    ("gamma_p_d_a", gamma_slope, large_gammas),
    ("inc_beta", beta, betas), ("inc_beta_d_x", beta_density, betas + large_betas),
    ("inc_beta_d_a", beta_slope(0), betas + large_betas), ("inc_beta_d_b", beta_slope(1), betas + large_betas),
    ("bessel_first_kind", mp.besselj, bessels), ("bessel_second_kind", mp.bessely, bessels),
    ("modified_bessel_first_kind", mp.besseli, bessels), ("modified_bessel_second_kind", mp.besselk, bessels),
    ("log_modified_bessel_first_kind", log_bessel, orders),
    ("log_modified_bessel_first_kind_d_v", slope(log_bessel, 0), [p for p in orders if p[0] != 0]),
    ("inv_erfc", lambda x: mp.erfinv(1 - x), units[5:] + [(1.3,), (1.999,)]),
    ("inv_phi", lambda p: log_phi_inverse(log(p)), units),
    ("std_normal_log_qf", log_phi_inverse, [(-between(-8, 4),) for _ in range(12)]),
    ("lambert_w0", lambda x: mp.lambertw(x).real, [(between(-9, 99),) for _ in range(6)] + [(-0.36787,), (-0.2,), (-1e-9,)]),
    ("lambert_wm1", lambda x: mp.lambertw(x, -1).real, [(-0.36787,), (-0.3678,), (-0.27,), (-0.01,), (-1e-30,)]),
    ("owens_t", owens_t, [(between(-2, 1), between(-2, 1)) for _ in range(8)] + [(-1.5, 0.5), (0.5, -3.0)]),
    ("tgamma", mp.gamma, [(between(-5, 2),) for _ in range(4)] + [(-2.5,)]),
    ("tetragamma", lambda x: mp.psi(2, x), [(between(-3, 5),) for _ in range(6)] + [(-1.5,)]),
]

print("// Written by special_values.py.")
for name, f, points in TABLE:
    for point in points:
        value = f(*(mp.mpf(x) for x in point))
        if abs(value) > mp.mpf(10) ** -290:
            print('{"%s", {%s}, %s},' % (name, ", ".join(repr(x) for x in point), mp.nstr(value, 17)))
