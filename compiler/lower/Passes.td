//===- Passes.td - from tensors to LLVM ---------------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_LOWER_PASSES_TD
#define ASTRAGAL_COMPILER_LOWER_PASSES_TD

include "mlir/Pass/PassBase.td"

def NumberChecks : Pass<"number-checks", "::mlir::ModuleOp"> {
  let summary = "Give every check the number that a failed evaluation reports";
  let description = [{
    Numbers start at 1. Checks of the same location, message and kind share one, whatever the entry. The module
    attribute `prob.checks` lists them in order: dictionaries with `message`, `file`, `line`, `column` and `kind`, and
    `explanation` if the check has one.
  }];
  let options = [
    Option<"first", "first", "int32_t", /*default=*/"1",
           "The first number; a module that adds entries to a compiled model goes on from that model's checks">
  ];
  let dependentDialects = ["::astragal::tg::TGDialect"];
}

def SinkUpdates : Pass<"sink-updates", "::mlir::ModuleOp"> {
  let summary = "Update a tensor after it was read, not before";
  let description = [{
    An insert into a tensor whose old value is still read further down moves behind the last of these reads, where
    nobody needs its result earlier. Then it can happen in place; where it cannot move, bufferize-tensors copies.
  }];
}

def BufferizeTensors : Pass<"bufferize-tensors", "::mlir::ModuleOp"> {
  let summary = "Give every tensor a place in memory";
  let description = [{
    Buffers are flat: one dimension, row-major, and indices are linear. An update writes in place where nobody reads
    the old value again, and into a copy elsewhere; loops and branches carry their tensors in memory; results are
    written where they belong. Linear in the number of operations but for nesting.

    Buffers whose size is known when the function starts are `memref.alloc` in the function's own block, never in a
    loop; the few others are `memref.alloca` where they are needed. Tensors that are filled with one value, or with
    nothing, have no memory until someone writes to them.

    Results bound to `prepared` are returned as buffers of their own; other tensor results become destination arguments;
    scalars are returned.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::ub::UBDialect", "::mlir::vector::VectorDialect"];
}

def PlanWorkspace : Pass<"plan-workspace", "::mlir::ModuleOp"> {
  let summary = "Give every buffer an offset in one block";
  let description = [{
    Entries get an argument, the workspace, in which each `memref.alloc` becomes a `memref.view` at a multiple of 64
    bytes. `memref.realloc` of the workspace says how many bytes are planned. Buffers of static size whose lives do not
    overlap share memory; tiny ones go to the stack. Returned buffers lie in the block of
    prepared values, behind a table of their offsets. Chunks (`tg.chunks_call`) get what lies behind the plan.
  }];
  let options = [
    Option<"stackBytes", "stack-bytes", "int64_t", /*default=*/"256",
           "The size up to which a buffer of static size lies on the stack">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect"];
}

def MarkRegions : Pass<"mark-regions", "::mlir::ModuleOp"> {
  let summary = "Read the clock around what takes time";
  let description = [{
    For profiles only. Each entry is a region, and in it each loop nest, each call of a kernel or of a function of the
    program, each copy, and each stretch of other code between them; a loop is taken apart if it holds calls or large loops. A
    `tg.mark` stands at the end of each region. The module attribute `prob.regions` describes them in order: entry, parent
    and kind (runtime/abi.h), the locations of the operations with the weights that run forward and in reverse, and the work
    of one run (of one row, if `by_row`).
  }];
  let options = [
    Option<"first", "first", "int32_t", /*default=*/"0",
           "The first number; a module that adds entries to a compiled model goes on from that model's regions">
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::astragal::tg::TGDialect"];
}

def ExpandCopies : Pass<"expand-copies", "::mlir::ModuleOp"> {
  let summary = "Copy buffers in vectors of eight elements";
  let description = [{
    `memref.copy` of eight elements or more, or of an open number, becomes vector loads and stores: straight-line code up
    to 64 elements, a loop beyond. Fewer, and what is of unknown size, stay copies.

    Not a call of memcpy: glibc's copies beyond 2 KiB by `rep movsb`, which on AMD processors is ten to fifty times
    slower where source and target lie at unlucky distances (glibc bug 30994), and buffers in one block often do.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def LowerToLLVM : Pass<"lower-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Make entries functions of one struct, in the LLVM dialect";
  let description = [{
    Every entry becomes `void @entry(ptr)`, whose argument is the `astragal_call` of `runtime/abi.h`. Memory is plain
    pointers; there are no descriptors. A workspace that is too small makes an entry return at once, after it has said
    how much it wants. `memref.alloca` of dynamic size is a stack in the workspace, behind the planned part.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

#endif // ASTRAGAL_COMPILER_LOWER_PASSES_TD
