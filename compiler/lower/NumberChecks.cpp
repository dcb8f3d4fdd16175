//===- NumberChecks.cpp - number the checks of a model --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements `number-checks`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Passes.h"
#include "dialects/tg/TG.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace astragal::lower {
#define GEN_PASS_DEF_NUMBERCHECKS
#include "compiler/lower/Passes.h.inc"

namespace {
/// The place in a source file that a location leads to: the innermost one, for code that was inlined.
FileLineColLoc findSource(Location location) {
  if (auto source = dyn_cast<FileLineColLoc>(location))
    return source;
  if (auto named = dyn_cast<NameLoc>(location))
    return findSource(named.getChildLoc());
  if (auto call = dyn_cast<CallSiteLoc>(location)) {
    // A check inside a library function is about the call that the model makes.
    if (FileLineColLoc source = findSource(call.getCaller()))
      return source;
    return findSource(call.getCallee());
  }
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (FileLineColLoc source = findSource(part))
        return source;
  return {};
}

struct NumberChecks : impl::NumberChecksBase<NumberChecks> {
  using NumberChecksBase::NumberChecksBase;

  void runOnOperation() override {
    Builder b(&getContext());
    llvm::DenseMap<Attribute, int32_t> numbers;
    SmallVector<Attribute> table;
    getOperation().walk([&](tg::CheckOp check) {
      FileLineColLoc source = findSource(check.getLoc());
      SmallVector<NamedAttribute> fields = {
          b.getNamedAttr("column", b.getI32IntegerAttr(source ? source.getColumn() : 0)),
          b.getNamedAttr("file", b.getStringAttr(source ? source.getFilename().getValue() : "")),
          b.getNamedAttr("kind", b.getI32IntegerAttr(static_cast<int32_t>(check.getKind()))),
          b.getNamedAttr("line", b.getI32IntegerAttr(source ? source.getLine() : 0)),
          b.getNamedAttr("message", check.getMessageAttr()),
      };
      if (check.getExplanationAttr())
        fields.push_back(b.getNamedAttr("explanation", check.getExplanationAttr()));
      Attribute description = b.getDictionaryAttr(fields);
      auto [place, isNew] = numbers.try_emplace(description, first + static_cast<int32_t>(table.size()));
      if (isNew)
        table.push_back(description);
      check.setNumberAttr(b.getI32IntegerAttr(place->second));
    });
    getOperation()->setAttr("prob.checks", b.getArrayAttr(table));
  }
};
} // namespace
} // namespace astragal::lower
