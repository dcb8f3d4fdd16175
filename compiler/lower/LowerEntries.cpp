//===- LowerEntries.cpp - entries take an astragal_call -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file ties the arguments, results, checks and print statements of entry functions to the fields of
// `astragal_call`.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Call.h"
#include "compiler/lower/Lowering.h"
#include "dialects/prob/Prob.h"
#include "dialects/tg/TG.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "runtime/abi.h"

#include <cstddef>

using namespace mlir;

namespace astragal::lower {

static_assert(tg::maxExplained == ASTRAGAL_MAX_EXPLAINED);

static Value loadArgument(Call &call, func::FuncOp function, unsigned i) {
  OpBuilder &b = call.b;
  Type type = function.getArgument(i).getType(), pointer = call.getPointerType();
  if (function.getArgAttr(i, "prob.workspace"))
    return call.view(call.load(offsetof(astragal_call, workspace), pointer), type, false);
  if (function.getArgAttr(i, "prob.prepared"))
    return call.view(call.load(offsetof(astragal_call, prepared), pointer), type, false, true);
  auto binding = function.getArgAttrOfType<prob::BindingAttr>(i, "prob.binding");
  if (!binding)
    return {};
  auto slot = static_cast<int32_t>(binding.getIndex());
  switch (binding.getRole()) {
  case prob::Role::Argument:
  case prob::Role::Chunk:
  case prob::Role::Begin:
  case prob::Role::End:
  case prob::Role::Part:
  case prob::Role::Rows:
    return loadChunkArgument(call, binding, type);
  case prob::Role::Data: {
    Value table = call.load(offsetof(astragal_call, data), pointer);
    Value entry = LLVM::GEPOp::create(b, call.loc, pointer, pointer, table, ArrayRef<LLVM::GEPArg>{slot});
    return call.view(call.loadConstant(pointer, entry), type, true);
  }
  case prob::Role::Prepared: {
    // The block starts with a table of offsets.
    Value block = call.load(offsetof(astragal_call, prepared), pointer);
    Value entry =
        LLVM::GEPOp::create(b, call.loc, pointer, b.getI64Type(), block, ArrayRef<LLVM::GEPArg>{slot});
    Value offset = call.loadConstant(b.getI64Type(), entry);
    Value address =
        LLVM::GEPOp::create(b, call.loc, pointer, b.getI8Type(), block, ArrayRef<LLVM::GEPArg>{offset});
    return call.view(address, type, true);
  }
  case prob::Role::Input:
    return call.view(call.load(offsetof(astragal_call, input), pointer), type, true);
  case prob::Role::Output:
    if (call.chunk.arguments)
      return loadChunkArgument(call, binding, type);
    return call.view(call.load(offsetof(astragal_call, output), pointer), type, false);
  case prob::Role::Sizes:
    return call.view(call.load(offsetof(astragal_call, sizes), pointer), type, false);
  case prob::Role::Shapes:
    return call.view(call.load(offsetof(astragal_call, shapes), pointer), type, true);
  case prob::Role::Seed:
    return call.load(offsetof(astragal_call, seed), type);
  case prob::Role::Stream:
    return call.load(offsetof(astragal_call, stream), type);
  case prob::Role::DataSeed:
    return call.load(offsetof(astragal_call, data_seed), type);
  case prob::Role::Value:
    return {};
  }
  return {};
}

/// Stores the values of a check: where the caller wants them if it is the one that fails, somewhere else if
/// not.
static void storeExplanation(tg::CheckOp check, Value isFirstFailure, Value wanted, Value scratch) {
  OpBuilder b(check);
  Location loc = check.getLoc();
  Call place{b, loc, LLVM::SelectOp::create(b, loc, isFirstFailure, wanted, scratch)};
  for (auto [k, value] : llvm::enumerate(check.getValues())) {
    if (value.getType().isIndex())
      value = UnrealizedConversionCastOp::create(b, loc, b.getI64Type(), value).getResult(0);
    if (!value.getType().isF64())
      value = LLVM::SIToFPOp::create(b, loc, b.getF64Type(), value);
    place.store(8 * k, value);
  }
}

/// The number of the first failed check so far, or 0, is a local variable: LLVM keeps it in a register.
static LogicalResult convertChecks(Call &call, func::FuncOp function, Value flag) {
  Value wanted, scratch;
  if (function
          .walk([](tg::CheckOp check) {
            return check.getValues().empty() ? WalkResult::advance() : WalkResult::interrupt();
          })
          .wasInterrupted()) {
    wanted = call.load(offsetof(astragal_call, explained), call.getPointerType());
    Value count = LLVM::ConstantOp::create(call.b, call.loc, call.b.getI32Type(), ASTRAGAL_MAX_EXPLAINED);
    scratch = LLVM::AllocaOp::create(call.b, call.loc, call.getPointerType(), call.b.getF64Type(), count);
  }
  WalkResult result = function.walk([&](tg::CheckOp check) {
    if (!check.getNumber())
      return check.emitOpError("has no number; 'number-checks' gives it"), WalkResult::interrupt();
    OpBuilder b(check);
    Location loc = check.getLoc();
    Value holds = check.getCondition();
    if (isa<VectorType>(holds.getType()))
      holds = vector::ReductionOp::create(b, loc, vector::CombiningKind::AND, holds);
    Type i32 = b.getI32Type();
    Value before = LLVM::LoadOp::create(b, loc, i32, flag);
    Value zero = LLVM::ConstantOp::create(b, loc, i32, 0);
    Value number = LLVM::ConstantOp::create(b, loc, i32, static_cast<int64_t>(*check.getNumber()));
    Value first = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, before, zero);
    Value raised = LLVM::SelectOp::create(b, loc, first, number, before);
    if (!check.getValues().empty()) {
      Value truth = LLVM::ConstantOp::create(b, loc, b.getI1Type(), 1);
      Value fails = LLVM::XOrOp::create(b, loc, holds, truth);
      storeExplanation(check, LLVM::AndOp::create(b, loc, first, fails), wanted, scratch);
    }
    LLVM::StoreOp::create(b, loc, LLVM::SelectOp::create(b, loc, holds, before, raised), flag);
    check.erase();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

/// Loops without a bound end where a check has failed: whether they would ever end of themselves is not
/// known, and nothing that they compute counts.
static void pollFlag(func::FuncOp function, Value flag) {
  function.walk([&](scf::ConditionOp condition) {
    OpBuilder b(condition);
    Location loc = condition.getLoc();
    Value raised = LLVM::LoadOp::create(b, loc, b.getI32Type(), flag);
    Value zero = LLVM::ConstantOp::create(b, loc, b.getI32Type(), 0);
    Value goesOn = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, raised, zero);
    condition.getConditionMutable().assign(LLVM::AndOp::create(b, loc, condition.getCondition(), goesOn));
  });
}

namespace {
/// Print statements become calls of the functions that the caller has given, if any. After a check that
/// failed, where Stan's program would have ended, nothing is printed.
class PrintLowering {
public:
  /// `flag`: the number of the failed check, null if there is none that could fail.
  PrintLowering(Call &call, func::FuncOp function, Value flag)
      : call(call), b(call.b), function(function), flag(flag) {}

  /// At the entry of the function, if it prints.
  void run() {
    SmallVector<tg::PrintOp> prints;
    int32_t rank = 1;
    function.walk([&](tg::PrintOp print) {
      prints.push_back(print);
      for (int32_t k : print.getRanks())
        rank = std::max(rank, k);
    });
    if (prints.empty())
      return;
    printer = call.load(offsetof(astragal_call, printer), call.getPointerType());
    Value null = LLVM::ZeroOp::create(b, call.loc, call.getPointerType());
    isWanted = LLVM::ICmpOp::create(b, call.loc, LLVM::ICmpPredicate::ne, printer, null);
    sizes = LLVM::AllocaOp::create(b, call.loc, call.getPointerType(), b.getI64Type(), integer(64, rank));
    OpBuilder::InsertionGuard guard(b);
    for (tg::PrintOp print : prints)
      lower(print);
  }

private:
  Value integer(unsigned bits, int64_t value) {
    return LLVM::ConstantOp::create(b, call.loc, b.getIntegerType(bits), value);
  }

  /// Calls the function whose pointer lies at `offset` of the printer.
  void emit(size_t offset, ArrayRef<Value> arguments) {
    Call fields{b, call.loc, printer};
    SmallVector<Value> operands{fields.load(offset, call.getPointerType()),
                                fields.load(offsetof(astragal_printer, context), call.getPointerType())};
    operands.append(arguments.begin(), arguments.end());
    SmallVector<Type> types(ValueRange(operands).drop_front().getTypes());
    auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), types);
    LLVM::CallOp::create(b, call.loc, type, operands);
  }

  void text(StringRef text) {
    if (text.empty())
      return;
    auto module = function->getParentOfType<ModuleOp>();
    std::string name;
    for (unsigned k = 0; name.empty() || module.lookupSymbol(name); ++k)
      name = (function.getName() + "_text_" + Twine(k)).str();
    {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(module.getBody());
      auto type = LLVM::LLVMArrayType::get(b.getI8Type(), text.size());
      LLVM::GlobalOp::create(b, call.loc, type, /*isConstant=*/true, LLVM::Linkage::Private, name,
                             b.getStringAttr(text));
    }
    Value address = LLVM::AddressOfOp::create(b, call.loc, call.getPointerType(), name);
    emit(offsetof(astragal_printer, text), {address, integer(64, static_cast<int64_t>(text.size()))});
  }

  void array(Value memref, ValueRange dims, bool isMatrix) {
    for (auto [k, dim] : llvm::enumerate(dims)) {
      Value size = UnrealizedConversionCastOp::create(b, call.loc, b.getI64Type(), dim).getResult(0);
      Call fields{b, call.loc, sizes};
      fields.store(8 * k, size);
    }
    Value values =
        UnrealizedConversionCastOp::create(b, call.loc, call.getPointerType(), memref).getResult(0);
    bool isInt = cast<MemRefType>(memref.getType()).getElementType().isInteger(32);
    emit(offsetof(astragal_printer, array),
         {values, integer(32, isInt ? ASTRAGAL_INT : ASTRAGAL_REAL), integer(32, isMatrix),
          integer(32, static_cast<int64_t>(dims.size())), sizes});
  }

  void lower(tg::PrintOp print) {
    b.setInsertionPoint(print);
    Value prints = isWanted;
    if (flag) {
      Value raised = LLVM::LoadOp::create(b, call.loc, b.getI32Type(), flag);
      Value goesOn = LLVM::ICmpOp::create(b, call.loc, LLVM::ICmpPredicate::eq, raised, integer(32, 0));
      prints = LLVM::AndOp::create(b, call.loc, isWanted, goesOn);
    }
    auto branch = scf::IfOp::create(b, call.loc, prints);
    b.setInsertionPointToStart(branch.thenBlock());
    auto texts = print.getTexts().getAsValueRange<StringAttr>();
    auto next = texts.begin();
    text(*next++);
    ValueRange rest = print.getSizes();
    for (auto [value, rank, isMatrix] :
         llvm::zip_equal(print.getValues(), print.getRanks(), print.getMatrices())) {
      if (rank == 0)
        emit(value.getType().isF64() ? offsetof(astragal_printer, real) : offsetof(astragal_printer, integer),
             {value});
      else
        array(value, rest.take_front(rank), isMatrix);
      rest = rest.drop_front(rank);
      text(*next++);
    }
    emit(offsetof(astragal_printer, end), {});
    print.erase();
  }

  Call &call;
  OpBuilder &b;
  func::FuncOp function;
  Value flag, printer, isWanted, sizes;
};
} // namespace

/// Replaces `return` by stores.
static LogicalResult convertReturn(Call &call, func::FuncOp function, Value flag) {
  auto terminator = cast<func::ReturnOp>(function.getBody().front().getTerminator());
  OpBuilder &b = call.b;
  b.setInsertionPoint(terminator);
  for (auto [i, value] : llvm::enumerate(terminator.getOperands())) {
    auto binding = function.getResultAttrOfType<prob::BindingAttr>(i, "prob.binding");
    if (!binding || binding.getRole() != prob::Role::Value || !value.getType().isF64())
      return function.emitOpError("has a result that is bound to no field of a call: number ") << i;
    call.store(offsetof(astragal_call, value), value);
  }
  if (flag)
    call.store(offsetof(astragal_call, failed_check),
               LLVM::LoadOp::create(b, call.loc, b.getI32Type(), flag));
  LLVM::ReturnOp::create(b, call.loc, ValueRange());
  terminator.erase();
  return success();
}

/// Whether a check may fail while the function runs.
static bool canFail(func::FuncOp function) {
  return function
      .walk([](Operation *op) {
        return isa<tg::CheckOp, tg::ChunksCallOp>(op) ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult convertEntry(func::FuncOp function) {
  Location loc = function.getLoc();
  Block &body = function.getBody().front();
  OpBuilder b(function.getContext());
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  unsigned count = body.getNumArguments();
  SmallVector<Type> types{pointer};
  if (isChunkFunction(function)) // the list of arguments; the chunk, its first and last row
    types.append({pointer, b.getI64Type(), b.getI64Type(), b.getI64Type()});
  for (Type type : types)
    body.addArgument(type, loc);
  Call call{b, loc, body.getArgument(count)};
  if (types.size() > 1)
    call.chunk = {body.getArgument(count + 1), body.getArgument(count + 2), body.getArgument(count + 3),
                  body.getArgument(count + 4)};

  b.setInsertionPointToStart(&body);
  Value flag;
  if (canFail(function)) {
    Value one = LLVM::ConstantOp::create(b, loc, b.getI32Type(), 1);
    flag = LLVM::AllocaOp::create(b, loc, pointer, b.getI32Type(), one);
    LLVM::StoreOp::create(b, loc, LLVM::ConstantOp::create(b, loc, b.getI32Type(), 0), flag);
    if (failed(convertChecks(call, function, flag)))
      return failure();
    pollFlag(function, flag);
    convertChunkCalls(call, function, flag);
  }
  for (unsigned i = 0; i < count; ++i) {
    if (body.getArgument(i).use_empty())
      continue;
    Value value = loadArgument(call, function, i);
    if (!value)
      return function.emitOpError("has an argument that is bound to no field of a call: number ") << i;
    body.getArgument(i).replaceAllUsesWith(value);
  }
  PrintLowering(call, function, flag).run();
  convertMarks(call, function);
  if (failed(convertReturn(call, function, flag)))
    return failure();
  body.eraseArguments(0, count);

  b.setInsertionPoint(function);
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), types);
  auto result = LLVM::LLVMFuncOp::create(
      b, loc, function.getName(), type, types.size() > 1 ? LLVM::Linkage::Internal : LLVM::Linkage::External);
  result.getBody().takeBody(function.getBody());
  function.erase();
  return success();
}

/// Where chunks had too little memory, the function returns: what is needed stands in the call already.
static void returnEarly(LLVM::LLVMFuncOp function) {
  SmallVector<LLVM::CallOp> calls;
  function.walk([&](LLVM::CallOp op) {
    if (op.getCallee() == runChunksName)
      calls.push_back(op);
  });
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  for (LLVM::CallOp op : calls) {
    Block *rest = op->getBlock()->splitBlock(op->getNextNode());
    Block *leave = b.createBlock(rest);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    b.setInsertionPointAfter(op);
    Call call{b, loc, function.getArgument(0)};
    Value needed = call.load(offsetof(astragal_call, workspace_needed), b.getI64Type());
    Value zero = LLVM::ConstantOp::create(b, loc, b.getI64Type(), 0);
    Value fits = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, needed, zero);
    LLVM::CondBrOp::create(b, loc, fits, rest, leave);
  }
}

void convertGrowth(LLVM::LLVMFuncOp function) {
  returnEarly(function);
  SmallVector<memref::ReallocOp> growths;
  function.walk([&](memref::ReallocOp op) { growths.push_back(op); });
  if (growths.empty())
    return;
  OpBuilder b(function.getContext());
  Location loc = function.getLoc();
  Type i64 = b.getI64Type();
  for (memref::ReallocOp op : growths) {
    // The block that grows is known by the field that its pointer was loaded from.
    auto cast = op.getSource().getDefiningOp<UnrealizedConversionCastOp>();
    bool prepared = cast->hasAttr(preparedName);
    b.setInsertionPoint(op);
    Call call{b, loc, function.getArgument(0)};
    Value wanted = UnrealizedConversionCastOp::create(b, loc, i64, op.getDynamicResultSize()).getResult(0);
    Value given = call.load(
        prepared ? offsetof(astragal_call, prepared_bytes) : offsetof(astragal_call, workspace_bytes), i64);
    Value fits = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::ule, wanted, given);

    Block *rest = op->getBlock()->splitBlock(op);
    Block *grow = b.createBlock(rest);
    Value twice = LLVM::ShlOp::create(b, loc, given, LLVM::ConstantOp::create(b, loc, i64, 1));
    Value needed = LLVM::UMaxOp::create(b, loc, wanted, twice);
    call.store(prepared ? offsetof(astragal_call, prepared_needed)
                        : offsetof(astragal_call, workspace_needed),
               needed);
    LLVM::ReturnOp::create(b, loc, ValueRange());
    b.setInsertionPointToEnd(rest->getPrevNode()->getPrevNode());
    LLVM::CondBrOp::create(b, loc, fits, rest, grow);
    op.replaceAllUsesWith(op.getSource());
    op.erase();
  }
}

} // namespace astragal::lower
