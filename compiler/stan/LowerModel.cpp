//===- LowerModel.cpp - the blocks of a program ---------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace astragal::stan {

llvm::SmallVector<mlir::Value, 2> Lowering::lowerSizes(const TypeSpec &spec) {
  llvm::SmallVector<mlir::Value, 2> dims;
  auto add = [&](const Expr *size) {
    if (!size)
      return;
    setLoc(size->range);
    Val value = lowerExpr(*size);
    if (!value)
      return;
    if (std::optional<int64_t> n = constantOf(value.value)) {
      if (*n < 0 && isMistake())
        error(size->range, "size must not be negative, got " + Twine(*n));
      else if (*n < 0)
        check(constantI1(false), tg::CheckKind::Fatal, "size must not be negative", ", got {}", value.value);
      dims.push_back(constantIndex(*n < 0 ? 0 : *n));
      return;
    }
    mlir::Value index = toIndex(value.value);
    IntRange range = rangeOf(*size);
    if (!range.lower || range.lower->base || range.lower->offset < 0) {
      mlir::Value zero = constantIndex(0);
      check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, index, zero), tg::CheckKind::Fatal,
            "size must not be negative", ", got {}", index);
      // A clamped copy would be another SSA value than the size itself: what is declared with it stays equal
      // only if the checked value is used, so negative sizes must be caught before anything is allocated.
    }
    dims.push_back(index);
  };
  for (const Expr *size : spec.arraySizes)
    add(size);
  if (spec.base == BaseType::Matrix) {
    // Columns come first: they are contiguous.
    bool isSquare = spec.sizes.size() == 1;
    add(spec.sizes[isSquare ? 0 : 1]);
    if (isSquare && !dims.empty())
      dims.push_back(dims.back()); // one SSA value
    else
      add(spec.sizes[0]);
  } else {
    for (const Expr *size : spec.sizes)
      add(size);
  }
  if (failed)
    return dims;
  checkSizes(spec, ArrayRef(dims).drop_front(spec.arraySizes.size()));
  // More than any machine addresses, and few enough that no product of sizes overflows.
  constexpr double mostElements = 0x1p48;
  double count = 1;
  for (mlir::Value size : dims)
    count *= static_cast<double>(constantOf(size).value_or(1));
  if (count > mostElements) {
    SmallVector<std::string> sizes;
    for (mlir::Value size : dims)
      sizes.push_back(std::to_string(constantOf(size).value_or(1)));
    if (spec.base == BaseType::Matrix)
      std::swap(sizes[sizes.size() - 1], sizes[sizes.size() - 2]);
    error(spec.range, "a container of " + llvm::join(sizes, " x ") + " elements is too large");
  }
  return dims;
}

void Lowering::checkSizes(const TypeSpec &spec, ArrayRef<mlir::Value> dims) {
  setLoc(spec.range);
  auto require = [&](mlir::Value size, mlir::Value least, const Twine &message) {
    std::optional<int64_t> n = constantOf(size), m = constantOf(least);
    if (n && m && *n < *m)
      error(spec.range, message);
    else if (!n || !m)
      check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::sge, size, least), tg::CheckKind::Fatal,
            message);
  };
  switch (spec.constraint) {
  case ConstraintKind::UnitVector:
    return require(dims[0], constantIndex(2),
                   "size of a unit_vector must be at least two: one would leave only a sign");
  case ConstraintKind::Simplex:
  case ConstraintKind::SumToZeroVector:
  case ConstraintKind::SumToZeroMatrix:
  case ConstraintKind::RowStochasticMatrix:
  case ConstraintKind::ColumnStochasticMatrix:
    for (mlir::Value size : dims)
      require(size, constantIndex(1), "size of a " + spelling(spec.constraint) + " must be positive");
    return;
  case ConstraintKind::CholeskyFactorCov:
    return require(dims[1], dims[0], "a cholesky_factor_cov must have at least as many rows as columns");
  default:
    return;
  }
}

std::string Lowering::elementText(ValueRange at, const Type &type, Values &values) {
  if (at.empty())
    return "";
  llvm::append_range(values, at);
  if (type.base() == BaseType::Matrix && at.size() >= 2) // a tensor has the columns of a matrix first
    std::swap(values[values.size() - 1], values[values.size() - 2]);
  std::string text = at.size() == 1 ? " (element {+}" : " (element [{+}";
  for (size_t k = 1; k < at.size(); ++k)
    text += ", {+}";
  return text + (at.size() == 1 ? ")" : "])");
}

void Lowering::checkConstraint(const VarDecl &decl, bool isData) {
  const TypeSpec &spec = *decl.spec;
  Val value = env.lookup(&decl);
  if (spec.constraint == ConstraintKind::None || !value)
    return;
  setLoc(decl.range);
  tg::CheckKind kind = isData ? tg::CheckKind::Fatal : tg::CheckKind::Domain;
  bool isInt = decl.type.base() == BaseType::Int;
  if (spec.constraint == ConstraintKind::Bounds) {
    auto against = [&](const Expr *bound, bool isLower) {
      if (!bound)
        return;
      Val limit = lowerExpr(*bound);
      if (!limit)
        return;
      bool limitIsInt =
          limit.value.getType().isInteger(32) ||
          (!limit.isScalar() && cast<RankedTensorType>(limit.value.getType()).getElementType().isInteger(32));
      std::string message;
      llvm::raw_string_ostream os(message);
      os << "variable '" << decl.name << "' must be " << (isLower ? "at least " : "at most ");
      printPlain(*bound, os);
      // A bound that is written out needs no value.
      bool showsBound =
          !limit.value.getDefiningOp() || !limit.value.getDefiningOp()->hasTrait<OpTrait::ConstantLike>();
      auto test = [&](mlir::Value x, mlir::Value m, ValueRange at) {
        std::string explanation = ", got {}";
        Values values{x};
        if (showsBound) {
          explanation += ", and the bound is {}";
          values.push_back(m);
        }
        explanation += elementText(at, decl.type, values);
        if (isInt && limitIsInt) {
          check(b.createOrFold<arith::CmpIOp>(
                    loc, isLower ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sle, x, m),
                kind, message, explanation, values);
          return;
        }
        // Ordered: NaN fails.
        arith::CmpFPredicate predicate = isLower ? arith::CmpFPredicate::OGE : arith::CmpFPredicate::OLE;
        mlir::Value real = toReal(x); // before the other: ops are made in this order
        check(b.createOrFold<arith::CmpFOp>(loc, predicate, real, toReal(m)), kind, message, explanation,
              values);
      };
      if (value.isScalar()) {
        test(value.value, limit.value, {});
        return;
      }
      if (!limit.isScalar() && limit.dims.size() == value.dims.size() &&
          !sameShape(value, limit, bound->range, decl.name))
        return;
      for (auto [m, n] : llvm::zip_equal(limit.dims, ArrayRef(value.dims).take_back(limit.dims.size())))
        if (!commonSize(m, n, bound->range, decl.name))
          return;
      forEach(value.dims, [&](ValueRange at) {
        // A bound of lower rank applies to each element of the arrays around it.
        test(extract(value, at), extract(limit, at.take_back(limit.dims.size())), at);
      });
    };
    against(spec.first, true);
    against(spec.second, false);
    return;
  }
  checkKind(spec.constraint, value, spec.arraySizes.size(), kind, "variable '" + decl.name + "'", decl.range);
}

void Lowering::lowerData(const VarDecl &decl) {
  if (decl.type.isComplexBase() || decl.type.base() == BaseType::Tuple) {
    unsupported(decl.range, "data of type " + decl.type.str());
    return;
  }
  auto dims = lowerSizes(*decl.spec);
  if (failed)
    return;
  setLoc(decl.range);
  mlir::Type type = elementType(decl.type);
  if (!dims.empty())
    type = tensorType(type, dims);
  auto data = prob::DataOp::create(b, loc, type, decl.name, dims, decl.type.rank());
  mlir::Value value = data.getResult();
  auto known = options.sizes.find(decl.name);
  if (decl.type.isInt() && known != options.sizes.end()) {
    mlir::Value constant = constantI32(known->second);
    check(b.createOrFold<arith::CmpIOp>(loc, arith::CmpIPredicate::eq, value, constant), tg::CheckKind::Fatal,
          "variable '" + decl.name + "' must be " + Twine(known->second) +
              ": the model was compiled for this size",
          ", got {}", value);
    value = constant;
  }
  env[&decl] = Val{value, dims};
  // What the declaration promises is checked when data is bound; indices lean on it.
  if (decl.type.base() == BaseType::Int && decl.spec->constraint == ConstraintKind::Bounds) {
    IntRange range;
    if (decl.spec->first)
      range.lower = rangeOf(*decl.spec->first).lower;
    if (decl.spec->second)
      range.upper = rangeOf(*decl.spec->second).upper;
    ranges[&decl] = range;
  }
  checkConstraint(decl, /*isData=*/true);
}

static prob::Support supportOf(const TypeSpec &spec) {
  switch (spec.constraint) {
  case ConstraintKind::None:
    return prob::Support::Real;
  case ConstraintKind::Bounds:
    return spec.first && spec.second ? prob::Support::Interval
           : spec.first              ? prob::Support::Lower
                                     : prob::Support::Upper;
  case ConstraintKind::OffsetMultiplier:
    return prob::Support::OffsetMultiplier;
  case ConstraintKind::Ordered:
    return prob::Support::Ordered;
  case ConstraintKind::PositiveOrdered:
    return prob::Support::PositiveOrdered;
  case ConstraintKind::Simplex:
    return prob::Support::Simplex;
  case ConstraintKind::UnitVector:
    return prob::Support::UnitVector;
  case ConstraintKind::SumToZeroVector:
  case ConstraintKind::SumToZeroMatrix:
    return prob::Support::SumToZero;
  case ConstraintKind::RowStochasticMatrix:
    return prob::Support::StochasticRow;
  case ConstraintKind::ColumnStochasticMatrix:
    return prob::Support::StochasticColumn;
  case ConstraintKind::CholeskyFactorCorr:
    return prob::Support::CholeskyFactorCorr;
  case ConstraintKind::CholeskyFactorCov:
    return prob::Support::CholeskyFactorCov;
  case ConstraintKind::CorrMatrix:
    return prob::Support::CorrMatrix;
  case ConstraintKind::CovMatrix:
    return prob::Support::CovMatrix;
  }
  llvm_unreachable("all kinds are handled");
}

void Lowering::lowerTransformedData() {
  if (!program.transformedData || failed)
    return;
  bool draws = false;
  walk(program.transformedData, [&](const Stmt &stmt) {
    forEachExpr(stmt, [&](const Expr *expr) { draws |= expr && drawsRandomly(*expr); });
  });
  if (draws) {
    setLoc(program.transformedData->range);
    seed = prob::DataSeedOp::create(b, loc, b.getI64Type());
    stream = hidden.counter = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
  }
  lowerStatements(program.transformedData->body, nullptr);
  seed = stream = hidden.counter = {};
}

void Lowering::lowerParameter(const VarDecl &decl) {
  const TypeSpec &spec = *decl.spec;
  prob::Support support = supportOf(spec);
  if (decl.type.isComplexBase() || decl.type.base() == BaseType::Tuple) {
    unsupported(decl.range, "parameters of type " + decl.type.str());
    return;
  }
  auto dims = lowerSizes(spec);
  if (failed)
    return;
  SmallVector<mlir::Value> bounds;
  auto addBound = [&](const Expr *expr, double otherwise) {
    if (!expr) {
      if (support == prob::Support::OffsetMultiplier)
        bounds.push_back(constantF64(otherwise));
      return;
    }
    Val bound = lowerExpr(*expr);
    if (!bound)
      return;
    mlir::Value value = bound.isScalar() ? toReal(bound.value) : bound.value;
    if (bound.dims.size() != dims.size() && !bound.isScalar()) {
      // A container bound of an array of containers holds for each of them.
      for (auto [m, n] : llvm::zip_equal(bound.dims, ArrayRef(dims).take_back(bound.dims.size())))
        if (!commonSize(m, n, expr->range, decl.name))
          return;
      value =
          rows(dims, [&](ValueRange at) { return extract(bound, at.take_back(bound.dims.size())); }).value;
    } else if (!bound.isScalar()) {
      Val shape{value, dims};
      for (auto [m, n] : llvm::zip_equal(bound.dims, dims))
        if (!commonSize(m, n, expr->range, decl.name))
          return;
      value = castTo(value, tensorType(b.getF64Type(), dims));
    }
    bounds.push_back(value);
  };
  addBound(spec.first, 0);
  addBound(spec.second, 1);
  if (failed)
    return;
  setLoc(decl.range);
  mlir::Type type = b.getF64Type();
  if (!dims.empty())
    type = tensorType(type, dims);
  bool hasFactor = support == prob::Support::CorrMatrix || support == prob::Support::CovMatrix;
  auto param = prob::ParamOp::create(b, loc, type, hasFactor ? type : mlir::Type(), decl.name, support,
                                     bounds, dims, decl.type.rank());
  env[&decl] = Val{param.getResult(), dims};
  noteParameter(param, dims);
}

void Lowering::lowerOutputs(const BlockStmt *block, prob::OutputBlock where) {
  if (!block)
    return;
  for (const Stmt *stmt : block->body)
    if (auto *decls = llvm::dyn_cast<DeclStmt>(stmt))
      for (const VarDecl *decl : decls->variables) {
        Val value = env.lookup(decl);
        if (!value)
          continue;
        setLoc(decl->range);
        prob::OutputOp::create(b, loc, decl->name, where, value.value, value.dims, decl->type.rank());
      }
}

void Lowering::lowerGlobals(const BlockStmt *block) {
  if (!block)
    return;
  for (const Stmt *stmt : block->body)
    if (auto *decls = llvm::dyn_cast<DeclStmt>(stmt))
      for (const VarDecl *decl : decls->variables)
        if (decl->spec)
          checkConstraint(*decl, /*isData=*/false);
}

void Lowering::lowerModel() {
  b.setInsertionPointToEnd(module.getBody());
  if (const BlockStmt *first = program.data         ? program.data
                               : program.parameters ? program.parameters
                                                    : program.model)
    setLoc(first->range);
  auto model = prob::ModelOp::create(b, loc, options.modelName);
  Block *body = &model.getBody().emplaceBlock();
  b.setInsertionPointToStart(body);

  auto declarations = [&](const BlockStmt *block, Origin where, auto lowerOne) {
    origin = where;
    for (const Stmt *stmt : block ? ArrayRef<Stmt *>(block->body) : ArrayRef<Stmt *>())
      if (auto *decls = llvm::dyn_cast<DeclStmt>(stmt))
        for (const VarDecl *decl : decls->variables) {
          (this->*lowerOne)(*decl);
          if (failed)
            return;
        }
  };
  auto statements = [&](const BlockStmt *block, Origin where, tg::PrintBlock prints) {
    origin = where;
    printBlock = prints;
    if (block && !failed)
      lowerStatements(block->body, nullptr);
  };
  declarations(program.data, Origin::Data, &Lowering::lowerData);
  origin = Origin::TransformedData;
  printBlock = tg::PrintBlock::Data;
  lowerTransformedData();
  lowerGlobals(program.transformedData);
  if (!failed)
    declarations(program.parameters, Origin::Parameters, &Lowering::lowerParameter);
  statements(program.transformedParameters, Origin::TransformedParameters, tg::PrintBlock::Parameters);
  if (failed)
    return;
  lowerGlobals(program.transformedParameters);
  lowerOutputs(program.parameters, prob::OutputBlock::Parameters);
  lowerOutputs(program.transformedParameters, prob::OutputBlock::Transformed);
  auto outer = env;
  statements(program.model, Origin::Model, tg::PrintBlock::Model);
  env = outer;
  if (failed || !program.generatedQuantities)
    return;

  setLoc(program.generatedQuantities->range);
  auto generated = prob::GeneratedOp::create(b, loc);
  Block *block = &generated.getBody().emplaceBlock();
  seed = block->addArgument(b.getI64Type(), loc);
  stream = block->addArgument(b.getI64Type(), loc);
  b.setInsertionPointToStart(block);
  hidden.counter = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(0));
  statements(program.generatedQuantities, Origin::GeneratedQuantities, tg::PrintBlock::Generated);
  if (!failed)
    lowerGlobals(program.generatedQuantities);
  if (!failed)
    lowerOutputs(program.generatedQuantities, prob::OutputBlock::Generated);
}

OwningOpRef<ModuleOp> lower(const Program &program, MLIRContext &context, Diagnostics &diagnostics,
                            const LowerOptions &options) {
  context.loadDialect<arith::ArithDialect, func::FuncDialect, math::MathDialect, scf::SCFDialect,
                      tensor::TensorDialect, prob::ProbDialect, tg::TGDialect>();
  OwningOpRef<ModuleOp> module = ModuleOp::create(UnknownLoc::get(&context));
  Lowering(program, *module, diagnostics, options).lowerModel();
  if (diagnostics.hasErrors())
    return nullptr;
  return module;
}

} // namespace astragal::stan
