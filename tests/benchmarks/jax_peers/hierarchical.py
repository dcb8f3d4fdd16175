# ===- hierarchical.py - groups and mixtures in JAX -------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes hierarchical models and mixtures as a user of JAX would: gathers for groups, logarithms for classes.
#
# ===------------------------------------------------------------------------===#

import jax.numpy as jnp
import numpy as np

from .densities import Reader, cauchy, dirichlet, log_sum_exp, normal, reals, std_normal


def eight_schools(data):
    y, sigma = reals(data, "y", "sigma")

    def density(q):
        p = Reader(q)
        trans, mu, tau = p.real(len(y)), p.real(), p.positive()
        return (p.log_jacobian + std_normal(trans) + normal(y, trans * tau + mu, sigma) + normal(mu, 0.0, 5.0) +
                cauchy(tau, 0.0, 5.0))
    return density


def radon(data, intercepts):
    """`intercepts(p, J)`: reads them; gives a function of their mean and scale, to them and their prior."""
    J, county = data["J"], np.asarray(data["county_idx"]) - 1
    uppm, floor, y = reals(data, "log_uppm", "floor_measure", "log_radon")

    def density(q):
        p = Reader(q)
        read = intercepts(p, J)
        slopes, mu, sigma_alpha, sigma = p.real(2), p.real(), p.positive(), p.positive()
        alpha, prior = read(mu, sigma_alpha)
        return (p.log_jacobian + prior + normal(sigma_alpha, 0.0, 1.0) + normal(sigma, 0.0, 1.0) +
                normal(mu, 0.0, 10.0) + normal(slopes, 0.0, 10.0) +
                normal(y, alpha[county] + uppm * slopes[0] + floor * slopes[1], sigma))
    return density


def radon_mn(data):
    def intercepts(p, J):
        raw = p.real(J)
        return lambda mu, sigma: (mu + sigma * raw, std_normal(raw))
    return radon(data, intercepts)


def radon_mn_centered(data):
    def intercepts(p, J):
        alpha = p.real(J)
        return lambda mu, sigma: (alpha, normal(alpha, mu, sigma))
    return radon(data, intercepts)


def radon_mn_vectorized(data):
    def intercepts(p, J):
        raw = 0.5 + 2.0 * p.real(J)
        p.log_jacobian += J * np.log(2.0)
        return lambda mu, sigma: (mu + sigma * raw, std_normal(raw))
    return radon(data, intercepts)


def nested_groups(data):
    x, y = reals(data, "x", "y")
    district, region = np.asarray(data["district"]) - 1, np.asarray(data["region"]) - 1

    def density(q):
        p = Reader(q)
        b, m, tau, sigma = p.real(data["J"], 2), p.real(data["R"], 2), p.positive(2), p.positive()
        mean = jnp.sum(x * b[district], 1) + m[region[district], 0]
        return (p.log_jacobian + std_normal(m) + normal(b, m[region], tau) - 1.1 * jnp.sum(tau) - sigma +
                normal(y, mean, sigma))
    return density


def low_dim_gauss_mix(data):
    y, = reals(data, "y")

    def density(q):
        p = Reader(q)
        mu, sigma = p.ordered(2), p.positive(2)
        log_weights = jnp.stack(p.log_unit())
        z = (y[:, None] - mu) / sigma
        return (p.log_jacobian + normal(sigma, 0.0, 2.0) + normal(mu, 0.0, 2.0) + 4.0 * jnp.sum(log_weights) +
                jnp.sum(log_sum_exp(log_weights - jnp.log(sigma) - 0.5 * z * z, 1)))
    return density


def dirichlet_weights(data):
    y, location, alpha = reals(data, "y", "location", "alpha")
    K, terms = len(location), -0.5 * (y[:, None] - location) ** 2

    def density(q):
        p = Reader(q)
        w, v, concentration = p.log_simplex(K), p.log_simplex(2, K), p.positive(K)
        return (p.log_jacobian + dirichlet(w, alpha) + dirichlet(v, concentration) - jnp.sum(concentration) +
                jnp.sum(log_sum_exp(w + terms, 1)) + dirichlet(v[0], alpha))
    return density


def rater_classes(data):
    prevalence, confusion = reals(data, "prevalence", "confusion")
    K, raters = data["K"], data["raters"]
    # A gather as a product of matrices, which XLA differentiates to a product.
    one_hot = np.eye(K)[np.asarray(data["rating"]) - 1].reshape(data["items"], raters * K)

    def density(q):
        p = Reader(q)
        pi, theta = p.log_simplex(K), p.log_simplex(raters, K, K)
        log_class = pi + one_hot @ theta.transpose(0, 2, 1).reshape(raters * K, K)
        return (p.log_jacobian + dirichlet(pi, prevalence) + dirichlet(theta, confusion) +
                jnp.sum(log_sum_exp(log_class, 1)))
    return density


FAMILY = [eight_schools, radon_mn, radon_mn_centered, radon_mn_vectorized, nested_groups, low_dim_gauss_mix,
          dirichlet_weights, rater_classes]
