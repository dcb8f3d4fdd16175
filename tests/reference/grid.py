#!/usr/bin/env python3
# ===- grid.py - univariate distributions on grids of arguments ---------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file writes tests/reference/grid: four models that evaluate any univariate density, CDF, log CDF or log
# complementary CDF at given arguments, and for each function Stan's value and gradient on a grid. Beside them stands what
# mpmath makes of the formulas in distributions.py where Stan is further from it than a few roundings.
#
# ===------------------------------------------------------------------------===#

import argparse
import itertools
import json
import math
import sys
import tempfile
from pathlib import Path

from mpmath import mp, mpf

from distributions import DISTRIBUTIONS
from oracle import HERE, PORTABLE, Oracle, OracleError

GRID = HERE / "grid"
SUFFIXES = {"densities": None, "cdfs": "cdf", "lcdfs": "lcdf", "lccdfs": "lccdf"}
# In the manual, but not in Stan 2.35: only the exact value is known.
ABSENT = {"yule_simon", "beta_neg_binomial"}
ABSENT_FUNCTIONS = {"loglogistic_lcdf", "loglogistic_lccdf", "beta_proportion_cdf"}


class Function:
    def __init__(self, distribution, suffix):
        self.distribution = distribution
        self.suffix = suffix or ("lpdf" if distribution.arguments[0] == "R" else "lpmf")
        self.name = f"{distribution.name}_{self.suffix}"
        self.points = distribution.tail_points if suffix else distribution.points
        self.in_stan = distribution.name not in ABSENT and self.name not in ABSENT_FUNCTIONS

    def call(self):
        ints, reals, names = 0, 0, []
        for kind in self.distribution.arguments:
            if kind == "I":
                ints += 1
                names.append(f"n[{ints}]")
            else:
                reals += 1
                names.append(f"x[{reals}]")
        return f"{self.name}({names[0]} | {', '.join(names[1:])})" if names[1:] else f"{self.name}({names[0]})"

    def exact(self, arguments):
        """Value and gradient, or None where the formula does not apply (outside of the support, on its edge)."""
        if not all(map(math.isfinite, arguments)):
            return None
        with mp.workdps(70):
            try:
                numbers = [mpf(x) if kind == "R" else int(x)
                           for x, kind in zip(arguments, self.distribution.arguments)]
                formula, smooth = self.distribution.formulas(self.suffix, numbers)
                value = formula(*numbers)
                if mp.isinf(value):  # the logarithm of nothing: there is no slope to speak of
                    return [float(value), *[0.0] * self.distribution.arguments.count("R")]
                gradient = []
                for k, kind in enumerate(self.distribution.arguments):
                    if kind == "R":
                        gradient.append(self.slope(smooth, numbers, k))
                return [float(value), *map(float, gradient)]
            except (ValueError, ArithmeticError, TypeError, mp.NoConvergence):
                return None

    def slope(self, formula, numbers, k):
        """A central difference: its error is far below a double's. On an edge of the support, from the inside."""
        step = max(abs(numbers[k]), mpf("1e-12")) * mpf(10) ** -22

        def at(side):
            try:
                return mpf(formula(*numbers[:k], numbers[k] + side * step, *numbers[k + 1:]))
            except (ValueError, TypeError):
                return None

        above, below = at(1), at(-1)
        if above is None or below is None:
            inside = above if below is None else below
            return (inside - at(0)) / (step if below is None else -step)
        return (above - below) / (2 * step)


def functions(suffix):
    return [Function(d, suffix) for d in DISTRIBUTIONS if suffix is None or d.has_cdf]


def model(all_functions):
    lines = ["// Written by grid.py: one function of a distribution, chosen by its number.",
             "data {", "  int f;", "  array[4] int n;", "}", "parameters {", "  array[4] real x;", "}", "model {"]
    for number, function in enumerate(all_functions):
        lines.append(f"  if (f == {number}) target += {function.call()};")
    return "\n".join([*lines, "}", ""])


def number(x):
    return float(x) if not isinstance(x, str) else {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}[x]


def differs(a, b):
    if math.isnan(a) or math.isnan(b) or math.isinf(a) or math.isinf(b):
        return not (a == b or (math.isnan(a) and math.isnan(b)))
    return abs(a - b) > 1e-14 * abs(b)


def written(x):
    return x if math.isfinite(x) else repr(x)


def ask(oracle, source, position, function, points):
    """Stan at points, which share a process if their ints are the same."""
    kinds = function.distribution.arguments
    results = [None] * len(points)
    groups = {}
    for k, point in enumerate(points):
        ints = tuple(int(x) for x, kind in zip(point, kinds) if kind == "I")
        groups.setdefault(ints, []).append(k)
    for ints, members in groups.items():
        with tempfile.NamedTemporaryFile("w", suffix=".json") as data:
            json.dump({"f": position, "n": [*ints, 0, 0, 0, 0][:4]}, data)
            data.flush()
            rows = []
            for k in members:
                reals = [x for x, kind in zip(points[k], kinds) if kind == "R"]
                rows.append(" ".join(repr(x) for x in [*reals, 0.0, 0.0, 0.0, 0.0][:4]))
            # A NaN cannot be written: the driver reads decimals.
            for k, result in zip(members, oracle.ask(source, data.name, "evaluate", stdin="\n".join(rows))):
                count = kinds.count("R")
                value = number(result["log_density"])
                gradient = result["gradient"] and [number(g) for g in result["gradient"][:count]]
                results[k] = [value, *gradient] if gradient is not None else None
    return results


def table(function, points, stan):
    rows = []
    for point, theirs in zip(points, stan):
        row = [[int(x) if kind == "I" else x for x, kind in zip(point, function.distribution.arguments)]]
        if theirs is None and function.in_stan:
            rows.append([*row, None])  # an invalid argument
            continue
        exact = function.exact(point)
        if theirs is None:
            if exact is not None:
                rows.append([*row, "absent", [written(x) for x in exact]])
        elif exact is not None and any(differs(a, b) for a, b in zip(theirs, exact, strict=True)):
            rows.append([*row, [written(x) for x in theirs], [written(x) for x in exact]])
        else:
            rows.append([*row, [written(x) for x in theirs]])
    return rows


def render(name, tables):
    lines = [f'{{"model": "reference/grid/{name}.stan", "functions": [']
    for k, (function, rows) in enumerate(tables):
        lines.append(f'{"," if k else ""}{{"name": "{function.name}", "arguments": '
                     f'"{"".join(function.distribution.arguments)}", "points": [')
        lines.append(",\n".join(json.dumps(row, separators=(",", ":")) for row in rows))
        lines.append("]}")
    return "\n".join([*lines, "]}", ""])


def main():
    parser = argparse.ArgumentParser(description="Writes tests/reference/grid from real Stan and mpmath.")
    parser.add_argument("tables", nargs="*", help=f"of {', '.join(SUFFIXES)} (default: all)")
    options = parser.parse_args()
    GRID.mkdir(exist_ok=True)
    try:
        oracle = Oracle(PORTABLE)
        for name in options.tables or SUFFIXES:
            all_functions = functions(SUFFIXES[name])
            (GRID / f"{name}.stan").write_text(model(all_functions))
            # Stan sees the functions that it has, under the same numbers.
            with tempfile.TemporaryDirectory() as folder:
                source = Path(folder) / f"grid_{name}.stan"
                source.write_text("\n".join(line for line in model(all_functions).splitlines() if not any(
                    f" {f.name}(" in line for f in all_functions if not f.in_stan)))
                tables = []
                for position, function in enumerate(all_functions):
                    points = function.points
                    stan = ask(oracle, source, position, function, points) if function.in_stan else [None] * len(points)
                    tables.append((function, table(function, points, stan)))
                    print(f"{function.name}: {len(points)} points", flush=True)
            target = GRID / f"{name}.json"
            target.write_text(render(name, tables))
            print(f"{name}: {target.stat().st_size / 1024:.0f} KiB")
    except OracleError as error:
        sys.exit(f"grid.py: {error}")


if __name__ == "__main__":
    main()
