//===- LowerMemory.cpp - buffers become pointers --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// This file lowers memref, and the vector operations that touch it. All buffers are flat, so a pointer is all
// that there is: upstream's descriptors of five fields would triple the size of the code that LLVM has to
// read.
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Lowering.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace astragal::lower {

OpFoldResult countElements(memref::CopyOp copy) {
  OpFoldResult count;
  for (Value side : {copy.getTarget(), copy.getSource()}) {
    auto type = cast<MemRefType>(side.getType());
    if (type.hasStaticShape())
      return IntegerAttr::get(IndexType::get(copy.getContext()), type.getNumElements());
    if (auto part = side.getDefiningOp<memref::SubViewOp>(); part && count.isNull())
      count = part.getMixedSizes()[0];
  }
  return count;
}

namespace {
/// Nobody writes to this buffer while the function runs.
bool isReadOnly(Value memref) {
  while (Operation *op = memref.getDefiningOp()) {
    if (isa<memref::GetGlobalOp>(op))
      return true;
    if (isa<UnrealizedConversionCastOp>(op))
      return op->hasAttr(readOnlyName);
    if (!isa<memref::SubViewOp, memref::ViewOp>(op))
      return false;
    memref = op->getOperand(0);
  }
  return false;
}

template <typename Source> struct MemoryPattern : ConvertOpToLLVMPattern<Source> {
  // Ahead of upstream's patterns for the same operations.
  explicit MemoryPattern(const LLVMTypeConverter &types)
      : ConvertOpToLLVMPattern<Source>(types, /*benefit=*/10) {}

  Type getElement(Value memref) const {
    return this->getTypeConverter()->convertType(cast<MemRefType>(memref.getType()).getElementType());
  }

  Value getAddress(ConversionPatternRewriter &rewriter, Location loc, Type element, Value pointer,
                   ValueRange indices) const {
    if (indices.empty())
      return pointer;
    return LLVM::GEPOp::create(rewriter, loc, pointer.getType(), element, pointer,
                               ArrayRef<LLVM::GEPArg>{indices[0]});
  }

  unsigned getAlignment(Type element) const { return std::max(1u, element.getIntOrFloatBitWidth() / 8); }
};

/// memref.load and vector.load
template <typename Source> struct LowerLoad : MemoryPattern<Source> {
  using MemoryPattern<Source>::MemoryPattern;
  LogicalResult matchAndRewrite(Source op, typename Source::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Value memref = adaptor.getOperands()[0];
    Value original = op->getOperand(0);
    Type element = this->getElement(original);
    Value address = this->getAddress(rewriter, op.getLoc(), element, memref, adaptor.getIndices());
    Type type = this->getTypeConverter()->convertType(op.getResult().getType());
    auto load = LLVM::LoadOp::create(rewriter, op.getLoc(), type, address, this->getAlignment(element));
    load.setInvariant(isReadOnly(original));
    rewriter.replaceOp(op, load);
    return success();
  }
};

/// memref.store and vector.store
template <typename Source> struct LowerStore : MemoryPattern<Source> {
  using MemoryPattern<Source>::MemoryPattern;
  LogicalResult matchAndRewrite(Source op, typename Source::Adaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type element = this->getElement(op->getOperand(1));
    Value address =
        this->getAddress(rewriter, op.getLoc(), element, adaptor.getOperands()[1], adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::StoreOp>(op, adaptor.getOperands()[0], address,
                                               this->getAlignment(element));
    return success();
  }
};

struct LowerPrefetch : MemoryPattern<memref::PrefetchOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::PrefetchOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type element = getElement(op.getMemref());
    Value address = getAddress(rewriter, op.getLoc(), element, adaptor.getMemref(), adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::Prefetch>(op, address, op.getIsWrite(), op.getLocalityHint(),
                                                op.getIsDataCache());
    return success();
  }
};

struct LowerMaskedLoad : MemoryPattern<vector::MaskedLoadOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(vector::MaskedLoadOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type element = getElement(op.getBase());
    Value address = getAddress(rewriter, op.getLoc(), element, adaptor.getBase(), adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::MaskedLoadOp>(op, typeConverter->convertType(op.getType()), address,
                                                    adaptor.getMask(), adaptor.getPassThru(),
                                                    getAlignment(element));
    return success();
  }
};

struct LowerMaskedStore : MemoryPattern<vector::MaskedStoreOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(vector::MaskedStoreOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Type element = getElement(op.getBase());
    Value address = getAddress(rewriter, op.getLoc(), element, adaptor.getBase(), adaptor.getIndices());
    rewriter.replaceOpWithNewOp<LLVM::MaskedStoreOp>(op, adaptor.getValueToStore(), address,
                                                     adaptor.getMask(), getAlignment(element));
    return success();
  }
};

/// The addresses of elements that a vector of indices names.
template <typename Op>
Value getAddresses(const MemoryPattern<Op> &pattern, Op op, typename Op::Adaptor adaptor, Type element,
                   ConversionPatternRewriter &rewriter) {
  Location loc = op.getLoc();
  Value base = pattern.getAddress(rewriter, loc, element, adaptor.getBase(), adaptor.getOffsets());
  auto lanes = cast<VectorType>(op.getIndices().getType()).getShape();
  Type pointers = VectorType::get(lanes, base.getType());
  return LLVM::GEPOp::create(rewriter, loc, pointers, element, base,
                             ArrayRef<LLVM::GEPArg>{adaptor.getIndices()});
}

struct LowerGather : MemoryPattern<vector::GatherOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(vector::GatherOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getBase().getType()))
      return rewriter.notifyMatchFailure(op, "not from memory");
    Type element = getElement(op.getBase());
    Value addresses = getAddresses(*this, op, adaptor, element, rewriter);
    rewriter.replaceOpWithNewOp<LLVM::masked_gather>(op, typeConverter->convertType(op.getVectorType()),
                                                     addresses, adaptor.getMask(), adaptor.getPassThru(),
                                                     getAlignment(element));
    return success();
  }
};

struct LowerScatter : MemoryPattern<vector::ScatterOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(vector::ScatterOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isa<MemRefType>(op.getBase().getType()))
      return rewriter.notifyMatchFailure(op, "not to memory");
    Type element = getElement(op.getBase());
    Value addresses = getAddresses(*this, op, adaptor, element, rewriter);
    rewriter.replaceOpWithNewOp<LLVM::masked_scatter>(op, adaptor.getValueToStore(), addresses,
                                                      adaptor.getMask(), getAlignment(element));
    return success();
  }
};

struct LowerView : MemoryPattern<memref::ViewOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::ViewOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOp(op, getAddress(rewriter, op.getLoc(), rewriter.getI8Type(), adaptor.getSource(),
                                      adaptor.getByteShift()));
    return success();
  }
};

struct LowerSubView : MemoryPattern<memref::SubViewOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::SubViewOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (op.getSourceType().getRank() != 1)
      return rewriter.notifyMatchFailure(op, "not flat");
    Type element = getElement(op.getSource());
    Value address = adaptor.getSource();
    if (!adaptor.getOffsets().empty())
      address = getAddress(rewriter, op.getLoc(), element, address, adaptor.getOffsets());
    else if (int64_t offset = op.getStaticOffset(0))
      address = getAddress(
          rewriter, op.getLoc(), element, address,
          LLVM::ConstantOp::create(rewriter, op.getLoc(), rewriter.getI64Type(), offset).getResult());
    rewriter.replaceOp(op, address);
    return success();
  }
};

struct LowerCopy : MemoryPattern<memref::CopyOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::CopyOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    Location loc = op.getLoc();
    unsigned bytes = getAlignment(getElement(op.getSource()));
    OpFoldResult elements = countElements(op);
    if (elements.isNull())
      return rewriter.notifyMatchFailure(op, "size unknown");
    Value count;
    if (std::optional<int64_t> known = getConstantIntValue(elements))
      count = LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), *known);
    else
      count = rewriter.getRemappedValue(cast<Value>(elements));
    Value size = LLVM::ConstantOp::create(rewriter, loc, rewriter.getI64Type(), bytes);
    Value length = LLVM::MulOp::create(rewriter, loc, count, size);
    rewriter.replaceOpWithNewOp<LLVM::MemcpyOp>(op, adaptor.getTarget(), adaptor.getSource(), length,
                                                /*isVolatile=*/false);
    return success();
  }
};

/// A buffer that is cast to a pointer: where it lies.
struct LowerAddress : MemoryPattern<UnrealizedConversionCastOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(UnrealizedConversionCastOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!isAddress(op))
      return failure();
    rewriter.replaceOp(op, adaptor.getInputs());
    return success();
  }
};

/// What is left of allocation: small buffers on the stack.
struct LowerAlloca : MemoryPattern<memref::AllocaOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::AllocaOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    if (!op.getType().hasStaticShape())
      return rewriter.notifyMatchFailure(op, "size unknown");
    Type array = LLVM::LLVMArrayType::get(getElement(op), op.getType().getNumElements());
    Value one = LLVM::ConstantOp::create(rewriter, op.getLoc(), rewriter.getI32Type(), 1);
    rewriter.replaceOpWithNewOp<LLVM::AllocaOp>(op, LLVM::LLVMPointerType::get(rewriter.getContext()), array,
                                                one, 64u);
    return success();
  }
};

struct LowerGlobal : MemoryPattern<memref::GlobalOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::GlobalOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    auto elements = dyn_cast_if_present<DenseElementsAttr>(op.getInitialValueAttr());
    if (!elements)
      return rewriter.notifyMatchFailure(op, "no value");
    if (elements.getElementType().isIndex())
      elements = cast<DenseIntElementsAttr>(elements).bitcast(rewriter.getI64Type());
    Type array = LLVM::LLVMArrayType::get(elements.getElementType(), op.getType().getNumElements());
    rewriter.replaceOpWithNewOp<LLVM::GlobalOp>(op, array, /*isConstant=*/true, LLVM::Linkage::Private,
                                                op.getSymName(), elements, op.getAlignment().value_or(64));
    return success();
  }
};

struct LowerGetGlobal : MemoryPattern<memref::GetGlobalOp> {
  using MemoryPattern::MemoryPattern;
  LogicalResult matchAndRewrite(memref::GetGlobalOp op, OpAdaptor adaptor,
                                ConversionPatternRewriter &rewriter) const override {
    rewriter.replaceOpWithNewOp<LLVM::AddressOfOp>(op, LLVM::LLVMPointerType::get(rewriter.getContext()),
                                                   op.getName());
    return success();
  }
};
} // namespace

bool isAddress(UnrealizedConversionCastOp op) {
  return op.getInputs().size() == 1 && isa<MemRefType>(op.getInputs()[0].getType()) &&
         isa<LLVM::LLVMPointerType>(op.getResult(0).getType());
}

void populateMemoryPatterns(const LLVMTypeConverter &types, RewritePatternSet &patterns) {
  patterns.add<LowerLoad<memref::LoadOp>, LowerLoad<vector::LoadOp>, LowerStore<memref::StoreOp>,
               LowerStore<vector::StoreOp>, LowerPrefetch, LowerMaskedLoad, LowerMaskedStore, LowerGather,
               LowerScatter, LowerView, LowerSubView, LowerCopy, LowerAddress, LowerAlloca, LowerGlobal,
               LowerGetGlobal>(types);
}

} // namespace astragal::lower
