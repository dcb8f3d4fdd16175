//===- OpenModel.h - the model that a command names -------------*- C++ -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Commands that run a model take a Stan program, which is compiled, or a library that `compile --emit=shared`
// made.
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TOOLS_ASTRAGAL_OPENMODEL_H
#define ASTRAGAL_TOOLS_ASTRAGAL_OPENMODEL_H

#include "compiler/driver/CompiledModel.h"

namespace astragal::tool {

/// Whether a file is a shared library, by its name or its first bytes.
bool isLibrary(const std::string &path);

/// A library keeps the entries and sizes that it was compiled with: of the options it heeds the seed.
std::shared_ptr<CompiledModel> openModel(const std::string &path, const io::Data &data,
                                         const CompileOptions &options);

} // namespace astragal::tool

#endif // ASTRAGAL_TOOLS_ASTRAGAL_OPENMODEL_H
