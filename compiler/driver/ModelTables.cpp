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
    table.push_back({v.name.c_str(), v.file.c_str(), v.line, v.column, v.sizes.c_str(), v.block, v.scalar,
                     v.arrayRank, v.rank, v.singleRows});
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
  for (const StatementDescription &s : description.statements)
    statements.push_back({s.file.c_str(), s.line, s.column, s.text.c_str(), s.profile});
  for (const ProfileBlockDescription &block : description.profileBlocks)
    profileBlocks.push_back({block.name.c_str(), block.parent});
  model.num_statements = static_cast<uint32_t>(statements.size());
  model.statements = statements.data();
  model.num_profile_blocks = static_cast<uint32_t>(profileBlocks.size());
  model.profile_blocks = profileBlocks.data();
}

void ModelTables::addRegions(const std::vector<RegionDescription> &added) {
  if (added.empty())
    return;
  std::vector<astragal_region> table;
  if (!regions.empty())
    table = regions.back();
  for (const RegionDescription &given : added) {
    const RegionDescription &region = regionTexts.emplace_back(given);
    std::vector<astragal_share> &parts = shares.emplace_back();
    for (const ShareDescription &share : region.shares)
      parts.push_back({share.statement, share.forward, share.reverse});
    table.push_back({region.entry, region.kind, region.parent, static_cast<uint32_t>(parts.size()),
                     region.name.c_str(), parts.data(), region.flops, region.functionFlops, region.bytesRead,
                     region.bytesWritten, region.calls, region.workingSet, region.byRow, region.exact,
                     region.parts});
  }
  regions.push_back(std::move(table));
  std::atomic_ref(model.regions).store(regions.back().data(), std::memory_order_release);
  std::atomic_ref(model.num_regions)
      .store(static_cast<uint32_t>(regions.back().size()), std::memory_order_release);
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
