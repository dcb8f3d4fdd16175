//===- TGChunks.cpp - calls of a function for every chunk -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

using namespace mlir;
using namespace astragal::tg;

LogicalResult ChunksOp::inferReturnTypes(MLIRContext *, std::optional<Location>, ValueRange operands,
                                         DictionaryAttr attributes, OpaqueProperties properties,
                                         RegionRange regions, SmallVectorImpl<Type> &results) {
  Adaptor adaptor(operands, attributes, properties, regions);
  llvm::append_range(results, adaptor.getOuts().getTypes());
  return success();
}

LogicalResult ChunksOp::verify() {
  if (auto grain = static_cast<int64_t>(getGrain()); grain < 1)
    return emitOpError("cuts rows at multiples of ") << grain;
  for (Value out : getOuts())
    if (cast<RankedTensorType>(out.getType()).getRank() == 0)
      return emitOpError("has a result of rank 0, of which no chunk can have a piece");
  return success();
}

LogicalResult ChunksCallOp::verify() {
  if (auto grain = static_cast<int64_t>(getGrain()); grain < 1)
    return emitOpError("cuts rows at multiples of ") << grain;
  for (Type type : getArguments().getTypes()) {
    auto buffer = dyn_cast<MemRefType>(type);
    if (buffer ? buffer.getRank() != 1 : !type.isIndex() && !type.isF64() && !type.isSignlessInteger())
      return emitOpError("has an argument of type ")
             << type << ", which is neither a flat buffer nor a scalar";
  }
  return success();
}
