//===- LowerFactors.cpp - covariances whose factor is known ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A matrix that was made as L L' need not be factorised, nor be made at all where nothing but its factor is
// wanted. What is known hangs on SSA values, so it ends with an assignment to an element, and at the end of a
// branch.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;

namespace astragal::stan {

bool Lowering::isLower(const Val &matrix) {
  return matrix.dims.size() == 2 && structures.lookup(matrix.value).kind == Structure::Lower;
}

bool Lowering::isLowerFactor(const Val &matrix) {
  return isLower(matrix) && provablyEqual(matrix.dims[0], matrix.dims[1]);
}

void Lowering::noteParameter(prob::ParamOp param, ArrayRef<mlir::Value> dims) {
  prob::Support support = param.getSupport();
  if (support == prob::Support::CholeskyFactorCorr || support == prob::Support::CholeskyFactorCov)
    structures[param.getResult()] = {Structure::Lower};
  mlir::Value factor = param.getFactor();
  if (!factor)
    return;
  structures[factor] = {Structure::Lower};
  structures[param.getResult()] = {Structure::Product, Val{factor, llvm::to_vector<2>(dims)}};
}

void Lowering::noteElement(const Val &array, const Val &element) {
  Structure structure = structures.lookup(array.value);
  auto slice = element.value.getDefiningOp<tensor::ExtractSliceOp>();
  size_t rank = element.dims.size();
  if (structure.kind == Structure::None || !slice || rank < 2 || array.dims.size() == rank)
    return;
  // The last two dimensions are taken as they are.
  ArrayRef<int64_t> offsets = slice.getStaticOffsets().take_back(2);
  for (size_t k = 1; k <= 2; ++k)
    if (offsets[2 - k] != 0 || !provablyEqual(element.dims[rank - k], array.dims[array.dims.size() - k]))
      return;
  if (structure.matrix) {
    IRMapping fromFactor;
    fromFactor.map(array.value, structure.matrix.value);
    structure.matrix = Val{b.clone(*slice, fromFactor)->getResult(0), element.dims};
    structures[structure.matrix.value] = {Structure::Lower};
  }
  structures[element.value] = structure;
}

/// What a function of the library made of its arguments.
void Lowering::noteCall(StringRef name, ArrayRef<Val> args, const Val &result) {
  if (!result || args.empty() || result.dims.size() != 2)
    return;
  auto note = [&](Structure structure) { structures[result.value] = std::move(structure); };
  if (name == "cholesky_decompose")
    note({Structure::Lower});
  else if (name == "diag_matrix")
    note({Structure::Diagonal, {}, args[0]});
  else if (name == "diag_pre_multiply" && isLower(args[1]))
    note({Structure::Lower, args[1], args[0]});
  else if (name == "diag_post_multiply" && isLower(args[0]))
    note({Structure::Lower});
  else if ((name == "multiply_lower_tri_self_transpose" || name == "tcrossprod") && isLowerFactor(args[0]))
    note({Structure::Product, args[0]});
  else if (name == "quad_form_diag" && isProduct(args[0]))
    note({Structure::Product, args[0], args[1]});
  else if ((name == "quad_form" || name == "quad_form_sym") && isProduct(args[0]))
    if (Structure by = structures.lookup(args[1].value); by.kind == Structure::Diagonal)
      note({Structure::Product, args[0], by.scale});
}

bool Lowering::isProduct(const Val &matrix) {
  return matrix.dims.size() == 2 && structures.lookup(matrix.value).kind == Structure::Product;
}

void Lowering::noteTranspose(const Val &matrix, const Val &result) {
  if (structures.contains(matrix.value))
    structures[result.value] = {Structure::Transpose, matrix};
}

void Lowering::noteProduct(const Val &left, const Val &right, const Val &result) {
  Structure x = structures.lookup(left.value), y = structures.lookup(right.value);
  auto isSame = [&](const Val &a, const Val &b) {
    Structure s = structures.lookup(a.value), t = structures.lookup(b.value);
    bool isScaled = s.kind == Structure::Lower && t.kind == Structure::Lower && s.scale && t.scale;
    return a.value == b.value ||
           (isScaled && s.matrix.value == t.matrix.value && s.scale.value == t.scale.value);
  };
  auto note = [&](Structure structure) { structures[result.value] = std::move(structure); };
  if (y.kind == Structure::Transpose && isLowerFactor(left) && isSame(left, y.matrix))
    note({Structure::Product, left});
  else if (x.kind == Structure::Diagonal && y.kind == Structure::Lower)
    note({Structure::Lower, right, x.scale});
  else if (x.kind == Structure::Diagonal && y.kind == Structure::Product)
    note({Structure::ScaledRows, right, x.scale});
  else if (x.kind == Structure::ScaledRows && y.kind == Structure::Diagonal && x.scale.value == y.scale.value)
    note({Structure::Product, x.matrix, x.scale});
}

Val Lowering::factorOf(const Val &product, SourceRange range) {
  Structure structure = structures.lookup(product.value);
  Val factor = isProduct(structure.matrix) ? factorOf(structure.matrix, range) : structure.matrix;
  if (!structure.scale)
    return factor;
  const FunctionDecl *scaled =
      library::find("diag_pre_multiply", {Type(BaseType::Vector), Type(BaseType::Matrix)});
  return callLibrary(*scaled, {structure.scale, factor}, {nullptr, nullptr}, Type(BaseType::Matrix), range);
}

const FunctionDecl *Lowering::densityOfFactor(const FunctionDecl &density, MutableArrayRef<Val> values,
                                              SourceRange range) {
  // The density of a matrix is about that matrix, that of a vector has its covariance last.
  size_t at = density.args.front()->type.isMatrix() ? 0 : values.size() - 1;
  const Type &type = density.args[at]->type;
  if (!type.isMatrix() || !isProduct(values[at]))
    return nullptr;
  SmallVector<Type> types;
  for (const VarDecl *arg : density.args)
    types.push_back(arg->type);
  std::string name = density.name.str();
  name.insert(name.rfind('_'), "_factor");
  const FunctionDecl *byFactor = library::find(name, types);
  Val factor = byFactor ? factorOf(values[at], range) : Val();
  if (!factor)
    return nullptr;
  values[at] = factor;
  return byFactor;
}

const FunctionDecl *Lowering::functionOfFactor(const FunctionDecl &function, MutableArrayRef<Val> args,
                                               SourceRange range) {
  if (args.empty() || !isProduct(args[0]))
    return nullptr;
  SmallVector<Type> types;
  for (const VarDecl *arg : function.args)
    types.push_back(arg->type);
  const FunctionDecl *byFactor = library::find(("known_" + function.name).str(), types);
  Val factor = byFactor ? factorOf(args[0], range) : Val();
  if (!factor)
    return nullptr;
  args[0] = factor;
  return byFactor;
}

} // namespace astragal::stan
