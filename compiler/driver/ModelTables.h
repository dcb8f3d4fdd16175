//===- ModelTables.h - an astragal_model with its storage -------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file defines the tables of a model that lives in this process.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_MODELTABLES_H
#define ASTRAGAL_COMPILER_DRIVER_MODELTABLES_H

#include "compiler/driver/ModelDescription.h"

#include <deque>

namespace astragal::driver {

/// Neither copied nor moved: the model points into it.
class ModelTables {
public:
  ModelTables(ModelDescription description, std::string compilerName);
  ModelTables(const ModelTables &) = delete;
  ModelTables &operator=(const ModelTables &) = delete;

  const astragal_model *getModel() const { return &model; }
  void addChecks(std::vector<CheckDescription> checks);
  void addRegions(const std::vector<RegionDescription> &regions);
  void setEntry(unsigned entry, astragal_function function) { model.entries[entry] = function; }

private:
  ModelDescription description;
  std::string compilerName;
  std::vector<astragal_variable> data, outputs;
  // Earlier tables stay: someone may hold a pointer to one.
  std::deque<CheckDescription> checkTexts;
  std::deque<std::vector<astragal_check>> checks;
  std::deque<RegionDescription> regionTexts;
  std::deque<std::vector<astragal_share>> shares;
  std::deque<std::vector<astragal_region>> regions;
  std::vector<astragal_statement> statements;
  std::vector<astragal_profile_block> profileBlocks;
  astragal_model model;
};

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_MODELTABLES_H
