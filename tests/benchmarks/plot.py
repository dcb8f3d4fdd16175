# ===- plot.py - ratios as bars -----------------------------------------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file draws how many times faster than a peer each model is, on a logarithmic scale, as SVG.
#
# ===------------------------------------------------------------------------===#

import math
from html import escape

ROW, LEFT, WIDTH = 18, 190, 640


def svg(title, ratios):
    """`ratios`: pairs of a model's name and its ratio. Bars to the left of the line at 1 are losses."""
    low = math.floor(math.log10(min([1.0] + [r for _, r in ratios])))
    high = math.ceil(math.log10(max([10.0] + [r for _, r in ratios])))
    x = lambda ratio: LEFT + (math.log10(ratio) - low) / (high - low) * WIDTH
    height = ROW * len(ratios) + 60
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 70}" height="{height}" '
           'font-family="sans-serif" font-size="12">',
           f'<text x="{LEFT}" y="20" font-size="14">{escape(title)}</text>']
    for power in range(low, high + 1):
        at = x(10.0 ** power)
        out.append(f'<line x1="{at:.1f}" y1="30" x2="{at:.1f}" y2="{height - 22}" stroke="#ccc"/>'
                   f'<text x="{at:.1f}" y="{height - 8}" text-anchor="middle">{10.0 ** power:g}</text>')
    for k, (name, ratio) in enumerate(ratios):
        top, start, end = 34 + ROW * k, min(x(1), x(ratio)), max(x(1), x(ratio))
        color = "#3b6ea5" if ratio >= 1 else "#b5493b"
        out.append(f'<text x="{LEFT - 6}" y="{top + 12}" text-anchor="end">{escape(name)}</text>'
                   f'<rect x="{start:.1f}" y="{top}" width="{max(end - start, 1):.1f}" height="{ROW - 4}" fill="{color}"/>'
                   f'<text x="{end + 4:.1f}" y="{top + 12}">{ratio:.3g}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"
