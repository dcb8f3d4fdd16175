//===- ProbOps.td - models, sites and distributions ---------*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_PROB_OPS_TD
#define ASTRAGAL_PROB_OPS_TD

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Prob_Dialect : Dialect {
  let name = "prob";
  let summary = "Probabilistic models: data, parameters, observations";
  let description = [{
    A `prob.model` is the model as written: data, parameters with their supports, and the sites that make up the
    log density. It fixes no use: passes interpret it (as a log density, as constrained values, as a generator
    of draws), and each interpretation is a function.

    Tensors hold Stan's containers. A vector or row vector of length N is `tensor<N x f64>`; a matrix with R rows
    and C columns is `tensor<C x R x f64>`, so that columns are contiguous; an array puts its dimensions in front.
    Stan's `int` is `i32`.
  }];
  let cppNamespace = "::astragal::prob";
  let useDefaultAttributePrinterParser = 1;
}

class Prob_Op<string mnemonic, list<Trait> traits = []> : Op<Prob_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Enums and attributes
//===----------------------------------------------------------------------===//

class Prob_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::astragal::prob";
}

def Prob_Support : Prob_Enum<"Support", "the set that a parameter lives in", [
  I32EnumAttrCase<"Real", 0, "real">,
  I32EnumAttrCase<"Lower", 1, "lower">,
  I32EnumAttrCase<"Upper", 2, "upper">,
  I32EnumAttrCase<"Interval", 3, "interval">,
  I32EnumAttrCase<"OffsetMultiplier", 4, "offset_multiplier">,
  I32EnumAttrCase<"Ordered", 5, "ordered">,
  I32EnumAttrCase<"PositiveOrdered", 6, "positive_ordered">,
  I32EnumAttrCase<"Simplex", 7, "simplex">,
  I32EnumAttrCase<"UnitVector", 8, "unit_vector">,
  I32EnumAttrCase<"SumToZero", 9, "sum_to_zero">,
  I32EnumAttrCase<"StochasticRow", 10, "stochastic_row">,
  I32EnumAttrCase<"StochasticColumn", 11, "stochastic_column">,
  I32EnumAttrCase<"CholeskyFactorCorr", 12, "cholesky_factor_corr">,
  I32EnumAttrCase<"CholeskyFactorCov", 13, "cholesky_factor_cov">,
  I32EnumAttrCase<"CorrMatrix", 14, "corr_matrix">,
  I32EnumAttrCase<"CovMatrix", 15, "cov_matrix">
]>;

def Prob_OutputBlock : Prob_Enum<"OutputBlock", "where an output is declared", [
  I32EnumAttrCase<"Parameters", 0, "parameters">,
  I32EnumAttrCase<"Transformed", 1, "transformed">,
  I32EnumAttrCase<"Generated", 2, "generated">
]>;

def Prob_Role : Prob_Enum<"Role", "what an argument or a result of an entry function is", [
  I32EnumAttrCase<"Data", 0, "data">,
  I32EnumAttrCase<"Prepared", 1, "prepared">,
  I32EnumAttrCase<"Input", 2, "input">,
  I32EnumAttrCase<"Output", 3, "output">,
  I32EnumAttrCase<"Value", 4, "value">,
  I32EnumAttrCase<"Sizes", 5, "sizes">,
  I32EnumAttrCase<"Seed", 6, "seed">,
  I32EnumAttrCase<"Stream", 7, "stream">,
  I32EnumAttrCase<"DataSeed", 8, "data_seed">,
  I32EnumAttrCase<"Shapes", 9, "shapes">,
  I32EnumAttrCase<"Argument", 10, "argument">,
  I32EnumAttrCase<"Chunk", 11, "chunk">,
  I32EnumAttrCase<"Begin", 12, "begin">,
  I32EnumAttrCase<"End", 13, "end">,
  I32EnumAttrCase<"Part", 14, "part">,
  I32EnumAttrCase<"Rows", 15, "rows">
]>;

def Prob_BindingAttr : AttrDef<Prob_Dialect, "Binding"> {
  let mnemonic = "binding";
  let summary = "Ties an argument or a result of an entry function to a field of `astragal_call`";
  let description = [{
    `#prob.binding<data, 2>` is the third data variable, `#prob.binding<prepared, 0>` the first value that `prepare`
    computes. The other roles have index 0. Entry functions carry it as `prob.binding` on every argument and result.

    So do functions of chunks, which `tg.chunks` calls: `argument`, of which the index is the place in the list of what they
    are given, `chunk`, `begin` and `end`; results are the chunk's `part` of a list, `rows` from `begin` on, or the `output`
    that is an argument, too, and of which each chunk updates elements that no other touches.
  }];
  let parameters = (ins EnumParameter<Prob_Role>:$role, "int64_t":$index);
  let assemblyFormat = "`<` $role `,` $index `>`";
}

//===----------------------------------------------------------------------===//
// Models
//===----------------------------------------------------------------------===//

def Prob_ModelOp : Prob_Op<"model", [Symbol, IsolatedFromAbove, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "A probabilistic model";
  let description = [{
    One block, in the order of evaluation: `prob.data`, what is computed from data alone, `prob.param`, what is
    computed from both, and the sites (`prob.observe`, `prob.factor`, possibly inside `scf` loops and branches).
    `prob.output` names the values that draws consist of. `prob.generated` holds what is computed once a draw.

    ```mlir
    prob.model @coin {
      %y = prob.data "y" : tensor<10xi32>
      %theta = prob.param "theta" interval(%c0, %c1) : f64
      prob.observe @bernoulli(%theta) at %y autodiff [false, true] : (f64) -> tensor<10xi32>
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
}

def Prob_DataOp : Prob_Op<"data", [ParentOneOf<["ModelOp"]>]> {
  let summary = "A data variable";
  let description = [{
    `dims` are its sizes in the order of its type's dimensions, where those are not static. `arrayRank` says how many
    leading dimensions are of arrays; of the rest, two are a matrix (columns first), one is a vector.
  }];
  let arguments = (ins StrAttr:$name, Variadic<Index>:$dims, DefaultValuedAttr<I32Attr, "0">:$array_rank);
  let results = (outs AnyType:$result);
  let assemblyFormat = "$name (`sizes` `(` $dims^ `)`)? (`array_rank` $array_rank^)? attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def Prob_DataSeedOp : Prob_Op<"data_seed", [Pure]> {
  let summary = "The seed of random numbers in transformed data";
  let description = [{
    Belongs to the data: one number for all evaluations. Their stream is 0.
  }];
  let results = (outs I64:$result);
  let assemblyFormat = "attr-dict";
}

def Prob_ParamOp : Prob_Op<"param", [AttrSizedOperandSegments, ParentOneOf<["ModelOp"]>]> {
  let summary = "A parameter";
  let description = [{
    `bounds` are those of the support: one for `lower` and `upper`, two for `interval` (lower, upper) and
    `offset_multiplier`; each a scalar, or a tensor of the parameter's shape. The transforms from the unconstrained
    scale and their Jacobians are those of the Stan Reference Manual, "Constraint transforms".

    The transforms of `corr_matrix` and `cov_matrix` make a lower triangular factor with a positive diagonal, and of it the
    parameter. Such an op may have that factor as its second result, so that nobody computes it from the parameter again:

    ```mlir
    %S, %L = prob.param "S" cov_matrix sizes(%c3, %c3) : tensor<3x3xf64>, tensor<3x3xf64>
    ```
  }];
  let arguments = (ins StrAttr:$name, Prob_Support:$support, Variadic<AnyType>:$bounds, Variadic<Index>:$dims,
                       DefaultValuedAttr<I32Attr, "0">:$array_rank);
  let results = (outs AnyType:$result, Optional<AnyType>:$factor);
  let assemblyFormat = [{
    $name $support (`(` $bounds^ `:` type($bounds) `)`)? (`sizes` `(` $dims^ `)`)? (`array_rank` $array_rank^)?
    attr-dict `:` type($result) (`,` type($factor)^)?
  }];
  let hasVerifier = 1;
}

def Prob_OutputOp : Prob_Op<"output"> {
  let summary = "A named value of a draw";
  let arguments = (ins StrAttr:$name, Prob_OutputBlock:$block, AnyType:$value, Variadic<Index>:$dims,
                       DefaultValuedAttr<I32Attr, "0">:$array_rank);
  let assemblyFormat = [{
    $name $block $value (`sizes` `(` $dims^ `)`)? (`array_rank` $array_rank^)? attr-dict `:` type($value)
  }];
  let hasVerifier = 1;
}

def Prob_GeneratedOp : Prob_Op<"generated", [ParentOneOf<["ModelOp"]>, NoTerminator, SingleBlock]> {
  let summary = "What is computed once a draw";
  let description = [{
    Sees everything that the model computed before it. Random numbers are pure functions of `seed`, `stream` and a
    counter, so the body is free of hidden state; its two block arguments are seed and stream (`i64`).
  }];
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Sites
//===----------------------------------------------------------------------===//

class Prob_SiteOp<string mnemonic, list<Trait> traits = []> : Prob_Op<mnemonic, traits>;

def Prob_ObserveOp : Prob_SiteOp<"observe"> {
  let summary = "Add the log density of a distribution to the model's, constants dropped";
  let description = [{
    Stan's `at ~ distribution(arguments)`. Where a container is given for a scalar, the density is summed over
    its elements. `autodiff` holds Stan's static level of the point and of each argument, in this order: a
    summand of the density that depends on no autodiff operand is dropped.
  }];
  let arguments = (ins FlatSymbolRefAttr:$distribution, AnyType:$at, Variadic<AnyType>:$arguments,
                       DenseBoolArrayAttr:$autodiff);
  let assemblyFormat = [{
    $distribution `(` $arguments `)` `at` $at `autodiff` $autodiff attr-dict `:` functional-type($arguments, $at)
  }];
  let hasVerifier = 1;
}

def Prob_FactorOp : Prob_SiteOp<"factor"> {
  let summary = "Add a number to the model's log density";
  let description = [{
    With `jacobian`, the number belongs to a change of variables: it counts where the Jacobians of the parameters'
    transforms do.
  }];
  let arguments = (ins F64:$value, UnitAttr:$jacobian);
  let assemblyFormat = "$value (`jacobian` $jacobian^)? attr-dict";
}

def Prob_TargetOp : Prob_Op<"target", [MemoryEffects<[MemRead, MemWrite]>]> {
  let summary = "The log density so far";
  let description = [{
    What the sites before it have added, Jacobians included where they count. It stays where it is among the sites.
  }];
  let results = (outs F64:$result);
  let assemblyFormat = "attr-dict";
}

def Prob_SampleOp : Prob_SiteOp<"sample", [AttrSizedOperandSegments]> {
  let summary = "An addressed draw from a distribution";
  let description = [{
    An unobserved site: a parameter whose support is the distribution's and whose prior is the distribution. What the
    C++ builder makes of a latent variable.
  }];
  let arguments = (ins StrAttr:$name, FlatSymbolRefAttr:$distribution, Variadic<AnyType>:$arguments, Variadic<Index>:$dims);
  let results = (outs AnyType:$result);
  let assemblyFormat = [{
    $name `from` $distribution `(` $arguments `)` (`sizes` `(` $dims^ `)`)? attr-dict `:` functional-type($arguments, $result)
  }];
}

def Prob_CheckResource : Resource<"::astragal::prob::CheckResource">;

def Prob_LogDensityOp : Prob_Op<"log_density", [MemoryEffects<[MemWrite<Prob_CheckResource>]>]> {
  let summary = "The log density of a distribution at a point";
  let description = [{
    As `prob.observe`, but a value. With `propto`, summands that depend on no autodiff operand are dropped. Arguments
    are checked even if nobody uses the value: that is the op's effect. It is never computed where the program does
    not, since its checks may reject.
  }];
  let arguments = (ins FlatSymbolRefAttr:$distribution, AnyType:$at, Variadic<AnyType>:$arguments,
                       DenseBoolArrayAttr:$autodiff, UnitAttr:$propto);
  let results = (outs F64:$result);
  let assemblyFormat = [{
    $distribution `(` $arguments `)` `at` $at `autodiff` $autodiff (`propto` $propto^)? attr-dict
    `:` functional-type($arguments, $at)
  }];
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Distributions
//===----------------------------------------------------------------------===//

def Prob_DistributionOp : Prob_Op<"distribution", [Symbol]> {
  let summary = "A distribution: its log density function";
  let description = [{
    `log_density` names a function of the point and the arguments, in this order, that returns `f64`. A scalar
    operand of that function may be given a container where the distribution is used.

    ```mlir
    prob.distribution @normal log_density @normal_lpdf support real
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, FlatSymbolRefAttr:$log_density,
                       DefaultValuedAttr<Prob_Support, "Support::Real">:$support);
  let assemblyFormat = "$sym_name `log_density` $log_density `support` $support attr-dict";
}

def Prob_SummandOp : Prob_Op<"summand", [Pure, AllTypesMatch<["value", "result"]>]> {
  let summary = "A summand of a log density, with the arguments that it depends on";
  let description = [{
    Stands in functions that a `prob.distribution` names. `depends` lists positions of the function's arguments, the
    point being 0. Inlining with `propto` replaces it by zero where none of them is autodiff, as Stan's
    `include_summand` does.
  }];
  let arguments = (ins F64:$value, DenseI64ArrayAttr:$depends);
  let results = (outs F64:$result);
  let assemblyFormat = "$value `depends` $depends attr-dict";
}

#endif // ASTRAGAL_PROB_OPS_TD
