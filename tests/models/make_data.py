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


if __name__ == "__main__":
    logistic_regression()
    if_parameter()
