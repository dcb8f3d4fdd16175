#!/usr/bin/env python3
# ===- compare.py - gradients side by side ----------------------------------------===#
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
import statistics
import sys
import time
from pathlib import Path

from contestants import HERE, Astragal, Model, Stan, WithoutStatistics, reference_points
from oracle import STAN_VERSION, OracleError, cpu_name, discover, select
from plot import svg
from report import ablation_table, add_ratios, geometric_mean, summaries, table
from suite import SUITE, family_of


def compare(model, contestants, rounds, typical=statistics.median):
    """Alternates, keeps each contestant's times; one that fails drops out of this model and says why. `typical`: which
    of the times of all rounds counts."""
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
    result = {"model": model.name, "family": family_of(model.program), "dimension": model.dimension, "errors": errors}
    for name, values in times.items():
        if not values:  # a peer that does not have this model
            continue
        result[name] = {"us": typical(values), "median_us": statistics.median(values), "min_us": min(values), "max_us": max(values),
                        **extra.get(name, {})}
    if "astragal" in result and model.first_gradient:
        result["astragal"]["first_gradient_ms"] = statistics.median(model.first_gradient)
        result["astragal"]["phases_ms"] = model.phases
    add_ratios(result)
    return result


def compare_all(models, contestants, options):
    results = []
    for model in models:
        result = compare(model, contestants, options.rounds, min if options.fastest else statistics.median)
        for who, why in result["errors"].items():
            print(f"{model.name}: {who}: {why}", file=sys.stderr)
        results.append(result)
        print(f"{model.name}: done", file=sys.stderr, flush=True)
    return results


def ablate(models, astragal, rounds, typical=statistics.median):
    """For each pass: how much longer the gradients of the models take without it, and which suffers most."""
    rows = []
    for name in astragal.optional_passes():
        slower = {}
        for model in models:
            with_it, without = [], []
            for _ in range(rounds):
                with_it.append(astragal.without(model, []))
                without.append(astragal.without(model, [name]))
            slower[model.name] = typical(without) / typical(with_it)
        worst = max(slower, key=slower.get)
        rows.append({"pass": name, "geometric_mean": geometric_mean(list(slower.values())), "most": worst,
                     "most_ratio": slower[worst], "models": slower})
        print(f"without {name}: done", file=sys.stderr, flush=True)
    return rows


def add_options(parser):
    parser.add_argument("--astragal", type=Path, default=HERE.parent.parent / "build/release/bin/astragal",
                        help="the tool to time")
    parser.add_argument("--json", type=Path, help="also write the results here")
    parser.add_argument("--rounds", type=int, default=3, help="how often the contestants take turns")
    parser.add_argument("--repeats", type=int, default=3, help="batches of Stan and JAX a turn")
    parser.add_argument("--seconds", type=float, default=0.15, help="length of a batch")
    parser.add_argument("--no-jax", action="store_true")
    parser.add_argument("--fastest", action="store_true",
                        help="on a busy machine: compare the fastest batches, not the medians")


def enter(options):
    """The contestants that are there: Stan and Astragal first."""
    if not options.astragal.exists():
        raise OracleError(f"no such tool: {options.astragal} (build it, or name one with --astragal)")
    contestants = [Stan(options.seconds, options.repeats), Astragal(options.astragal, options.fastest)]
    if not options.no_jax and importlib.util.find_spec("jax") is not None:
        from jax_peers import Jax
        contestants.append(Jax(options.seconds, options.repeats))
    return contestants


def document(results, **more):
    return {"stan": STAN_VERSION, "machine": cpu_name(), "date": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "summaries": summaries(results), "models": results, **more}


def main():
    parser = argparse.ArgumentParser(description="Times gradients of Stan, Astragal and JAX side by side.")
    parser.add_argument("--models", help="comma-separated names (default: a suite of textbook models)")
    parser.add_argument("--all", action="store_true", help="every model that has reference values")
    add_options(parser)
    parser.add_argument("--svg", type=Path, help="draw the ratios to Stan here")
    parser.add_argument("--without-statistics", action="store_true", help="also without sufficient statistics")
    parser.add_argument("--ablate", action="store_true", help="time each model without each optimisation, too")
    options = parser.parse_args()
    try:
        found = discover()
        names = options.models.split(",") if options.models else SUITE
        if options.all:
            names = [name for name in found if (HERE.parent / "reference" / f"{name}.json").exists()]
        models = [Model(name, *paths, reference_points(name)) for name, paths in select(found, names).items()]
        contestants = enter(options)
    except OracleError as error:
        sys.exit(f"compare.py: {error}")
    astragal, with_jax = contestants[1], contestants[-1].name == "jax"
    if options.without_statistics:
        contestants.insert(2, WithoutStatistics(astragal))
    results = compare_all(models, contestants, options)
    print(table(results, options.without_statistics, with_jax))
    if options.svg:
        options.svg.write_text(svg("Stan's time a gradient over ours",
                                   [(r["model"], r["ratio_stan"]) for r in results if "ratio_stan" in r]))
    ablation = []
    if options.ablate:
        fine = {r["model"] for r in results if "astragal" in r}
        ablation = ablate([m for m in models if m.name in fine], astragal, options.rounds,
                          min if options.fastest else statistics.median)
        print("\n" + ablation_table(ablation))
    if options.json:
        options.json.write_text(json.dumps(document(results, ablation=ablation), indent=1) + "\n")
    if any(name.startswith("astragal") for r in results for name in r["errors"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
