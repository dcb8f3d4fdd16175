# ===- responses.py - item response and categories in JAX -------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes models of answers and of categories as a user of JAX would: tables of log odds, classes one-hot.
#
# ===------------------------------------------------------------------------===#

import jax
import jax.numpy as jnp
import numpy as np

from .densities import (Reader, bernoulli_logit, cauchy, dirichlet, gammaln, lognormal, normal, ordered_logistic, reals,
                        std_normal)


def irt_2pl(data):
    sign = 2.0 * np.asarray(data["y"]) - 1.0
    I, J = sign.shape

    def density(q):
        p = Reader(q)
        sigma_theta, theta, sigma_a, a = p.positive(), p.real(J), p.positive(), p.positive(I)
        mu_b, sigma_b, b = p.real(), p.positive(), p.real(I)
        return (p.log_jacobian + cauchy(jnp.stack([sigma_theta, sigma_a, sigma_b]), 0.0, 2.0) +
                normal(theta, 0.0, sigma_theta) + lognormal(a, 0.0, sigma_a) + normal(mu_b, 0.0, 5.0) +
                normal(b, mu_b, sigma_b) + bernoulli_logit(sign, a[:, None] * (theta - b[:, None])))
    return density


def ordered_categories(data):
    x, c0 = reals(data, "x", "c0")
    y, b, K, N = np.asarray(data["y"]) - 1, np.asarray(data["b"]) - 1, data["K"], data["N"]
    each = np.arange(K)

    def density(q):
        p = Reader(q)
        eta, slope, c, cs, cut = p.real(), p.real(), p.ordered(K - 1), p.ordered(N, K - 1), p.ordered(1)
        known = jnp.asarray(c0)
        return (p.log_jacobian + ordered_logistic(y, slope * x, c) + ordered_logistic(y, x, cs) +
                ordered_logistic(y, eta + x, known) + ordered_logistic(each, eta, c) + ordered_logistic(each, 0.3, c) +
                ordered_logistic(each, eta, known) + ordered_logistic(b, slope * x, cut) - 0.1 * jnp.sum(c * c) -
                0.1 * eta * eta)
    return density


def category_counts(data):
    n, p0, a0 = reals(data, "n", "p0", "a0")
    K, N, y = data["K"], data["N"], np.asarray(data["y"]) - 1
    of_y, total = np.bincount(y, minlength=K).astype(float), n.sum()
    log_p0 = np.log(p0)
    # Every sum over outcomes is one over categories: that of y, of its first, of n twice.
    p_counts, beta_counts = of_y + np.eye(K)[y[0]] + 2.0 * n, of_y + np.eye(K)[y[1]] + 2.0 * n

    def density(q):
        reader = Reader(q)
        log_p, beta = reader.log_simplex(K), reader.real(K)
        alpha, log_q = reader.positive(K), reader.log_simplex(2, K)
        sum_alpha = jnp.sum(alpha)
        dirichlet_multinomial = (gammaln(sum_alpha) - gammaln(sum_alpha + total) +
                                 jnp.sum(gammaln(alpha + n) - gammaln(alpha)))
        both = jnp.stack([jnp.asarray(a0), alpha])
        return (reader.log_jacobian + p_counts @ log_p + beta_counts @ jax.nn.log_softmax(beta) +
                2.0 * dirichlet_multinomial + dirichlet(log_q, alpha) + dirichlet(log_p, a0) +
                dirichlet(log_p0, alpha) + dirichlet(log_q, both) + dirichlet(log_p, both) + dirichlet(log_q, a0) +
                std_normal(beta))
    return density


FAMILY = [irt_2pl, ordered_categories, category_counts]
