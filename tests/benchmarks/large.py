#!/usr/bin/env python3
# ===- large.py - gradients on data of some size ----------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file times models of tests/models on simulated data that are large enough for what grows with them to show, and
# says which bars they reach. Seeds are fixed, so the data are the same everywhere.
#
# ===------------------------------------------------------------------------===#

import argparse
import json
import math
import random
import sys
import tempfile
from pathlib import Path

from compare import add_options, compare_all, document, enter
from contestants import Model
from oracle import OracleError, discover
from report import table


def normals(draw, count, location=0.0, scale=1.0):
    return [round(draw.gauss(location, scale), 3) for _ in range(count)]


def regression(draw, N, D=5):
    X = [normals(draw, D) for _ in range(N)]
    slopes = normals(draw, D)
    return {"D": D, "N": N, "X": X,
            "y": [round(sum(b * x for b, x in zip(slopes, row)) + draw.gauss(0, 0.7), 3) for row in X]}


def houses(draw, N, J):
    county = [draw.randrange(J) for _ in range(N)]
    alpha, uppm = normals(draw, J), normals(draw, J)
    floor = [int(draw.random() < 0.2) for _ in range(N)]
    radon = [round(alpha[c] + 0.7 * uppm[c] - 0.6 * f + draw.gauss(0, 0.8), 3) for c, f in zip(county, floor)]
    return {"N": N, "J": J, "county_idx": [c + 1 for c in county], "log_uppm": [uppm[c] for c in county],
            "floor_measure": floor, "log_radon": radon}


def mixture(draw, N):
    components = [(-1.5, 0.6) if draw.random() < 0.4 else (1.2, 1.0) for _ in range(N)]
    return {"N": N, "y": [round(draw.gauss(*component), 3) for component in components]}


def curve(draw, N):
    x = [round(10 * n / (N - 1), 4) for n in range(N)]
    return {"N": N, "x": x, "y": [round(math.sin(t) + draw.gauss(0, 0.3), 4) for t in x]}


def answers(draw, I, J):
    theta, a, b = normals(draw, J), [math.exp(draw.gauss(0, 0.3)) for _ in range(I)], normals(draw, I)
    return {"I": I, "J": J, "y": [[int(draw.random() < 1 / (1 + math.exp(-a[i] * (t - b[i])))) for t in theta]
                                  for i in range(I)]}


def returns(draw, T):
    y, variance = [], 0.25
    for _ in range(T):
        y.append(round(draw.gauss(0.1, math.sqrt(variance)), 4))
        variance = 0.1 + 0.2 * (y[-1] - 0.1) ** 2 + 0.5 * variance
    return {"T": T, "y": y, "sigma1": 0.5}


def two_states(draw, N):
    y, state = [], 0
    for _ in range(N):
        state = state if draw.random() < 0.85 else 1 - state
        y.append(round(draw.gauss((3.0, 9.0)[state], 1), 3))
    return {"N": N, "K": 2, "y": y}


def chain(draw, N, K):
    location = [3.0 * k for k in range(K)]
    y, state = [], 0
    for _ in range(N):
        state = state if draw.random() < 0.8 else draw.randrange(K)
        y.append(round(draw.gauss(location[state], 0.8), 3))
    return {"N": N, "K": K, "y": y, "location": location}


# The title of a case, its model, its data, and by how much Stan must be slower.
CASES = [("regression, 1e3 rows", "sblrc", regression, {"N": 1_000}, None),
         ("regression, 1e6 rows", "sblrc", regression, {"N": 1_000_000}, None),
         ("1e3 groups, 1e4 rows", "radon_mn_centered", houses, {"N": 10_000, "J": 1_000}, None),
         ("1e3 groups, 1e6 rows", "radon_mn_centered", houses, {"N": 1_000_000, "J": 1_000}, None),
         ("mixture, 1e3 points", "low_dim_gauss_mix", mixture, {"N": 1_000}, 20),
         ("Gaussian process, N=500", "gp_regression", curve, {"N": 500}, 2),
         ("IRT, 50 x 1000", "irt_2pl", answers, {"I": 50, "J": 1_000}, 10),
         ("GARCH, T=2000", "garch", returns, {"T": 2_000}, 5),
         ("HMM, 2 states, T=2000", "hmm_example", two_states, {"N": 2_000}, 5),
         ("HMM, 4 states, T=1000", "hmm_chain", chain, {"N": 1_000, "K": 4}, 5)]

# Cases of the same model whose times must be the same: the larger over the smaller, at most.
SAME = [("regression, 1e3 rows", "regression, 1e6 rows", 1.05), ("1e3 groups, 1e4 rows", "1e3 groups, 1e6 rows", 1.05)]


def simulate(title, model, make, sizes, folder):
    file = folder / f"{model}_{'_'.join(map(str, sizes.values()))}.json"
    file.write_text(json.dumps(make(random.Random(title), **sizes)))
    return file


def evaluate(stan, source, data, title):
    """A mild point, and one more."""
    draw = random.Random(f"points of {title}")
    dimension = stan.dimension(source, data)
    return stan.evaluate(source, data, [[round(draw.uniform(-scale, scale), 4) for _ in range(dimension)]
                                        for scale in (0.3, 0.5)])


def bars(results):
    times = {r["model"]: r for r in results}
    for title, _, _, _, bar in CASES:
        ratio = times.get(title, {}).get("ratio_stan")
        if bar and ratio:
            yield f"{title}: {ratio:.3g} times Stan", bar, ratio >= bar
    for small, large, bar in SAME:
        pair = [times.get(title, {}).get("astragal", {}).get("min_us") for title in (small, large)]
        if all(pair):
            ratio = pair[1] / pair[0]
            yield f"{large}: {ratio:.3g} times the gradient of {small}", bar, ratio <= bar


def main():
    parser = argparse.ArgumentParser(description="Times gradients on large simulated data.")
    parser.add_argument("--cases", help="only those whose title contains this")
    parser.add_argument("--folder", type=Path, help="where data files are written (default: a temporary folder)")
    add_options(parser)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        try:
            found, contestants = discover(), enter(options)
            models = []
            for title, name, make, sizes, _ in CASES:
                if options.cases and options.cases not in title:
                    continue
                source, data = found[name][0], simulate(title, name, make, sizes, folder)
                models.append(Model(title, source, data, evaluate(contestants[0], source, data, title), program=name))
        except OracleError as error:
            sys.exit(f"large.py: {error}")
        results = compare_all(models, contestants, options)
    print(table(results, False, contestants[-1].name == "jax"))
    reached = [{"what": what, "bar": bar, "reached": good} for what, bar, good in bars(results)]
    for bar in reached:
        print(f"{bar['what']} ({bar['bar']}): {'reached' if bar['reached'] else 'MISSED'}")
    if options.json:
        options.json.write_text(json.dumps(document(results, bars=reached), indent=1) + "\n")
    if any("astragal" in r["errors"] for r in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
