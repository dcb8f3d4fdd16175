# ===- __init__.py - the same models in JAX ---------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file checks and times log densities written as a user of JAX would write them: vectorised by hand, on the
# unconstrained scale, in Stan's order of parameters, in double precision. The models are in the other files, by family.
#
# ===------------------------------------------------------------------------===#

import json
import os
import time

# One thread, as the others have. XLA takes as many as the processors that it sees when it starts.
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of SciPy's LAPACK, which XLA calls

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402

from oracle import OracleError  # noqa: E402

processors = os.sched_getaffinity(0)
os.sched_setaffinity(0, {min(processors)})
jax.devices()
os.sched_setaffinity(0, processors)

from . import hierarchical, others, processes, regressions, responses, series  # noqa: E402

PEERS = {model.__name__: model
         for family in (regressions, hierarchical, series, processes, responses, others) for model in family.FAMILY}


def check(model, value_and_gradient):
    """An unfair peer is worse than none: it must have Stan's gradient, and up to a constant Stan's value."""
    offset = None
    for point in model.points:
        expected = np.asarray(point.gradient, float)
        value, actual = value_and_gradient(jnp.asarray(point.position, float))
        if not np.allclose(actual, expected, rtol=1e-8, atol=1e-8 * np.max(np.abs(expected))):
            raise OracleError(f"JAX's gradient differs from Stan's by {np.max(np.abs(actual - expected)):.3g}")
        offset = value - point.value if offset is None else offset
        if not abs(value - point.value - offset) <= 1e-8 * max(1.0, abs(point.value), abs(offset)):
            raise OracleError("JAX's log density differs from Stan's by more than a constant")


class Jax:
    """A gradient inside a compiled loop, which is what a sampler in JAX pays, and one by one, called from Python."""

    name = "jax"

    def __init__(self, seconds, repeats):
        self.seconds, self.repeats = seconds, repeats
        self.loops, self.calls = {}, {}

    def prepare(self, model):
        if model.program not in PEERS:
            return {}
        gradient = jax.value_and_grad(PEERS[model.program](json.loads(model.data.read_text())))
        call = jax.jit(gradient)
        check(model, call)

        # Each step depends on the one before, so that nothing can be hoisted out of the loop.
        @jax.jit
        def loop(q, n):
            def step(_, state):
                q, total = state
                value, g = gradient(q)
                return q + 1e-12 * g, total + value
            return jax.lax.fori_loop(0, n, step, (q, 0.0))

        q = jnp.asarray(model.points[0].position, float)
        begin = time.perf_counter()
        loop.lower(q, 1).compile()
        elapsed = time.perf_counter() - begin
        self.loops[model.name] = lambda n: loop(q, n)[0].block_until_ready()
        self.calls[model.name] = lambda: call(q)[1].block_until_ready()
        return {"compile_s": elapsed, "call_us": self.per_call(model)}

    def per_call(self, model):
        """The fastest of several batches: how long a caller in Python waits for one gradient."""
        call, best = self.calls[model.name], float("inf")
        for _ in range(20):
            begin = time.perf_counter()
            for _ in range(20):
                call()
            best = min(best, (time.perf_counter() - begin) / 20 * 1e6)
        return best

    def measure(self, model):
        run = self.loops.get(model.name)
        if run is None:
            return []
        # The fastest step so far says how many fill a batch: some may have been held up.
        n, step = 1, float("inf")
        while n * step < self.seconds / 4 or n == 1:
            n *= 2
            begin = time.perf_counter()
            run(n)
            step = min(step, (time.perf_counter() - begin) / n)
        n = max(1, int(self.seconds / step))
        micros = []
        for _ in range(self.repeats):
            begin = time.perf_counter()
            run(n)
            micros.append((time.perf_counter() - begin) / n * 1e6)
        return micros
