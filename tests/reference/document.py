# ===- document.py - the layout of a file of reference values -----------------===#
#
# Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# This file lays out <model>.json so that a difference between two versions reads line by line: one field a line.
#
# ===------------------------------------------------------------------------===#

import json


def fields(values, indent):
    # Python prints the shortest decimal that reads back as the same double.
    return ",\n".join(f"{indent}{json.dumps(key)}: {json.dumps(value)}" for key, value in values.items())


def render(reference):
    """The text of {"model": ..., ..., "points": [...]}."""
    head = {key: value for key, value in reference.items() if key != "points"}
    points = ",\n".join("    {\n" + fields(point, "      ") + "\n    }" for point in reference["points"])
    return "{\n" + fields(head, "  ") + ',\n  "points": [\n' + points + "\n  ]\n}\n"
