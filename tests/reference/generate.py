#!/usr/bin/env python3
# ===- generate.py - reference values from Stan -------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file asks Stan for the density, gradient and outputs of every model under tests/models at fixed points, and
# writes one JSON file a model beside itself. README.md describes the fields.
#
# ===------------------------------------------------------------------------===#

import argparse
import json
import math
import random
import sys

import exact
from document import render
from oracle import HERE, PORTABLE, STAN_VERSION, Oracle, OracleError, discover, select

# The scale of each point; at 0 constraints sit at their centre and many terms vanish.
SCALES = [0.0, 0.5, 1.0, 1.0, 2.0]


def points(name, source, dimension):
    """Fixed by the model's name. Few digits: the points stay exact in every reader, and the files small."""
    more = source.with_suffix(".points.json")
    extra = json.loads(more.read_text()) if more.exists() else {}
    draw = random.Random(f"reference points of {name}")
    chosen = [[round(scale * draw.uniform(-1, 1), 4) for _ in range(dimension)]
              for scale in SCALES + extra.get("scales", [])]
    for point in extra.get("points", []):
        if len(point) != dimension:
            raise OracleError(f"{more}: expected points of {dimension} numbers, got {len(point)}")
        chosen.append(point)
    return chosen


def finite(point):
    return isinstance(point["log_density_jacobian"], float) and math.isfinite(point["log_density_jacobian"])


def generate(oracle, name, source, data):
    warnings = oracle.check(source)
    if warnings:
        print(f"{name}: {warnings}")
    description = oracle.ask(source, data, "describe")
    chosen = points(name, source, description["dimension"])
    text = "\n".join(" ".join(map(repr, point)) for point in chosen)
    evaluated = oracle.ask(source, data, "evaluate", stdin=text)
    count = sum(finite(point) for point in evaluated)
    if count == 0:
        raise OracleError(f"{name}: the density is finite at none of the {len(chosen)} points")
    target = HERE / f"{name}.json"
    try:
        exact.attach(name, json.loads(data.read_text()), evaluated)
    except exact.ExactError as error:
        raise OracleError(str(error)) from error
    tests = HERE.parent
    target.write_text(render({
        "model": source.relative_to(tests).as_posix(),
        "data": data.relative_to(tests).as_posix(),
        "stan": STAN_VERSION,
        "dimension": description["dimension"],
        "outputs": description["outputs"],
        "points": evaluated,
    }))
    print(f"{name}: {description['dimension']} parameters, {count} of {len(chosen)} points finite, "
          f"{target.stat().st_size / 1024:.0f} KiB", flush=True)


def outdated(name, source, data):
    target = HERE / f"{name}.json"
    inputs = [f for f in (source, data, source.with_suffix(".points.json")) if f.exists()]
    return not target.exists() or target.stat().st_mtime < max(f.stat().st_mtime for f in inputs)


def main():
    parser = argparse.ArgumentParser(description="Writes tests/reference/<model>.json from real Stan.")
    parser.add_argument("models", nargs="*", help="names of models (default: all)")
    parser.add_argument("--missing", action="store_true", help="only models without a file, or with an older one")
    parser.add_argument("--list", action="store_true", help="list the models and stop")
    options = parser.parse_args()
    try:
        chosen = select(discover(), options.models)
    except OracleError as error:
        sys.exit(f"generate.py: {error}")
    if options.list:
        print("\n".join(chosen))
        return
    if options.missing:
        chosen = {name: files for name, files in chosen.items() if outdated(name, *files)}
    failed = []
    try:
        oracle = Oracle(PORTABLE)
        oracle.driver()
    except OracleError as error:
        sys.exit(f"generate.py: {error}")
    for name, (source, data) in chosen.items():
        try:
            generate(oracle, name, source, data)
        except OracleError as error:
            print(f"generate.py: {name}: {error}", file=sys.stderr, flush=True)
            failed.append(name)
    if failed:
        sys.exit(f"generate.py: failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
