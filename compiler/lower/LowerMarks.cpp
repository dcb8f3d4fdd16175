//===- LowerMarks.cpp - reading the clock ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file lowers `tg.mark`. Who changes `astragal_profile` in runtime/abi.h changes this with it, and
// runtime/profile.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Call.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "runtime/abi.h"

#include <cstddef>

using namespace mlir;

namespace astragal::lower {

/// As readClock in runtime/profile/Clock.h.
static Value readClock(OpBuilder &b, Location loc) {
  Type i64 = b.getI64Type();
#if defined(__x86_64__)
  Type both = LLVM::LLVMStructType::getLiteral(b.getContext(), {i64, b.getI32Type()});
  auto read = LLVM::CallIntrinsicOp::create(b, loc, both, b.getStringAttr("llvm.x86.rdtscp"), ValueRange());
  return LLVM::ExtractValueOp::create(b, loc, read.getResults(), 0);
#else
  return LLVM::CallIntrinsicOp::create(b, loc, i64, b.getStringAttr("llvm.readsteadycounter"), ValueRange())
      .getResults();
#endif
}

/// At the mark, in a branch of its own: what stands before it in the program stays before it in the code.
static void lowerMark(tg::MarkOp mark, Call profile) {
  OpBuilder &b = profile.b;
  Location loc = profile.loc;
  Type pointer = profile.getPointerType(), i64 = b.getI64Type();
  auto integer = [&](uint64_t value) -> Value {
    return LLVM::ConstantOp::create(b, loc, i64, static_cast<int64_t>(value));
  };
  b.setInsertionPoint(mark);
  Value isWanted = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, profile.pointer,
                                        LLVM::ZeroOp::create(b, loc, pointer));
  auto branch = scf::IfOp::create(b, loc, isWanted);
  b.setInsertionPointToStart(branch.thenBlock());
  Value now = readClock(b, loc);
  if (!mark.getBegin()) {
    Call regions{b, loc, profile.load(offsetof(astragal_profile, regions), pointer)};
    Call region{b, loc, regions.field(mark.getRegion() * sizeof(astragal_region_time))};
    auto add = [&](size_t offset, Value amount) {
      Value address = region.field(offset);
      Value before = LLVM::LoadOp::create(b, loc, i64, address);
      LLVM::StoreOp::create(b, loc, LLVM::AddOp::create(b, loc, before, amount), address);
    };
    Value before = profile.load(offsetof(astragal_profile, latest), i64);
    add(offsetof(astragal_region_time, ticks), LLVM::SubOp::create(b, loc, now, before));
    add(offsetof(astragal_region_time, runs), integer(1));
    if (Value rows = mark.getRows())
      add(offsetof(astragal_region_time, rows),
          UnrealizedConversionCastOp::create(b, loc, i64, rows).getResult(0));
  }
  profile.store(offsetof(astragal_profile, latest), now);

  Call next{b, loc, profile.load(offsetof(astragal_profile, next), pointer)};
  Value end = profile.load(offsetof(astragal_profile, end), pointer);
  Value hasRoom = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, next.pointer, end);
  b.setInsertionPointToStart(scf::IfOp::create(b, loc, hasRoom).thenBlock());
  next.store(offsetof(astragal_event, ticks), now);
  next.store(offsetof(astragal_event, what),
             integer(mark.getRegion() | (mark.getBegin() ? ASTRAGAL_EVENT_BEGIN : 0)));
  profile.store(offsetof(astragal_profile, next), next.field(sizeof(astragal_event)));
}

void convertMarks(Call &call, func::FuncOp function) {
  SmallVector<tg::MarkOp> marks;
  function.walk([&](tg::MarkOp mark) { marks.push_back(mark); });
  if (marks.empty())
    return;
  Call profile{call.b, function.getLoc(), call.load(offsetof(astragal_call, profile), call.getPointerType())};
  OpBuilder::InsertionGuard guard(call.b);
  for (tg::MarkOp mark : marks) {
    lowerMark(mark, profile);
    mark.erase();
  }
}

} // namespace astragal::lower
