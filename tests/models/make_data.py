# ===- make_data.py - the data that no study gave us --------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes the simulated data sets beside the models. Seeds are fixed, so it writes the same files again.
#
# ===------------------------------------------------------------------------===#

import json
import math
import random
from pathlib import Path

HERE = Path(__file__).resolve().parent


def write(name, data):
    fields = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in data.items())
    (HERE / name / f"{name}.data.json").write_text("{\n" + fields + "\n}\n")


def logistic_regression(N=500, K=5):
    draw = random.Random("logistic_regression")
    beta = [0.8, -1.1, 0.4, 0.0, 0.6]
    X = [[round(draw.gauss(0, 1), 3) for _ in range(K)] for _ in range(N)]
    eta = [0.3 + sum(b * x for b, x in zip(beta, row)) for row in X]
    y = [int(draw.random() < 1 / (1 + math.exp(-e))) for e in eta]
    write("logistic_regression", {"N": N, "K": K, "X": X, "y": y})


def if_parameter(N=40):
    draw = random.Random("if_parameter")
    x = [round(draw.uniform(-2, 2), 3) for _ in range(N)]
    noise = [draw.gauss(0, 0.5) + (draw.random() < 0.15) * draw.gauss(0, 6) for _ in range(N)]
    y = [round(1 + 0.7 * a + e, 3) for a, e in zip(x, noise)]
    write("if_parameter", {"N": N, "x": x, "y": y, "k": 1.345})


def matrices():
    draw = random.Random("matrices")

    def normal(*sizes, digits=3):
        if not sizes:
            return round(draw.gauss(0, 1), digits)
        return [normal(*sizes[1:], digits=digits) for _ in range(sizes[0])]

    def line(N):
        return [round(-2 + 4 * i / (N - 1) + draw.uniform(-0.03, 0.03), 4) for i in range(N)]

    x = line(40)
    a = normal(5, 5)
    S = [[round(sum(p * q for p, q in zip(u, v)) + 2 * (u is v), 3) for v in a] for u in a]
    write("matrix_cholesky", {"N": 40, "x": x, "y": [round(math.sin(2 * t) + draw.gauss(0, 0.3), 4) for t in x], "S": S})
    write("matrix_solvers", {"N": 30, "D": normal(30, 30), "y": normal(30)})
    write("matrix_factors", {"N": 30, "D": normal(30, 30)})
    write("matrix_products", {"N": 40, "M": 12, "X": normal(40, 12), "Y": normal(40, 40)})
    sparse = {"nonzero": 5, "w": normal(5), "columns": [1, 3, 2, 1, 3], "starts": [1, 3, 4, 4, 6]}
    write("matrix_shapes", {"N": 3, "G": [[1, 2, 3], [4, 5, 6]], "flat": [3, 1, 4, 1, 5, 9], "D": normal(4, 3), **sparse})
    write("gp_covariances", {"N": 12, "x": line(12), "M": 4, "z": line(4)})
    write("gp_points", {"N": 7, "D": 2, "x": normal(7, 2), "z": normal(2, 2)})
    x = line(20)
    write("gp_regression", {"N": 20, "x": x, "y": [round(math.sin(2 * t) + draw.gauss(0, 0.3), 4) for t in x]})


def gaussians(N=60, K=10, J=4):
    draw = random.Random("gaussians")

    def normal(digits=3):
        return round(draw.gauss(0, 1), digits)

    x = [normal() for _ in range(N)]
    X = [[normal() for _ in range(K)] for _ in range(N)]
    y = [round(0.5 + 0.7 * t + normal(), 3) for t in x]
    se = [round(draw.uniform(0.5, 2), 2) for _ in range(N)]
    write("gaussian_regressions", {
        "N": N, "K": K, "X": X, "x": x, "z": [round(t + 1e-4 * normal(), 8) for t in x], "y": y,
        "far": [1e6 + t for t in y], "se": se, "treated": [int(draw.random() < 0.3) for _ in range(N)]})
    group = [draw.choice([1, 2, 4]) for _ in range(N)]
    write("gaussian_groups", {
        "N": N, "J": J, "group": group, "code": [g - 2 for g in group], "x": x, "y": y, "se": se, "X": X,
        "u": [normal() for _ in range(J)]})


def crossed_groups(N=70, J=5, L=3, M=4):
    draw = random.Random("crossed_groups")

    def normal(scale=1):
        return round(draw.gauss(0, scale), 3)

    pairs = [(1, 1), (1, 2), (2, 2), (3, 3), (5, 1), (5, 3)]  # no row has a = 4
    rows = [draw.choice(pairs) for _ in range(N)]
    c = [draw.randint(1, 3) for _ in range(N)]
    x = [round(draw.uniform(50, 51), 3) for _ in range(N)]
    write("crossed_groups", {
        "N": N, "J": J, "L": L, "M": M, "a": [a for a, _ in rows], "b": [b for _, b in rows], "c": c, "code": [k - 2 for k in c],
        "of": [1, 2, 2, 3, 1], "x": x, "y": [normal() for _ in range(N)], "far": [round(1e6 + normal(), 3) for _ in range(N)],
        "se": [round(draw.uniform(0.5, 2), 3) for _ in range(N)], "X": [[normal() for _ in range(10)] for _ in range(N)]})


def gaussian_loops(J=6, T=14, N=40, K=3):
    draw = random.Random("gaussian_loops")

    def normal(*sizes):
        return [normal(*sizes[1:]) for _ in range(sizes[0])] if sizes else round(draw.gauss(0, 1), 3)

    write("gaussian_loops", {
        "J": J, "T": T, "N": N, "K": K, "series": normal(J, T), "m": normal(J, T), "a": normal(J, T),
        "t": [8.0 + 7 * s for s in range(T)], "phase": [draw.randint(1, 3) for _ in range(T)], "X": normal(N, K), "Y": normal(N, 9),
        "y": normal(N), "w": [round(draw.uniform(0.5, 2), 3) for _ in range(N)]})


def weighted_rows(N=50, J=4):
    draw = random.Random("weighted_rows")
    group = [draw.choice([1, 2, 4]) for _ in range(N)]
    write("weighted_rows", {
        "N": N, "J": J, "a": group, "b": [1 if g == 2 else draw.randint(1, 2) for g in group],
        "w": [draw.choice([0, 0.5, 1, 2.25]) for _ in range(N)], "x": [round(draw.gauss(0, 1), 3) for _ in range(N)],
        "y": [round(draw.gauss(0, 1), 3) for _ in range(N)], "size": [round(draw.expovariate(1) + 0.01, 3) for _ in range(N)]})


def shared_parameters(N=60, J=6):
    draw = random.Random("shared_parameters")
    write("shared_parameters", {
        "N": N, "J": J, "group": [draw.choice([1, 2, 4, 6]) for _ in range(N)], "n": [draw.randint(0, 6) for _ in range(N)],
        "b": [int(draw.random() < 0.4) for _ in range(N)], "c": [draw.randint(1, 3) for _ in range(N)],
        "y": [round(draw.expovariate(1) + 0.01, 3) for _ in range(N)], "p": [round(draw.uniform(0.01, 0.99), 3) for _ in range(N)]})


def regression_matrices(N=43, K=9, M=5):
    draw = random.Random("regression_matrices")

    def normal(*sizes):
        return [normal(*sizes[1:]) for _ in range(sizes[0])] if sizes else round(draw.gauss(0, 0.3), 3)

    write("regression_matrices", {
        "N": N, "K": K, "M": M, "none": 0, "X": normal(N, K), "W": normal(N, M), "one": normal(N, 1), "no_columns": normal(N, 0),
        "no_rows": [], "as_rows": normal(N, K), "as_vectors": normal(N, M), "exposure": normal(N),
        "y": [draw.randint(0, 1) for _ in range(N)], "c": [draw.randint(0, 5) for _ in range(N)], "nothing": []})


def sibling_rows(N=21, K=9, J=4):
    draw = random.Random("sibling_rows")

    def normal(scale):
        return round(draw.gauss(0, scale), 3)

    write("sibling_rows", {
        "N": N, "K": K, "J": J, "X": [[normal(0.5) for _ in range(K)] for _ in range(N)], "x": [normal(1) for _ in range(N)],
        "g": [draw.randint(1, J) for _ in range(N)], "y": [draw.randint(0, 4) for _ in range(N)],
        "w": [draw.randint(0, 1) for _ in range(N)], "z": [normal(1) for _ in range(N)],
        "t": [round(draw.expovariate(1) + 0.001, 3) for _ in range(N)]})


if __name__ == "__main__":
    logistic_regression()
    if_parameter()
    matrices()
    gaussians()
    crossed_groups()
    gaussian_loops()
    weighted_rows()
    shared_parameters()
    regression_matrices()
    sibling_rows()
