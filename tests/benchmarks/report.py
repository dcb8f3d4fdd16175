# ===- report.py - means and tables -----------------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file sums up and prints what compare.py measured.
#
# ===------------------------------------------------------------------------===#

import math
import statistics

# What is compared with what: the field of a result, whose time it is, whose time divides it, and how it reads.
RATIOS = [("ratio_stan", "stan", "astragal", "stan / ours"),
          ("ratio_stan_without_statistics", "stan", "astragal_without_statistics", "stan / ours without statistics"),
          ("ratio_jax", "jax", "astragal", "jax / ours")]


def geometric_mean(values):
    return math.exp(statistics.fmean(map(math.log, values))) if values else None


def add_ratios(result):
    for field, peer, us, _ in RATIOS:
        if peer in result and us in result:
            result[field] = result[peer]["us"] / result[us]["us"]


def mean_over_families(results, field):
    """Each family counts the same, and no ratio counts for more than 100."""
    families = {}
    for r in results:
        if field in r:
            families.setdefault(r["family"], []).append(min(r[field], 100.0))
    means = {family: geometric_mean(ratios) for family, ratios in families.items()}
    return means, geometric_mean(list(means.values()))


def summaries(results):
    """For each ratio: the means of families, that over families, and over all models."""
    rows = {}
    for field, *_ in RATIOS:
        ratios = {r["model"]: r[field] for r in results if field in r}
        if ratios:
            families, overall = mean_over_families(results, field)
            rows[field] = {"families": families, "over_families": overall,
                           "over_models": geometric_mean(list(ratios.values())), "models": len(ratios),
                           "smallest": min(ratios.values()), "smallest_in": min(ratios, key=ratios.get),
                           "largest": max(ratios.values())}
    return rows


def cell(value, width, digits=3):
    return f"{'-' if value is None else f'{value:.{digits}g}':>{width}}"


def table(results, with_statistics_off, with_jax):
    def of(result, who, field="us"):
        return result.get(who, {}).get(field)

    columns = [("D", 5, lambda r: r["dimension"]), ("Stan us", 10, lambda r: of(r, "stan")),
               ("ours us", 10, lambda r: of(r, "astragal")), ("ratio", 8, lambda r: r.get("ratio_stan")),
               ("first ms", 10, lambda r: of(r, "astragal", "first_gradient_ms"))]
    if with_statistics_off:
        columns += [("plain us", 10, lambda r: of(r, "astragal_without_statistics")),
                    ("ratio", 8, lambda r: r.get("ratio_stan_without_statistics"))]
    if with_jax:
        columns += [("JAX us", 10, lambda r: of(r, "jax")), ("ratio", 8, lambda r: r.get("ratio_jax")),
                    ("a call us", 11, lambda r: of(r, "jax", "call_us"))]
    lines = [f"{'model':<26}" + "".join(f"{head:>{width}}" for head, width, _ in columns)]
    lines += [f"{r['model']:<26}" + "".join(cell(value(r), width) for _, width, value in columns) for r in results]
    words = {field: text for field, *_, text in RATIOS}
    for field, row in summaries(results).items():
        lines += [f"{words[field]}, {family}: {mean:.3g}" for family, mean in row["families"].items()]
        lines.append(f"{words[field]} over {len(row['families'])} families: geometric mean {row['over_families']:.3g}")
        lines.append(f"{words[field]} over {row['models']} models: geometric mean {row['over_models']:.3g}, "
                     f"smallest {row['smallest']:.3g} ({row['smallest_in']}), largest {row['largest']:.3g}")
    return "\n".join(lines)


def ablation_table(rows):
    lines = [f"{'without':<30}{'all models':>12}{'most':>9}  in"]
    lines += [f"{row['pass']:<30}{cell(row['geometric_mean'], 12)}{cell(row['most_ratio'], 9)}  {row['most']}"
              for row in rows]
    return "\n".join(lines)
