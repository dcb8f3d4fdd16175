#!/usr/bin/env python3
# ===- against_stan.py - random models against Stan ---------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file takes the programs of AstragalDifferential to real Stan and compares densities and gradients at random
# points. Stan's headers take half a minute a program, so several programs become one executable, without optimisation,
# by clang, whose precompiled header holds instantiated templates: 3 s a program where g++ takes 16. --keep turns one
# program into a model of tests/models with values.
#
# ===------------------------------------------------------------------------===#

import argparse
import csv
import io
import json
import math
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "reference"))

import generate
from oracle import MODELS, PORTABLE, Flavor, Oracle, OracleError, digest, discover, run

# Values at -O0 are those of PORTABLE: neither contracts nor reorders what C++ says.
BATCH = Flavor("quick", [], ["-O0", "-fpch-instantiate-templates"], "clang++-22")

POINTS, NEARBY = 3, 4
# What Stan itself knows to 1e-8 only: the derivative of digamma (an expansion from 5 on, prim/fun/trigamma.hpp) and of
# normal_lcdf (rational approximations, prim/prob/normal_lcdf.hpp).
COARSE = re.compile(r"\b(digamma|normal_lcdf)\b")
VARIANTS = [("_jacobian", []), ("_propto_jacobian", ["--propto"]), ("_propto_jacobian", ["--propto", "--dynamic"])]


class ClangOracle(Oracle):
    """Stan's headers as clang takes them."""

    def cxx(self):
        command = super().cxx()
        command.insert(1, f"-I{self.threads()}")
        return command

    def threads(self):
        """TBB's headers without the initialisers that are out of their enumeration's range, an error in clang; what
        they initialise is of use inside of TBB alone."""
        folder = self.build / "tbb-for-clang"
        if not folder.exists():
            partial = folder.with_suffix(".partial")
            shutil.rmtree(partial, ignore_errors=True)
            shutil.copytree(self.stan / "include" / "tbb", partial / "tbb")
            task = partial / "tbb" / "task.h"
            task.write_text(re.sub(r"= kind_type\(\w+\+1\);", "= bound;", task.read_text()))
            partial.rename(folder)
        return folder

    def precompiled_header(self):
        header = self.build / "pch" / "stan.hpp"
        compiled = header.with_suffix(".pch")
        if not compiled.exists():
            self.say("compiling Stan's headers once")
            header.write_text("#include <stan/model/model_header.hpp>\n")
            partial = compiled.with_suffix(".partial")
            run([*self.cxx(), "-x", "c++-header", header, "-o", partial], "compiling Stan's headers")
            partial.rename(compiled)
        return ["-include-pch", compiled]


class Batch:
    """Several programs in one executable, which takes the name of one from the environment."""

    def __init__(self, oracle, sources):
        self.oracle, self.sources = oracle, sources
        self.binary = self.build()

    def translate(self, source):
        """A program as C++ in a namespace of its own, and nothing outside of it; only gradients can be asked of it."""
        generated = source.with_suffix(".cpp")
        run([self.oracle.stan / "stanc", f"--name={source.stem}_model", f"--o={generated}", source], f"stanc {source}")
        text = generated.read_text()
        generated.unlink()
        text = text[:text.index("using stan_model = ")]
        text = text.replace("stan::model::model_base_crtp", "astragal::fuzz::Gradients")
        return text.replace("model_base_crtp", "Gradients")

    def build(self):
        oracle, stems = self.oracle, [source.stem for source in self.sources]
        models = [f"{stem}_model_namespace::{stem}_model" for stem in stems]
        choices = "".join(f'  if (name == "{stem}")\n    return *new {model}(data, seed, out);\n'
                          for stem, model in zip(stems, models))
        header = HERE / "StanGradients.h"
        text = f'#include "{header}"\n' + "\n".join(map(self.translate, self.sources)) + f"""
stan::model::model_base &new_model(stan::io::var_context &data, unsigned int seed, std::ostream *out) {{
  std::string name = std::getenv("STAN_MODEL");
{choices}  throw std::invalid_argument("no such model");
}}
"""
        file = self.sources[0].parent / f"batch_{stems[0]}_{len(stems)}.cpp"
        binary = oracle.build / f"batch-{digest(text, header)}"
        if not binary.exists():
            oracle.say(f"{stems[0]} and {len(stems) - 1} more: compiling")
            file.write_text(text)
            compiled = binary.with_suffix(".o")
            run([*oracle.cxx(), *oracle.precompiled_header(), "-c", file, "-o", compiled], f"compiling {file}")
            oracle.link(compiled, binary)
            compiled.unlink()
        return binary

    def ask(self, source, mode, stdin=None):
        command = [self.binary, mode, source.with_suffix(".data.json")]
        environment = {**os.environ, "STAN_MODEL": source.stem}
        return json.loads(run(command, f"{source.stem}: {mode}", stdin=stdin, environment=environment))


def batches(oracle, sources):
    """One for all sources; where Stan's compiler refuses some, halves until those stand alone."""
    try:
        yield Batch(oracle, sources)
    except OracleError as error:
        if len(sources) == 1:
            print(f"{sources[0].stem}: {error}", flush=True)
            return
        half = len(sources) // 2
        yield from batches(oracle, sources[:half])
        yield from batches(oracle, sources[half:])


def write(binaries, folder, seed, count):
    subprocess.run([binaries / "AstragalDifferential", "--list", "--seed", str(seed), "--runs", str(count),
                    "--output", folder], check=True)
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


def difference(a, b, around, tolerance=1e-10):
    """The rule of tests/reference; the gradient only where the density is finite. `around`: values near b's point."""
    def is_same(x, y, tolerance):
        return abs(x - y) <= tolerance if math.isfinite(y) else x == y or (math.isnan(x) and math.isnan(y))

    if not math.isfinite(b[0]):
        return None if is_same(a[0], b[0], 0) else f"log density {a[0]!r}, Stan: {b[0]!r}"
    largest = max((abs(x) for x in b[1:] if math.isfinite(x)), default=0)
    for k, (x, y) in enumerate(zip(a, b, strict=True)):
        scale = max(abs(y), 0 if k == 0 else 1e-3 * largest, 1e-6)
        spread = max((abs(near[k] - y) for near in around if len(near) == len(b)), default=0)
        if not is_same(x, y, max(tolerance * scale, 4 * spread)):
            return f"{'gradient ' + str(k) if k else 'log density'}: {x!r}, Stan: {y!r}"
    return None


def nearby(draw, point):
    """Each coordinate a few ulp away."""
    return [x + draw.randint(-4, 4) * math.ulp(x) for x in point]


def fails(run):
    try:
        run()
    except OracleError:
        return True
    return False


def compare(batch, binaries, source):
    """What differs, or None; "finite nowhere" is a difference, too, unless we refuse as well: nothing was compared."""
    data = source.with_suffix(".data.json")
    try:
        dimension = batch.ask(source, "describe")["dimension"]
    except OracleError as error:  # of the data, or of what is made of them
        return None if fails(lambda: ours(binaries, source, data, [[]], [])) else f"only Stan refuses: {error}"
    if dimension == 0:
        return None
    draw = random.Random(source.stem)
    points = [[round(draw.uniform(-1, 1), 3) for _ in range(dimension)] for _ in range(POINTS)]
    # Where rounding the point makes more of a difference than the rule allows, so may rounding elsewhere.
    positions = points + [nearby(draw, point) for point in points for _ in range(NEARBY)]
    stan = batch.ask(source, "evaluate", stdin="\n".join(" ".join(map(repr, p)) for p in positions))
    if not any(generate.finite(point) for point in stan):
        return None if fails(lambda: ours(binaries, source, data, points, [])) else "finite nowhere"
    tolerance = 1e-6 if COARSE.search(source.read_text()) else 1e-10
    for suffix, flags in VARIANTS:
        theirs = [[number(at["log_density" + suffix]), *map(number, at["gradient" + suffix] or [])] for at in stan]
        for k, row in enumerate(ours(binaries, source, data, points, flags)):
            around = theirs[POINTS + k * NEARBY:POINTS + (k + 1) * NEARBY]
            if found := difference(row, theirs[k], around, tolerance):
                return f"{' '.join(flags)} point {k + 1}: {found}"
    return None


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
    parser.add_argument("--batch", type=int, default=5,
                        help="programs an executable; the compiler takes 0.5 GB for each (default: 5)")
    parser.add_argument("--build", type=Path, default=HERE.parents[1] / "build/release", help="where we are built")
    parser.add_argument("--folder", type=Path, default=Path("random-models"), help="where the programs are written")
    parser.add_argument("--keep", metavar="NAME",
                        help="make the program of --seed, as it is in the folder, a model of tests/models")
    options = parser.parse_args()
    binaries = options.build / "bin"
    try:
        if options.keep:
            source = options.folder / f"random_{options.seed}.stan"
            if not source.exists():
                write(binaries, options.folder, options.seed, 1)
            keep(Oracle(PORTABLE), source, options.keep)
            return
        oracle, differences = ClangOracle(BATCH), 0
        for first in range(options.seed, options.seed + options.count, options.batch):
            count = min(options.batch, options.seed + options.count - first)
            for batch in batches(oracle, write(binaries, options.folder, first, count)):
                for source in batch.sources:
                    try:
                        found = compare(batch, binaries, source)
                    except OracleError as error:
                        found = str(error)
                    differences += found is not None
                    print(f"{source.stem}: {found or 'agrees'}", flush=True)
                batch.binary.unlink()  # large, and of no further use
    except OracleError as error:
        sys.exit(f"against_stan.py: {error}")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
