#!/usr/bin/env python3
# ===- gaussian_process.py - gradients of Gaussian processes of some size -------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file times a latent Gaussian process and one whose values are integrated out, for several numbers of points, beside
# Stan and beside Eigen's Cholesky factor of such a matrix (LLT, compiled for this machine). A gradient needs three times
# the arithmetic of the factor at least: `of Eigen` is that time over the whole gradient's, kernel matrices and all.
#
# ===------------------------------------------------------------------------===#

import argparse
import json
import math
import random
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent / "reference"))

from oracle import FAST, Oracle  # noqa: E402

MODELS = {"latent": ROOT / "tests/models/gp_regression/gp_regression.stan",
          "marginal": HERE / "gaussian_process" / "marginal.stan"}

EIGEN = r"""
#include <Eigen/Dense>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
int main(int, char **arguments) {
  int n = std::atoi(arguments[1]);
  Eigen::MatrixXd k(n, n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j)
      k(i, j) = std::exp(-0.5 * std::pow(10.0 * (i - j) / n, 2)) + (i == j) * 0.1;
  Eigen::LLT<Eigen::MatrixXd> factor(n);
  double best = 1e9;
  for (int repeat = 0; repeat < 50; ++repeat) {
    auto begin = std::chrono::steady_clock::now();
    factor.compute(k);
    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::printf("%.9g\n", 1e6 * best);
}
"""


def curve(n):
    draw = random.Random(n)
    x = [round(10 * k / (n - 1), 4) for k in range(n)]
    return {"N": n, "x": x, "y": [round(math.sin(t) + draw.gauss(0, 0.3), 4) for t in x]}


def time_eigen(folder, include, sizes):
    (folder / "eigen.cpp").write_text(EIGEN)
    subprocess.run(["g++", "-O3", "-march=native", "-DNDEBUG", f"-I{include}", "eigen.cpp", "-o", "eigen"], cwd=folder,
                   check=True)
    return lambda n: float(subprocess.run([folder / "eigen", str(n)], capture_output=True, text=True, check=True).stdout)


def main():
    parser = argparse.ArgumentParser(description="Times gradients of Gaussian processes.")
    parser.add_argument("--sizes", default="50,200,500")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--astragal", type=Path, default=ROOT / "build/release/bin/astragal")
    parser.add_argument("--bench", default="", help="more options for astragal bench (--disable PASS)")
    parser.add_argument("--eigen", default="/usr/include/eigen3", help="where Eigen's headers are")
    parser.add_argument("--no-stan", action="store_true")
    options = parser.parse_args()
    sizes = [int(n) for n in options.sizes.split(",")]
    stan = None if options.no_stan else Oracle(FAST, say=lambda text: print(text, file=sys.stderr, flush=True))
    print(f"{'model':<10}{'N':>6}{'Stan us':>11}{'ours us':>11}{'ratio':>8}{'Eigen us':>11}{'of Eigen':>10}")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        eigen = time_eigen(folder, options.eigen, sizes)
        for n in sizes:
            data = folder / f"{n}.json"
            data.write_text(json.dumps(curve(n)))
            for name, source in MODELS.items():
                draw = random.Random(name)
                point = " ".join(str(round(draw.uniform(-0.3, 0.3), 4)) for _ in range(n + 3 if name == "latent" else 3))
                theirs, ours, factor = [], [], []
                for _ in range(options.rounds):
                    if stan:
                        theirs += stan.ask(source, data, "time", 0.1, 2, stdin=point)["microseconds"]
                    command = [options.astragal, "bench", source, "--data", data, "--json", "--no-cache"]
                    answer = subprocess.run([*command, *shlex.split(options.bench)], capture_output=True, text=True,
                                            check=True).stdout
                    ours.append(json.loads(answer)["gradient_us"]["min"])
                    factor.append(eigen(n))
                best = min(theirs) if theirs else math.nan
                print(f"{name:<10}{n:>6}{best:>11.4g}{min(ours):>11.4g}{best / min(ours):>8.3g}"
                      f"{min(factor):>11.4g}{300 * min(factor) / min(ours):>9.0f}%", flush=True)


if __name__ == "__main__":
    main()
