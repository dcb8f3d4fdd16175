//===- Passes.td - rewriting while the program is still mathematics -*- tablegen -*-===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef ASTRAGAL_COMPILER_OPTIMIZE_PASSES_TD
#define ASTRAGAL_COMPILER_OPTIMIZE_PASSES_TD

include "mlir/Pass/PassBase.td"

def InlineFunctions : Pass<"inline-functions", "mlir::ModuleOp"> {
  let summary = "Replace calls of private functions by their bodies";
  let description = [{
    Callees come before callers, so that nested calls vanish too. An inlined op is at the call site of its own
    place. Private functions that nothing names afterwards are erased. A `prob.summand` that is inlined is its
    value: which summands matter is known only where a distribution is used. A call that is marked `prob.checked` is
    inlined without its checks. Recursion is an error.
  }];
}

def BuildPlates : Pass<"build-plates", "mlir::ModuleOp"> {
  let summary = "Make plates of vectorised densities and of element-wise expressions";
  let description = [{
    A `prob.log_density` whose value has users is marked: from here on copies may merge, move and die. One
    with containers where the density takes scalars becomes the sum of a plate over the
    containers' index space; one with arrays of what the density takes becomes a loop over the array. An
    element-wise op on tensors becomes a plate of one op with a row result; fuse-plates joins such plates.
    Sizes that are not provably equal are checked, and the smaller one is the extent, so that what follows a failed
    check stays within bounds.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def BoundLoops : Pass<"bound-loops", "mlir::func::FuncOp"> {
  let summary = "Let loops end where their index has left what it reads";
  let description = [{
    Data may say that a loop runs two thousand million times over a container of ten elements. Each iteration checks its index, the first check
    that fails ends the run, and nothing counts that comes after it: the loop ends with the iteration that fails first. Bounds that some
    container was declared with, or constants, stay as they are.

    ```mlir
    scf.for %t = %first to %end step %c1 { ... tg.check (%t < %n) ... }
    // becomes
    scf.for %t = %first to min(%end, max(%first, %n) + 1) step %c1 { ... }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def DropExplanations : Pass<"drop-explanations", "mlir::ModuleOp"> {
  let summary = "Take the values from checks";
  let description = [{
    A `tg.check` keeps its condition and its message. What it would show must not be computed, nor hold up loops and plates,
    where every microsecond counts; code that explains a failure is compiled without this pass.
  }];
}

def TraceNans : Pass<"trace-nans", "mlir::func::FuncOp"> {
  let summary = "Check that no operation makes NaN of numbers";
  let description = [{
    In functions whose names begin with `trace_`. After every operation on reals comes a fatal `tg.check` that fails if the
    result is not a number and no operand is to blame, and shows the operands; reading an element that is not a number
    fails too. The first check that fails is where NaN came from. Operations that have their check are marked
    with `tg.traced`: run once more after differentiation, the pass adds those of the adjoint.

    Of what is added up to the value of the entry, through branches, loops and the rows of plates, none may be -inf: the first that is makes the
    log density that.

    ```mlir
    %q = arith.divf %a, %b {tg.traced} : f64
    tg.check %fine, fatal, "a quotient is not a number" explain "a quotient is not a number: {} / {}"(%a, %b : f64, f64) : i1
    ```
  }];
  let options = [Option<"gradient", "gradient", "bool", /*default=*/"false", "Say of what is found that it is in the gradient">];
  let dependentDialects = ["mlir::arith::ArithDialect", "astragal::tg::TGDialect"];
}

def UnrollSmallLoops : Pass<"unroll-small-loops", "mlir::func::FuncOp"> {
  let summary = "Write out loops and plates of few iterations";
  let description = [{
    Innermost first, so that loops over two or three states become scalars. A loop whose iterations are independent and
    that would fill a good part of a vector is left to raise-loops. The sums of a plate are formed as those of every
    plate: eight partials, here of a row or two each, and a fixed tree.

    Some more are unrolled where they make or read a small tensor that belongs to the row of a plate, or to an iteration
    of a loop that becomes one without such tensors: lanes are filled with rows then, and what was a tensor is scalars.
  }];
  let options = [
    Option<"maxTrips", "max-trips", "unsigned", /*default=*/"8", "Iterations of a loop that is unrolled">,
    Option<"maxRows", "max-rows", "unsigned", /*default=*/"4", "Rows of a plate that is unrolled">,
    Option<"maxLocal", "max-local", "unsigned", /*default=*/"16",
           "Iterations or rows of one that is unrolled for a tensor of the row">,
    Option<"maxOps", "max-ops", "unsigned", /*default=*/"400", "Ops that one loop may become">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
}

def HoistStores : Pass<"hoist-stores", "mlir::func::FuncOp"> {
  let summary = "Store behind a branch what it stored in it";
  let description = [{
    A branch that stores to an element of a tensor on one side, or to the same element on both, yields the number, and the element
    is stored behind it. Loops then carry what they carry without a branch on the way, and the tensor's final state is what was read. The
    place must not depend on the branch, and be one of the tensor even where nothing is stored.

    ```mlir
    %r = scf.if %c -> tensor<?xf64> { %s = tensor.insert %x into %t[%i]  scf.yield %s } else { scf.yield %t }
    // becomes
    %old = tensor.extract %t[%i]
    %y = scf.if %c -> f64 { scf.yield %x } else { scf.yield %old }
    %r = tensor.insert %y into %t[%i]
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect"];
}

def ForwardStores : Pass<"forward-stores", "mlir::func::FuncOp"> {
  let summary = "Read scalars, not the tensors that they were stored in";
  let description = [{
    An element that was inserted into a tensor is used as it is where it is read, if no store in between may have
    touched it; a read of a slice is one of what the slice was taken from; sizes are those of declarations. Loops
    carry the elements of small tensors that are read at constant indices only. Where a chain of inserts that
    fills a tensor is read as a whole, one `tensor.from_elements` takes its place; where it is a slice that an iteration
    of a loop writes, and nobody reads there, each element is a store of its own. What a chain holds is kept by
    index, so that long chains take little more than linear time.
  }];
  let options = [
    Option<"maxCarried", "max-carried", "int64_t", /*default=*/"16", "Elements of a tensor that a loop carries one by one">,
    Option<"maxGathered", "max-gathered", "int64_t", /*default=*/"4096", "Elements of a tensor that is made in one op">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
}

def ProveRanges : Pass<"prove-ranges", "mlir::func::FuncOp"> {
  let summary = "Decide comparisons of indices by the bounds of the loops around them";
  let description = [{
    Integers are sums of indices, constants and what else there is; an index is bounded by its loop or plate, the innermost first. A comparison
    that comes out the same in every iteration is a constant, and what it checks and selects goes with it: then an index is
    a sum where lanes see that neighbours read neighbours. The smaller of two, and the larger, are decided like that.

    ```mlir
    scf.for %t = 1 to %n + 1 { scf.for %k = 1 to min(%t - 1, %q) + 1 { %at = %t - %k - 1; tg.check (%at < %n) ... select (%at < %n), %at, 0 ... } }
    // becomes
    scf.for %t = 1 to %n + 1 { scf.for %k = 1 to min(%t - 1, %q) + 1 { %at = %t - %k - 1; ... %at ... } }
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def HoistRanges : Pass<"hoist-ranges", "mlir::func::FuncOp"> {
  let summary = "Check the end of a loop once, in place of the index of each iteration";
  let description = [{
    A check that the loop's index plus a constant is below a size that does not change becomes one check behind the loop, which ends before the iteration
    that would have failed: what the check guards is read in range, and nothing counts that comes after a failed check. The first index must be
    known to be no less than zero. Then the loop has no more iterations than the container has elements, which other passes see.

    ```mlir
    scf.for %k = %c0 to %q { tg.check (%k < %n), fatal ... }
    // becomes
    scf.for %k = %c0 to min(%q, %n) { ... }
    tg.check (%q <= %n), fatal
    ```
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def DistributeLoops : Pass<"distribute-loops", "mlir::func::FuncOp"> {
  let summary = "Run the parts of a loop one after the other";
  let description = [{
    A loop whose iterations touch only slices of their own of the tensors that it carries becomes a loop for each inner loop in
    it, with what stands before that. Parts read from the finished tensors what an earlier part computed, and compute scalars again. This
    is done where a part becomes a loop over elements that raise-loops makes a plate of; what depends on data alone, such as a recurrence
    of counts, is then free to move to `prepare`.

    ```mlir
    scf.for %i ... { scf.for %t ... { n[i, t] = n[i, t - 1] + y[i, t] }   scf.for %t ... { p[i, t] = f(n[i, t]) } }
    // becomes
    scf.for %i ... { scf.for %t ... { n[i, t] = n[i, t - 1] + y[i, t] } }
    scf.for %i ... { scf.for %t ... { p[i, t] = f(n[i, t]) } }
    ```
  }];
  let dependentDialects = ["mlir::scf::SCFDialect"];
}

def RaiseLoops : Pass<"raise-loops", "mlir::func::FuncOp"> {
  let summary = "Make plates of loops whose iterations are independent";
  let description = [{
    A loop of step one may carry sums, which nothing but an addition reads, and tensors of which each iteration writes
    and reads its own elements only: one or more places whose index in one dimension is the induction variable plus
    a constant, the other indices being invariant. Sums become sums of the plate; elements become row
    results, put back into the tensor that the loop started from unless they cover it. Outer loops come
    first; loops in a plate stay loops. Where a loop is left alone, a remark says why. Tensors that an iteration makes for itself,
    element by element, stay tensors of the row.

    A loop that does little but run another one, as often in each iteration, becomes a plate of two dimensions with it, if each pair of
    iterations owns one element of the tensors that both carry. The inner loop may be a plate by now, whose rows the outer one stores
    as columns or rows of a matrix. One element of these may be updated afterwards (a diagonal that something is added to): it is selected.

    Loops that stay in rows count from zero, as plates do. A few iterations at most, in each iteration of another loop, stay.

    A loop that updates one and the same element of a tensor, stored just before, and reads the others carries that
    element only, as a scalar: in most cases a sum.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect", "astragal::tg::TGDialect"];
}

def CarryElements : Pass<"carry-elements", "mlir::func::FuncOp"> {
  let summary = "Carry what the last iterations stored";
  let description = [{
    A recurrence that a model writes into a container, `h[t] = a + b * h[t - 1]`, reads in each iteration what the one
    before stored. The loop carries such elements as scalars: those at the induction variable plus a constant, read
    outside of branches and inner loops. The container is written as before. Where the element is a square root and only
    its square is read, the radicand is carried, so that no root lies on the path from one iteration to the next;
    rounding differs by an ulp.

    ```mlir
    %r = scf.for %t = %c1 to %n step %c1 iter_args(%h = %init) -> (tensor<?xf64>) {
      %p = arith.subi %t, %c1 : index
      %x = tensor.extract %h[%p] : tensor<?xf64>
      ...
    // becomes
    %s = tensor.extract %init[%c0] : tensor<?xf64>
    %r:2 = scf.for %t = %c1 to %n step %c1 iter_args(%h = %init, %x = %s) -> (tensor<?xf64>, f64) {
      ...
    ```
  }];
  let options = [
    Option<"maxDepth", "max-depth", "int64_t", /*default=*/"4",
           "How many iterations back an element may have been stored">,
    Option<"maxCarried", "max-carried", "unsigned", /*default=*/"16", "Elements of one tensor that a loop carries">
  ];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect"];
}

def IsolateRecurrences : Pass<"isolate-recurrences", "mlir::func::FuncOp"> {
  let summary = "Leave nothing but the recurrence in a loop that is one";
  let description = [{
    Of a loop whose iterations hand something on, what they need of each other stays; sums, checks and stores that are computed from
    it, with all that only these need, become a plate behind the loop. The numbers that cross lie in a tensor, one an
    iteration; what is cheap to compute from others that cross, or from nothing that is carried, is computed again. Special
    functions and divisions on the way that depend on nothing carried are computed in a plate before the loop.

    ```mlir
    %r:2 = scf.for %t = ... iter_args(%h = %h0, %sum = %zero) -> (f64, f64) {
      %next = ... %h ...
      %term = f(%next)
      %s = arith.addf %sum, %term : f64
      scf.yield %next, %s : f64, f64
    }
    // becomes
    %r:2 = scf.for %t = ... iter_args(%h = %h0, %all = %empty) -> (f64, tensor<?xf64>) { ... }
    %sum = tg.plate (%t) in (%n) {
      %next = tensor.extract %r#1[%t] : tensor<?xf64>
      %term = f(%next)
      tg.yield sum(%term : f64)
    ```

    This is done where what leaves has special functions or divisions that are worth the stores and loads, and where the loop is not known to
    have few iterations. With `prepared`, it is done where what stays depends on data alone, such as where the rows of the next group begin: that
    loop moves to `prepare`.
  }];
  let options = [Option<"prepared", "prepared", "bool", "false", "Only where data alone is carried">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def LeaveLogSpace : Pass<"leave-log-space", "mlir::func::FuncOp"> {
  let summary = "Write recurrences of log_sum_exp as scaled sums of products";
  let description = [{
    Forward algorithms of hidden Markov models: a loop carries logarithms, and each becomes the log_sum_exp of some of
    them, with something added. Their exponentials become sums of products, without exp or log between one iteration and
    the next. What is added is computed ahead: once where it is the same in all iterations, else in a plate over
    the iterations.

    ```mlir
    %r:2 = scf.for ... iter_args(%g = %g0, %h = %h0) -> (f64, f64) {
      // gamma[k] = log_sum_exp(g + a[1, k], h + a[2, k]) + e[t, k]
    // becomes
    %b0, %b1, %shift, %bad = tg.plate (%t) in (%n) { ... }          // emissions, divided by their largest
    %s:5 = scf.for ... iter_args(%p = %p0, %q = %q0, %power = %c1, ...) -> (f64, f64, f64, i64, f64) {
      %u = arith.mulf %p, %a00 : f64
      %v = arith.mulf %q, %a10 : f64
      %w = arith.addf %u, %v : f64
      ...
    %r = scf.if %exact -> (f64) { ... } else { ... the loop as it was ... }
    ```

    States may also be the elements of a tensor, whose number need not be known: factors are then a matrix.

    Where a number leaves the range in which it stands for its logarithm, the loop runs as it was, so all values are those
    of the logarithms: infinite ones, NaN, states that are e^1000 apart. A loop that does something else with the
    logarithms of each iteration is left alone, and a remark says so.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::tensor::TensorDialect", "astragal::tg::TGDialect"];
}

def FusePlates : Pass<"fuse-plates", "mlir::func::FuncOp"> {
  let summary = "Compute rows where they are read";
  let description = [{
    A plate that reads a row of another one at exactly its own row takes over the code that computes it, if it is the
    only reader, or if the row is cheap: a few additions and multiplications of what is in memory. A cheap row is
    also computed again where it is read at another index, unless many readers share few rows.
    Producers are taken from the last to the first, so that a chain of any length is joined in one go. Plates
    that nobody reads any more are erased. A remark says why a plate was left alone.
  }];
  let options = [Option<"keepData", "keep-data", "bool", "false", "Leave plates of data alone, which prepare computes once">];
}

def FuseSiblings : Pass<"fuse-siblings", "mlir::func::FuncOp"> {
  let summary = "Compute rows together that several plates compute";
  let description = [{
    Plates over the same rows whose sums are parts of one, such as the likelihoods of several outcomes, become one plate where they read
    something in common: a covariate, an index of groups, a parameter of the row, a row of another plate. What the later one needs moves to
    before the earlier one. Rows that the earlier one keeps for the later one alone stay in their row. Loops in the rows of a
    plate that run over the same range and read the same, as linear predictors of one matrix do, become one loop.

    ```mlir
    %a = tg.plate (%n) in (%N) { %v = tensor.extract %x[%n] ... tg.yield sum(%e : f64) }
    %s = arith.addf %prior, %a : f64
    %b = tg.plate (%n) in (%N) { %v = tensor.extract %x[%n] ... tg.yield sum(%f : f64) }
    %t = arith.addf %s, %b : f64
    // becomes
    %a = tg.plate (%n) in (%N) { %v = tensor.extract %x[%n] ... %g = arith.addf %e, %f : f64  tg.yield sum(%g : f64) }
    %t = arith.addf %prior, %a : f64
    ```

    A remark says why a plate was left alone.
  }];
  let options = [Option<"maxOps", "max-ops", "unsigned", /*default=*/"600", "Ops that the rows of one plate may become">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def PartitionPlates : Pass<"partition-plates", "mlir::func::FuncOp"> {
  let summary = "Make plates of their own for rows that take a branch on data";
  let description = [{
    A plate whose body has a branch on a condition that depends on the row and on data alone becomes two: one over the rows for
    which it holds and one over the others, each with its side in place of the branch. The rows are listed once, in
    `prepare`, where what they know from data is laid side by side too. So no lane waits for another, and what a
    side computes from data alone may move to `prepare`, where the branch has been guarding it.

    ```mlir
    %l = tg.plate (%n) in (%N) {
      %c = tensor.extract %censored[%n] : tensor<?xi32>
      %is = arith.cmpi ne, %c, %c0 : i32
      %r = scf.if %is -> f64 { ... } else { ... }
    // becomes
    %lists:3 = scf.for %n = %c0 to %N step %c1 iter_args(...) { ... }
    %a = tg.plate (%k) in (%lists#2) {
      %n = tensor.extract %lists#0[%k] : tensor<?xindex>
    ```

    Only plates of sums are split, and only branches that compute more than a few instructions; more than that where rows
    have parameters of their own, which lie next to each other as long as the rows do.
  }];
  let options = [Option<"maxPlates", "max-plates", "unsigned", /*default=*/"8", "Plates that one may become">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def FlattenPlates : Pass<"flatten-plates", "mlir::func::FuncOp"> {
  let summary = "Make one plate of loops of different lengths in the rows of a plate";
  let description = [{
    A loop, or a plate, in the rows of a plate whose bounds are data of the row, and whose sums are only added up over rows, becomes a
    plate over all its iterations in all rows. The row and the index of each are listed once, in `prepare`, where what
    they know from data is laid side by side too. Lanes do not wait for the longest row then, and sums of data may take the
    place of rows (`factor-sums`).

    ```mlir
    %l = tg.plate (%i) in (%N) {
      %s = scf.for %t = %first_i to %last_i step %c1 iter_args(%sum = %zero) -> f64 { ... }
      tg.yield sum(%s : f64)
    // becomes
    %lists:4 = scf.for %i = %c0 to %N step %c1 iter_args(...) { scf.for %t = ... }
    %l = tg.plate (%k) in (%total) {
      %i = tensor.extract %lists#0[%k] : tensor<?xindex>
      %t = tensor.extract %lists#1[%k] : tensor<?xindex>
    ```

    What is listed is bounded by the sizes that the body checks its index against, or of what it reads a slice of: of iterations that fail, one is
    kept. Parameters of the row are read by way of the list; what is expensive to compute from them is computed in a plate of the rows. A loop that its row
    hands many parameters to stays.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def HoistInvariants : Pass<"hoist-invariants", "mlir::func::FuncOp"> {
  let summary = "Compute before a loop what is the same in all its iterations";
  let description = [{
    Besides what is safe to compute in any case, symbolic log densities leave loops and plates of which it is known that they
    run: their checks may reject, which a loop without iterations must not. A loop runs if its bounds are constants that say so, or if
    one around it runs over the same or fewer numbers.

    ```mlir
    scf.for %k = %c0 to %n step %c1 {
      scf.for %j = %c0 to %n step %c1 {
        %0 = prob.log_density @normal(%mu_k, %sigma) at %y used // moves to before the loop over %j
    ```
  }];
}

def LiftRows : Pass<"lift-rows", "mlir::func::FuncOp"> {
  let summary = "Take Gaussian rows out of branches on data";
  let description = [{
    Rows under a condition on data, such as `if (!prior_only)`, are as many rows, or none. As a plate of that many
    rows outside of the branch they are open to statistics; the branch reads their sum. Only plates move
    that need no other value of the branch, and give it sums.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def CompressGaussians : Pass<"compress-gaussians", "mlir::ModuleOp"> {
  let summary = "Replace rows of Gaussian regressions by sufficient statistics";
  let description = [{
    The sum of normal log densities over a plate, or a loop, of data whose means are affine in the parameters depends on the
    data through the triangular factor r of [x | y] = q r: |y - x b|^2 = |r [-b; 1]|^2. The rows of r are new observations,
    whose density is that of before, and what the other rows had beside a square is counted:

    ```mlir
    %r = tg.kernel "add_rows"(...) updating into(%block, %r0)     // data alone
    %0 = prob.log_density @normal(%mean_of_row_0, %sigma) at %r_0 // and so on, a row for each column
    %1 = prob.log_density @normal(%zero, %sigma) at %zero
    %2 = arith.mulf %rows_less, %1 : f64
    ```

    Coefficients are products of data, however the mean was written: sums, products with a matrix, loops that
    add up, rows that another plate computes. Parameters that are gathered by an index of data, an intercept or slopes of groups,
    are eliminated first, group by group, with a few numbers for each group; the groups' scales may be
    parameters too. Where parameters are gathered by several such indices, their combinations that there are in the data are the groups, and a
    plate over the rows as they were has rows if these are not clearly fewer; so it is where the number of columns is open. Loops of
    known lengths around the rows are rows as well, and an index that counts through a matrix is two. Scales that are data divide their rows, weights that are data multiply them. Lognormal densities are such sums of
    the logarithms of data. A remark says why a density was left alone.
  }];
  let options = [Option<"fma", "fma", "bool", /*default=*/"true",
                        "Find what products of means lose by fused multiply-add, which the target has">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::scf::SCFDialect",
                           "mlir::tensor::TensorDialect", "astragal::tg::TGDialect"];
}

def CompressSquares : Pass<"compress-squares", "mlir::ModuleOp"> {
  let summary = "Compute squares of what is linear in data at the few rows of a triangular factor";
  let description = [{
    Where the rows of a plate are polynomials of the second degree in columns x of data, with coefficients that all rows
    share, their sum depends on the data through the factor r of [1 | x] = q r: it is the sum of these polynomials at the
    rows of r, with r's first column in place of ones. So are multivariate normal densities with a shared covariance,
    and whatever else was written as a square:

    ```mlir
    %r = tg.kernel "add_rows"(...) updating into(%block, %r0)     // data alone
    %s = tg.plate (%i) in (%c8) {                                 // the body of before
      %y = tensor.extract %r[%column, %i] : tensor<4x12xf64>
    ```

    Rows may be spread over several tensors, made by plates and by kernels that work column by column: triangular solves and
    products. Columns are taken from their means, which what is constant is compared with first. Checks that
    values are finite, or no NaN, are made at the new rows. Other summands stay as they are. A maximum over
    rows of what is the same for all of them is taken over one. A remark says why a plate was left alone.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def FactorSums : Pass<"factor-sums", "mlir::ModuleOp"> {
  let summary = "Take what is the same for all rows out of sums over data";
  let description = [{
    A plate whose sums are sums of products, each of data and of parameters, becomes the sums of the data, which depend on
    data alone, times the parameters: for densities of exponential families with shared parameters, counts and sums.
    Choices by data (`y == 1 ? log(theta) : log1m(theta)`) are data that is zero where it does not count. Where
    parameters are chosen by one index of data there is one such sum for each of its values. Checks of parameters are made
    once, or once a group that has rows; where they are of data times or plus parameters, for the smallest and the largest datum.
    A logarithm of such a product is a sum, and an exponential of such a sum a product: rates with exposures. The data's
    exponentials are those of differences to the largest; where it is too far from the smallest, a plate with the rows as they
    were has them instead.

    ```mlir
    %n, %total = tg.plate (%i) in (%N) { ... }     // data alone
    %a = arith.mulf %n, %log_rate : f64
    %b = arith.mulf %total, %rate : f64
    ```

    A product of two values that both mix data and parameters is left alone, squares of differences above all: their parts are
    much larger than they are. A remark says why a plate was left alone.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def MergeRows : Pass<"merge-rows", "mlir::ModuleOp"> {
  let summary = "Compute rows that are equal once, with a weight";
  let description = [{
    The rows of a plate that only adds up are the same to its parameters if all values of data are that meet parameters
    there: outcomes, covariates, indices of groups. `prepare` looks for such rows, and the plate runs over one of each, whose
    summands count as often as there were rows:

    ```mlir
    %rows, %weights, %count = tg.kernel "equal_rows"(%keys, %n, %m : ...)   // data alone
    %s = tg.plate (%block, %lane) in (%blocks, %c8) { ... }
    ```

    Where they would not be clearly fewer, all rows stay, with weights of one. Their number is a multiple of eight in any case,
    the last row being taken in parts, so that blocks of lanes are whole.

    Rows that read the same element of a parameter, by an index that is data or several of them, are put into blocks of eight if
    that makes at most a quarter more rows. Then that element is read once a block, and its derivative added to one place:

    ```mlir
    %rows, %weights, %ends, %counts = tg.kernel "block_rows"(%keys, %n, %column, ... : ...)
    %s = tg.plate (%block, %lane) in (%blocks, %c8) { ... }                  // the index is read at 8 %block
    %t = tg.plate (%block, %lane) in (%others, %c8) { ... }                  // one of them has no rows
    ```

    Rows that are cheap, few, long, or have parameters of their own are
    left alone, and a remark says why. Checks of data are made for all rows.

    With `single`, what rows read of large variables of the data is rounded to single precision as by `tile-data`, before rows are compared, and
    kept as that.
  }];
  let options = [Option<"single", "single", "bool", "false", "store large variables of the data in single precision">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def BelieveChecks : Pass<"believe-checks", "mlir::ModuleOp"> {
  let summary = "Indices that prepare has checked are in range";
  let description = [{
    Where data chooses an element, `prepare` checks the index once for all rows. What is left in the entries is the index, or another one
    where it is out of range. No log density is computed after a check of `prepare` has failed, so there the comparison is true. It is the last pass that
    looks at data: what moves to `prepare` runs whatever the data is. Outputs (`generate`, `constrain`) may be computed where data alone
    rejects every point, and keep their comparisons.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def HoistDataOnly : Pass<"hoist-data-only", "mlir::ModuleOp"> {
  let summary = "Compute once, in `prepare`, what depends on data alone";
  let description = [{
    In every entry but `prepare` and the two of sizes, values that depend on data alone and take a special function, a
    division, a plate or a loop become results of `prepare` and prepared arguments of the entry; equal ones in
    several entries become one. Data-only values in the body of a plate or a loop become rows of a plate of their
    own first. Checks of data alone move too, but those that `generate` makes: they fail draw by draw.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect", "astragal::tg::TGDialect"];
}

def TileData : Pass<"tile-data", "mlir::ModuleOp"> {
  let summary = "Let data lie in the order in which rows are computed";
  let description = [{
    In log densities and gradients, a loop in the rows of a plate that runs over the other dimension of a data-only matrix, as a linear predictor does, reads
    from a copy in tiles of sixteen rows, `[row / 16, column, row mod 16]`, which `hoist-data-only` moves to `prepare`. One
    evaluation then reads one contiguous stream, whatever the number of columns. The copy has zeros behind the last row.
    With `single`, large variables of the data are copied in single precision, whatever reads them row by row: vectors as they lie, others in
    tiles. A read widens. Which variables these are, and along which dimensions rows follow them, stands at the module, `prob.single_data`, by
    number: the runtime looks whether they fit. Left alone are matrices of few columns, and those of known size that lie in a near cache, unless their rows are not neighbours in memory.

    ```mlir
    %x = tensor.extract %X[%k, %n] : tensor<?x?xf64>
    // becomes, with %X1 made by a plate before
    %x = tensor.extract %X1[%tile, %k, %place] : tensor<?x?x16xf64>
    ```
  }];
  let options = [Option<"single", "single", "bool", "false", "store large variables of the data in single precision">];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect", "mlir::tensor::TensorDialect",
                           "astragal::tg::TGDialect"];
}

def CollapsePlates : Pass<"collapse-plates", "mlir::func::FuncOp"> {
  let summary = "Make one plate of two dimensions of a plate in a plate";
  let description = [{
    A plate that does little but add up the sums of an inner plate, or of a loop that could be one, becomes a plate over
    both, so that the rows of the inner one, which lie next to each other in memory, fill the lanes. A loop may count from anywhere. What the outer body
    computes for the inner one must be cheap, since every row computes it now; and the inner extent must be worth it.

    A plate that only adds up, and takes its index apart into quotient and remainder by the length of a column, is one over
    columns and their elements, if these fill the lanes.

    An inner plate that stays and only adds up what is cheap, over more than sixteen rows, becomes a loop: a predictor that was written as the
    product of a row and a vector is then what it is as part of the product of a matrix and a vector.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def ChunkPlates : Pass<"chunk-plates", "mlir::ModuleOp"> {
  let summary = "Cut the rows of large plates into chunks, which threads can take";
  let description = [{
    A plate of which the rows take some tens of microseconds gets `chunks`: up to 64, of some ten microseconds of values each
    (a chunk of a gradient takes about three times as long). How many depends on the rows, on what one costs, and on
    what parameters of several rows a gradient would add up for every chunk by itself; not on threads. The pass
    runs before differentiation, so that a log density and its gradient form their sums in the same order. Where sizes
    are not known, the number of chunks is computed, and is one for few rows.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def NormalizeLoops : Pass<"normalize-loops", "mlir::func::FuncOp"> {
  let summary = "Make while loops that count loops over a range, and end ranges where they break";
  let description = [{
    A while whose condition compares what each trip counts with what stays the same runs a number of trips that is
    known when it begins: it becomes a loop over a range. A loop over a range in which nothing happens once a flag is set,
    as a `break` or `return` leaves it, becomes a while that ends there, unless it carries tensors (a reverse would have
    to store more of them) or has few trips.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::scf::SCFDialect"];
}

def SimplifyArithmetic : Pass<"simplify-arithmetic", "mlir::func::FuncOp"> {
  let summary = "Identities that the dialects do not apply by themselves";
  let description = [{
    Adding zero does nothing. Dividing by what is the same for all rows of a plate, or all iterations of a loop, is
    multiplying by its inverse, as Stan's own densities do, unless a comparison or an integer depends on
    the last digit of the quotient, and only in entries that compute the log density. A check of what is the same for all rows is made once,
    unless there are none.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect"];
}

def StableForms : Pass<"stable-forms", "mlir::func::FuncOp"> {
  let summary = "Logarithms, exponentials and proportions in the forms that lose no digits";
  let description = [{
    The logarithm of 1 - x, of inv_logit(x) and of 1 - inv_logit(x), of sums of exponentials, of their products, of roots and
    powers has a form that neither overflows nor loses digits, and mostly takes less time: `bernoulli(inv_logit(x))`
    becomes what `bernoulli_logit(x)` is. Powers and exp(log(x)) are left where x may be negative. Nested log_sum_exp take one
    logarithm. That a proportion made by inv_logit or Phi lies between 0 and 1 need not be checked: whether it is a number
    is what is left of that. Where both sides of a branch in a row end with the same function, it is computed once, behind it.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "::astragal::tg::TGDialect"];
}

def InlineDistributions : Pass<"inline-distributions", "mlir::ModuleOp"> {
  let summary = "Replace log densities by the bodies of their functions";
  let description = [{
    With `propto`, a `prob.summand` that depends on no autodiff operand is zero, and so is the whole density if no
    operand is autodiff; the checks of its arguments stay, at the place of the site. Distributions and the
    functions that only they named are erased: afterwards no op of `prob` is left in a function.
  }];
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::tensor::TensorDialect"];
}

#endif // ASTRAGAL_COMPILER_OPTIMIZE_PASSES_TD
