//===- LowerIndexing.cpp - elements, slices and gathers -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

using namespace mlir;

namespace astragal::stan {

//===----------------------------------------------------------------------===//
// Ranges of int expressions
//===----------------------------------------------------------------------===//

static std::optional<Bound> add(std::optional<Bound> a, std::optional<Bound> c, int sign) {
  if (!a || !c)
    return std::nullopt;
  if (sign > 0) {
    if (a->base && c->base)
      return std::nullopt;
    return Bound{a->base ? a->base : c->base, a->offset + c->offset};
  }
  if (a->base == c->base)
    return Bound{{}, a->offset - c->offset};
  if (c->base)
    return std::nullopt;
  return Bound{a->base, a->offset - c->offset};
}

IntRange Lowering::rangeOf(const Expr &expr) {
  switch (expr.kind) {
  case ExprKind::IntLiteral: {
    Bound value{{}, llvm::cast<IntLiteral>(expr).value};
    return {value, value};
  }
  case ExprKind::Variable: {
    const VarDecl *decl = llvm::cast<VariableExpr>(expr).variable;
    if (auto known = ranges.find(decl); known != ranges.end() && decl->isLoopVariable)
      return known->second;
    Val value = env.lookup(decl);
    if (!value || !value.isScalar())
      return {};
    if (std::optional<int64_t> constant = constantOf(value.value))
      return {Bound{{}, *constant}, Bound{{}, *constant}};
    // A size stands for itself; what is declared of it bounds it only where a number is wanted.
    IntRange range{Bound{value.value, 0}, Bound{value.value, 0}};
    if (auto known = ranges.find(decl); known != ranges.end()) {
      if (known->second.lower && !known->second.lower->base)
        range.lower = known->second.lower;
    }
    return range;
  }
  case ExprKind::Index: {
    auto &index = llvm::cast<IndexExpr>(expr);
    if (const VarDecl *root = rootOf(*index.base); root && root->origin == Origin::Data)
      return ranges.lookup(root);
    return {};
  }
  case ExprKind::Unary:
    if (auto &unary = llvm::cast<UnaryExpr>(expr); unary.op == UnaryOp::Minus) {
      IntRange range = rangeOf(*unary.operand);
      Bound zero{{}, 0};
      return {add(zero, range.upper, -1), add(zero, range.lower, -1)};
    }
    return {};
  case ExprKind::Binary: {
    auto &binary = llvm::cast<BinaryExpr>(expr);
    if (!binary.type.isInt())
      return {};
    IntRange left = rangeOf(*binary.left), right = rangeOf(*binary.right);
    if (binary.op == BinaryOp::Add)
      return {add(left.lower, right.lower, 1), add(left.upper, right.upper, 1)};
    if (binary.op == BinaryOp::Subtract)
      return {add(left.lower, right.upper, -1), add(left.upper, right.lower, -1)};
    return {};
  }
  case ExprKind::Call: {
    mlir::Value size = sizeCall(llvm::cast<CallExpr>(expr));
    if (!size)
      return {};
    std::optional<int64_t> constant = constantOf(size);
    Bound bound = constant ? Bound{{}, *constant} : Bound{size, 0};
    return {bound, bound};
  }
  default:
    return {};
  }
}

/// The dimension that a call such as rows(x) asks for; null of any other call.
mlir::Value Lowering::sizeCall(const CallExpr &call) {
  auto *variable = call.args.size() == 1 ? llvm::dyn_cast<VariableExpr>(call.args[0]) : nullptr;
  Val value = variable && variable->variable && !call.callee ? env.lookup(variable->variable) : Val();
  if (!value || value.isScalar())
    return {};
  const Type &type = variable->type;
  if (type.isMatrix())
    return call.name == "rows" ? value.dims[1] : call.name == "cols" ? value.dims[0] : mlir::Value();
  bool asksLength = call.name == "size" || (call.name == "rows" && type.isVector()) ||
                    (call.name == "cols" && type.isRowVector()) ||
                    (call.name == "num_elements" && value.dims.size() == 1);
  return asksLength ? value.dims[0] : mlir::Value();
}

/// A size is an index here and an int there.
static mlir::Value withoutCasts(mlir::Value size) {
  while (auto cast = size.getDefiningOp<arith::IndexCastOp>())
    size = cast.getIn();
  return size;
}

bool Lowering::provesInRange(const IntRange &range, mlir::Value dim) {
  if (!range.lower || range.lower->base || range.lower->offset < 1 || !range.upper)
    return false;
  std::optional<int64_t> size = constantOf(dim);
  if (!range.upper->base)
    return size && range.upper->offset <= *size;
  return withoutCasts(dim) == withoutCasts(range.upper->base) && range.upper->offset <= 0;
}

mlir::Value Lowering::lowerSingleIndex(const Expr &index, mlir::Value dim, StringRef name) {
  Val value = lowerExpr(index);
  if (!value)
    return {};
  setLoc(index.range);
  mlir::Value zeroBased = b.createOrFold<arith::SubIOp>(loc, toIndex(value.value), constantIndex(1));
  if (provesInRange(rangeOf(index), dim))
    return zeroBased;
  mlir::Value ok = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, zeroBased, dim);
  if (constantOf(ok) == std::optional<int64_t>(0) && constantOf(zeroBased) && isMistake()) {
    error(index.range, "index " + Twine(*constantOf(zeroBased) + 1) + " out of range 1 to " +
                           Twine(*constantOf(dim)) + (name.empty() ? Twine() : " of '" + name + "'"));
    return {};
  }
  check(ok, tg::CheckKind::Fatal,
        "index out of range" + (name.empty() ? Twine() : " of variable '" + name + "'"),
        ": got {}, and the size is {}", {value.value, dim});
  return b.createOrFold<arith::SelectOp>(loc, ok, zeroBased, constantIndex(0));
}

//===----------------------------------------------------------------------===//
// Selections
//===----------------------------------------------------------------------===//

/// `a[i][j]` is `a[i, j]`: the outer base and all indices, where the inner ones pick single elements.
static const Expr *flatten(const IndexExpr &expr, SmallVectorImpl<const Index *> &indices) {
  const Expr *base = expr.base;
  if (auto *inner = llvm::dyn_cast<IndexExpr>(base)) {
    bool isSingle = llvm::all_of(inner->indices, [](const Index &i) { return i.kind == IndexKind::Single; });
    if (isSingle)
      base = flatten(*inner, indices);
  }
  for (const Index &index : expr.indices)
    indices.push_back(&index);
  return base;
}

/// Position of a dimension of the tensor for each index as written: the two of a matrix are exchanged.
static SmallVector<unsigned> tensorOrder(const Type &type) {
  SmallVector<unsigned> order(type.indexDepth());
  for (unsigned k = 0; k < order.size(); ++k)
    order[k] = k;
  if (type.base() == BaseType::Matrix)
    std::swap(order[type.rank()], order[type.rank() + 1]);
  return order;
}

bool Lowering::select(const Val &base, const Type &type, ArrayRef<const Index *> indices, StringRef name,
                      SmallVectorImpl<Selector> &selectors) {
  selectors.assign(base.dims.size(), {});
  SmallVector<unsigned> order = tensorOrder(type);
  for (unsigned k = 0; k < order.size(); ++k) {
    Selector &s = selectors[order[k]];
    mlir::Value dim = base.dims[order[k]];
    const Index *index = k < indices.size() ? indices[k] : nullptr;
    s.kind = index ? index->kind : IndexKind::All;
    s.length = dim;
    switch (s.kind) {
    case IndexKind::All:
      s.start = constantIndex(0);
      break;
    case IndexKind::Single:
      if (!(s.start = lowerSingleIndex(*index->first, dim, name)))
        return false;
      break;
    case IndexKind::Multi:
      if (!(s.positions = lowerExpr(*index->first)))
        return false;
      s.length = s.positions.dims[0];
      break;
    default: {
      Val first = index->first ? lowerExpr(*index->first) : scalar(constantI32(1));
      Val last = index->last ? lowerExpr(*index->last) : scalar(toI32(dim));
      if (!first || !last)
        return false;
      setLoc(index->range);
      mlir::Value zero = constantIndex(0);
      s.start = b.createOrFold<arith::SubIOp>(loc, toIndex(first.value), constantIndex(1));
      mlir::Value length = b.createOrFold<arith::SubIOp>(loc, toIndex(last.value), s.start);
      bool isProved = index->first ? false : !index->last;
      if (index->first || index->last) {
        IntRange low = index->first ? rangeOf(*index->first) : IntRange{Bound{{}, 1}, Bound{{}, 1}};
        IntRange high = index->last ? rangeOf(*index->last) : IntRange{};
        isProved = low.lower && !low.lower->base && low.lower->offset >= 1 &&
                   (!index->last || provesInRange({Bound{{}, 1}, high.upper}, dim)) && constantOf(length) &&
                   *constantOf(length) >= 0;
      }
      if (!isProved) {
        // Stan allows an empty range anywhere; one that is not must lie inside.
        mlir::Value isEmpty = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, length, zero);
        mlir::Value end = toIndex(last.value);
        mlir::Value inside = b.createOrFold<arith::AndIOp>(
            loc, b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, s.start, zero),
            b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sle, end, dim));
        mlir::Value ok = b.createOrFold<arith::OrIOp>(loc, isEmpty, inside);
        check(ok, tg::CheckKind::Fatal, "range out of bounds of variable '" + name + "'",
              ": got {+}:{}, and the size is {}", {s.start, end, dim});
        length = b.createOrFold<arith::SelectOp>(loc, isEmpty, zero, length);
        s.start = b.createOrFold<arith::SelectOp>(loc, inside, s.start, zero);
        length = b.createOrFold<arith::SelectOp>(loc, inside, length, zero);
      }
      s.length = length;
      break;
    }
    }
  }
  return true;
}

/// True if the selection is one contiguous piece that a slice of the tensor can name: single positions, then
/// at most one range, then whole dimensions.
static bool isSlice(ArrayRef<Selector> selectors) {
  size_t k = 0;
  while (k < selectors.size() && selectors[k].kind == IndexKind::Single)
    ++k;
  if (k < selectors.size() && selectors[k].kind != IndexKind::Multi && selectors[k].kind != IndexKind::Single)
    ++k;
  return std::all_of(selectors.begin() + k, selectors.end(),
                     [](const Selector &s) { return s.kind == IndexKind::All; });
}

void Lowering::sliceOf(ArrayRef<Selector> selectors, SmallVectorImpl<OpFoldResult> &offsets,
                       SmallVectorImpl<OpFoldResult> &lengths) {
  for (const Selector &s : selectors) {
    offsets.push_back(getAsOpFoldResult(s.start));
    lengths.push_back(s.kind == IndexKind::Single ? OpFoldResult(b.getIndexAttr(1))
                                                  : getAsOpFoldResult(s.length));
  }
}

Val Lowering::lowerIndexing(const IndexExpr &expr) {
  SmallVector<const Index *> indices;
  const Expr *baseExpr = flatten(expr, indices);
  Val base = lowerExpr(*baseExpr);
  if (!base)
    return {};
  setLoc(expr.range);
  const VarDecl *root = rootOf(*baseExpr);
  StringRef name = root ? root->name : StringRef();
  SmallVector<Selector> selectors;
  if (!select(base, baseExpr->type, indices, name, selectors))
    return {};
  SmallVector<unsigned> order = tensorOrder(baseExpr->type);
  setLoc(expr.range);
  llvm::SmallVector<mlir::Value, 2> dims;
  for (const Selector &s : selectors)
    if (s.kind != IndexKind::Single)
      dims.push_back(s.length);
  if (dims.empty()) {
    Values at;
    for (const Selector &s : selectors)
      at.push_back(s.start);
    return scalar(extract(base, at));
  }
  if (llvm::all_of(selectors, [](const Selector &s) { return s.kind == IndexKind::All; }))
    return base;
  if (isEmpty(dims))
    return undefined(expr.type, dims);
  mlir::Type element = cast<RankedTensorType>(base.value.getType()).getElementType();
  if (isSlice(selectors)) {
    SmallVector<OpFoldResult> offsets, lengths, strides(selectors.size(), b.getIndexAttr(1));
    sliceOf(selectors, offsets, lengths);
    mlir::Value slice = tensor::ExtractSliceOp::create(b, loc, tensorType(element, dims), base.value, offsets,
                                                       lengths, strides);
    noteElement(base, Val{slice, dims});
    return Val{slice, dims};
  }
  return rows(dims, [&](ValueRange at) {
    Values source;
    unsigned next = 0;
    for (auto [k, s] : llvm::enumerate(selectors)) {
      if (s.kind == IndexKind::Single) {
        source.push_back(s.start);
        continue;
      }
      mlir::Value position = at[next++];
      if (s.kind == IndexKind::Multi) {
        mlir::Value oneBased = toIndex(extract(s.positions, position));
        mlir::Value p = b.createOrFold<arith::SubIOp>(loc, oneBased, constantIndex(1));
        mlir::Value ok = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, p, base.dims[k]);
        const Index *written = nullptr;
        for (unsigned w = 0; w < indices.size(); ++w)
          if (order[w] == k)
            written = indices[w];
        const VarDecl *positions = written ? rootOf(*written->first) : nullptr;
        bool isProved = positions && positions->origin == Origin::Data &&
                        provesInRange(ranges.lookup(positions), base.dims[k]);
        if (!isProved) {
          check(ok, tg::CheckKind::Fatal, "index out of range of variable '" + name + "'",
                ": got {}, and the size is {} (element {+} of the index)",
                {oneBased, base.dims[k], position});
          p = b.createOrFold<arith::SelectOp>(loc, ok, p, constantIndex(0));
        }
        source.push_back(p);
      } else {
        source.push_back(b.createOrFold<arith::AddIOp>(loc, position, s.start));
      }
    }
    return extract(base, source);
  });
}

void Lowering::assignIndexed(const IndexExpr &target, Val value) {
  SmallVector<const Index *> indices;
  const Expr *baseExpr = flatten(target, indices);
  auto *variable = llvm::dyn_cast<VariableExpr>(baseExpr);
  if (!variable) {
    unsupported(target.range, "assignment to an index of a slice");
    return;
  }
  const VarDecl *root = variable->variable;
  Val base = env.lookup(root);
  StringRef name = root->name;
  SmallVector<Selector> selectors;
  if (!select(base, baseExpr->type, indices, name, selectors))
    return;
  setLoc(target.range);
  Values free;
  for (const Selector &s : selectors)
    if (s.kind != IndexKind::Single)
      free.push_back(s.length);
  if (free.empty()) {
    Values at;
    for (const Selector &s : selectors)
      at.push_back(s.start);
    env[root].value = tensor::InsertOp::create(b, loc, value.value, base.value, at);
    return;
  }
  value = fitTo(value, free, baseExpr->type, target.range, "assignment to '" + name + "'");
  if (!value || isEmpty(free))
    return;
  if (isSlice(selectors)) {
    SmallVector<OpFoldResult> offsets, lengths, strides(selectors.size(), b.getIndexAttr(1));
    sliceOf(selectors, offsets, lengths);
    mlir::Type element = cast<RankedTensorType>(base.value.getType()).getElementType();
    env[root].value = tensor::InsertSliceOp::create(b, loc, castTo(value.value, tensorType(element, free)),
                                                    base.value, offsets, lengths, strides);
    return;
  }
  // Element by element, in order: with repeated positions the last one wins, as in Stan.
  auto nest = [&](auto &&self, unsigned level, Values &at, mlir::Value into) -> mlir::Value {
    if (level == free.size()) {
      Values position;
      unsigned next = 0;
      for (auto [k, s] : llvm::enumerate(selectors)) {
        if (s.kind == IndexKind::Single) {
          position.push_back(s.start);
          continue;
        }
        mlir::Value p = at[next++];
        if (s.kind == IndexKind::Multi) {
          mlir::Value place = p, oneBased = toIndex(extract(s.positions, p));
          p = b.createOrFold<arith::SubIOp>(loc, oneBased, constantIndex(1));
          mlir::Value ok = b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::ult, p, base.dims[k]);
          check(ok, tg::CheckKind::Fatal, "index out of range of variable '" + name + "'",
                ": got {}, and the size is {} (element {+} of the index)", {oneBased, base.dims[k], place});
          p = b.createOrFold<arith::SelectOp>(loc, ok, p, constantIndex(0));
        } else {
          p = b.createOrFold<arith::AddIOp>(loc, p, s.start);
        }
        position.push_back(p);
      }
      return tensor::InsertOp::create(b, loc, extract(value, at), into, position);
    }
    return fold(free[level], into, [&](mlir::Value k, mlir::Value carried) {
      at.push_back(k);
      mlir::Value result = self(self, level + 1, at, carried);
      at.pop_back();
      return result;
    });
  };
  Values at;
  env[root].value = nest(nest, 0, at, base.value);
}

} // namespace astragal::stan
