//===- Export.cpp - what libAstragalCompiler exports ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Service.h"

#include <string_view>

extern "C" astragal::driver::Service *astragal_open_compiler(const char *interface) {
  return std::string_view(interface) == ASTRAGAL_INTERFACE ? &astragal::driver::getService() : nullptr;
}
