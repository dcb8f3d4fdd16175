#!/usr/bin/env python3
# ===- exact.py - the same densities in fifty digits --------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file settles who is right where Stan approximates: it evaluates log densities and gradients of some models with
# mpmath, from formulas written here by hand, and adds them to the stored points as `exact`. generate.py calls it.
#
# ===------------------------------------------------------------------------===#

import argparse
import json
import sys
from pathlib import Path

from document import render

try:
    from mpmath import mp, mpf
except ImportError:  # generate.py goes on without: few models are here
    mp = None

HERE = Path(__file__).resolve().parent
VARIANTS = [("", False, False), ("_jacobian", True, False), ("_propto", False, True), ("_propto_jacobian", True, True)]


class ExactError(Exception):
    """No mpmath, or formulas that are not those of the model."""


class Density:
    """A sum of terms in the constrained parameters, with its derivative by each of them."""

    def __init__(self, unconstrained, positive, propto):
        self.positive, self.propto = positive, propto
        self.unconstrained = [mpf(x) for x in unconstrained]
        self.x = [mp.exp(q) if k in positive else q for k, q in enumerate(self.unconstrained)]
        self.value, self.partials = mpf(0), [mpf(0)] * len(self.x)

    def get(self, argument):
        """An argument is a number or ('p', k): the parameter at k."""
        return self.x[argument[1]] if isinstance(argument, tuple) else mpf(argument)

    def add(self, value, *derivatives):
        self.value += value
        for argument, derivative in derivatives:
            if isinstance(argument, tuple):
                self.partials[argument[1]] += derivative

    def constant(self, value, *arguments):
        """A term of only these arguments: dropped from `_propto` if none of them is a parameter."""
        return value if not self.propto or any(isinstance(a, tuple) for a in arguments) else mpf(0)

    def normal(self, y, mu, sigma):
        s = self.get(sigma)
        z = (self.get(y) - self.get(mu)) / s
        self.add(-z * z / 2 - self.constant(mp.log(s), sigma) - self.constant(mp.log(2 * mp.pi) / 2),
                 (y, -z / s), (mu, z / s), (sigma, (z * z - 1) / s))

    def lognormal(self, y, mu, sigma):
        v, s = self.get(y), self.get(sigma)
        z = (mp.log(v) - self.get(mu)) / s
        # This constant Stan keeps even where it drops all others.
        self.add(-z * z / 2 - self.constant(mp.log(v), y) - self.constant(mp.log(s), sigma) - mp.log(2 * mp.pi) / 2,
                 (y, -(z / s + 1) / v), (mu, z / s), (sigma, (z * z - 1) / s))

    def cauchy(self, y, mu, sigma):
        s, d = self.get(sigma), self.get(y) - self.get(mu)
        slope = 2 * d / (s * s + d * d)
        self.add(-mp.log1p((d / s) ** 2) - self.constant(mp.log(s), sigma) - self.constant(mp.log(mp.pi)),
                 (y, -slope), (mu, slope), (sigma, (slope * d - 1) / s))

    def bernoulli_logit(self, y, logit, *derivatives):
        """`derivatives` are those of the logit."""
        sign = 1 if y else -1
        tail = mp.exp(-sign * logit)
        slope = sign * tail / (1 + tail)
        self.add(-mp.log1p(tail), *((argument, slope * d) for argument, d in derivatives))

    def result(self, jacobian):
        """By the unconstrained parameters: x = exp(q) gives dx/dq = x, and log |dx/dq| = q."""
        value, gradient = self.value, list(self.partials)
        for k in self.positive:
            gradient[k] *= self.x[k]
            if jacobian:
                value += self.unconstrained[k]
                gradient[k] += 1
        return value, gradient


class Differences:
    """A log density of the unconstrained parameters as one function, with central differences: each step is far below
    what a double sees, and far above the last digit here."""

    def __init__(self, log_density, log_jacobian, unconstrained):
        self.log_density, self.log_jacobian = log_density, log_jacobian
        self.q = [mpf(x) for x in unconstrained]

    def result(self, jacobian):
        def value(q):
            return self.log_density(q) + (self.log_jacobian(q) if jacobian else 0)

        step, gradient = mpf(10) ** -18, []
        for k in range(len(self.q)):
            ends = [value([*self.q[:k], self.q[k] + side * step, *self.q[k + 1:]]) for side in (1, -1)]
            gradient.append((ends[0] - ends[1]) / (2 * step))
        return value(self.q), gradient


def logistic_regression(data, q, propto):
    density = Density(q, set(), propto)
    alpha, beta = ("p", 0), [("p", 1 + k) for k in range(data["K"])]
    for parameter in [alpha, *beta]:
        density.normal(parameter, 0, 1)
    for row, y in zip(data["X"], data["y"]):
        row = [mpf(x) for x in row]
        logit = density.get(alpha) + mp.fdot(row, [density.get(b) for b in beta])
        density.bernoulli_logit(y, logit, (alpha, 1), *zip(beta, row))
    return density


def irt_2pl(data, q, propto):
    positions = iter(("p", k) for k in range(len(q)))

    def take(count):
        return [next(positions) for _ in range(count)]

    [sigma_theta], theta = take(1), take(data["J"])
    [sigma_a], a = take(1), take(data["I"])
    [mu_b], [sigma_b], b = take(1), take(1), take(data["I"])
    density = Density(q, {k for _, k in [sigma_theta, sigma_a, *a, sigma_b]}, propto)
    for scale in (sigma_theta, sigma_a, sigma_b):
        density.cauchy(scale, 0, 2)
    density.normal(mu_b, 0, 5)
    for ability in theta:
        density.normal(ability, 0, sigma_theta)
    for slope, difficulty, answers in zip(a, b, data["y"]):
        density.lognormal(slope, 0, sigma_a)
        density.normal(difficulty, mu_b, sigma_b)
        for ability, y in zip(theta, answers):
            s, distance = density.get(slope), density.get(ability) - density.get(difficulty)
            density.bernoulli_logit(y, s * distance, (slope, distance), (ability, s), (difficulty, -s))
    return density


def wiener(t, boundary, bias, drift, spread=0):
    """Of the reflections, or of the frequencies, which of them are fewer."""
    x, w = t / boundary ** 2, 1 - bias
    if x < 0.4:
        total = mp.fsum((w + 2 * k) * mp.exp(-(w + 2 * k) ** 2 / (2 * x)) for k in range(-10, 11))
        total /= mp.sqrt(2 * mp.pi * x ** 3)
    else:
        total = mp.pi * mp.fsum(k * mp.exp(-(k * mp.pi) ** 2 * x / 2) * mp.sin(k * mp.pi * w) for k in range(1, 13))
    wider = 1 + spread ** 2 * t
    tilt = ((spread * boundary * w) ** 2 + 2 * boundary * drift * w - drift ** 2 * t) / (2 * wider)
    return mp.log(total) + tilt - 2 * mp.log(boundary) - mp.log(wider) / 2


def first_passage(data, q, propto):
    N = data["N"]
    time, bias = [mpf(t) for t in data["time"]], [mpf(b) for b in data["bias"]]

    def logit_jacobian(x):
        return -mp.log1p(mp.exp(x)) - mp.log1p(mp.exp(-x))

    def log_jacobian(q):
        return q[0] + mp.fsum(logit_jacobian(x) + mp.log(mpf(0.2)) for x in q[1:N + 1]) + logit_jacobian(q[N + 1]) + q[-1]

    def log_density(q):
        boundary, sv = mpf(0.5) + mp.exp(q[0]), mp.exp(q[-1])
        tau = [mpf(0.2) / (1 + mp.exp(-x)) for x in q[1:N + 1]]
        beta, drift = 1 / (1 + mp.exp(-q[N + 1])), q[N + 2:-1]
        total = -sv - mp.fsum(v * v for v in drift) / 2
        if not propto:
            total += wiener(time[0] - mpf(0.1), mpf(1.5), mpf(0.4), mpf(0.7)) - N * mp.log(2 * mp.pi) / 2
        for t, s, b, v in zip(time, tau, bias, drift):
            total += wiener(t - s, boundary, beta, v) + wiener(t - mpf(0.15), 2 * boundary, b, drift[0])
            total += wiener(t - s, boundary + 1, b, v, sv) + wiener(t, mpf(1.8), beta, mpf(0.5), sv)
            if not propto:
                total += wiener(t - mpf(0.1), mpf(1.3), b, mpf(-1.5), mpf(0.4))
        return total

    return Differences(log_density, log_jacobian, q)


MODELS = {"logistic_regression": logistic_regression, "irt_2pl": irt_2pl, "first_passage": first_passage}


def check(name, ours, stan):
    """Formulas and model must not drift apart: Stan's approximations are far smaller than any mistake here."""
    scale = max(map(abs, stan))
    for o, s in zip(ours, stan, strict=True):
        if not abs(o - s) <= 1e-8 * max(abs(s), 1e-3 * scale, 1e-6):
            raise ExactError(f"{name}: expected {o!r}, but Stan has {s!r}: the formulas differ")


def exact(name, data, point):
    """`exact` for one point. Decimals mean the double that they read as, for Stan and for mpmath."""
    values = {}
    with mp.workdps(50):
        for suffix, jacobian, propto in VARIANTS:
            density = MODELS[name](data, point["unconstrained"], propto)
            value, gradient = density.result(jacobian)
            values[f"log_density{suffix}"] = float(value)
            values[f"gradient{suffix}"] = [float(g) for g in gradient]
            check(f"{name}: log_density{suffix}", [values[f"log_density{suffix}"]], [point[f"log_density{suffix}"]])
            check(f"{name}: gradient{suffix}", values[f"gradient{suffix}"], point[f"gradient{suffix}"])
    return values


def attach(name, data, points):
    """Adds `exact` to each point where Stan found a gradient; models without formulas stay as they are."""
    if name not in MODELS:
        return
    if mp is None:
        raise ExactError(f"{name}: exact values need a package: pip install mpmath")
    for point in points:
        point.pop("exact", None)
        if isinstance(point["gradient"], list):
            point["exact"] = exact(name, data, point)


def main():
    parser = argparse.ArgumentParser(description="Adds `exact` to tests/reference/<model>.json.")
    parser.add_argument("models", nargs="*", help=f"of {', '.join(MODELS)} (default: all)")
    for name in parser.parse_args().models or MODELS:
        if name not in MODELS:
            sys.exit(f"exact.py: no formulas for '{name}' (there are: {', '.join(MODELS)})")
        target = HERE / f"{name}.json"
        reference = json.loads(target.read_text())
        try:
            attach(name, json.loads((HERE.parent / reference["data"]).read_text()), reference["points"])
        except ExactError as error:
            sys.exit(f"exact.py: {error}")
        target.write_text(render(reference))
        print(f"{name}: {sum('exact' in point for point in reference['points'])} points", flush=True)


if __name__ == "__main__":
    main()
