# ===- densities.py - the vocabulary of the peers ---------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file holds what the models of this folder share: log densities up to constants, and a reader that takes
# parameters from the unconstrained vector in Stan's order, with Stan's transforms, and gathers the log determinants of
# their Jacobians.
#
# ===------------------------------------------------------------------------===#

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import gammaln

jax.config.update("jax_enable_x64", True)


# These two are faster, with their gradients, than jax.nn's and jax.scipy's, which mind infinities.
@jax.custom_jvp
def log_sigmoid(x):
    return jnp.minimum(x, 0.0) - jnp.log1p(jnp.exp(-jnp.abs(x)))


@log_sigmoid.defjvp
def _(primals, tangents):
    x, = primals
    small = jnp.exp(-jnp.abs(x))
    slope = jnp.where(x < 0.0, 1.0, small) / (1.0 + small)
    return jnp.minimum(x, 0.0) - jnp.log1p(small), tangents[0] * slope


def log_sum_exp(x, axis=0):
    largest = jax.lax.stop_gradient(jnp.max(x, axis=axis, keepdims=True))
    return jnp.squeeze(largest, axis) + jnp.log(jnp.sum(jnp.exp(x - largest), axis=axis))


def softplus(x):
    return -log_sigmoid(-x)


def reals(data, *names):
    return [np.asarray(data[name], float) for name in names]


def per_element(term, like):
    """The sum over the elements of `like` of a term that may be one number for all of them."""
    return jnp.sum(term) * (jnp.size(like) / jnp.size(term))


def normal(x, location, scale):
    z = (x - location) / scale
    return -0.5 * jnp.sum(z * z) - per_element(jnp.log(scale), z)


def std_normal(x):
    return -0.5 * jnp.sum(x * x)


def lognormal(x, location, scale):
    log_x = jnp.log(x)
    return normal(log_x, location, scale) - jnp.sum(log_x)


def cauchy(x, location, scale):
    z = (x - location) / scale
    return -jnp.sum(jnp.log1p(z * z)) - per_element(jnp.log(scale), z)


def double_exponential(x, location, scale):
    z = (x - location) / scale
    return -jnp.sum(jnp.abs(z)) - per_element(jnp.log(scale), z)


def logistic(x, location, scale):
    z = (x - location) / scale
    return -jnp.sum(z + 2 * softplus(-z)) - per_element(jnp.log(scale), z)


def student_t(x, nu, location, scale):
    z = (x - location) / scale
    each = gammaln(0.5 * (nu + 1)) - gammaln(0.5 * nu) - 0.5 * jnp.log(nu) - jnp.log(scale)
    return per_element(each, z) - 0.5 * (nu + 1) * jnp.sum(jnp.log1p(z * z / nu))


def exponential(x, rate):
    return per_element(jnp.log(rate), x * rate) - jnp.sum(x * rate)


def gamma(x, shape, rate):
    each = shape * jnp.log(rate) - gammaln(shape)
    return per_element(each, x + each) + jnp.sum((shape - 1) * jnp.log(x) - rate * x)


def inv_gamma(x, shape, scale):
    return jnp.sum(shape * jnp.log(scale) - gammaln(shape) - (shape + 1) * jnp.log(x) - scale / x)


def beta(x, a, b):
    each = gammaln(a + b) - gammaln(a) - gammaln(b)
    return per_element(each, x + each) + jnp.sum((a - 1) * jnp.log(x) + (b - 1) * jnp.log1p(-x))


def dirichlet(log_x, alpha):
    """Of logarithms of simplexes in the last dimension; `alpha` has as many rows or one."""
    each = gammaln(jnp.sum(alpha, -1)) - jnp.sum(gammaln(alpha), -1)
    return per_element(each, log_x[..., 0] + each) + jnp.sum((alpha - 1) * log_x)


def bernoulli_logit(sign, logit):
    """`sign`: 1 for a success, -1 for a failure."""
    return jnp.sum(log_sigmoid(sign * logit))


def binomial_logit(n, trials, logit):
    return jnp.sum(n * logit - trials * softplus(logit))


def poisson_log(n, log_rate):
    return jnp.sum(n * log_rate - jnp.exp(log_rate))


def neg_binomial_2(n, mean, precision):
    log_total = jnp.log(mean + precision)
    each = precision * jnp.log(precision) - gammaln(precision)
    return (per_element(each, n + each) +
            jnp.sum(gammaln(n + precision) + n * jnp.log(mean) - (n + precision) * log_total))


def ordered_logistic(y, eta, cuts):
    """`y` from 0; `cuts` in the last dimension."""
    pad = [(0, 0)] * (cuts.ndim - 1)
    below = jnp.pad(cuts, [*pad, (1, 0)], constant_values=-jnp.inf)
    above = jnp.pad(cuts, [*pad, (0, 1)], constant_values=jnp.inf)
    at = (jnp.arange(len(y)), y) if cuts.ndim == 2 else y
    low, high = eta - below[at], eta - above[at]
    # log(s(low) - s(high)); an end at infinity has no part in the gradient.
    first, last = np.asarray(y) == 0, np.asarray(y) == cuts.shape[-1]
    safe_low, safe_high = jnp.where(first, 0.0, low), jnp.where(last, 0.0, high)
    middle = jnp.where(first | last, 1.0, safe_low - safe_high)
    inner = jnp.log(-jnp.expm1(-middle)) + log_sigmoid(safe_low) + log_sigmoid(-safe_high)
    return jnp.sum(jnp.where(first, log_sigmoid(-safe_high), jnp.where(last, log_sigmoid(safe_low), inner)))


class Reader:
    """Takes parameters from the front of an unconstrained vector. `log_jacobian` is that of all taken so far."""

    def __init__(self, q):
        self.q, self.at, self.log_jacobian = q, 0, 0.0

    def real(self, *shape):
        """A number, or an array in row-major order."""
        size = int(np.prod(shape, dtype=int))
        taken = self.q[self.at:self.at + size] if shape else self.q[self.at]
        self.at += size
        return taken.reshape(shape)

    def matrix(self, rows, columns):
        return self.real(columns, rows).T

    def positive(self, *shape, lower=0.0):
        free = self.real(*shape)
        self.log_jacobian += jnp.sum(free)
        return lower + jnp.exp(free)

    def interval(self, low, high, *shape):
        free = self.real(*shape)
        self.log_jacobian += jnp.sum(log_sigmoid(free) + log_sigmoid(-free)) + per_element(jnp.log(high - low), free)
        return low + (high - low) * jax.nn.sigmoid(free)

    def log_unit(self):
        """log(x) and log(1 - x) of an x between 0 and 1."""
        free = self.real()
        logs = log_sigmoid(free), log_sigmoid(-free)
        self.log_jacobian += sum(logs)
        return logs

    def ordered(self, *shape):
        free = self.real(*shape)
        self.log_jacobian += jnp.sum(free[..., 1:])
        return jnp.cumsum(jnp.concatenate([free[..., :1], jnp.exp(free[..., 1:])], -1), -1)

    def positive_ordered(self, *shape):
        free = self.real(*shape)
        self.log_jacobian += jnp.sum(free)
        return jnp.cumsum(jnp.exp(free), -1)

    def log_simplex(self, *shape):
        """Logarithms of simplexes, broken from a stick."""
        *outer, last = shape
        free = self.real(*outer, last - 1) - np.log(np.arange(last - 1, 0, -1.0))
        piece, rest = log_sigmoid(free), jnp.cumsum(log_sigmoid(-free), -1)
        left = jnp.pad(rest, [*[(0, 0)] * len(outer), (1, 0)])
        log_x = left + jnp.pad(piece, [*[(0, 0)] * len(outer), (0, 1)])
        self.log_jacobian += jnp.sum(log_x[..., :-1] + log_sigmoid(-free))
        return log_x
