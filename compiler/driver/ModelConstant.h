//===- ModelConstant.h - an astragal_model as constant data -----*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file declares what an ahead-of-time library consists of besides its entries.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DRIVER_MODELCONSTANT_H
#define ASTRAGAL_COMPILER_DRIVER_MODELCONSTANT_H

#include "compiler/driver/ModelDescription.h"
#include "llvm/IR/Module.h"

namespace astragal::driver {

/// Adds the tables of the model and the function `astragal_model_get` to `module`. Everything else becomes
/// internal, so that models with entries of the same names can be linked together, but for that one symbol.
void addModelConstant(llvm::Module &module, const ModelDescription &description,
                      const std::vector<CheckDescription> &checks, llvm::StringRef compilerName);

} // namespace astragal::driver

#endif // ASTRAGAL_COMPILER_DRIVER_MODELCONSTANT_H
