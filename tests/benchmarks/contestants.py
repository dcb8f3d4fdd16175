# ===- contestants.py - who takes part --------------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file runs Stan and Astragal: each first agrees on value and gradient, then is timed. JAX is in jax_peers.
#
# ===------------------------------------------------------------------------===#

import json
import math
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))

from oracle import FAST, Oracle, OracleError  # noqa: E402

# What a model is worth without sufficient statistics.
STATISTICS = ["compress-gaussians", "compress-squares", "factor-sums", "merge-rows"]


class Point:
    """Stan's value and gradient at a point: propto, with Jacobian."""

    def __init__(self, evaluated):
        self.position, self.value = evaluated["unconstrained"], evaluated["log_density_propto_jacobian"]
        self.gradient = evaluated["gradient_propto_jacobian"]

    def is_finite(self):
        return bool(self.gradient) and all(isinstance(x, (int, float)) and math.isfinite(x)
                                           for x in [self.value, *self.gradient])


class Model:
    """`points` are all where Stan's gradient is finite; the first of them is where everyone is timed. `program`: what
    the model is called where `name` says more."""

    def __init__(self, name, source, data, points, program=None):
        self.name, self.source, self.data, self.program = name, source, data, program or name
        self.first_gradient, self.phases = [], {}
        self.points = [point for point in points if point.is_finite()]
        if not self.points:
            raise OracleError(f"{name}: no reference point with a finite gradient")
        self.dimension = len(self.points[0].position)


def reference_points(name):
    """Those of tests/reference, the mildest other than 0 first."""
    file = HERE.parent / "reference" / f"{name}.json"
    if not file.exists():
        raise OracleError(f"{name}: no reference values; run tests/reference/generate.py {name} first")
    first, *others = map(Point, json.loads(file.read_text())["points"])
    return [*others, first]


class Stan:
    """Stan's own log_prob_grad, compiled with stanc --O1 and g++ -O3 -march=native."""

    name = "stan"

    def __init__(self, seconds, repeats):
        self.oracle = Oracle(FAST, say=lambda text: print(text, file=sys.stderr, flush=True))
        self.seconds, self.repeats = seconds, repeats

    def prepare(self, model):
        begin = time.perf_counter()
        fresh = not self.oracle.is_built(model.source)
        self.oracle.executable(model.source)
        return {"compile_s": time.perf_counter() - begin} if fresh else {}

    def evaluate(self, source, data, positions):
        text = "\n".join(" ".join(map(repr, position)) for position in positions)
        return list(map(Point, self.oracle.ask(source, data, "evaluate", stdin=text)))

    def dimension(self, source, data):
        return self.oracle.ask(source, data, "describe")["dimension"]

    def measure(self, model):
        text = " ".join(map(repr, model.points[0].position))
        answer = self.oracle.ask(model.source, model.data, "time", self.seconds, self.repeats, stdin=text)
        return answer["microseconds"]


class Astragal:
    """The command line tool; it compiles the model at every call, and reports how long that took."""

    name = "astragal"

    def __init__(self, binary, fastest=False):
        self.binary = binary
        self.typical = "min" if fastest else "median"
        self.batches = ["--repeats", "25", "--batch", "0.01"] if fastest else []

    def call(self, *command):
        done = subprocess.run([str(self.binary), *map(str, command)], text=True, capture_output=True)
        if done.returncode != 0:
            words = " ".join(map(str, command))
            raise OracleError(f"{words}: status {done.returncode}\n{done.stderr.strip()[-1500:]}")
        return done.stdout

    def run(self, command, model, *more, disabled=()):
        without = [f"--disable={name}" for name in disabled]
        return self.call(command, model.source, "--data", model.data, "--no-cache", *without, *more)

    def optional_passes(self):
        return self.call("compile", "--disable", "list").split()

    def check(self, model, disabled=()):
        """Fast and wrong is worth nothing: value and gradient are those of Stan first."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as points:
            json.dump({"params_r": [point.position for point in model.points]}, points)
            points.flush()
            text = self.run("log-prob", model, "--propto", "--unconstrained", points.name, disabled=disabled)
        for row, point in zip(text.splitlines()[1:], model.points, strict=True):
            ours, theirs = [float(x) for x in row.split(",")], [point.value, *point.gradient]
            largest = max(abs(x) for x in point.gradient)
            for a, b in zip(ours, theirs, strict=True):
                if not abs(a - b) <= 1e-8 * max(abs(b), 1e-3 * largest, 1e-6):
                    raise OracleError(f"value or gradient is {a!r}, Stan's is {b!r}")

    def prepare(self, model):
        self.check(model)
        return {}

    def bench(self, model, disabled=()):
        return json.loads(self.run("bench", model, "--json", *self.batches, disabled=disabled))

    def measure(self, model):
        answer = self.bench(model)
        model.first_gradient.append(answer["first_gradient_ms"])
        model.phases = answer.get("phases_ms", {})
        return [answer["gradient_us"][self.typical]]

    def without(self, model, disabled):
        return self.bench(model, disabled)["gradient_us"][self.typical]


class WithoutStatistics:
    """The same tool, with likelihoods that go over all of their rows at every gradient."""

    name = "astragal_without_statistics"

    def __init__(self, astragal):
        self.astragal = astragal

    def prepare(self, model):
        self.astragal.check(model, STATISTICS)
        return {}

    def measure(self, model):
        return [self.astragal.without(model, STATISTICS)]
