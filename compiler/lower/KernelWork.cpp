//===- KernelWork.cpp - how much the kernels of the runtime compute -------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/lower/Work.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "runtime/abi.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;

namespace astragal::lower {

namespace {
using Sizes = ArrayRef<double>;

/// Operations in terms of the sizes that a kernel is given, in its order. The leading terms of the textbook's
/// counts; those of iterations that end when they have converged are what they usually take.
struct Formula {
  unsigned numSizes;
  double (*flops)(Sizes n);
  bool isExact; ///< to leading order
};
} // namespace

static const Formula *findFormula(StringRef kernel) {
  static const Formula cube3{1, [](Sizes n) { return n[0] * n[0] * n[0] / 3; }, true},
      choleskyAdjoint{1, [](Sizes n) { return 2 * n[0] * n[0] * n[0] / 3; }, false},
      solveLower{2, [](Sizes n) { return n[0] * n[0] * n[1]; }, true},
      product{3, [](Sizes n) { return 2 * n[0] * n[1] * n[2]; }, true},
      solve{2, [](Sizes n) { return 2 * n[0] * n[0] * n[0] / 3 + 2 * n[0] * n[0] * n[1]; }, true},
      inverse{1, [](Sizes n) { return 2 * n[0] * n[0] * n[0]; }, true},
      inverseSpd{1, [](Sizes n) { return n[0] * n[0] * n[0]; }, true},
      determinant{1, [](Sizes n) { return 2 * n[0] * n[0] * n[0] / 3; }, true},
      eigen{1, [](Sizes n) { return 9 * n[0] * n[0] * n[0]; }, false},
      eigenAdjoint{1, [](Sizes n) { return 6 * n[0] * n[0] * n[0]; }, false},
      qr{3, [](Sizes n) { return 2 * n[0] * n[1] * n[1] + 2 * n[0] * n[1] * n[2]; }, false},
      qrAdjoint{2, [](Sizes n) { return 7 * n[0] * n[1] * n[1]; }, false},
      svd{2, [](Sizes n) { return 14 * n[0] * n[1] * n[1] + 8 * n[1] * n[1] * n[1]; }, false},
      svdAdjoint{2, [](Sizes n) { return 12 * n[0] * n[1] * n[1]; }, false},
      exponential{1, [](Sizes n) { return 20 * n[0] * n[0] * n[0]; }, false},
      exponentialAdjoint{1, [](Sizes n) { return 60 * n[0] * n[0] * n[0]; }, false},
      addRows{2, [](Sizes n) { return 2 * n[0] * n[1] * n[1]; }, true},
      addGroupedRows{3, [](Sizes n) { return 4 * n[0] * n[1] * n[2]; }, false};
  return llvm::StringSwitch<const Formula *>(kernel)
      .Case("cholesky", &cube3)
      .Case("cholesky_adjoint", &choleskyAdjoint)
      .Cases({"solve_lower", "lower_product"}, &solveLower)
      .Case("product", &product)
      .Case("solve", &solve)
      .Case("inverse", &inverse)
      .Case("inverse_spd", &inverseSpd)
      .Case("determinant", &determinant)
      .Case("eigen_symmetric", &eigen)
      .Case("eigen_symmetric_adjoint", &eigenAdjoint)
      .Case("qr", &qr)
      .Case("qr_adjoint", &qrAdjoint)
      .Case("svd", &svd)
      .Case("svd_adjoint", &svdAdjoint)
      .Case("matrix_exp", &exponential)
      .Case("matrix_exp_adjoint", &exponentialAdjoint)
      .Case("add_rows", &addRows)
      .Case("add_grouped_rows", &addGroupedRows)
      .Default(nullptr);
}

/// How many pointers a kernel only reads: its first ones, by its declaration.
static size_t countInputs(StringRef kernel) {
#define ASTRAGAL_CASE(result, name, arguments) .Case(#name, StringRef(#arguments).count("const double *"))
  return llvm::StringSwitch<size_t>(("astragal_" + kernel).str()) ASTRAGAL_KERNELS(ASTRAGAL_CASE).Default(0);
#undef ASTRAGAL_CASE
}

void addKernelWork(tg::KernelCallOp call, double times, Work &work) {
  SmallVector<double> sizes;
  size_t buffer = 0, inputs = countInputs(call.getKernel());
  for (Value argument : call.getArguments()) {
    if (argument.getType().isIndex()) {
      if (std::optional<int64_t> size = getConstantIntValue(argument))
        sizes.push_back(static_cast<double>(*size));
      else
        sizes.push_back(-1);
      continue;
    }
    auto type = dyn_cast<MemRefType>(argument.getType());
    if (!type)
      continue;
    bool isInput = buffer++ < inputs;
    if (type.hasStaticShape())
      (isInput ? work.bytesRead : work.bytesWritten) +=
          8 * times * static_cast<double>(type.getNumElements());
    else
      work.isExact = false;
  }
  const Formula *formula = findFormula(call.getKernel());
  if (!formula || sizes.size() < formula->numSizes ||
      llvm::any_of(ArrayRef(sizes).take_front(formula->numSizes), [](double n) { return n < 0; })) {
    work.calls += times;
    return;
  }
  work.flops += times * formula->flops(sizes);
  work.isExact &= formula->isExact;
}

} // namespace astragal::lower
