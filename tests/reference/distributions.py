# ===- distributions.py - univariate distributions in high precision ----------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file holds, for each univariate distribution, the formulas of its log density and of both its tails in mpmath, from
# the Stan Functions Reference, and the grid of arguments on which it is tested.
#
# ===------------------------------------------------------------------------===#

import itertools

from mpmath import mp, mpf


class Distribution:
    def __init__(self, name, arguments, grid, density, tails=None, more=(), with_tails=lambda point: True):
        """`tails(*arguments)`: P(Y <= y) and P(Y > y), each with all its digits. `grid`: a list for each argument, all
        combinations of which are points; `more`: further points. `with_tails` says at which of them CDFs are tested."""
        self.name, self.arguments = name, arguments.split()
        self.points = [*map(list, itertools.product(*grid)), *map(list, more)]
        self.density, self.tails = density, tails
        self.has_cdf = tails is not None
        self.tail_points = [point for point in self.points if with_tails(point)] if tails else []

    def formulas(self, suffix, arguments):
        """The function, and one with the same derivatives that keeps its digits: of a tail near 1 those of the other."""
        if suffix in ("lpdf", "lpmf"):
            return self.density, self.density
        near, far = (1, 0) if suffix == "lccdf" else (0, 1)
        tails, is_large = self.tails, self.tails(*arguments)[near] > 0.5
        if suffix == "cdf":
            return lambda *a: tails(*a)[0], lambda *a: -tails(*a)[1] if is_large else tails(*a)[0]
        log_tail = (lambda *a: mp.log1p(-tails(*a)[far])) if is_large else (lambda *a: mp.log(tails(*a)[near]))
        return log_tail, log_tail


def within(inside, value):
    """A formula says nothing outside of the support."""
    if not inside:
        raise ValueError("outside of the support")
    return value


def swap(tails):
    return tails[1], tails[0]


def log1p_exp(x):
    return mp.log1p(mp.exp(x)) if x < 0 else x + mp.log1p(mp.exp(-x))


def log_beta(a, b):
    return mp.loggamma(a) + mp.loggamma(b) - mp.loggamma(a + b)


def log_choose(n, k):
    return mp.loggamma(n + 1) - mp.loggamma(k + 1) - mp.loggamma(n - k + 1)


def log_phi(z):
    return -z * z / 2 - mp.log(2 * mp.pi) / 2


def normal_tails(z):
    root = mp.sqrt(2)
    return mp.erfc(-z / root) / 2, mp.erfc(z / root) / 2


def logistic_tails(z):
    return 1 / (1 + mp.exp(-z)), 1 / (1 + mp.exp(z))


def exponential_tails(t):
    return -mp.expm1(-t), mp.exp(-t)


def gamma_tails(a, x):
    if x == 0:
        return mpf(0), mpf(1)
    lower = mp.exp(-x + a * mp.log(x) - mp.loggamma(a + 1)) * mp.hyp1f1(1, a + 1, x)
    return lower, mp.gammainc(a, x, mp.inf, regularized=True)


def count_tails(n, log_mass):
    lower = mp.fsum(mp.exp(log_mass(mpf(k))) for k in range(within(n < 100, n + 1)))
    return lower, 1 - lower


def beta_tails(a, b, x):
    return mp.betainc(a, b, 0, x, regularized=True), mp.betainc(b, a, 0, 1 - x, regularized=True)


def laplace_tails(y, m, s):
    tail = within(s > 0, mp.exp(-abs(y - m) / s) / 2)
    return (tail, 1 - tail) if y < m else (1 - tail, tail)


def skew_laplace_tails(y, m, s, tau):
    z = (y - m) / s
    if z < 0:
        lower = tau * mp.exp(2 * (1 - tau) * z)
        return lower, 1 - lower
    upper = (1 - tau) * mp.exp(-2 * tau * z)
    return 1 - upper, upper


def exp_mod_normal_tails(y, m, s, rate):
    z = (y - m) / s
    # e^(x^2/2 - z^2/2) Phi(-x)
    x = rate * s - z
    mixed = mp.exp((x * x - z * z) / 2) * normal_tails(-x)[0]
    return normal_tails(z)[0] - mixed, normal_tails(z)[1] + mixed


def cauchy_tails(z):
    return mp.atan2(1, -z) / mp.pi, mp.atan2(1, z) / mp.pi


def student_tails(nu, z):
    tail = mp.betainc(nu / 2, mpf(1) / 2, 0, nu / (nu + z * z), regularized=True) / 2
    return (tail, 1 - tail) if z < 0 else (1 - tail, tail)


def owens_tail(h, a):
    """Phi(-h) - 2 T(h, a), T is Owen's function: 2 times the integral of phi(x) Phi(-a x) from h, without what is large."""
    c, root = 1 + a * a, mp.sqrt(2)
    width = 1 / (c * h + mp.sqrt(c))

    def smooth(v):
        u = width * v
        x = a * (h + u) / root
        return mp.exp(-c * (h + u / 2) * u + x * x) * mp.erfc(x)

    with mp.workdps(45):  # a step of 22 digits leaves 23 to its difference
        total = mp.quad(smooth, [0, 0.25, 1, 2, 4, 8, 16, 32, 64, 128])
    return mp.exp(-h * h * c / 2) * width * total / mp.sqrt(2 * mp.pi)


def skew_normal_tails(y, m, s, alpha):
    z = (y - m) / s
    if alpha < 0:
        return swap(skew_normal_tails(-z, 0, 1, -alpha))
    tail = owens_tail(abs(z), alpha)
    return (tail, 1 - tail) if z < 0 else (mp.erf(z / mp.sqrt(2)) + tail, 2 * normal_tails(z)[1] - tail)


def von_mises_turns(x, kappa):
    """The integral of the density from its mean, by the Fourier series; ratios of Bessel functions from the end."""
    ratio, total = mpf(0), mpf(0)
    for j in range(60 + int(20 * mp.sqrt(kappa)), 0, -1):
        ratio = 1 / (2 * j / kappa + ratio)
        total = ratio * (mp.sin(j * x) / j + total)
    return (x / 2 + total) / mp.pi


def von_mises_tails(y, m, kappa):
    lower = von_mises_turns(y - m, kappa) - von_mises_turns(-mp.pi - m, kappa)
    return within(mpf(10) ** -20 < lower < 1 - mpf(10) ** -20, (lower, 1 - lower))


def uniform_tails(y, a, b):
    if y < a or y > b:
        return (mpf(0), mpf(1)) if y < a else (mpf(1), mpf(0))
    return within(a < y < b, ((y - a) / (b - a), (b - y) / (b - a)))


def pareto_tails(log_tail):
    return within(log_tail < 0, (-mp.expm1(log_tail), mp.exp(log_tail)))


def steps(n, last, cdf):
    """Tails of a count: nothing below 0, everything from the last value on."""
    return cdf(n) if within(0 <= n < last, True) else None


def beta_binomial_tails(n, N, a, b):
    mass = [mp.exp(log_choose(N, k) + log_beta(k + a, N - k + b) - log_beta(a, b)) for k in range(N + 1)]
    return mp.fsum(mass[:n + 1]), mp.fsum(mass[n + 1:])


def generalised_t(y, nu, m, s):
    z = (y - m) / s
    return (mp.loggamma((nu + 1) / 2) - mp.loggamma(nu / 2) - mp.log(nu * mp.pi) / 2 - mp.log(s)
            - (nu + 1) / 2 * mp.log1p(z * z / nu))


def gamma_density(y, a, b):
    return a * mp.log(b) - mp.loggamma(a) + (a - 1) * mp.log(y) - b * y


def inv_gamma_density(y, a, b):
    return a * mp.log(b) - mp.loggamma(a) - (a + 1) * mp.log(y) - b / y


def beta_density(y, a, b):
    return -log_beta(a, b) + (a - 1) * mp.log(y) + (b - 1) * mp.log1p(-y)


def neg_binomial_2_density(n, mu, phi):
    return (mp.loggamma(n + phi) - mp.loggamma(n + 1) - mp.loggamma(phi) + n * mp.log(mu / (mu + phi))
            - phi * mp.log1p(mu / phi))


def exp_mod_normal_density(y, m, s, rate):
    return mp.log(rate / 2) + rate * (m - y + rate * s * s / 2) + mp.log(mp.erfc((m - y + rate * s * s)
                                                                              / (mp.sqrt(2) * s)))


inf, nan = float("inf"), float("nan")
REAL = [-1e10, -30.0, -1.5, 1e-10, 0.7, 45.0, 1e10]
PLACE = [0.0, -0.5]
SCALE = [1e-10, 0.8, 1e10]
POSITIVE = [1e-10, 0.3, 1.0, 7.5, 1e3, 1e10]
SHAPE = [1e-2, 0.5, 1.0, 3.25, 150.0]
UNIT = [1e-10, 0.3, 0.5, 0.999]
BAD_SCALE = [[0.5, 0.0, s] for s in (0.0, -1.0)]

DISTRIBUTIONS = [
    Distribution("normal", "R R R", [REAL, PLACE, SCALE],
                 lambda y, m, s: log_phi((y - m) / s) - mp.log(s), lambda y, m, s: normal_tails((y - m) / s), BAD_SCALE),
    Distribution("std_normal", "R", [[-1e10, -100.0, -38.5, -20.5, -19.5, -5.0, -1e-10, 0.0, 0.5, 4.0, 9.0, 37.0, 1e5]],
                 log_phi, normal_tails),
    Distribution("lognormal", "R R R", [[1e-10, 0.3, 1.0, 1e10], [0.0, -0.5, 20.0], [1e-2, 0.8, 50.0]],
                 lambda y, m, s: log_phi((mp.log(y) - m) / s) - mp.log(s * y),
                 lambda y, m, s: normal_tails((mp.log(y) - m) / s), [*BAD_SCALE, [0.0, 0.1, 1.0], [-1.0, 0.0, 1.0]]),
    Distribution("cauchy", "R R R", [REAL, PLACE, SCALE],
                 lambda y, m, s: -mp.log(mp.pi * s) - mp.log1p(((y - m) / s) ** 2),
                 lambda y, m, s: cauchy_tails((y - m) / s), BAD_SCALE),
    Distribution("double_exponential", "R R R", [REAL, PLACE, SCALE],
                 lambda y, m, s: -abs(y - m) / s - mp.log(2 * s), laplace_tails, BAD_SCALE),
    Distribution("skew_double_exponential", "R R R R", [[-30.0, -1.5, 0.7, 45.0], [-0.5], SCALE, [1e-10, 0.3, 0.9]],
                 lambda y, m, s, t: mp.log(2 * t * (1 - t) / s) - 2 * ((1 - t) if y < m else t) * abs(y - m) / s,
                 skew_laplace_tails, [[0.5, 0.0, 1.0, 1.5], [0.5, 0.0, 0.0, 0.5]]),
    Distribution("logistic", "R R R", [REAL, PLACE, SCALE],
                 lambda y, m, s: -(y - m) / s - mp.log(s) - 2 * log1p_exp(-(y - m) / s),
                 lambda y, m, s: logistic_tails((y - m) / s), BAD_SCALE),
    Distribution("gumbel", "R R R", [[-30.0, -1.5, 1e-10, 0.7, 45.0, 1e10], PLACE, [0.1, 0.8, 1e10]],
                 lambda y, m, s: -(y - m) / s - mp.exp(-(y - m) / s) - mp.log(s),
                 lambda y, m, s: swap(exponential_tails(mp.exp(-(y - m) / s))), BAD_SCALE),
    Distribution("skew_normal", "R R R R", [[-30.0, -1.5, 0.7, 6.0], [-0.5], [0.8, 1e10], [-40.0, -1.0, 1e-10, 3.0]],
                 lambda y, m, s, a: mp.log(2 / s) + log_phi((y - m) / s) + mp.log(normal_tails(a * (y - m) / s)[0]),
                 skew_normal_tails, [[0.5, 0.0, 0.0, 1.0]]),
    Distribution("exp_mod_normal", "R R R R", [[-30.0, -1.5, 0.7, 45.0], [-0.5], [1e-2, 0.8, 10.0], [1e-2, 0.7, 20.0]],
                 exp_mod_normal_density, exp_mod_normal_tails, [[0.5, 0.0, 0.0, 1.0], [0.5, 0.0, 1.0, 0.0]]),
    Distribution("student_t", "R R R R", [[-30.0, -1.5, 1e-10, 0.7, 1e10], [0.5, 3.0, 150.0, 1e10], [-0.5], [0.8, 1e5]],
                 generalised_t, lambda y, nu, m, s: student_tails(nu, (y - m) / s), [[0.5, 0.0, 0.0, 1.0]]),
    Distribution("von_mises", "R R R", [[-3.0, -1.5, 1e-10, 0.7, 3.1], [-0.5, 2.0], [1e-10, 0.8, 20.0, 60.0, 600.0]],
                 lambda y, m, k: k * mp.cos(m - y) - mp.log(2 * mp.pi * mp.besseli(0, k)), von_mises_tails,
                 [[0.5, 0.0, -1.0]], lambda point: point[2] < 10 or abs(point[0] - point[1]) * point[2] ** 0.5 < 4),
    Distribution("uniform", "R R R", [[-2.0, -1.5, 0.25, 1.0, 3.0], [-1.5, 0.0], [1.0, 2.5]],
                 lambda y, a, b: within(a < y < b, -mp.log(b - a)), uniform_tails, [[0.5, 1.0, 0.0], [0.5, 1.0, 1.0]]),
    Distribution("exponential", "R R", [[0.0, *POSITIVE], POSITIVE],
                 lambda y, b: mp.log(b) - b * y, lambda y, b: exponential_tails(b * y), [[-1.0, 1.0], [1.0, 0.0]]),
    Distribution("weibull", "R R R", [[1e-10, 0.3, 7.5, 1e3], [0.5, 1.0, 3.25, 20.0], [0.1, 5.0, 1e10]],
                 lambda y, a, s: mp.log(a / s) + (a - 1) * mp.log(y / s) - (y / s) ** a,
                 lambda y, a, s: exponential_tails((y / s) ** a), [[-1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("frechet", "R R R", [[1e-10, 0.3, 7.5, 1e3, 1e10], [0.5, 1.0, 3.25], [0.1, 5.0]],
                 lambda y, a, s: mp.log(a / s) - (a + 1) * mp.log(y / s) - (y / s) ** -a,
                 lambda y, a, s: swap(exponential_tails((y / s) ** -a)), [[0.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("rayleigh", "R R", [POSITIVE, [1e-10, 0.8, 1e10]],
                 lambda y, s: mp.log(y) - 2 * mp.log(s) - (y / s) ** 2 / 2,
                 lambda y, s: exponential_tails((y / s) ** 2 / 2), [[-1.0, 1.0], [1.0, 0.0]]),
    Distribution("loglogistic", "R R R", [[1e-10, 0.3, 7.5, 1e10], [0.1, 5.0], [0.5, 1.0, 3.25]],
                 lambda y, a, b: mp.log(b) - mp.log(y) + b * mp.log(y / a) - 2 * log1p_exp(b * mp.log(y / a)),
                 lambda y, a, b: logistic_tails(b * mp.log(y / a)), [[-1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("pareto", "R R R", [[0.5, 1.75, 1e3, 1e10], [1e-10, 0.25, 1.5], SHAPE],
                 lambda y, m, a: within(y > m, mp.log(a / y) + a * mp.log(m / y)), lambda y, m, a: pareto_tails(a * mp.log(m / y)),
                 [[1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]),
    Distribution("pareto_type_2", "R R R R", [[0.25, 1.75, 1e10], [-2.0, 0.0], SCALE, [0.5, 3.25, 150.0]],
                 lambda y, m, s, a: mp.log(a / s) - (a + 1) * mp.log1p((y - m) / s),
                 lambda y, m, s, a: pareto_tails(-a * mp.log1p((y - m) / s)), [[1.0, 2.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0]]),
    Distribution("gamma", "R R R", [[1e-10, 0.3, 7.5, 140.0, 1e3], SHAPE, [0.1, 1.0, 20.0]], gamma_density,
                 lambda y, a, b: gamma_tails(a, b * y), [[0.0, 1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("inv_gamma", "R R R", [[1e-3, 0.3, 7.5, 140.0, 1e10], SHAPE, [0.1, 1.0, 20.0]], inv_gamma_density,
                 lambda y, a, b: swap(gamma_tails(a, b / y)), [[0.0, 1.0, 1.0], [-1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("chi_square", "R R", [[1e-10, 0.3, 7.5, 140.0, 1e3], SHAPE],
                 lambda y, nu: gamma_density(y, nu / 2, mpf(1) / 2), lambda y, nu: gamma_tails(nu / 2, y / 2),
                 [[0.0, 3.0], [-1.0, 1.0], [1.0, 0.0]]),
    Distribution("inv_chi_square", "R R", [[1e-3, 0.3, 7.5, 140.0, 1e10], SHAPE],
                 lambda y, nu: inv_gamma_density(y, nu / 2, mpf(1) / 2),
                 lambda y, nu: swap(gamma_tails(nu / 2, 1 / (2 * y))), [[0.0, 3.0], [-1.0, 1.0], [1.0, 0.0]]),
    Distribution("scaled_inv_chi_square", "R R R", [[1e-3, 0.3, 7.5, 1e10], SHAPE, [0.1, 2.5]],
                 lambda y, nu, s: inv_gamma_density(y, nu / 2, nu * s * s / 2),
                 lambda y, nu, s: swap(gamma_tails(nu / 2, nu * s * s / (2 * y))), [[-1.0, 1.0, 1.0], [1.0, 0.0, 1.0]]),
    Distribution("beta", "R R R", [UNIT, SHAPE, [1e-2, 1.0, 3.25, 150.0]], beta_density,
                 lambda y, a, b: beta_tails(a, b, y), [[1.5, 1.0, 1.0], [0.5, 0.0, 1.0], [0.0, 2.0, 1.5], [1.0, 2.0, 1.5]]),
    Distribution("beta_proportion", "R R R", [UNIT, [1e-2, 0.5, 0.9], [0.1, 3.0, 200.0]],
                 lambda y, m, k: beta_density(y, m * k, k - m * k), lambda y, m, k: within(0 < m < 1, True) and beta_tails(m * k, k - m * k, y),
                 [[0.5, 1.5, 1.0], [0.5, 0.5, 0.0]]),
    Distribution("bernoulli", "I R", [[0, 1], UNIT], lambda n, p: within(n in (0, 1), mp.log(p if n else 1 - p)),
                 lambda n, p: steps(n, 1, lambda _: (1 - p, p)), [[-1, 0.5], [2, 0.5], [0, 1.5], [0, 0.0], [1, 1.0]]),
    Distribution("bernoulli_logit", "I R", [[0, 1], [-1e10, -800.0, -19.0, -1.0, 0.0, 0.5, 19.0, 800.0]],
                 lambda n, x: -log1p_exp(-x if n else x)),
    Distribution("poisson", "I R", [[0, 1, 12, 1000], [1e-10, 0.5, 12.0, 900.0]],
                 lambda n, x: -mp.loggamma(n + 1) - x + n * mp.log(x),
                 lambda n, x: steps(n, inf, lambda n: swap(gamma_tails(mpf(n + 1), x))),
                 [[-1, 1.0], [0, 0.0], [1, 0.0], [1, -1.0]]),
    Distribution("poisson_log", "I R", [[0, 1, 12, 1000], [-1e10, -20.0, 0.5, 7.0]],
                 lambda n, x: -mp.loggamma(n + 1) - mp.exp(x) + n * x),
    Distribution("binomial", "I I R", [[0, 1, 12, 17], [17], UNIT],
                 lambda n, N, p: log_choose(N, n) + n * mp.log(p) + (N - n) * mp.log1p(-p),
                 lambda n, N, p: steps(n, N, lambda n: count_tails(n, lambda k: log_choose(N, k) + k * mp.log(p)
                                                                   + (N - k) * mp.log1p(-p))),
                 [[5, 1000000000, 1e-8], [0, 3, 0.0], [3, 3, 1.0], [1, 3, 0.0], [2, 3, 1.0], [4, 3, 0.5], [-1, 3, 0.5],
                  [1, 3, 1.5]]),
    Distribution("binomial_logit", "I I R", [[0, 1, 12, 17], [17], [-800.0, -19.0, 0.5, 30.0]],
                 lambda n, N, x: log_choose(N, n) - n * log1p_exp(-x) - (N - n) * log1p_exp(x), None, [[4, 3, 0.5]]),
    Distribution("beta_binomial", "I I R R", [[0, 1, 12, 17], [17], [1e-2, 1.0, 150.0, 1e10], [0.5, 20.0]],
                 lambda n, N, a, b: log_choose(N, n) + log_beta(n + a, N - n + b) - log_beta(a, b),
                 lambda n, N, a, b: steps(n, N, lambda n: beta_binomial_tails(n, N, a, b)),
                 [[4, 3, 0.5, 1.0], [-1, 3, 0.5, 1.0], [1, 3, 0.0, 1.0]]),
    Distribution("neg_binomial", "I R R", [[0, 1, 12, 1000], [1e-2, 1.0, 150.0, 1e10], [1e-2, 0.5, 20.0]],
                 lambda n, a, b: (mp.loggamma(n + a) - mp.loggamma(n + 1) - mp.loggamma(a) - a * mp.log1p(1 / b)
                                  - n * mp.log1p(b)),
                 lambda n, a, b: steps(n, inf, lambda n: beta_tails(a, mpf(n + 1), b / (1 + b)) if a < 1e6 else
                                       count_tails(n, lambda k: neg_binomial_2_density(k, a / b, a))),
                 [[-1, 1.0, 1.0], [1, 0.0, 1.0]]),
    Distribution("neg_binomial_2", "I R R", [[0, 1, 12, 1000], [1e-2, 1.0, 150.0], [1e-2, 0.5, 20.0, 1e10]],
                 neg_binomial_2_density,
                 lambda n, m, k: steps(n, inf, lambda n: beta_tails(k, mpf(n + 1), k / (m + k)) if k < 1e6 else
                                       count_tails(n, lambda j: neg_binomial_2_density(j, m, k))),
                 [[-1, 1.0, 1.0], [1, 0.0, 1.0]]),
    Distribution("neg_binomial_2_log", "I R R", [[0, 1, 12, 1000], [-20.0, 0.5, 7.0], [1e-2, 0.5, 20.0, 1e10]],
                 lambda n, x, k: neg_binomial_2_density(n, mp.exp(x), k), None, [[1, 0.0, 0.0]]),
    Distribution("beta_neg_binomial", "I R R R", [[0, 1, 12], [0.5, 20.0], [0.5, 20.0], [1.5, 20.0]],
                 lambda n, r, a, b: (log_beta(n + r, a + b) - log_beta(r, a) + mp.loggamma(n + b) - mp.loggamma(n + 1)
                                     - mp.loggamma(b))),
    Distribution("yule_simon", "I R", [[1, 2, 12, 1000], [1e-2, 1.0, 150.0]],
                 lambda n, a: mp.log(a) + log_beta(mpf(n), a + 1)),
    Distribution("discrete_range", "I I I", [[-1, 2, 3, 7, 9], [2], [7]],
                 lambda n, a, b: -mp.log(b - a + 1) if a <= n <= b else -mp.inf,
                 lambda n, a, b: steps(n - a, b - a, lambda n: (mpf(n + 1) / (b - a + 1), mpf(b - a - n) / (b - a + 1))),
                 [[1, 3, 2]], lambda point: point[1] <= point[2]),
    Distribution("hypergeometric", "I I I I", [[0, 1, 3], [5], [4], [6]],
                 lambda n, N, a, b: log_choose(a, n) + log_choose(b, N - n) - log_choose(a + b, N)),
]
