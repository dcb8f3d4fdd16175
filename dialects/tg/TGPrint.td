//===- TGPrint.td - text that a model writes ----------------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_PRINT_TD
#define ASTRAGAL_TG_PRINT_TD

def TG_PrintData : I32EnumAttrCase<"Data", 0, "data">;
def TG_PrintParameters : I32EnumAttrCase<"Parameters", 1, "parameters">;
def TG_PrintModel : I32EnumAttrCase<"Model", 2, "model">;
def TG_PrintGenerated : I32EnumAttrCase<"Generated", 3, "generated">;
def TG_PrintBlock : I32EnumAttr<"PrintBlock", "the block of the model that a text is written from",
    [TG_PrintData, TG_PrintParameters, TG_PrintModel, TG_PrintGenerated]> {
  let cppNamespace = "::astragal::tg";
}

def TG_PrintResource : Resource<"::astragal::tg::PrintResource">;

def TG_PrintOp : TG_Op<"print", [AttrSizedOperandSegments, MemoryEffects<[MemWrite<TG_PrintResource>]>]> {
  let summary = "Write a line of text and values";
  let description = [{
    Writes the texts and between them the values: one text more than values, some of them empty. A value is a scalar, or
    a container; `ranks` says how many of the sizes belong to each value, `matrices` whether its last two dimensions are
    columns and rows. Lines are written in the order in which they are reached, once each: nothing moves
    or repeats the op, a loop that holds it stays a loop, and no reverse sweep copies it.

    The block decides in which entry functions the op stays; see `interpret`.

    ```mlir
    tg.print model ["x = ", ", theta = ", ""] (%x, %theta : f64, tensor<?xf64>) sizes (%n)
      matrices [false, false] ranks [0, 1]
    ```
  }];
  let arguments = (ins TG_PrintBlock:$block, StrArrayAttr:$texts,
                       Variadic<AnyTypeOf<[F64, I32, TensorOf<[F64, I32]>, MemRefRankOf<[F64, I32], [1]>]>>:$values,
                       Variadic<Index>:$sizes, DenseBoolArrayAttr:$matrices, DenseI32ArrayAttr:$ranks);
  let assemblyFormat = [{
    $block $texts (`(` $values^ `:` type($values) `)`)? (`sizes` `(` $sizes^ `)`)? `matrices` $matrices `ranks` $ranks
    attr-dict
  }];
  let hasVerifier = 1;
}

#endif // ASTRAGAL_TG_PRINT_TD
