//===- TGDialect.cpp - registration of the tg dialect ---------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/tg/TG.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"

using namespace mlir;
using namespace astragal::tg;

#include "dialects/tg/TGDialect.cpp.inc"

namespace {
/// Everything in the dialect may be inlined anywhere.
struct TGInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final { return true; }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final { return true; }
};
} // namespace

void TGDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/tg/TGOps.cpp.inc"
      >();
  addInterfaces<TGInlinerInterface>();
}

Operation *TGDialect::materializeConstant(OpBuilder &b, Attribute value, Type type, Location loc) {
  return arith::ConstantOp::materialize(b, value, type, loc);
}
