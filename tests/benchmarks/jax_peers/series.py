# ===- series.py - time series and hidden Markov models in JAX --------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes recurrences as a user of JAX would: what has no memory as arrays, what has as a scan, unrolled as far
# as that makes the gradient faster.
#
# ===------------------------------------------------------------------------===#

import jax
import jax.numpy as jnp
import numpy as np

from .densities import Reader, cauchy, log_sum_exp, neg_binomial_2, normal, reals, std_normal


def arK(data):
    K, T = data["K"], data["T"]
    y, = reals(data, "y")
    lags = np.stack([y[K - 1 - k:T - 1 - k] for k in range(K)], 1)

    def density(q):
        p = Reader(q)
        alpha, slopes, sigma = p.real(), p.real(K), p.positive()
        return (p.log_jacobian + normal(alpha, 0.0, 10.0) + normal(slopes, 0.0, 10.0) + cauchy(sigma, 0.0, 2.5) +
                normal(y[K:], alpha + lags @ slopes, sigma))
    return density


def garch(data):
    y, = reals(data, "y")

    def density(q):
        p = Reader(q)
        mu, alpha0, alpha1 = p.real(), p.positive(), p.interval(0.0, 1.0)
        beta1 = p.interval(0.0, 1.0 - alpha1)
        shock = jnp.square(y - mu)

        def step(variance, added):
            return (variance := added + beta1 * variance), variance

        first = data["sigma1"] ** 2
        _, later = jax.lax.scan(step, jnp.float64(first), alpha0 + alpha1 * shock[:-1], unroll=4)
        variance = jnp.concatenate([jnp.full(1, first), later])
        return p.log_jacobian - 0.5 * jnp.sum(jnp.log(variance) + shock / variance)
    return density


def moving_average(data):
    N, Q, P = data["N"], data["Q"], data["P"]
    y, = reals(data, "y")

    def density(q):
        p = Reader(q)
        level, weight, persistence = p.real(), p.interval(-1.0, 1.0, Q), p.interval(0.0, 0.4, P)
        base = p.positive()

        # The last shocks, and the last variances with their squared shocks, newest first; 0 before the series begins.
        def step(last, centred):
            shocks, sizes = last
            shock, variance = centred - weight @ shocks, base + persistence @ sizes
            return ((jnp.concatenate([shock[None], shocks[:-1]]),
                     jnp.concatenate([(variance + shock * shock)[None], sizes[:-1]])), (shock, variance))

        _, (shock, variance) = jax.lax.scan(step, (jnp.zeros(Q), jnp.zeros(P)), y - level)
        return (p.log_jacobian + normal(level, 0.0, 2.0) + normal(weight, 0.0, 0.5) - base +
                normal(shock, 0.0, jnp.sqrt(variance)))
    return density


def random_walk(data):
    T = data["T"]
    y, = reals(data, "y")

    def density(p_q):
        p = Reader(p_q)
        level, state, q, r, phi = p.real(T), p.matrix(2, T), p.positive(), p.positive(), p.interval(-1.0, 1.0)
        F = jnp.array([[1.0, phi], [0.0, phi]])
        return (p.log_jacobian + normal(q, 0.0, 1.0) + normal(r, 0.0, 1.0) + normal(level[0], 0.0, 5.0) +
                normal(level[1:], level[:-1], q) + normal(y, level, r) + normal(level[1:], phi * level[:-1], 2.0) +
                std_normal(state[:, 0]) + normal(state[:, 1:], F @ state[:, :-1], q) + normal(y[1:], state[0, 1:], r))
    return density


def state_space(data):
    y, F, G, m0, C0 = reals(data, "y", "F", "G", "m0", "C0")
    n, r, T = data["n"], data["r"], data["T"]

    def density(q):
        p = Reader(q)
        L, log_diagonal = jnp.zeros((r, r)), 0.0
        for i in range(r):
            row = p.real(i)
            L = L.at[i, :i].set(row) if i else L
            free = p.real()
            L = L.at[i, i].set(jnp.exp(free))
            p.log_jacobian += (r - i + 1) * free
        V = L @ L.T
        w, a = p.positive(n), p.real()
        Ga, W = jnp.asarray(G).at[0, 1].set(a), jnp.diag(w)

        def filtered(V):
            def step(state, observed):
                m, C = state
                m, R = Ga @ m, Ga @ C @ Ga.T + W
                error, S = observed - F.T @ m, F.T @ R @ F + V
                gain = jnp.linalg.solve(S, F.T @ R).T
                value = -0.5 * (jnp.linalg.slogdet(S)[1] + error @ jnp.linalg.solve(S, error))
                return (m + gain @ error, R - gain @ S @ gain.T), value
            return jnp.sum(jax.lax.scan(step, (m0, C0), y.T, unroll=T)[1])

        both = jax.vmap(filtered)(jnp.stack([V, jnp.diag(jnp.diag(V))]))
        return p.log_jacobian + jnp.sum(both) - jnp.sum(w) + std_normal(a)
    return density


def renewal(data):
    D, G = data["D"], data["G"]
    seen, interval, delay = reals(data, "seen", "interval", "delay")
    # What is linear in the births is a product with a constant matrix: those due, and the sum of a linear recurrence.
    due_of = np.array([[delay[d - s - 1] if s < d else 0.0 for s in range(D)] for d in range(D)])
    back = np.array([[0.3 * delay[D - d + s] if s < d else 0.0 for s in range(D)] for d in range(D)])
    mean_of = (due_of + np.linalg.inv(np.eye(D) - back))[1:]
    pressure_of = np.array([[interval[d - s - 1] if s < d else 0.0 for s in range(D)] for d in range(2, D)])

    def density(q):
        p = Reader(q)
        first, growth, spread = p.positive(G), p.positive(G), p.positive()

        def step(state, weights):
            born, last, d = state
            new = growth * (weights @ born) / (1.0 + 0.1 * last)
            return (born.at[d].set(new), new, d + 1), None

        born = jnp.zeros((D, G)).at[:2].set(first)
        (born, _, _), _ = jax.lax.scan(step, (born, first, 2), pressure_of, unroll=4)
        return (p.log_jacobian - 0.2 * jnp.sum(first) + jnp.sum(3.0 * jnp.log(growth) - 2.0 * growth) - spread +
                neg_binomial_2(seen[1:], mean_of @ born, 1.0 / spread))
    return density


def forward(log_first, log_transition, log_emission):
    """log of the marginal density: rows of `log_emission` are times, `log_transition[j, k]` is from j to k."""
    def step(log_alpha, emitted):
        return log_sum_exp(log_alpha[:, None] + log_transition, 0) + emitted, None
    last, _ = jax.lax.scan(step, log_first + log_emission[0], log_emission[1:])
    return log_sum_exp(last)


def hmm_example(data):
    y, = reals(data, "y")
    K = data["K"]

    def density(q):
        p = Reader(q)
        theta, mu = p.log_simplex(K, K), p.positive_ordered(K)
        return (p.log_jacobian + normal(mu[0], 3.0, 1.0) + normal(mu[1], 10.0, 1.0) +
                forward(jnp.zeros(K), theta, -0.5 * jnp.square(y[:, None] - mu)))
    return density


def hmm_chain(data):
    y, location = reals(data, "y", "location")
    K = data["K"]

    def density(q):
        p = Reader(q)
        theta, start, mu, sigma = p.log_simplex(K, K), p.log_simplex(K), p.ordered(K), p.positive()
        emission = -0.5 * jnp.square((y[:, None] - mu) / sigma) - jnp.log(sigma)
        return p.log_jacobian + normal(mu, location, 2.0) - 0.5 * sigma * sigma + forward(start, theta, emission)
    return density


def hidden_markov(data):
    y, = reals(data, "y")
    K = data["K"]

    def density(q):
        p = Reader(q)
        theta, rho, mu = p.log_simplex(K, K), p.log_simplex(K), p.real(K)
        emission = -0.5 * jnp.square(y[:, None] - mu)
        return p.log_jacobian + std_normal(mu) + forward(rho, theta, emission) + log_sum_exp(rho + emission[0])
    return density


FAMILY = [arK, garch, moving_average, random_walk, state_space, renewal, hmm_example, hmm_chain, hidden_markov]
