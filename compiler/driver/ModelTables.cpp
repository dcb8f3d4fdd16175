//===- ModelTables.cpp - an astragal_model with its storage ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/ModelTables.h"

#include <atomic>

namespace astragal::driver {

static std::vector<astragal_variable> makeVariables(const std::vector<VariableDescription> &variables) {
  std::vector<astragal_variable> table;
  for (const VariableDescription &v : variables)
    table.push_back({v.name.c_str(), v.block, v.scalar, v.arrayRank, v.rank, v.line});
  return table;
}

ModelTables::ModelTables(ModelDescription given, std::string compiler)
    : description(std::move(given)), compilerName(std::move(compiler)), data(makeVariables(description.data)),
      outputs(makeVariables(description.outputs)), model{} {
  model.abi_version = ASTRAGAL_ABI_VERSION;
  model.num_data = static_cast<uint32_t>(data.size());
  model.num_outputs = static_cast<uint32_t>(outputs.size());
  model.has_generated = description.hasGenerated;
  model.name = description.name.c_str();
  model.compiler = compilerName.c_str();
  model.data = data.data();
  model.outputs = outputs.data();
}

void ModelTables::addChecks(std::vector<CheckDescription> added) {
  for (CheckDescription &check : added)
    checkTexts.push_back(std::move(check));
  std::vector<astragal_check> &table = checks.emplace_back();
  for (const CheckDescription &check : checkTexts)
    table.push_back({check.message.c_str(), check.file.c_str(), check.line, check.column, check.kind,
                     check.explanation.c_str()});
  // Others may be reading: a table that has grown begins as the old one, which stays.
  std::atomic_ref(model.checks).store(table.data(), std::memory_order_release);
  std::atomic_ref(model.num_checks).store(static_cast<uint32_t>(table.size()), std::memory_order_release);
}

} // namespace astragal::driver
