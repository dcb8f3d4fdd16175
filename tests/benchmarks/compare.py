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
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "reference"))

from oracle import FAST, STAN_VERSION, Oracle, OracleError, cpu_name, discover, select  # noqa: E402
from plot import svg  # noqa: E402
from suite import SUITE, family_of  # noqa: E402

# Optimisations that an ablation leaves out, one at a time.
PASSES = ["carry-elements", "collapse-plates", "compress-gaussians", "factor-sums", "form-fma", "forward-stores",
          "fuse-plates", "hoist-data-only", "loop-invariant-code-motion", "pack-math", "raise-loops",
          "simplify-arithmetic", "sink-updates", "tile-data", "unroll-small-loops", "vectorize-plates"]


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

    def run(self, command, model, *more):
        command = [str(self.binary), command, str(model.source), "--data", str(model.data), "--no-cache", *more]
        done = subprocess.run(command, text=True, capture_output=True)
        if done.returncode != 0:
            raise OracleError(f"{' '.join(command)}: status {done.returncode}\n{done.stderr.strip()[-1500:]}")
        return done.stdout

    def prepare(self, model):
        """Fast and wrong is worth nothing: value and gradient are those of Stan first."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as points:
            json.dump({"params_r": [model.point]}, points)
            points.flush()
            rows = self.run("log-prob", model, "--propto", "--unconstrained", points.name).splitlines()
        ours, theirs = [float(x) for x in rows[1].split(",")], [model.value, *model.gradient]
        largest = max(abs(x) for x in theirs[1:])
        for a, b in zip(ours, theirs):
            if not abs(a - b) <= 1e-8 * max(abs(b), 1e-3 * largest, 1e-6):
                raise OracleError(f"value or gradient is {a!r}, Stan's is {b!r}")
        return {}

    def measure(self, model):
        answer = json.loads(self.run("bench", model, "--json"))
        model.first_gradient.append(answer["first_gradient_ms"])
        model.phases = answer.get("phases_ms", {})
        return [answer["gradient_us"]["median"]]

    def without(self, model, name):
        return json.loads(self.run("bench", model, "--json", "--disable", name))["gradient_us"]["median"]


class Model:
    def __init__(self, name, source, data):
        self.name, self.source, self.data = name, source, data
        self.first_gradient, self.phases = [], {}
        point = reference_point(name)
        self.point, self.value = point["unconstrained"], point["log_density_propto_jacobian"]
        self.gradient = point["gradient_propto_jacobian"]


def reference_point(name):
    """Where to evaluate: the mildest point, other than 0, of tests/reference at which Stan's gradient is finite."""
    file = HERE.parent / "reference" / f"{name}.json"
    if not file.exists():
        raise OracleError(f"{name}: no reference values; run tests/reference/generate.py {name} first")
    for point in json.loads(file.read_text())["points"][1:]:
        gradient = point["gradient_propto_jacobian"]
        if gradient and all(isinstance(g, (int, float)) for g in gradient):
            return point
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
    result = {"model": model.name, "family": family_of(model.name), "dimension": len(model.point), "errors": errors}
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


def ablate(models, astragal, rounds):
    """For each pass: how much longer the gradients of the models take without it, and which suffers most."""
    rows = []
    for name in PASSES:
        slower = {}
        for model in models:
            with_it, without = [], []
            for _ in range(rounds):
                with_it += astragal.measure(model)
                without.append(astragal.without(model, name))
            slower[model.name] = statistics.median(without) / statistics.median(with_it)
        worst = max(slower, key=slower.get)
        rows.append({"pass": name, "geometric_mean": geometric_mean(list(slower.values())), "most": worst,
                     "most_ratio": slower[worst], "models": slower})
        print(f"without {name}: done", file=sys.stderr, flush=True)
    return rows


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values))) if values else None


def mean_over_families(results, peer):
    """Each family counts the same, and no ratio counts for more than 100."""
    families = {}
    for r in results:
        if f"ratio_{peer}" in r:
            families.setdefault(r["family"], []).append(min(r[f"ratio_{peer}"], 100.0))
    means = {family: geometric_mean(ratios) for family, ratios in families.items()}
    return means, geometric_mean(list(means.values()))


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
            means, overall = mean_over_families(results, peer)
            lines += [f"{peer} / ours, {family}: {mean:.3g}" for family, mean in means.items()]
            lines.append(f"{peer} / ours over {len(means)} families: geometric mean {overall:.3g}")
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
    parser.add_argument("--svg", type=Path, help="draw the ratios to Stan here")
    parser.add_argument("--ablate", action="store_true", help="time each model without each optimisation, too")
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
    if options.svg:
        options.svg.write_text(svg("Stan's time a gradient over ours",
                                   [(r["model"], r["ratio_stan"]) for r in results if "ratio_stan" in r]))
    ablation = []
    if options.ablate:
        fine = {r["model"] for r in results if "astragal" in r}
        ablation = ablate([m for m in models if m.name in fine], contestants[1], options.rounds)
        print(f"\n{'without':<28}{'all models':>12}{'most':>9}  in")
        for row in ablation:
            print(f"{row['pass']:<28}{cell(row['geometric_mean'], 12)}{cell(row['most_ratio'], 9)}  {row['most']}")
    if options.json:
        ratios = {peer: geometric_mean([r[f"ratio_{peer}"] for r in results if f"ratio_{peer}" in r])
                  for peer in ("stan", "jax")}
        options.json.write_text(json.dumps(
            {"stan": STAN_VERSION, "machine": cpu_name(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
             "geometric_mean_ratio": ratios,
             "mean_over_families": {peer: mean_over_families(results, peer)[1] for peer in ("stan", "jax")},
             "models": results, "ablation": ablation}, indent=1) + "\n")
    if any("astragal" in r["errors"] for r in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
