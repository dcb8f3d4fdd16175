# ===- regressions.py - regressions in JAX ----------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes Gaussian and other regressions as a user of JAX would: vectorised, in Stan's order of parameters.
#
# ===------------------------------------------------------------------------===#

import jax.numpy as jnp
import numpy as np

from .densities import (Reader, bernoulli_logit, beta, binomial_logit, cauchy, gamma, inv_gamma, log_sum_exp,
                        normal, ordered_logistic, poisson_log, reals, std_normal, student_t)


def kidiq(data):
    y, hs, iq = reals(data, "kid_score", "mom_hs", "mom_iq")
    X = np.stack([np.ones_like(y), hs, iq, hs * iq], 1)

    def density(q):
        p = Reader(q)
        slopes, sigma = p.real(4), p.positive()
        return p.log_jacobian + cauchy(sigma, 0.0, 2.5) + normal(y, X @ slopes, sigma)
    return density


def sblrc(data):
    X, y = reals(data, "X", "y")

    def density(q):
        p = Reader(q)
        slopes, sigma = p.real(X.shape[1]), p.positive()
        return p.log_jacobian + normal(slopes, 0.0, 10.0) + normal(sigma, 0.0, 10.0) + normal(y, X @ slopes, sigma)
    return density


def inv_gamma_variance(data):
    y, = reals(data, "y")

    def density(q):
        p = Reader(q)
        mu, v, shape = p.real(), p.positive(), p.positive()
        root = jnp.sqrt(v)
        return (p.log_jacobian + normal(mu, 0.0, root) + inv_gamma(v, shape, 1.5) - shape + normal(y, mu, root) +
                inv_gamma(v, 2.0, shape))
    return density


def logistic_regression(data):
    X, = reals(data, "X")
    sign = 2.0 * np.asarray(data["y"]) - 1.0

    def density(q):
        return std_normal(q) + bernoulli_logit(sign, q[0] + X @ q[1:])
    return density


def student_t_regression(data):
    x, y = reals(data, "x", "y")

    def density(q):
        p = Reader(q)
        alpha, slope, sigma, nu = p.real(), p.real(), p.positive(), p.positive(lower=1.0)
        return (p.log_jacobian + student_t(alpha, 3.0, 0.0, 10.0) + student_t(slope, 4.0, 0.0, 2.5) +
                student_t(sigma, 3.0, 0.0, 2.5) - 0.1 * (nu - 1.0) + student_t(y, nu, alpha + slope * x, sigma))
    return density


def counts(data):
    trials, hits, events, x = reals(data, "trials", "hits", "events", "x")

    def density(q):
        a, b, theta = q[0], q[1], q[2:]
        eta = a + b * x
        return (std_normal(q[:2]) + std_normal(theta - eta) + binomial_logit(hits, trials, theta) +
                binomial_logit(hits[0], trials[0], a) + poisson_log(events, eta) + poisson_log(events, theta) +
                poisson_log(events[1], b) + binomial_logit(hits, trials, a + theta) + poisson_log(events, theta + 0.1))
    return density


def categorical_glms(data):
    x, r, c0 = reals(data, "x", "r", "c0")
    y, C = np.asarray(data["y"]) - 1, data["C"]
    N, K = x.shape
    one_hot = np.eye(C)[y]

    def categorical(logits, chosen):
        return jnp.sum(chosen * logits) - jnp.sum(log_sum_exp(logits, -1) * jnp.sum(chosen, -1))

    def density(q):
        p = Reader(q)
        alpha, B, slope, cuts = p.real(C), p.matrix(K, C), p.real(K), p.ordered(C - 1)
        rows, row, eta, eta_r = x @ B + alpha, r @ B + alpha, x @ slope, r @ slope
        return (p.log_jacobian + 2.0 * categorical(rows, one_hot) + categorical(row, one_hot.sum(0)) +
                categorical(rows, np.broadcast_to(one_hot[0], one_hot.shape)) + categorical(row, one_hot[1]) +
                ordered_logistic(y, eta, cuts) + ordered_logistic(y, eta_r, cuts) +
                ordered_logistic(np.full(N, y[2]), eta, cuts) + ordered_logistic(y[1:2], eta_r, jnp.asarray(c0)) +
                ordered_logistic(y, eta, jnp.asarray(c0)) + std_normal(B))
    return density


def if_parameter(data):
    x, y = reals(data, "x", "y")
    k = data["k"]

    def density(q):
        p = Reader(q)
        alpha, slope, sigma = p.real(), p.real(), p.positive()
        r = (y - alpha - slope * x) / sigma
        huber = jnp.where(jnp.abs(r) <= k, -0.5 * r * r, k * (0.5 * k - jnp.abs(r)))
        return (p.log_jacobian + normal(alpha, 0.0, 5.0) + normal(slope, 0.0, 5.0) - sigma + jnp.sum(huber) -
                len(y) * jnp.log(sigma))
    return density


def beta_proportions(data):
    y, = reals(data, "y")

    def density(q):
        p = Reader(q)
        mean, kappa, theta = p.interval(0.0, 1.0), p.positive(), p.interval(0.0, 1.0, len(y))
        return (p.log_jacobian + beta(mean, 2.0, 2.0) - 0.1 * kappa + beta(y, mean * kappa, (1.0 - mean) * kappa) +
                beta(theta, 1.5, kappa) + beta(theta[0], mean, 2.0))
    return density


def gamma_rates(data):
    t, = reals(data, "t")

    def density(q):
        p = Reader(q)
        shape, rate, lam = p.positive(), p.positive(), p.positive(len(t))
        return (p.log_jacobian + gamma(shape, 2.0, 0.5) + gamma(rate, 1.5, 1.0) + gamma(t, shape, rate) +
                gamma(lam, shape, t) + gamma(lam, 2.0, rate))
    return density


FAMILY = [kidiq, sblrc, inv_gamma_variance, logistic_regression, student_t_regression, counts, categorical_glms,
          if_parameter, beta_proportions, gamma_rates]
