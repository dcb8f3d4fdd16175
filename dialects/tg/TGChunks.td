//===- TGChunks.td - calls of a function for every chunk ----*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_CHUNKS_TD
#define ASTRAGAL_TG_CHUNKS_TD

def TG_ChunksOp : TG_Op<"chunks", [
    AttrSizedOperandSegments, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "A function of rows, called for every chunk of them";
  let description = [{
    Cuts `rows` rows into `count` chunks, at multiples of `grain`, and calls a function for each: in any order, and maybe on
    several threads at once. Chunk k begins with row `grain` ⌊k ⌈rows / grain⌉ / count⌋. The function takes the inputs, which
    stay as they are meanwhile, then the chunk's number and its first and last row.

    Destination-style: the results have the types and the memory of `outs`, whose contents are not read. What the function
    returns for a chunk is its piece of a result along the first dimension: one element for a result that is bound
    to `part`, one a row for one bound to `rows`. One bound to `output` starts from what `outs` holds: the function takes
    it as a further argument and updates elements of it that no other chunk touches.

    ```mlir
    %e = tensor.empty(%c) : tensor<?xf64>
    %sums = tg.chunks @rows(%c of %n by 16) with(%x : tensor<?xf64>) into(%e : tensor<?xf64>)
    ```

    Not pure: the function may hold checks.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Index:$count, Index:$rows, I64Attr:$grain,
                       Variadic<AnyType>:$inputs, Variadic<AnyRankedTensor>:$outs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $callee `(` $count `of` $rows `by` $grain `)` (`with` `(` $inputs^ `:` type($inputs) `)`)?
    (`into` `(` $outs^ `:` type($outs) `)`)? attr-dict
  }];
  let hasVerifier = 1;
}

def TG_ChunksCallOp : TG_Op<"chunks_call", [
    AttrSizedOperandSegments, MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "The same on memory";
  let description = [{
    `tg.chunks` after bufferisation. Inputs that are tensors are flat buffers, and so are destinations, of which each comes
    with the number of elements that a piece of one element along its first dimension has. What lies in the workspace
    behind `used` bytes is at the disposal of the chunks.

    ```mlir
    tg.chunks_call @rows(%c of %n by 16) with(%x, %sums, %c1 : memref<?xf64>, memref<?xf64>, index) behind(%bytes)
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Index:$count, Index:$rows, I64Attr:$grain,
                       Variadic<AnyType>:$arguments, Optional<Index>:$used);
  let assemblyFormat = [{
    $callee `(` $count `of` $rows `by` $grain `)` `with` `(` $arguments `:` type($arguments) `)`
    (`behind` `(` $used^ `)`)? attr-dict
  }];
  let hasVerifier = 1;
}

#endif // ASTRAGAL_TG_CHUNKS_TD
