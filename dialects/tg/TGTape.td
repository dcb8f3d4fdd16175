//===- TGTape.td - memory whose size is known late ----------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_TAPE_TD
#define ASTRAGAL_TG_TAPE_TD

def TG_TapeAllocOp : TG_Op<"tape_alloc", [Pure]> {
  let summary = "A tensor without contents whose size is known only when it is reached";
  let description = [{
    As `tensor.empty`: one size for every dynamic dimension, in order. The difference is a promise that is not made:
    the sizes may depend on anything computed before, so that the memory cannot be planned at entry. It is taken
    from the tail of the workspace, and given back at the end of the innermost enclosing iteration or row, or of the
    function. An evaluation that needs more than there is ends with a request for a larger workspace.

    ```mlir
    %tape = tg.tape_alloc(%trips) : tensor<?x3xf64>
    ```
  }];
  let arguments = (ins Variadic<Index>:$sizes);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "`(` $sizes `)` attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif // ASTRAGAL_TG_TAPE_TD
