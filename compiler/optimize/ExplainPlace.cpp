//===- ExplainPlace.cpp - which row, which iteration ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file implements explainPlace. Nothing has moved an index of a loop in code that explains.
//
//===----------------------------------------------------------------------===//

#include "compiler/optimize/ExplainPlace.h"

#include "dialects/tg/TG.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

void astragal::optimize::explainPlace(Operation *op, std::string &text, SmallVectorImpl<Value> &values) {
  SmallVector<Value> rows;
  SmallVector<std::pair<StringRef, Value>> loops;
  for (Operation *parent = op->getParentOp(); parent; parent = parent->getParentOp()) {
    if (auto plate = dyn_cast<tg::PlateOp>(parent))
      rows.insert(rows.begin(), plate.getIndices().begin(), plate.getIndices().end());
    else if (auto loop = dyn_cast<scf::ForOp>(parent))
      if (auto name = dyn_cast<NameLoc>(loop.getInductionVar().getLoc()))
        loops.insert(loops.begin(), {name.getName().getValue(), loop.getInductionVar()});
  }
  if (values.size() + rows.size() + loops.size() > tg::maxExplained)
    return;
  if (!rows.empty())
    text += rows.size() == 1 ? " (element {+}" : " (element [{+}";
  for (size_t k = 1; k < rows.size(); ++k)
    text += ", {+}";
  if (!rows.empty())
    text += rows.size() == 1 ? ")" : "])";
  llvm::append_range(values, rows);
  for (auto [k, loop] : llvm::enumerate(loops)) {
    text += (k ? ", " : " where ") + loop.first.str() + " = {}";
    values.push_back(loop.second);
  }
}
