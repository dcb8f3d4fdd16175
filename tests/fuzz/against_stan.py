#!/usr/bin/env python3
# ===- against_stan.py - random models against Stan ---------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file takes the programs of AstragalDifferential to real Stan and compares densities and gradients at random points.
# Stan's compiler takes half a minute a program. --keep turns one program into a model of tests/models with values.
#
# ===------------------------------------------------------------------------===#

import argparse
import csv
import io
import json
import math
import random
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))

import generate
from oracle import MODELS, PORTABLE, Oracle, OracleError, discover


def write(binaries, folder, seed, count):
    subprocess.run([binaries / "AstragalDifferential", "--list", "--seed", str(seed), "--runs", str(count), "--output", folder],
                   check=True)
    return [folder / f"random_{seed + k}.stan" for k in range(count)]


def ours(binaries, source, data, points, flags):
    file = source.with_suffix(".points.json")
    file.write_text(json.dumps({"params_r": points}))
    done = subprocess.run([binaries / "astragal", "log-prob", source, "--data", data, "--unconstrained", file, *flags],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise OracleError(done.stderr.strip())
    rows = list(csv.reader(line for line in io.StringIO(done.stdout) if not line.startswith("#")))
    return [[float(x) for x in row] for row in rows[1:]]


def number(x):
    return float(x) if x is not None else math.nan


def difference(a, b):
    """The rule of tests/reference; the gradient only where the density is finite."""
    if not math.isfinite(b[0]):
        return None if a[0] == b[0] or (math.isnan(a[0]) and math.isnan(b[0])) else f"log density {a[0]!r}, Stan: {b[0]!r}"
    largest = max((abs(x) for x in b[1:] if math.isfinite(x)), default=0)
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        scale = max(abs(y), 0 if k == 0 else 1e-3 * largest, 1e-6)
        same = abs(x - y) <= 1e-10 * scale if math.isfinite(y) else x == y or (math.isnan(x) and math.isnan(y))
        if not same:
            return f"{'gradient ' + str(k) if k else 'log density'}: {x!r}, Stan: {y!r}"
    return None


def compare(oracle, binaries, source):
    data = source.with_suffix(".data.json")
    oracle.check(source)
    dimension = oracle.ask(source, data, "describe")["dimension"]
    draw = random.Random(source.stem)
    points = [[round(draw.uniform(-1, 1), 3) for _ in range(dimension)] for _ in range(4)]
    stan = oracle.ask(source, data, "evaluate", stdin="\n".join(" ".join(map(repr, p)) for p in points))
    for sizes in [], ["--dynamic"]:
        for suffix, flags in ("_jacobian", []), ("_propto_jacobian", ["--propto"]):
            for k, row in enumerate(ours(binaries, source, data, points, sizes + flags)):
                gradient = stan[k]["gradient" + suffix] or []
                theirs = [number(stan[k]["log_density" + suffix])] + [number(x) for x in gradient]
                if found := difference(row, theirs):
                    return f"{' '.join(sizes + flags)} point {k + 1}: {found}"
    return None if any(generate.finite(point) for point in stan) else "finite nowhere"


def keep(oracle, source, name):
    folder = MODELS / name
    folder.mkdir()
    shutil.copy(source, folder / f"{name}.stan")
    shutil.copy(source.with_suffix(".data.json"), folder / f"{name}.data.json")
    generate.generate(oracle, name, *discover()[name])


def main():
    parser = argparse.ArgumentParser(description="Compares random programs with real Stan.")
    parser.add_argument("--seed", type=int, default=1, help="of the first program (default: 1)")
    parser.add_argument("--count", type=int, default=1, help="how many programs (default: 1)")
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build/release", help="where we are built")
    parser.add_argument("--folder", type=Path, default=Path("random-models"), help="where the programs are written")
    parser.add_argument("--keep", metavar="NAME", help="make the program of --seed, as it is in the folder, a model of tests/models")
    options = parser.parse_args()
    binaries = options.build / "bin"
    try:
        oracle = Oracle(PORTABLE)
        if options.keep:
            source = options.folder / f"random_{options.seed}.stan"
            if not source.exists():
                write(binaries, options.folder, options.seed, 1)
            keep(oracle, source, options.keep)
            return
        differences = 0
        for source in write(binaries, options.folder, options.seed, options.count):
            try:
                found = compare(oracle, binaries, source)
            except OracleError as error:
                found = str(error)
            differences += found is not None
            print(f"{source.stem}: {found or 'agrees'}", flush=True)
    except OracleError as error:
        sys.exit(f"against_stan.py: {error}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
