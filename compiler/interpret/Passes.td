//===- Passes.td - interpretations of a model ---------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_INTERPRET_PASSES_TD
#define ASTRAGAL_INTERPRET_PASSES_TD

include "mlir/Pass/PassBase.td"

def Interpret : Pass<"interpret", "::mlir::ModuleOp"> {
  let summary = "Turn the model into entry functions, one for each use";
  let description = [{
    Replaces the module's `prob.model` by the entry functions named in `entries` (the names of runtime/abi.h in lower
    case; all of them by default). Each is self-contained and a pure function but for checks: what depends on data alone
    stands in every entry that needs it, until `hoist-data-only` moves it to `prepare`.

    * `log_density*`: parameters are constrained, their log Jacobian added where asked for; every site adds to a
      scalar that loops and branches carry.
    * `gradient*`: the same function, marked with `prob.gradient` for `differentiate`.
    * `constrain`, `generate`: the outputs, one after the other, as one tensor.
    * `unconstrain`: from constrained parameters to the unconstrained scale.
    * `explain_*`, `trace_gradient`: the same functions, for a pipeline that keeps the order of checks and what they explain.
    * `prepare`: transformed data and the checks of data. `data_sizes`, `sizes`: the sizes of variables.
  }];
  let options = [
    ListOption<"entries", "entries", "std::string", "Entries to make; all by default">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect", "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect", "::astragal::prob::ProbDialect",
                           "::mlir::tensor::TensorDialect", "::mlir::ub::UBDialect", "::astragal::tg::TGDialect"];
}

#endif // ASTRAGAL_INTERPRET_PASSES_TD
