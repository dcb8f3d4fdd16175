//===- TGKernels.cpp - calls of kernels -----------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

using namespace mlir;
using namespace astragal::tg;

LogicalResult KernelOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange operands,
                                         DictionaryAttr attributes, OpaqueProperties properties,
                                         RegionRange regions, SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  llvm::append_range(results, adaptor.getOuts().getTypes());
  return success();
}

LogicalResult KernelOp::verify() {
  return getOuts().empty() ? emitOpError("needs at least one result") : success();
}

LogicalResult KernelCallOp::verify() {
  if (getArguments().empty() || !isa<MemRefType>(getArguments().back().getType()))
    return emitOpError("needs a buffer for its result as the last argument");
  return success();
}
