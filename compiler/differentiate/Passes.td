//===- Passes.td - reverse mode -----------------------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_TD
#define ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_TD

include "mlir/Pass/PassBase.td"

def Differentiate : Pass<"differentiate", "mlir::ModuleOp"> {
  let summary = "Make functions return their gradients too";
  let description = [{
    Every function with the attribute `prob.gradient` takes a `tensor<Dxf64>` bound to `input` and returns an `f64`
    bound to `value`. Afterwards it also returns a `tensor<Dxf64>` bound to `output`: the gradient with respect to
    the input, by reverse mode. A function that already returns a tensor of that type there, the input with its sizes
    say, gets the gradient in its place, and that tensor's sizes where the gradient is zero.
    `tg.stop_gradient` is gone from such functions.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::tensor::TensorDialect", "mlir::ub::UBDialect", "astragal::tg::TGDialect"];
}

#endif // ASTRAGAL_COMPILER_DIFFERENTIATE_PASSES_TD
