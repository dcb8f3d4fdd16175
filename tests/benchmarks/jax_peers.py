# ===- jax_peers.py - the same models in JAX ----------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes some models' log densities as a JAX user would: vectorised by hand, on the unconstrained scale, in
# Stan's order of parameters, in double precision. Each is checked against Stan's reference gradient before it is timed.
# The time is that of a gradient inside a compiled loop, which is what a sampler in JAX pays.
#
# ===------------------------------------------------------------------------===#

import json
import os
import time
from pathlib import Path

# One thread, as the others have.
os.environ["XLA_FLAGS"] = (os.environ.get("XLA_FLAGS", "") +
                           " --xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from jax.scipy.special import logsumexp  # noqa: E402

from oracle import OracleError  # noqa: E402

jax.config.update("jax_enable_x64", True)

REFERENCE = Path(__file__).resolve().parent.parent / "reference"


# Densities up to constants.
def normal(x, location, scale):
    z = (x - location) / scale
    return -0.5 * jnp.sum(z * z) - jnp.sum(jnp.log(jnp.broadcast_to(scale, jnp.shape(z))))


def cauchy(x, scale):
    return -jnp.log1p((x / scale) ** 2)


def eight_schools(data):
    J, y, sigma = data["J"], np.asarray(data["y"], float), np.asarray(data["sigma"], float)

    def density(q):
        trans, mu, log_tau = q[:J], q[J], q[J + 1]
        tau = jnp.exp(log_tau)
        return (normal(trans, 0.0, 1.0) + normal(y, trans * tau + mu, sigma) + normal(mu, 0.0, 5.0) + cauchy(tau, 5.0) +
                log_tau)
    return density


def arK(data):
    K, T, y = data["K"], data["T"], np.asarray(data["y"], float)
    lags = np.stack([y[K - 1 - k:T - 1 - k] for k in range(K)], 1)

    def density(q):
        alpha, beta, log_sigma = q[0], q[1:K + 1], q[K + 1]
        sigma = jnp.exp(log_sigma)
        return (normal(alpha, 0.0, 10.0) + normal(beta, 0.0, 10.0) + cauchy(sigma, 2.5) + log_sigma +
                normal(y[K:], alpha + lags @ beta, sigma))
    return density


def radon_mn(data):
    J, county = data["J"], np.asarray(data["county_idx"]) - 1
    uppm, floor, radon = (np.asarray(data[k], float) for k in ("log_uppm", "floor_measure", "log_radon"))

    def density(q):
        raw, beta, mu, log_sa, log_sy = q[:J], q[J:J + 2], q[J + 2], q[J + 3], q[J + 4]
        sa, sy = jnp.exp(log_sa), jnp.exp(log_sy)
        alpha = mu + sa * raw
        return (normal(sa, 0.0, 1.0) + normal(sy, 0.0, 1.0) + normal(mu, 0.0, 10.0) + normal(beta, 0.0, 10.0) +
                normal(raw, 0.0, 1.0) + log_sa + log_sy +
                normal(radon, alpha[county] + uppm * beta[0] + floor * beta[1], sy))
    return density


def logistic_regression(data):
    X, sign = np.asarray(data["X"], float), 2.0 * np.asarray(data["y"]) - 1.0

    def density(q):
        eta = q[0] + X @ q[1:]
        return normal(q, 0.0, 1.0) - jnp.sum(jnp.logaddexp(0.0, -sign * eta))
    return density


def low_dim_gauss_mix(data):
    y = np.asarray(data["y"], float)

    def density(q):
        mu = jnp.array([q[0], q[0] + jnp.exp(q[1])])
        sigma = jnp.exp(q[2:4])
        log_theta, log_rest = jax.nn.log_sigmoid(q[4]), jax.nn.log_sigmoid(-q[4])
        weights = jnp.array([log_theta, log_rest])
        z = (y[:, None] - mu) / sigma
        return (normal(sigma, 0.0, 2.0) + normal(mu, 0.0, 2.0) + 5.0 * (log_theta + log_rest) + q[1] + q[2] + q[3] +
                jnp.sum(logsumexp(weights - 0.5 * z * z - jnp.log(sigma), axis=1)))
    return density


PEERS = {f.__name__: f for f in (eight_schools, arK, radon_mn, logistic_regression, low_dim_gauss_mix)}


def check(name, gradient):
    """An unfair peer is worse than none: the gradient must be Stan's."""
    for point in json.loads((REFERENCE / f"{name}.json").read_text())["points"]:
        expected = np.asarray(point["gradient_propto_jacobian"], float)
        actual = np.asarray(gradient(jnp.asarray(point["unconstrained"], float)))
        if not np.allclose(actual, expected, rtol=1e-8, atol=1e-8 * np.max(np.abs(expected))):
            raise OracleError(f"{name}: JAX's gradient differs from Stan's by {np.max(np.abs(actual - expected)):.3g}")


class Jax:
    name = "jax"

    def __init__(self, seconds, repeats):
        self.seconds, self.repeats = seconds, repeats
        self.loops = {}

    def prepare(self, model):
        if model.name not in PEERS:
            return {}
        gradient = jax.value_and_grad(PEERS[model.name](json.loads(model.data.read_text())))
        check(model.name, lambda q: gradient(q)[1])

        # Each step depends on the one before, so that nothing can be hoisted out of the loop.
        @jax.jit
        def loop(q, n):
            def step(_, state):
                q, total = state
                value, g = gradient(q)
                return q + 1e-12 * g, total + value
            return jax.lax.fori_loop(0, n, step, (q, 0.0))

        q = jnp.asarray(model.point, float)
        begin = time.perf_counter()
        loop.lower(q, 1).compile()
        self.loops[model.name] = lambda n: loop(q, n)[0].block_until_ready()
        return {"compile_s": time.perf_counter() - begin}

    def measure(self, model):
        run = self.loops.get(model.name)
        if run is None:
            return []
        n, elapsed = 1, 0.0
        while elapsed < self.seconds / 4:
            n *= 2
            begin = time.perf_counter()
            run(n)
            elapsed = time.perf_counter() - begin
        n = max(1, int(n * self.seconds / elapsed))
        micros = []
        for _ in range(self.repeats):
            begin = time.perf_counter()
            run(n)
            micros.append((time.perf_counter() - begin) / n * 1e6)
        return micros
