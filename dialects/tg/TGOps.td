//===- TGOps.td - the tensor graph: what upstream dialects lack -*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_TG_OPS_TD
#define ASTRAGAL_TG_OPS_TD

include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/LoopLikeInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def TG_Dialect : Dialect {
  let name = "tg";
  let summary = "The tensor graph: plates and special functions";
  let description = [{
    What `arith`, `math`, `tensor` and `scf` lack to say the mathematics of a log density: loops over
    independent rows (*plates*), special functions, and checks of arguments.
  }];
  let cppNamespace = "::astragal::tg";
  let dependentDialects = ["::mlir::arith::ArithDialect"];
  let hasConstantMaterializer = 1;
}

class TG_Op<string mnemonic, list<Trait> traits = []> : Op<TG_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Plates
//===----------------------------------------------------------------------===//

def TG_PlateOp : TG_Op<"plate", [
    AttrSizedOperandSegments, RecursiveMemoryEffects, SingleBlockImplicitTerminator<"YieldOp">,
    DeclareOpInterfaceMethods<LoopLikeOpInterface, ["getRegionIterArgs"]>]> {
  let summary = "Independent rows of scalar computation";
  let description = [{
    Evaluates its body once for every row of a rectangular index space. Rows are independent: no row sees what
    another computed, so they may run in any order, on vector lanes, or on threads. The body is scalar code
    that captures values from outside; it may hold `scf` loops and branches, and plates.

    A plate's results are, in this order:

    * *sums*: scalars (`f64` or `i32`) added over all rows, from zero;
    * *maxima*: `f64` scalars, the largest over all rows, from −inf;
    * *accumulated*: tensors that start from `inits` and to which rows add by `tg.accumulate`;
    * *rows*: tensors of the shape of the index space, one element a row.

    ```mlir
    %lp, %d_alpha, %mu = tg.plate (%n) in (%N) accumulate(%acc = %zero : tensor<85xf64>) {
      %j = tensor.extract %county[%n] : tensor<919xindex>
      %a = tensor.extract %alpha[%j] : tensor<85xf64>
      ...
      %acc1 = tg.accumulate %da into %acc[%j] : tensor<85xf64>
      tg.yield sum(%l : f64) accumulated(%acc1 : tensor<85xf64>) rows(%a : f64)
    } : f64, tensor<85xf64>, tensor<919xf64>
    ```

    Sums are formed as eight interleaved partials (row n goes to partial n mod 8, along the last dimension) and a
    fixed tree over the partials, in every schedule.

    With `chunks` the rows are cut into so many chunks along the first extent, and each forms sums of its own, which
    are added in their order: chunks may be computed at once, and what they compute does not depend on that.

    ```mlir
    %lp = tg.plate (%n) in (%N) chunks(%c) {
    ```
  }];
  let arguments = (ins Variadic<Index>:$extents, Optional<Index>:$chunks, Variadic<AnyRankedTensor>:$inits);
  let results = (outs Variadic<AnyType>:$outs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let hasCanonicalizer = 1;
  let skipDefaultBuilders = 1;
  let builders = [
    // Calls `fill(builder, indices, accumulators)`, which must end the body with a `tg.yield`.
    OpBuilder<(ins "::mlir::ValueRange":$extents, "::mlir::ValueRange":$inits,
      "::llvm::function_ref<void(::mlir::OpBuilder &, ::mlir::Location, ::mlir::ValueRange, ::mlir::ValueRange)>":$fill)>,
    OpBuilder<(ins "::mlir::TypeRange":$results, "::mlir::ValueRange":$extents, "::mlir::ValueRange":$inits,
      CArg<"::mlir::Value", "{}">:$chunks)>,
  ];
  let extraClassDeclaration = [{
    unsigned getRank() { return getExtents().size(); }
    ::mlir::Block *getBodyBlock() { return &getBody().front(); }
    ::mlir::ValueRange getIndices() { return getBodyBlock()->getArguments().take_front(getRank()); }
    ::mlir::ValueRange getAccumulators() { return getBodyBlock()->getArguments().drop_front(getRank()); }
    YieldOp getYield();
    ::mlir::ResultRange getSums();
    ::mlir::ResultRange getMaxima();
    ::mlir::ResultRange getAccumulated();
    ::mlir::ResultRange getRows();
    /// The shape of a row result: the extents, static where they are constants.
    static ::llvm::SmallVector<int64_t> getRowShape(::mlir::ValueRange extents);
  }];
}

def TG_YieldOp : TG_Op<"yield", [
    Pure, Terminator, AttrSizedOperandSegments, HasParent<"PlateOp">]> {
  let summary = "What one row of a plate contributes";
  let arguments = (ins Variadic<AnyTypeOf<[F64, I32]>>:$sums, Variadic<F64>:$maxima,
                       Variadic<AnyRankedTensor>:$accumulated, Variadic<AnyType>:$rows);
  let assemblyFormat = [{
    (`sum` `(` $sums^ `:` type($sums) `)`)? (`max` `(` $maxima^ `:` type($maxima) `)`)?
    (`accumulated` `(` $accumulated^ `:` type($accumulated) `)`)? (`rows` `(` $rows^ `:` type($rows) `)`)?
    attr-dict
  }];
  let builders = [OpBuilder<(ins), [{ build($_builder, $_state, ::mlir::ValueRange(), ::mlir::ValueRange(), ::mlir::ValueRange(), ::mlir::ValueRange()); }]>];
}

def TG_AccumulateOp : TG_Op<"accumulate", [Pure, AllTypesMatch<["dest", "result"]>,
    TypesMatchWith<"the value is an element of the tensor", "dest", "value",
                   "::llvm::cast<::mlir::RankedTensorType>($_self).getElementType()">]> {
  let summary = "Add to one element of a tensor";
  let description = [{
    `%result` is `%dest` with `%value` added to the element at `indices`. In a plate the tensor is one of its
    accumulators, and the order in which rows add is not fixed beyond the rule for sums.
  }];
  let arguments = (ins F64:$value, TensorOf<[F64]>:$dest, Variadic<Index>:$indices);
  let results = (outs TensorOf<[F64]>:$result);
  let assemblyFormat = "$value `into` $dest `[` $indices `]` attr-dict `:` type($dest)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

def TG_SizedOp : TG_Op<"sized", [Pure, AllTypesMatch<["operand", "result"]>]> {
  let summary = "A tensor together with its sizes";
  let description = [{
    The operand, which is known to have these sizes. Ties the dynamic sizes of an argument to the values that they are
    computed from, so that no one needs to ask the tensor.

    ```mlir
    %y = tg.sized %arg[%n] : tensor<?xf64>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$operand, Variadic<Index>:$sizes);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$operand `[` $sizes `]` attr-dict `:` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Special functions: elementwise on scalars, vectors and tensors alike
//===----------------------------------------------------------------------===//

class TG_UnaryOp<string mnemonic> : TG_Op<mnemonic, [Pure, SameOperandsAndResultType, Elementwise,
    Scalarizable, Vectorizable, Tensorizable]> {
  let arguments = (ins FloatLike:$operand);
  let results = (outs FloatLike:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

def TG_LogisticOp : TG_UnaryOp<"logistic"> {
  let summary = "1 / (1 + exp(-x))";
  let description = [{ The inverse of logit. Accurate in both tails: tends to `exp(x)` and to 1. }];
  let hasFolder = 1;
}

def TG_Log1pExpOp : TG_UnaryOp<"log1p_exp"> {
  let summary = "log(1 + exp(x)), without overflow";
  let description = [{ Also called softplus. Its derivative is `tg.logistic`. }];
  let hasFolder = 1;
}

def TG_LgammaOp : TG_UnaryOp<"lgamma"> {
  let summary = "log |Gamma(x)|";
  let description = [{ Its derivative is `tg.digamma`. }];
  let hasFolder = 1;
}

def TG_DigammaOp : TG_UnaryOp<"digamma"> {
  let summary = "The derivative of lgamma";
  let description = [{ Its derivative is `tg.trigamma`. }];
}

def TG_TrigammaOp : TG_UnaryOp<"trigamma"> {
  let summary = "The second derivative of lgamma";
}

def TG_NormalCdfOp : TG_UnaryOp<"normal_cdf"> {
  let summary = "The distribution function of the standard normal";
  let description = [{ Accurate relative to itself in the lower tail. Stan calls it `Phi`. }];
}

def TG_NormalQuantileOp : TG_UnaryOp<"normal_quantile"> {
  let summary = "The inverse of normal_cdf";
  let description = [{ NaN outside of [0, 1]. Stan calls it `inv_Phi`. }];
}

//===----------------------------------------------------------------------===//
// Scaling by powers of two: what processors with AVX-512 do in an instruction
//===----------------------------------------------------------------------===//

def TG_RealOrReals : AnyTypeOf<[F64, FixedVectorOfRankAndType<[1], [F64]>]>;

def TG_ScaleBOp : TG_Op<"scaleb", [Pure, SameOperandsAndResultType]> {
  let summary = "x · 2^k for an integer k, rounded once";
  let description = [{ Overflow, subnormals and underflow included; NaN where an operand is. }];
  let arguments = (ins TG_RealOrReals:$operand, TG_RealOrReals:$power);
  let results = (outs TG_RealOrReals:$result);
  let assemblyFormat = "$operand `,` $power attr-dict `:` type($result)";
}

def TG_LogBOp : TG_Op<"logb", [Pure, SameOperandsAndResultType]> {
  let summary = "The exponent of |x|: the largest k with 2^k <= |x|";
  let description = [{ Of zero -inf, of an infinity inf; a subnormal has the exponent that it would have if it were normal. }];
  let arguments = (ins TG_RealOrReals:$operand);
  let results = (outs TG_RealOrReals:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

def TG_SignificandOp : TG_Op<"significand", [Pure, SameOperandsAndResultType]> {
  let summary = "x over a power of two, in [0.75, 1.5)";
  let description = [{ Of a zero or of inf 1, of what is negative NaN. }];
  let arguments = (ins TG_RealOrReals:$operand);
  let results = (outs TG_RealOrReals:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Special functions that are called
//===----------------------------------------------------------------------===//

def TG_SpecialOp : TG_Op<"special", [Pure, SameOperandsAndResultType, Elementwise, Scalarizable, Vectorizable,
    Tensorizable]> {
  let summary = "A special function that is called";
  let description = [{
    A pure function of a fixed list, in the runtime, by its name there. It has no derivative: who differentiates it says
    so with `tg.with_partials`. Its values on invalid arguments are NaN.

    ```mlir
    %p = tg.special "gamma_p"(%a, %x) : f64
    ```
  }];
  let arguments = (ins StrAttr:$function, Variadic<FloatLike>:$operands);
  let results = (outs FloatLike:$result);
  let assemblyFormat = "$function `(` $operands `)` attr-dict `:` type($result)";
}

def TG_WithPartialsOp : TG_Op<"with_partials", [Pure, AttrSizedOperandSegments, SameOperandsAndResultType, Elementwise,
    Scalarizable, Vectorizable, Tensorizable]> {
  let summary = "A value whose partial derivatives are given";
  let description = [{
    The identity on `value`. Its derivative with respect to each of `wrt` is the one of `partials` at the same place; no
    derivative flows through `value` and `partials` themselves. Gone after differentiation.

    ```mlir
    %y = tg.with_partials %p wrt(%a, %x) partials(%da, %dx) : f64
    ```
  }];
  let arguments = (ins FloatLike:$value, Variadic<FloatLike>:$wrt, Variadic<FloatLike>:$partials);
  let results = (outs FloatLike:$result);
  let assemblyFormat = "$value `wrt` `(` $wrt `)` `partials` `(` $partials `)` attr-dict `:` type($result)";
  let hasFolder = 1;
  let hasVerifier = 1;
}

def TG_StopGradientOp : TG_Op<"stop_gradient", [Pure, SameOperandsAndResultType, Elementwise]> {
  let summary = "The identity, with derivative zero";
  let description = [{
    Marks a value that the result does not depend on as a function, such as the shift of a log_sum_exp.
    Gone after differentiation.
  }];
  let arguments = (ins AnyType:$operand);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$operand attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

def TG_Domain : I32EnumAttrCase<"Domain", 0, "domain">;
def TG_Fatal : I32EnumAttrCase<"Fatal", 1, "fatal">;
def TG_CheckKind : I32EnumAttr<"CheckKind", "what a failed check means", [TG_Domain, TG_Fatal]> {
  let cppNamespace = "::astragal::tg";
}

def TG_CheckResource : Resource<"::astragal::tg::CheckResource">;

def TG_CheckOp : TG_Op<"check", [MemoryEffects<[MemWrite<TG_CheckResource>]>]> {
  let summary = "Raise the flag of the evaluation where a condition is false";
  let description = [{
    A failed `domain` check makes the log density −inf (Stan Reference Manual, "Reject statement"); a failed `fatal`
    check ends the run. The first failed check of an evaluation is reported, by the number that
    `number-checks` gave it. Where several fail, passes may have changed which is first. Evaluation goes on to its end: what follows must be safe for any value.

    An explanation says the message again, with values: each `{}` stands for the next of them, `{+}` for it plus one
    (an index as people count), and `{{` for a brace. Fast code has none (`drop-explanations`); an entry that explains
    a failure has them, and stores those of the first check that fails. Canonicalization drops a check behind one of the
    same condition and kind.

    ```mlir
    tg.check %positive, domain, "normal: the scale is not positive" : i1
    tg.check %positive, domain, "sigma must be positive" explain "sigma must be positive, got {}"(%sigma : f64) : i1
    ```
  }];
  let arguments = (ins AnyTypeOf<[I1, VectorOfAnyRankOf<[I1]>]>:$condition,
                       Variadic<AnyTypeOf<[F64, I32, Index]>>:$values, TG_CheckKind:$kind, StrAttr:$message,
                       OptionalAttr<StrAttr>:$explanation, OptionalAttr<I32Attr>:$number);
  let assemblyFormat = [{
    $condition `,` $kind `,` $message (`explain` $explanation^ `(` $values `:` type($values) `)`)?
    (`number` $number^)? attr-dict `:` type($condition)
  }];
  let builders = [
    OpBuilder<(ins "::mlir::Value":$condition, "CheckKind":$kind, "const ::llvm::Twine &":$message,
      CArg<"::llvm::StringRef", "{}">:$explanation, CArg<"::mlir::ValueRange", "{}">:$values), [{
        build($_builder, $_state, condition, values, kind, $_builder.getStringAttr(message),
              explanation.empty() ? ::mlir::StringAttr() : $_builder.getStringAttr(explanation), ::mlir::IntegerAttr());
      }]>,
  ];
  let hasVerifier = 1;
  let hasCanonicalizeMethod = 1;
}

//===----------------------------------------------------------------------===//
// Random numbers
//===----------------------------------------------------------------------===//

def TG_RandomUniformOp : TG_Op<"random_uniform", [Pure]> {
  let summary = "The uniform number in (0, 1) at a place of a counter-based stream";
  let description = [{
    A pure function of its operands: Philox 4x32-10 (Salmon et al., SC'11) with key `seed` and counter
    (`stream`, `counter`). The same operands give the same number everywhere.
  }];
  let arguments = (ins I64:$seed, I64:$stream, I64:$counter);
  let results = (outs F64:$result);
  let assemblyFormat = "$seed `,` $stream `,` $counter attr-dict";
}

def TG_RandomNormalOp : TG_Op<"random_normal", [Pure]> {
  let summary = "The standard normal number at a place of a counter-based stream";
  let description = [{ As `tg.random_uniform`, through the Box-Muller transform. }];
  let arguments = (ins I64:$seed, I64:$stream, I64:$counter);
  let results = (outs F64:$result);
  let assemblyFormat = "$seed `,` $stream `,` $counter attr-dict";
}

include "TGChunks.td"
include "TGKernels.td"
include "TGPrint.td"
include "TGProfile.td"
include "TGTape.td"

#endif // ASTRAGAL_TG_OPS_TD
