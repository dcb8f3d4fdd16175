//===- ProbDialect.cpp - registration of the prob dialect -----------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/prob/Prob.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/Transforms/InliningUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace astragal::prob;

#include "dialects/prob/ProbDialect.cpp.inc"
#include "dialects/prob/ProbEnums.cpp.inc"
#define GET_ATTRDEF_CLASSES
#include "dialects/prob/ProbAttrs.cpp.inc"

namespace {
struct ProbInlinerInterface : DialectInlinerInterface {
  using DialectInlinerInterface::DialectInlinerInterface;
  bool isLegalToInline(Operation *, Region *, bool, IRMapping &) const final { return true; }
  bool isLegalToInline(Region *, Region *, bool, IRMapping &) const final { return true; }
};
} // namespace

void ProbDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/prob/ProbOps.cpp.inc"
      >();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/prob/ProbAttrs.cpp.inc"
      >();
  addInterfaces<ProbInlinerInterface>();
}
