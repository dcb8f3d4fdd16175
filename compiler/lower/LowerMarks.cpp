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

#include "compiler/lower/Lowering.h"
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

namespace {
class MarkLowering {
public:
  MarkLowering(OpBuilder &b, Location loc, Value profile)
      : b(b), loc(loc), pointer(LLVM::LLVMPointerType::get(b.getContext())), i64(b.getI64Type()),
        profile(profile) {}

  /// At the mark, in a branch of its own: what stands before it in the program stays before it in the code.
  void lower(tg::MarkOp mark) {
    Value isWanted =
        LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, profile, LLVM::ZeroOp::create(b, loc, pointer));
    auto branch = scf::IfOp::create(b, loc, isWanted);
    b.setInsertionPointToStart(branch.thenBlock());
    Value now = readClock(b, loc);
    if (!mark.getBegin()) {
      Value regions = load(pointer, field(profile, offsetof(astragal_profile, regions)));
      Value region = field(regions, mark.getRegion() * sizeof(astragal_region_time));
      Value before = load(i64, field(profile, offsetof(astragal_profile, latest)));
      add(region, offsetof(astragal_region_time, ticks), LLVM::SubOp::create(b, loc, now, before));
      add(region, offsetof(astragal_region_time, runs), integer(1));
      if (Value rows = mark.getRows())
        add(region, offsetof(astragal_region_time, rows),
            UnrealizedConversionCastOp::create(b, loc, i64, rows).getResult(0));
    }
    LLVM::StoreOp::create(b, loc, now, field(profile, offsetof(astragal_profile, latest)));

    Value next = load(pointer, field(profile, offsetof(astragal_profile, next)));
    Value end = load(pointer, field(profile, offsetof(astragal_profile, end)));
    Value hasRoom = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ne, next, end);
    b.setInsertionPointToStart(scf::IfOp::create(b, loc, hasRoom).thenBlock());
    LLVM::StoreOp::create(b, loc, now, field(next, offsetof(astragal_event, ticks)));
    LLVM::StoreOp::create(b, loc, integer(mark.getRegion() | (mark.getBegin() ? ASTRAGAL_EVENT_BEGIN : 0)),
                          field(next, offsetof(astragal_event, what)));
    LLVM::StoreOp::create(b, loc, field(next, sizeof(astragal_event)),
                          field(profile, offsetof(astragal_profile, next)));
  }

private:
  Value integer(uint64_t value) { return LLVM::ConstantOp::create(b, loc, i64, static_cast<int64_t>(value)); }
  Value load(Type type, Value address) { return LLVM::LoadOp::create(b, loc, type, address); }
  Value field(Value base, size_t offset) {
    return LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), base,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  }
  void add(Value region, size_t offset, Value amount) {
    Value address = field(region, offset);
    LLVM::StoreOp::create(b, loc, LLVM::AddOp::create(b, loc, load(i64, address), amount), address);
  }

  OpBuilder &b;
  Location loc;
  Type pointer, i64;
  Value profile;
};
} // namespace

void convertMarks(OpBuilder &b, func::FuncOp function, Value call) {
  SmallVector<tg::MarkOp> marks;
  function.walk([&](tg::MarkOp mark) { marks.push_back(mark); });
  if (marks.empty())
    return;
  Location loc = function.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  Value address =
      LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), call,
                          ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offsetof(astragal_call, profile))});
  Value profile = LLVM::LoadOp::create(b, loc, pointer, address);
  OpBuilder::InsertionGuard guard(b);
  for (tg::MarkOp mark : marks) {
    b.setInsertionPoint(mark);
    MarkLowering(b, loc, profile).lower(mark);
    mark.erase();
  }
}

} // namespace astragal::lower
