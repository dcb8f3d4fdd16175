//===- LowerChunks.cpp - functions of chunks and their calls --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file ties functions of chunks to `astragal_chunk` of runtime/abi.h. Their arguments lie in a list of
// eight bytes each; a destination takes two places, where it is and how many elements a piece has.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Call.h"
#include "runtime/abi.h"

using namespace mlir;

namespace astragal::lower {

bool isChunkFunction(func::FuncOp function) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (auto binding = function.getArgAttrOfType<prob::BindingAttr>(i, "prob.binding");
        binding && binding.getRole() == prob::Role::Chunk)
      return true;
  return false;
}

Value loadChunkArgument(Call &call, prob::BindingAttr binding, Type type) {
  OpBuilder &b = call.b;
  if (!call.chunk.arguments)
    return {};
  auto asIndex = [&](Value value) -> Value {
    return UnrealizedConversionCastOp::create(b, call.loc, b.getIndexType(), value).getResult(0);
  };
  auto place = [&](int64_t slot) -> Value {
    return LLVM::GEPOp::create(b, call.loc, call.getPointerType(), b.getI64Type(), call.chunk.arguments,
                               ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(slot)});
  };
  auto pointer = [&](int64_t slot) { return call.loadConstant(call.getPointerType(), place(slot)); };
  switch (binding.getRole()) {
  case prob::Role::Chunk:
    return asIndex(call.chunk.chunk);
  case prob::Role::Begin:
    return asIndex(call.chunk.begin);
  case prob::Role::End:
    return asIndex(call.chunk.end);
  case prob::Role::Argument:
    if (isa<MemRefType>(type))
      return call.view(pointer(binding.getIndex()), type, /*readOnly=*/true);
    return call.view(place(binding.getIndex()), type, /*readOnly=*/true);
  case prob::Role::Output:
    return call.view(pointer(binding.getIndex()), type, /*readOnly=*/false);
  case prob::Role::Part:
  case prob::Role::Rows: {
    bool isPart = binding.getRole() == prob::Role::Part;
    Value first = isPart ? call.chunk.chunk : call.chunk.begin;
    Value piece = call.loadConstant(b.getI64Type(), place(binding.getIndex() + 1));
    Type element = cast<MemRefType>(type).getElementType();
    Value address = LLVM::GEPOp::create(
        b, call.loc, call.getPointerType(), element.isIndex() ? b.getI64Type() : element,
        pointer(binding.getIndex()),
        ArrayRef<LLVM::GEPArg>{LLVM::MulOp::create(b, call.loc, first, piece).getResult()});
    return call.view(address, type, /*readOnly=*/false);
  }
  default:
    return {};
  }
}

static void declareRunChunks(ModuleOp module) {
  if (module.lookupSymbol(runChunksName))
    return;
  MLIRContext *context = module.getContext();
  OpBuilder b = OpBuilder::atBlockBegin(module.getBody());
  Type pointer = LLVM::LLVMPointerType::get(context), i64 = b.getI64Type();
  auto type = LLVM::LLVMFunctionType::get(b.getI32Type(), {pointer, pointer, pointer, i64, i64, i64, i64});
  LLVM::LLVMFuncOp::create(b, module.getLoc(), runChunksName, type).setNoUnwind(true);
}

/// The value as it lies in the list: a pointer, a number, or a byte.
static Value asStored(OpBuilder &b, Location loc, Value value) {
  Type type = value.getType();
  if (isa<MemRefType>(type))
    return UnrealizedConversionCastOp::create(b, loc, LLVM::LLVMPointerType::get(b.getContext()), value)
        .getResult(0);
  if (type.isIndex())
    return UnrealizedConversionCastOp::create(b, loc, b.getI64Type(), value).getResult(0);
  return type.isInteger(1) ? LLVM::ZExtOp::create(b, loc, b.getI8Type(), value).getResult() : value;
}

void convertChunkCalls(Call &call, func::FuncOp function, Value flag) {
  SmallVector<tg::ChunksCallOp> ops;
  function.walk([&](tg::ChunksCallOp op) { ops.push_back(op); });
  if (ops.empty())
    return;
  declareRunChunks(function->getParentOfType<ModuleOp>());
  Type i64 = call.b.getI64Type();
  for (tg::ChunksCallOp op : ops) {
    Location loc = op.getLoc();
    auto count = static_cast<int64_t>(op.getArguments().size());
    Value size = LLVM::ConstantOp::create(call.b, loc, i64, count);
    Value list = LLVM::AllocaOp::create(call.b, loc, call.getPointerType(), i64, size);
    OpBuilder b(op);
    Call places{b, loc, list};
    for (auto [k, argument] : llvm::enumerate(op.getArguments()))
      places.store(8 * k, asStored(b, loc, argument));
    Value callee = LLVM::AddressOfOp::create(b, loc, call.getPointerType(), op.getCallee());
    Value before = LLVM::LoadOp::create(b, loc, b.getI32Type(), flag);
    Call{b, loc, call.pointer}.store(offsetof(astragal_call, failed_check), before);
    auto constant = [&](int64_t value) -> Value { return LLVM::ConstantOp::create(b, loc, i64, value); };
    Value used = op.getUsed() ? asStored(b, loc, op.getUsed()) : constant(0);
    Value failed =
        LLVM::CallOp::create(b, loc, TypeRange(b.getI32Type()), runChunksName,
                             ValueRange{call.pointer, callee, list, used, asStored(b, loc, op.getCount()),
                                        asStored(b, loc, op.getRows()),
                                        constant(static_cast<int64_t>(op.getGrain()))})
            .getResult();
    Value zero = LLVM::ConstantOp::create(b, loc, b.getI32Type(), 0);
    Value first = LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, before, zero);
    LLVM::StoreOp::create(b, loc, LLVM::SelectOp::create(b, loc, first, failed, before), flag);
    op.erase();
  }
}

} // namespace astragal::lower
