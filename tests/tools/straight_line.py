#!/usr/bin/env python3
"""straight_line - a model of many statements without a loop

Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

straight_line.py N writes a model of N statements of the kinds that generated models are full of: local scalars, element
assignments to a vector and to a matrix, a vector expression now and then, increments of the target.
"""

import sys


def statements(count):
    for k in range(count):
        a, b = k % 20 + 1, (7 * k + 3) % 20 + 1
        kind = k % 8
        if kind in (0, 1):
            yield f"v[{a}] = 0.5 * x[{b}] + {k % 13} * 0.1 * v[{b}];"
        elif kind == 2:
            yield f"m[{k % 4 + 1}, {k % 5 + 1}] = v[{a}] * x[{b}];"
        elif kind == 3:
            yield f"real s{k} = exp(-square(v[{b}])) + m[{k % 4 + 1}, {(k + 2) % 5 + 1}];"
        elif kind == 4:
            yield f"target += normal_lpdf(y[{a}] | s{k - 1}, 1 + square(x[{b}]));"
        elif kind == 5:
            yield f"y[{a}] ~ normal(v[{b}], 2);"
        elif kind == 6:
            yield f"v[{b}] += 0.01 * x[{a}];"
        else:
            yield f"m[{k % 4 + 1}, {k % 5 + 1}] += log1p_exp(v[{b}]);"


def main():
    count = int(sys.argv[1])
    body = "\n".join("  " + line for line in statements(count))
    print(f"""data {{
  vector[20] y;
}}
parameters {{
  vector[20] x;
}}
model {{
  vector[20] v = rep_vector(0, 20);
  matrix[4, 5] m = rep_matrix(0, 4, 5);
  x ~ normal(0, 1);
{body}
  target += -0.001 * (sum(v) + sum(m));
}}""")


if __name__ == "__main__":
    main()
