//===- TGKernels.td - calls of kernels on whole tensors -----*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_KERNELS_TD
#define ASTRAGAL_TG_KERNELS_TD

def TG_KernelOp : TG_Op<"kernel", [
    Pure, AttrSizedOperandSegments, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "A function of whole tensors that the runtime has";
  let description = [{
    Calls `astragal_NAME` of `ASTRAGAL_KERNELS` in `runtime/abi.h`, destination-style: the results have the types and the
    memory of `outs`, whose contents are not read. Every result is written whole. Tensors are passed as pointers to
    their elements, which lie without gaps; sizes are operands like others. A kernel that is `updating` starts from
    what `outs` hold instead.

    ```mlir
    %e = tensor.empty(%n, %n) : tensor<?x?xf64>
    %l = tg.kernel "cholesky"(%a, %n : tensor<?x?xf64>, index) into(%e : tensor<?x?xf64>)
    ```

    A kernel that cannot do what it is asked for (the Cholesky factor of an indefinite matrix) fills its results with
    NaN. What is only scratch memory is a result that nobody uses.
  }];
  let arguments = (ins StrAttr:$kernel, Variadic<AnyTypeOf<[TensorOf<[F64]>, F64, Index]>>:$inputs,
                       Variadic<TensorOf<[F64]>>:$outs, UnitAttr:$updating);
  let results = (outs Variadic<TensorOf<[F64]>>:$results);
  let assemblyFormat = [{
    $kernel `(` ($inputs^ `:` type($inputs))? `)` (`updating` $updating^)? `into` `(` $outs `:` type($outs) `)` attr-dict
  }];
  let hasVerifier = 1;
}

def TG_KernelCallOp : TG_Op<"kernel_call", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "The same on memory";
  let description = [{
    `tg.kernel` after bufferisation: tensors are flat buffers, inputs first.

    ```mlir
    tg.kernel_call "cholesky"(%a, %n, %l) : memref<?xf64>, index, memref<?xf64>
    ```
  }];
  let arguments = (ins StrAttr:$kernel, Variadic<AnyTypeOf<[MemRefRankOf<[F64], [1]>, F64, Index]>>:$arguments);
  let assemblyFormat = "$kernel `(` $arguments `)` attr-dict `:` type($arguments)";
  let hasVerifier = 1;
}

#endif // ASTRAGAL_TG_KERNELS_TD
