#!/usr/bin/env python3
# ===- compare.py - gradients side by side ------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file times the gradient of each model in Stan, in Astragal and, where JAX is installed, in JAX, alternating in
# one run so that a slow minute of the machine hits everyone alike. README.md says what the columns mean.
#
# ===------------------------------------------------------------------------===#

import argparse
import importlib.util
import json
import math
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "reference"))

from oracle import FAST, STAN_VERSION, Oracle, OracleError, cpu_name, discover, select  # noqa: E402


# What is compared unless asked otherwise: textbook models, chosen before anything was measured.
SUITE = ["eight_schools", "arK", "garch", "kidiq", "sblrc", "logistic_regression", "dogs", "irt_2pl", "radon_mn",
         "radon_mn_centered", "radon_mn_vectorized", "low_dim_gauss_mix", "hmm_example", "hmm_chain", "random_walk",
         "student_t_regression", "if_parameter", "while_loop", "newton"]


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

    def measure(self, model):
        text = " ".join(map(repr, model.point))
        answer = self.oracle.ask(model.source, model.data, "time", self.seconds, self.repeats, stdin=text)
        return answer["microseconds"]


class Astragal:
    """The command line tool; it compiles the model at every call, and reports how long that took."""

    name = "astragal"

    def __init__(self, binary):
        self.binary = binary

    def prepare(self, model):
        return {}

    def measure(self, model):
        command = [str(self.binary), "bench", str(model.source), "--data", str(model.data), "--json", "--no-cache"]
        done = subprocess.run(command, text=True, capture_output=True)
        if done.returncode != 0:
            raise OracleError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr.strip()[-1500:]}")
        answer = json.loads(done.stdout)
        model.first_gradient.append(answer["first_gradient_ms"])
        model.phases = answer.get("phases_ms", {})
        return [answer["gradient_us"]["median"]]


class Model:
    def __init__(self, name, source, data):
        self.name, self.source, self.data = name, source, data
        self.first_gradient, self.phases = [], {}
        self.point = reference_point(name)


def reference_point(name):
    """Where to evaluate: the mildest point, other than 0, of tests/reference at which Stan's gradient is finite."""
    file = HERE.parent / "reference" / f"{name}.json"
    if not file.exists():
        raise OracleError(f"{name}: no reference values; run tests/reference/generate.py {name} first")
    for point in json.loads(file.read_text())["points"][1:]:
        gradient = point["gradient_propto_jacobian"]
        if gradient and all(isinstance(g, (int, float)) for g in gradient):
            return point["unconstrained"]
    raise OracleError(f"{name}: no reference point with a finite gradient")


def compare(model, contestants, rounds):
    """Alternates, keeps each contestant's times; one that fails drops out of this model and says why."""
    times, extra, errors = {}, {}, {}
    for c in contestants:
        try:
            extra[c.name] = c.prepare(model)
        except OracleError as error:
            errors[c.name] = str(error)
    for _ in range(rounds):
        for c in contestants:
            if c.name in errors:
                continue
            try:
                times.setdefault(c.name, []).extend(c.measure(model))
            except OracleError as error:
                errors[c.name] = str(error)
                times.pop(c.name, None)
    result = {"model": model.name, "dimension": len(model.point), "errors": errors}
    for name, values in times.items():
        if not values:  # a peer that does not have this model
            continue
        result[name] = {"median_us": statistics.median(values), "min_us": min(values), "max_us": max(values),
                        **extra.get(name, {})}
    if "astragal" in result and model.first_gradient:
        result["astragal"]["first_gradient_ms"] = statistics.median(model.first_gradient)
        result["astragal"]["phases_ms"] = model.phases
    for peer in ("stan", "jax"):
        if peer in result and "astragal" in result:
            result[f"ratio_{peer}"] = result[peer]["median_us"] / result["astragal"]["median_us"]
    return result


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values))) if values else None


def cell(value, width, digits=3):
    return f"{'-' if value is None else f'{value:.{digits}g}':>{width}}"


def table(results, with_jax):
    head = f"{'model':<26}{'D':>5}{'Stan us':>11}{'ours us':>11}{'ratio':>9}{'first ms':>11}"
    lines = [head + (f"{'JAX us':>11}{'ratio':>9}" if with_jax else "")]
    for r in results:
        median = lambda who: r.get(who, {}).get("median_us")
        line = f"{r['model']:<26}{r['dimension']:>5}{cell(median('stan'), 11)}{cell(median('astragal'), 11)}"
        line += cell(r.get("ratio_stan"), 9) + cell(r.get("astragal", {}).get("first_gradient_ms"), 11)
        if with_jax:
            line += cell(median("jax"), 11) + cell(r.get("ratio_jax"), 9)
        lines.append(line)
    for peer in ("stan", "jax"):
        ratios = [r[f"ratio_{peer}"] for r in results if f"ratio_{peer}" in r]
        if ratios:
            lines.append(f"{peer} / ours over {len(ratios)} models: geometric mean {geometric_mean(ratios):.3g}, "
                         f"smallest {min(ratios):.3g}, largest {max(ratios):.3g}")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Times gradients of Stan, Astragal and JAX side by side.")
    parser.add_argument("--models", help="comma-separated names (default: a suite of textbook models)")
    parser.add_argument("--all", action="store_true", help="every model that has reference values")
    parser.add_argument("--astragal", type=Path, default=ROOT / "build/release/bin/astragal", help="the tool to time")
    parser.add_argument("--json", type=Path, help="also write the results here")
    parser.add_argument("--rounds", type=int, default=3, help="how often the contestants take turns")
    parser.add_argument("--repeats", type=int, default=3, help="batches of Stan and JAX a turn")
    parser.add_argument("--seconds", type=float, default=0.15, help="length of a batch")
    parser.add_argument("--no-jax", action="store_true")
    options = parser.parse_args()
    try:
        if not options.astragal.exists():
            raise OracleError(f"no such tool: {options.astragal} (build it, or name one with --astragal)")
        found = discover()
        names = options.models.split(",") if options.models else SUITE
        if options.all:
            names = [name for name in found if (HERE.parent / "reference" / f"{name}.json").exists()]
        models = [Model(name, *paths) for name, paths in select(found, names).items()]
        contestants = [Stan(options.seconds, options.repeats), Astragal(options.astragal)]
    except OracleError as error:
        sys.exit(f"compare.py: {error}")
    with_jax = not options.no_jax and importlib.util.find_spec("jax") is not None
    if with_jax:
        from jax_peers import Jax
        contestants.append(Jax(options.seconds, options.repeats))
    results = []
    for model in models:
        result = compare(model, contestants, options.rounds)
        for who, why in result["errors"].items():
            print(f"{model.name}: {who}: {why}", file=sys.stderr)
        results.append(result)
        print(f"{model.name}: done", file=sys.stderr, flush=True)
    print(table(results, with_jax))
    if options.json:
        ratios = {peer: geometric_mean([r[f"ratio_{peer}"] for r in results if f"ratio_{peer}" in r])
                  for peer in ("stan", "jax")}
        options.json.write_text(json.dumps(
            {"stan": STAN_VERSION, "machine": cpu_name(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
             "geometric_mean_ratio": ratios, "models": results}, indent=1) + "\n")
    if any("astragal" in r["errors"] for r in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
