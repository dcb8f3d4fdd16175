# ===- processes.py - Gaussian processes in JAX -----------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes Gaussian processes and factorisations as a user of JAX would: kernels on whole matrices of distances,
# Cholesky factors and triangular solves from LAPACK.
#
# ===------------------------------------------------------------------------===#

import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular

from .densities import Reader, normal, reals, std_normal


def squares(x, z):
    return np.square(x[:, None] - z[None, :])


def dot_self(x):
    return jnp.sum(x * x)


def gp_regression(data):
    x, y = reals(data, "x", "y")
    square_distances, N = squares(x, x), data["N"]

    def density(q):
        p = Reader(q)
        rho, alpha, sigma, eta = p.positive(), p.positive(), p.positive(), p.real(N)
        K = alpha * alpha * jnp.exp(-0.5 / (rho * rho) * square_distances) + 0.01 * np.eye(N)
        return (p.log_jacobian + normal(rho, 1.0, 0.5) + normal(alpha, 0.0, 1.0) + normal(sigma, 0.0, 1.0) +
                std_normal(eta) + normal(y, jnp.linalg.cholesky(K) @ eta, sigma))
    return density


def gp_covariances(data):
    x, z = reals(data, "x", "z")
    xx, xz = np.sqrt(squares(x, x)), np.sqrt(squares(x, z))
    root3, root5 = np.sqrt(3.0), np.sqrt(5.0)

    def density(q):
        p = Reader(q)
        sigma, rho, period, f, at = p.positive(), p.positive(), p.positive(), p.real(len(x)), p.real(2)
        variance = sigma * sigma

        def exp_quad(d):
            return variance * jnp.exp(-0.5 * jnp.square(d / rho))

        def exponential(d):
            return variance * jnp.exp(-d / rho)

        def matern32(d):
            t = root3 * d / rho
            return variance * (1.0 + t) * jnp.exp(-t)

        def matern52(d):
            t = root5 * d / rho
            return variance * (1.0 + t + t * t / 3.0) * jnp.exp(-t)

        def periodic(d):
            return variance * jnp.exp(-2.0 * jnp.square(jnp.sin(np.pi * d / period) / rho))

        def quad_form(K):
            return f @ K @ f

        # The kernels of two points: twice that of their distance, twice that of 0.
        between = (at[0] - at[1]) * jnp.sign(at[0] - at[1])
        at_z = jnp.abs(at[:, None] - z)
        total = -0.5 * jnp.sum(f * f) - sigma - rho - period - jnp.sum(at * at)
        for kernel in exp_quad, exponential, matern32, matern52, periodic:
            total += quad_form(kernel(xx)) + jnp.sum(kernel(xz))
        total += variance * (jnp.sum(f) ** 2 + x.size * z.size) + (f @ x) ** 2 + x.sum() * z.sum()
        for kernel in exp_quad, exponential, periodic:
            total += 2.0 * kernel(between) + 2.0 * variance
        return p.log_jacobian + total + jnp.sum(matern32(at_z))
    return density


def matrix_cholesky(data):
    x, y, S = reals(data, "x", "y", "S")
    N, square_distances, L_S = data["N"], squares(x, x), np.linalg.cholesky(S)

    def lower(L, B):
        return solve_triangular(L, B, lower=True)

    def right(B, L):
        return solve_triangular(L, B.T, lower=True, trans=1).T

    def density(q):
        p = Reader(q)
        scale, length, v, B = p.positive(), p.positive(), p.real(5), p.matrix(2, 5)
        K = scale * scale * jnp.exp(-0.5 / (length * length) * square_distances) + 0.1 * np.eye(N)
        L = jnp.linalg.cholesky(K)
        # One solve for both: what stands left of L, and right of it.
        left, u = lower(L, jnp.stack([y, K[:, 0]], 1)), right(y[None, :], L)
        total = -0.5 * dot_self(left[:, 0]) - jnp.sum(jnp.log(jnp.diag(L))) + 0.01 * jnp.sum(u) + 0.1 * left[-1, 1]
        A = jnp.outer(v, v) + (1.0 + scale) * np.eye(5) + 0.5 * B.T @ B
        C = jnp.linalg.cholesky(A)
        total += -0.5 * jnp.sum(C) - 0.1 * dot_self(lower(C, v))
        total += jnp.sum(right(B, C)) + jnp.sum(lower(L_S, B.T)) + jnp.sum(right(B, L_S)) + 0.1 * jnp.sum(L_S @ C)
        # The factor of a leading block is the leading block of the factor.
        return p.log_jacobian + total - jnp.sum(v * v) - jnp.sum(B * B) + C[1, 0] + C[0, 0]
    return density


FAMILY = [gp_regression, gp_covariances, matrix_cholesky]
