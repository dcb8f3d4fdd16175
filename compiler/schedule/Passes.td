//===- Passes.td - rows onto vector lanes, mathematics into arithmetic -*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_SCHEDULE_PASSES_TD
#define ASTRAGAL_COMPILER_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def VectorizePlates : Pass<"vectorize-plates", "mlir::func::FuncOp"> {
  let summary = "Make every plate a loop on vectors of eight or sixteen rows";
  let description = [{
    The lanes are consecutive rows along the last extent. A value of the body that depends on the row is varying and
    becomes a vector; what does not stays scalar. Element reads at consecutive indices become vector reads,
    other reads gathers; branches on varying conditions become selects, loops with varying bounds run until no
    lane is active. Sums are eight interleaved partials, added by a fixed tree, also where a plate has to
    stay scalar; then a remark says why it has to.
  }];
  let options = [Option<"lanes", "lanes", "bool", "true", "put rows into lanes; if not, take them one at a time">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "mlir::vector::VectorDialect"];
}

def OutlineChunks : Pass<"outline-chunks", "mlir::ModuleOp"> {
  let summary = "Make the rows of a plate with chunks a function of its own";
  let description = [{
    The function computes the rows of one chunk: a plate like the old one, whose sums start from zero. `tg.chunks` calls it
    for every chunk, and what comes back is added up in the order of the chunks. Rows go to their place at once. Where the
    number of chunks is not known, a branch keeps the plate as it was for few rows.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::scf::SCFDialect",
                           "mlir::tensor::TensorDialect", "::astragal::prob::ProbDialect", "::astragal::tg::TGDialect"];
}

def PackMath : Pass<"pack-math", "mlir::func::FuncOp"> {
  let summary = "Compute scalar functions side by side in a vector";
  let description = [{
    Functions of one argument that expand-math writes out, of one kind, in one block, none of which needs another,
    become one op on a vector of two, four or eight lanes: the exponentials of all states of a hidden Markov model, or of
    a model's positive parameters. A lane holds the bits that the scalar would. Other ops move where a pack needs them earlier;
    ops with effects keep their order. One that stays alone stays a scalar.

    ```mlir
    %a = math.exp %x : f64
    %b = math.exp %y : f64
    // becomes
    %v = vector.from_elements %x, %y : vector<2xf64>
    %e = math.exp %v : vector<2xf64>
    %a = vector.extract %e[0] : f64 from vector<2xf64>
    %b = vector.extract %e[1] : f64 from vector<2xf64>
    ```
  }];
  let dependentDialects = ["mlir::vector::VectorDialect"];
}

def FormFma : Pass<"form-fma"> {
  let summary = "Contract products into sums";
  let description = [{
    An addition or subtraction of a product becomes a fused multiply-add, whatever other uses the product has: the
    same expression is rounded the same way wherever it stands. Where both operands are products, the first is
    contracted. Without `fma` the pass does nothing.

    So does the sum of what an iteration adds to a product that the one before it handed on, `(s + x) * c`, as adjoints
    of recurrences are: a loop that starts from zero carries the sum, not the product.
  }];
  let options = [Option<"fma", "fma", "bool", "true", "whether the target has fused multiply-add">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect"];
}

def ExpandMath : Pass<"expand-math", "mlir::ModuleOp"> {
  let summary = "Replace elementary functions by branch-free arithmetic";
  let description = [{
    exp, log, powers, circular, gamma and error functions of f64 become polynomials, selects and integer operations on the bits, on
    scalars and vectors alike, so that a lane holds the bits that a scalar would. exp and log err by less than
    2 ulp, the others by less than 4, on all of their domain. Functions that have no expansion are applied
    lane by lane and left to libm.

    With `scaleb`, powers of two, exponents and significands are ops that become an instruction each.

    A function with many scalar occurrences calls a private function instead of repeating the expansion. `prepare` does so from the second
    occurrence on, with vectors too.
  }];
  let options = [
    Option<"fma", "fma", "bool", "true", "whether the target has fused multiply-add">,
    Option<"scaleb", "scaleb", "bool", "false", "whether the target scales by powers of two in an instruction">,
    Option<"outlineAbove", "outline-above", "unsigned", "24", "how often a scalar function is expanded in place">,
  ];
  let dependentDialects = ["astragal::tg::TGDialect", "mlir::arith::ArithDialect", "mlir::func::FuncDialect", "mlir::math::MathDialect",
                           "mlir::scf::SCFDialect", "mlir::vector::VectorDialect"];
}

#endif // ASTRAGAL_COMPILER_SCHEDULE_PASSES_TD
