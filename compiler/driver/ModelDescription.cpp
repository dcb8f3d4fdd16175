//===- ModelDescription.cpp - what a compiled model says of itself --------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ModelDescription.h"

#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

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

bool isExplanation(StringRef entry) { return entry.starts_with("explain_") || entry.starts_with("trace_"); }

std::vector<CheckDescription> getChecks(ModuleOp module) {
  std::vector<CheckDescription> checks;
  auto table = module->getAttrOfType<ArrayAttr>("prob.checks");
  if (!table)
    return checks;
  for (auto entry : table.getAsRange<DictionaryAttr>()) {
    auto number = [&](StringRef name) {
      return static_cast<uint32_t>(entry.getAs<IntegerAttr>(name).getInt());
    };
    auto explanation = entry.getAs<StringAttr>("explanation");
    checks.push_back({entry.getAs<StringAttr>("message").str(), entry.getAs<StringAttr>("file").str(),
                      number("line"), number("column"), number("kind"), explanation ? explanation.str() : ""});
  }
  return checks;
}

std::string getCompilerName(StringRef cpu) { return "astragal " ASTRAGAL_VERSION ", " + cpu.str(); }

} // namespace astragal::driver
