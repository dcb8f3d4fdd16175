//===- ModelDescription.cpp - what a compiled model says of itself --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ModelDescription.h"

namespace astragal::driver {

const std::array<const char *, ASTRAGAL_NUM_ENTRIES> entryNames = {
    "data_sizes",
    "prepare",
    "sizes",
    "log_density",
    "log_density_jacobian",
    "log_density_propto",
    "log_density_propto_jacobian",
    "gradient",
    "gradient_jacobian",
    "gradient_propto",
    "gradient_propto_jacobian",
    "constrain",
    "generate",
    "unconstrain",
    "explain_prepare",
    "explain_log_density",
    "explain_generate",
    "trace_gradient",
};

bool isExplanation(std::string_view entry) {
  return entry.starts_with("explain_") || entry.starts_with("trace_");
}

std::string getCompilerName(const std::string &cpu) { return "astragal " ASTRAGAL_VERSION ", " + cpu; }

} // namespace astragal::driver
