//===- Kernels.cpp - primitives that are kernels of the runtime -----------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A table: for each primitive of the library (Primitives.def) the kernel, what it takes and how large its
// results are.
//
// A token is `k`, argument k; `rk` or `ck`, its rows or columns (a vector is one column), after a factor if
// there is one; `mk`, the smaller of both; `#k`, the number k.
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Lowering.h"

#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace astragal::stan {

namespace {
struct KernelEntry {
  StringRef primitive, kernel, inputs;
  /// Divided by commas: rows and columns of a matrix, the size of a vector, or `=k`, the shape of argument k.
  StringRef results;
  unsigned value = 0; // which result the primitive returns
};
} // namespace

static constexpr KernelEntry kernels[] = {
    {"tg_cholesky", "cholesky", "0 r0", "r0 r0"},
    {"tg_solve_lower", "solve_lower", "0 1 r1 c1 2", "=1"},
    {"tg_solve", "solve", "0 1 r1 c1 #0", "=1, r0 r0, r0"},
    {"tg_inverse", "inverse", "0 r0", "r0 r0, r0 r0, r0"},
    {"tg_inverse_spd", "inverse_spd", "0 r0", "r0 r0, r0 r0"},
    {"tg_determinant", "determinant", "0 r0", "#2, r0 r0, r0"},
    {"tg_eigenvalues", "eigen_symmetric", "0 r0", "r0, r0 r0, 2r0"},
    {"tg_eigenvectors", "eigen_symmetric", "0 r0", "r0, r0 r0, 2r0", 1},
    {"tg_qr_q", "qr", "0 r0 c0 c0", "r0 c0, c0 c0, r0 c0, c0"},
    {"tg_qr_r", "qr", "0 r0 c0 c0", "r0 c0, c0 c0, r0 c0, c0", 1},
    {"tg_svd_u", "svd", "0 r0 c0", "r0 m0, m0, c0 m0"},
    {"tg_singular_values", "svd", "0 r0 c0", "r0 m0, m0, c0 m0", 1},
    {"tg_svd_v", "svd", "0 r0 c0", "r0 m0, m0, c0 m0", 2},
    {"tg_matrix_exp", "matrix_exp", "0 r0", "r0 r0, 7r0 r0, r0"},
};

static SmallVector<StringRef> partsOf(StringRef text, char by) {
  SmallVector<StringRef> parts;
  text.split(parts, by, -1, /*KeepEmpty=*/false);
  return parts;
}

mlir::Value Lowering::makeEmpty(ArrayRef<mlir::Value> dims) {
  RankedTensorType type = tensorType(b.getF64Type(), dims);
  Values dynamic;
  for (auto [k, dim] : llvm::enumerate(dims))
    if (type.isDynamicDim(k))
      dynamic.push_back(dim);
  return tensor::EmptyOp::create(b, loc, type, dynamic);
}

Val Lowering::productKernel(const Val &left, const Val &right, mlir::Value inner) {
  mlir::Value rows = left.dims[1], cols = right.dims[0], no = constantIndex(0);
  mlir::Value empty = makeEmpty({cols, rows});
  Values inputs{left.value, right.value, rows, cols, inner, no, no, constantF64(1)};
  auto call = tg::KernelOp::create(b, loc, "product", inputs, empty);
  return Val{call.getResult(0), {cols, rows}};
}

std::optional<Val> Lowering::lowerKernel(StringRef name, ArrayRef<Val> args) {
  const auto *entry =
      llvm::find_if(kernels, [&](const KernelEntry &entry) { return entry.primitive == name; });
  if (entry == std::end(kernels))
    return std::nullopt;
  auto sizeOf = [&](StringRef token) -> mlir::Value {
    int64_t factor = 1;
    unsigned k = token.back() - '0';
    if (token.size() == 1)
      return toIndex(args[k].value);
    if (token.consume_front("#"))
      return constantIndex(k);
    if (token.size() == 3) {
      factor = token.front() - '0';
      token = token.drop_front();
    }
    bool isMatrix = args[k].dims.size() == 2;
    mlir::Value rows = args[k].dims[isMatrix], cols = isMatrix ? args[k].dims[0] : constantIndex(1);
    mlir::Value size = token[0] == 'r'   ? rows
                       : token[0] == 'c' ? cols
                                         : b.createOrFold<arith::MinSIOp>(loc, rows, cols);
    return factor == 1 ? size : b.createOrFold<arith::MulIOp>(loc, size, constantIndex(factor));
  };
  Values inputs, outs;
  for (StringRef token : partsOf(entry->inputs, ' ')) {
    bool isTensor = token.size() == 1 && !args[token[0] - '0'].isScalar();
    inputs.push_back(isTensor ? args[token[0] - '0'].value : sizeOf(token));
  }
  SmallVector<SmallVector<mlir::Value, 2>> shapes;
  for (StringRef shape : partsOf(entry->results, ',')) {
    shape = shape.trim();
    auto &dims = shapes.emplace_back();
    if (shape.starts_with("="))
      dims = args[shape[1] - '0'].dims;
    else
      for (StringRef token : llvm::reverse(partsOf(shape, ' ')))
        dims.push_back(sizeOf(token));
    outs.push_back(makeEmpty(dims));
  }
  auto call = tg::KernelOp::create(b, loc, entry->kernel, inputs, outs);
  return Val{call.getResult(entry->value), shapes[entry->value]};
}

} // namespace astragal::stan
