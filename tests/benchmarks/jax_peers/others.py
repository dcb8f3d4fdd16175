# ===- others.py - small textbook models in JAX -----------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes what belongs to no family as a user of JAX would.
#
# ===------------------------------------------------------------------------===#

import jax
import jax.numpy as jnp
import numpy as np

from .densities import (Reader, bernoulli_logit, cauchy, double_exponential, exponential, log_sum_exp, logistic,
                        lognormal, normal, reals, std_normal)


def dogs(data):
    y = np.asarray(data["y"])
    shocks = np.cumsum(y, 1) - y
    avoidances = np.arange(y.shape[1]) - shocks
    sign = 2.0 * y - 1.0

    def density(q):
        return normal(q, 0.0, 100.0) + bernoulli_logit(sign, q[0] + q[1] * avoidances + q[2] * shocks)
    return density


@jax.custom_jvp
def solve_log_plus_identity(x):
    """The w with log(w) + w = x, by Newton's method; its derivative is that of the equation."""
    def advance(state):
        w, _, steps = state
        change = (jnp.log(w) + w - x) * w / (1.0 + w)
        wild = w - change <= 0.0
        return jnp.where(wild, 0.5 * w, w - change), jnp.where(wild, w, change), steps + 1

    def goes_on(state):
        w, change, steps = state
        return jnp.any(jnp.abs(change) > 1e-13 * w) & (steps < 60)

    start = jnp.where(x > 1.0, x - jnp.log(jnp.maximum(x, 1.0)), jnp.exp(jnp.minimum(x, 1.0) - 1.0))
    return jax.lax.while_loop(goes_on, advance, (start, jnp.ones_like(x), 0))[0]


@solve_log_plus_identity.defjvp
def _(primals, tangents):
    w = solve_log_plus_identity(*primals)
    return w, tangents[0] * w / (1.0 + w)


def newton(data):
    t, amount = reals(data, "t", "amount")
    start = float(data["start"])

    def density(q):
        p = Reader(q)
        v_max, half, sigma = p.positive(), p.positive(), p.positive()
        left = half * solve_log_plus_identity(jnp.log(start / half) + (start - v_max * t) / half)
        return (p.log_jacobian + lognormal(v_max, 0.0, 1.0) + lognormal(half, 0.0, 1.0) + normal(sigma, 0.0, 0.5) +
                lognormal(amount, jnp.log(left), sigma))
    return density


def distributions(data):
    y, w = reals(data, "y", "w")
    z, N = np.asarray(data["z"]), data["N"]
    sign = 2.0 * z - 1.0

    def density(q_):
        p = Reader(q_)
        mu, sigma, theta, tau = p.real(), p.positive(), p.real(N), p.positive(N)
        prob, q, u = p.interval(0.0, 1.0), p.interval(0.0, 1.0, N), p.interval(1.0, 3.0)
        bernoulli = jnp.sum(jnp.log(jnp.where(z == 1, q, 1.0 - q)))
        return (p.log_jacobian + normal(y, mu, sigma) + normal(y, theta, tau) + normal(theta, y, 2.0) +
                std_normal(theta) + cauchy(y, theta, sigma) + cauchy(mu, 0.0, 2.5) + exponential(w, sigma) +
                exponential(tau, w) + lognormal(w, theta, sigma) + lognormal(tau, mu, 1.0) + z.sum() * jnp.log(prob) +
                (N - z.sum()) * jnp.log1p(-prob) + 2.0 * bernoulli + jnp.log(q[1] if z[0] else 1.0 - q[1]) +
                bernoulli_logit(sign, theta) + bernoulli_logit(sign[1], 3.0 * mu) -
                jnp.sum(jnp.log(20.0 + tau + sigma)) + double_exponential(y, theta, sigma) +
                double_exponential(theta, 0.1, 1.0) + logistic(y, mu, tau) + logistic(theta, 0.0, sigma) +
                normal(y, theta, 1.0) + cauchy(theta, y, tau) - jnp.sum(tau) + bernoulli_logit(sign, mu) +
                logistic(mu, 0.0, 1.0) + double_exponential(y, 0.0, tau) + std_normal(mu))
    return density


def user_functions(data):
    y, x = reals(data, "y", "x")
    sign, N = 2.0 * np.asarray(data["z"]) - 1.0, data["N"]
    squares = np.square(x[:, None] - x)

    def smooth(u, weight):
        def step(last, new):
            return (last := weight * last + (1.0 - weight) * new), last
        _, later = jax.lax.scan(step, u[0], u[1:], unroll=N)
        return jnp.concatenate([u[:1], later])

    def series(t):
        """The even terms of the exponential series, up to one below 1e-17: cosh in double precision."""
        return jnp.where(jnp.abs(t) < 1e-17, 1.0, 1.0 + jnp.sinh(t))

    def density(q):
        p = Reader(q)
        u, mu, b, weight = p.real(N), p.real(), p.positive(), p.interval(0.0, 1.0)
        level = smooth(u, weight)
        kernel = jnp.exp(-0.5 * squares / jnp.square(b + 0.5))
        return (p.log_jacobian + double_exponential(y, mu, b) + normal(mu, 0.0, 2.0) + normal(b, 1.0, 2.0) +
                normal(weight, 0.5, 1.0) + double_exponential(level, 0.1, 2.0) +
                0.5 * bernoulli_logit(sign, 2.0 * level) + normal(u, 0.0, 2.0) - 0.5 * log_sum_exp(2.0 * u) -
                0.1 * jnp.clip(2.0 * mu, -0.75, 0.8) - 0.1 * jnp.sum(kernel @ u) - 0.01 * series(mu + 0.5))
    return density


def recursive_functions(data):
    N, choose = data["N"], 10.0

    def density(u):
        return (-0.1 * jnp.sum(u * u) - u[0] ** 2 / 18.0 - 0.01 * u[0] ** 6 + (0.5 * u[1]) ** 3 - choose * u[1] ** 2 -
                u[N - 1] ** 2)
    return density


def ordered_simplexes(data):
    K, M = data["K"], data["M"]
    half_sums = 0.5 * np.arange(1.0, K + 1.0)
    places = np.arange(1.0, M + 1.0)[:, None]

    def density(q):
        p = Reader(q)
        cut, rate, weight, cuts = p.ordered(K), p.positive_ordered(K), p.log_simplex(K), p.ordered(M, 2)
        rates, table, lone = p.positive_ordered(M, 2), p.log_simplex(M, 2, K), p.real(1)
        return (p.log_jacobian + normal(cut, 0.0, 2.0) - 0.5 * jnp.sum(rate) + 2.0 * weight[0] + 3.0 * weight[-1] +
                normal(cuts, places, 1.0) + lognormal(rates, 0.0, 1.0) + jnp.sum(table * half_sums) - lone[0] ** 2)
    return density


def branches_on_data(data):
    y, N, M = np.asarray(data["y"], float), data["N"], data["M"]
    status = np.asarray(data["status"])

    def density(q):
        p = Reader(q)
        mu, sigma, empty, missing = p.real(), p.positive(), p.real(M), p.real(N)
        full = jnp.where(status == 2, missing, jnp.where(status == 1, y + jnp.exp(missing), y))
        likelihood = normal(full, mu, sigma) if data["family"] == 1 else double_exponential(full, mu + 0.1, sigma)
        return (p.log_jacobian + normal(mu, 0.0, 5.0) - 0.5 * sigma + likelihood +
                jnp.sum(jnp.where(status == 1, missing, jnp.where(status == 0, -0.5 * missing * missing, 0.0))))
    return density


FAMILY = [dogs, newton, distributions, user_functions, recursive_functions, ordered_simplexes, branches_on_data]
