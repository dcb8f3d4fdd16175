// RUN: astragal-opt --bufferize-tensors --canonicalize --split-input-file %s | FileCheck %s

// The result is built where it belongs: no allocation, no copy.

// CHECK-LABEL: func.func @in_place
// CHECK-SAME: %[[Q:.*]]: memref<10xf64> {prob.binding = #prob.binding<input, 0>}, %[[OUT:.*]]: memref<10xf64> {prob.binding = #prob.binding<output, 0>}) {
// CHECK-NOT: memref.alloc
// CHECK-NOT: memref.copy
// CHECK: scf.for
// CHECK:   memref.load %[[Q]]
// CHECK:   memref.store %{{.*}}, %[[OUT]]
// CHECK-NOT: memref.copy
// CHECK: return{{$}}
func.func @in_place(%q: tensor<10xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<10xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c10 = arith.constant 10 : index
  %e = tensor.empty() : tensor<10xf64>
  %r = scf.for %i = %c0 to %c10 step %c1 iter_args(%t = %e) -> tensor<10xf64> {
    %x = tensor.extract %q[%i] : tensor<10xf64>
    %u = tensor.insert %x into %t[%i] : tensor<10xf64>
    scf.yield %u : tensor<10xf64>
  }
  return %r : tensor<10xf64>
}

// -----

// An argument is never written: its update is a copy.

// CHECK-LABEL: func.func @read_only
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<3xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<3xf64>
// CHECK: memref.copy %[[Q]], %[[OUT]]
// CHECK: memref.store %{{.*}}, %[[OUT]]
func.func @read_only(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %one = arith.constant 1.0 : f64
  %r = tensor.insert %one into %q[%c0] : tensor<3xf64>
  return %r : tensor<3xf64>
}

// -----

// A new state that reads the old one: one buffer more, allocated outside, and one copy an iteration.

// CHECK-LABEL: func.func @new_state
// CHECK-COUNT-1: memref.alloc()
// CHECK-NOT: memref.alloc
// CHECK: scf.for
// CHECK-NOT: memref.alloc
// CHECK:   scf.for
// CHECK:   }
// CHECK-NEXT: memref.copy
// CHECK-NEXT: }
func.func @new_state(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c3 = arith.constant 3 : index
  %c100 = arith.constant 100 : index
  %r = scf.for %i = %c0 to %c100 step %c1 iter_args(%gamma = %q) -> tensor<3xf64> {
    %e = tensor.empty() : tensor<3xf64>
    %new = scf.for %k = %c0 to %c3 step %c1 iter_args(%t = %e) -> tensor<3xf64> {
      %back = arith.subi %c2, %k : index
      %x = tensor.extract %gamma[%back] : tensor<3xf64>
      %u = tensor.insert %x into %t[%k] : tensor<3xf64>
      scf.yield %u : tensor<3xf64>
    }
    scf.yield %new : tensor<3xf64>
  }
  return %r : tensor<3xf64>
}

// -----

// A branch that changes a tensor, or does not, has nothing to copy.

// CHECK-LABEL: func.func @branch
// CHECK-NOT: memref.alloc
// CHECK: scf.if
// CHECK-NEXT: memref.store
// CHECK-NEXT: }
// CHECK-NEXT: return
func.func @branch(%q: tensor<3xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %x = tensor.extract %q[%c0] : tensor<3xf64>
  %positive = arith.cmpf ogt, %x, %zero : f64
  %t = tensor.insert %zero into %q[%c0] : tensor<3xf64>
  %r = scf.if %positive -> tensor<3xf64> {
    %u = tensor.insert %x into %t[%c1] : tensor<3xf64>
    scf.yield %u : tensor<3xf64>
  } else {
    scf.yield %t : tensor<3xf64>
  }
  return %r : tensor<3xf64>
}

// -----

// A filled tensor has no memory while it is only read.

// CHECK-LABEL: func.func @virtual
// CHECK-NOT: memref.{{alloc|store}}
// CHECK: %[[CST:.*]] = arith.constant 2.5
// CHECK: return %[[CST]] : f64
func.func @virtual() -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %t = arith.constant dense<2.5> : tensor<10xf64>
  %x = tensor.extract %t[%c0] : tensor<10xf64>
  return %x : f64
}

// -----

// A temporary that depends on the loop is allocated once, for the longest; one whose size only the program knows, where
// it is needed.

// CHECK-LABEL: func.func @sizes
// CHECK: %[[N:.*]] = arith.index_cast %{{.*}} : i32 to index
// CHECK: memref.alloc(%{{.*}}) : memref<?xf64>
// CHECK: scf.for
// CHECK-NOT: memref.alloc(
// CHECK: memref.load
// CHECK: memref.alloca(%{{.*}}) : memref<?xf64>
func.func @sizes(%n: i32 {prob.binding = #prob.binding<data, 0>}, %k: tensor<?xi32> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %size = arith.index_cast %n : i32 to index
  %s = scf.for %i = %c0 to %size step %c1 iter_args(%s = %zero) -> f64 {
    %len = arith.addi %i, %c1 : index
    %e = tensor.empty(%len) : tensor<?xf64>
    %t = tensor.insert %s into %e[%i] : tensor<?xf64>
    %x = tensor.extract %t[%c0] : tensor<?xf64>
    %j = tensor.extract %k[%i] : tensor<?xi32>
    %m = arith.index_cast %j : i32 to index
    %f = tensor.empty(%m) : tensor<?xf64>
    %u = tensor.insert %x into %f[%c0] : tensor<?xf64>
    %y = tensor.extract %u[%i] : tensor<?xf64>
    scf.yield %y : f64
  }
  return %s : f64
}

// -----

// Prepared values are buffers that the function returns.

// CHECK-LABEL: func.func @prepare
// CHECK-SAME: -> (memref<2xf64> {prob.binding = #prob.binding<prepared, 0>}, memref<1xi8> {prob.binding = #prob.binding<prepared, 1>})
// CHECK: %[[A:.*]] = memref.alloc() : memref<2xf64>
// CHECK: %[[B:.*]] = memref.alloc() : memref<1xi8>
// CHECK: return %[[A]], %[[B]]
func.func @prepare(%y: tensor<2xf64> {prob.binding = #prob.binding<data, 0>})
    -> (tensor<2xf64> {prob.binding = #prob.binding<prepared, 0>}, i1 {prob.binding = #prob.binding<prepared, 1>}) {
  %true = arith.constant true
  return %y, %true : tensor<2xf64>, i1
}

// -----

// A kernel writes its result where it belongs; what was there does not matter. A view of an argument is passed as it is.

// CHECK-LABEL: func.func @kernel
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<12xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<9xf64>
// CHECK-NOT: memref.alloc
// CHECK: %[[A:.*]] = memref.subview %[[Q]][3] [9] [1]
// CHECK: tg.kernel_call "cholesky"(%[[A]], %{{.*}}, %[[OUT]])
// CHECK-NOT: memref.copy
// CHECK: return{{$}}
func.func @kernel(%q: tensor<12xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<9xf64> {prob.binding = #prob.binding<output, 0>}) {
  %n = arith.constant 3 : index
  %a = tensor.extract_slice %q[3] [9] [1] : tensor<12xf64> to tensor<9xf64>
  %e = tensor.empty() : tensor<9xf64>
  %l = tg.kernel "cholesky"(%a, %n : tensor<9xf64>, index) into(%e : tensor<9xf64>)
  return %l : tensor<9xf64>
}

// -----

// A kernel that updates starts from what is there: a loop's state stays where it is.

// CHECK-LABEL: func.func @kernel_updating
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<24xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<9xf64>
// CHECK: vector.store %{{.*}}, %[[OUT]][%c0]
// CHECK: %[[BLOCK:.*]] = memref.alloc() : memref<24xf64>
// CHECK: scf.for
// CHECK-NEXT: memref.copy %[[X]], %[[BLOCK]]
// CHECK-NEXT: tg.kernel_call "add_rows"(%{{.*}}, %{{.*}}, %{{.*}}, %[[BLOCK]], %[[OUT]])
// CHECK-NOT: memref.copy
// CHECK: return{{$}}
func.func @kernel_updating(%x: tensor<3x8xf64> {prob.binding = #prob.binding<data, 0>}) -> (tensor<3x3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  %r = tensor.splat %zero : tensor<3x3xf64>
  %all = scf.for %k = %c0 to %c8 step %c1 iter_args(%a = %r) -> tensor<3x3xf64> {
    %0:2 = tg.kernel "add_rows"(%c8, %c3, %c8 : index, index, index) updating into(%x, %a : tensor<3x8xf64>, tensor<3x3xf64>)
    scf.yield %0#1 : tensor<3x3xf64>
  }
  return %all : tensor<3x3xf64>
}

// -----

// An input without memory is filled first; a column that is not contiguous is copied.

// CHECK-LABEL: func.func @kernel_inputs
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<9xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<3xf64>
// CHECK-DAG: %[[L:.*]] = memref.alloc() : memref<9xf64>
// CHECK-DAG: %[[B:.*]] = memref.alloc() : memref<3xf64>
// CHECK: tg.kernel_call "solve_lower"(%[[L]], %[[B]], %{{.*}}, %{{.*}}, %{{.*}}, %[[OUT]])
func.func @kernel_inputs(%q: tensor<3x3xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<3xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %one = arith.constant 1.0 : f64
  %l = tensor.splat %one : tensor<3x3xf64>
  %b = tensor.extract_slice %q[0, 1] [3, 1] [1, 1] : tensor<3x3xf64> to tensor<3xf64>
  %e = tensor.empty() : tensor<3xf64>
  %x = tg.kernel "solve_lower"(%l, %b, %c3, %c1, %c0 : tensor<3x3xf64>, tensor<3xf64>, index, index, index) into(%e : tensor<3xf64>)
  return %x : tensor<3xf64>
}

// -----

// Chunks take buffers; a destination comes with the elements of a piece. Rows of a function of chunks go to their place.

// CHECK-LABEL: func.func @chunks
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<8xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<8xf64>
// CHECK-DAG: %[[C1:.*]] = arith.constant 1 : index
// CHECK-DAG: %[[C2:.*]] = arith.constant 2 : index
// CHECK-DAG: %[[C3:.*]] = arith.constant 3 : index
// CHECK-DAG: %[[C8:.*]] = arith.constant 8 : index
// CHECK-DAG: %[[PARTS:.*]] = memref.alloc() : memref<6xf64>
// CHECK: tg.chunks_call @rows(%[[C3]] of %[[C8]] by 1) with(%[[Q]], %[[PARTS]], %[[C2]], %[[OUT]], %[[C1]] : memref<8xf64>, memref<6xf64>, index, memref<8xf64>, index)
// CHECK: memref.load %[[PARTS]]
func.func @chunks(%q: tensor<8xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}, tensor<8xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %a = tensor.empty() : tensor<3x2xf64>
  %b = tensor.empty() : tensor<8xf64>
  %0:2 = tg.chunks @rows(%c3 of %c8 by 1) with(%q : tensor<8xf64>) into(%a, %b : tensor<3x2xf64>, tensor<8xf64>)
  %v = tensor.extract %0#0[%c3, %c0] : tensor<3x2xf64>
  return %v, %0#1 : f64, tensor<8xf64>
}

// CHECK-LABEL: func.func private @rows
// CHECK-SAME: %[[BEGIN:[a-z0-9]+]]: index {prob.binding = #prob.binding<begin, 0>}
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<8xf64> {prob.binding = #prob.binding<argument, 0>}
// CHECK-SAME: %[[PART:[a-z0-9]+]]: memref<2xf64> {prob.binding = #prob.binding<part, 1>}
// CHECK-SAME: %[[ROWS:[a-z0-9]+]]: memref<?xf64> {prob.binding = #prob.binding<rows, 3>}
// CHECK-NOT: memref.alloc
// CHECK: memref.store %{{.*}}, %[[ROWS]]
// CHECK: memref.store %{{.*}}, %[[PART]]
func.func private @rows(%q: tensor<8xf64> {prob.binding = #prob.binding<argument, 0>}, %chunk: index {prob.binding = #prob.binding<chunk, 0>},
    %begin: index {prob.binding = #prob.binding<begin, 0>}, %end: index {prob.binding = #prob.binding<end, 0>})
    -> (tensor<1x2xf64> {prob.binding = #prob.binding<part, 1>}, tensor<?xf64> {prob.binding = #prob.binding<rows, 3>}) {
  %c0 = arith.constant 0 : index
  %n = arith.subi %end, %begin : index
  %e = tensor.empty(%n) : tensor<?xf64>
  %v = tensor.extract %q[%begin] : tensor<8xf64>
  %r = tensor.insert %v into %e[%c0] : tensor<?xf64>
  %p = tensor.from_elements %v, %v : tensor<2xf64>
  %x = tensor.expand_shape %p [[0, 1]] output_shape [1, 2] : tensor<2xf64> into tensor<1x2xf64>
  return %x, %r : tensor<1x2xf64>, tensor<?xf64>
}

// -----

// Chunks that only check have no tensors, and are called all the same.

// CHECK-LABEL: func.func @only_checks
// CHECK: scf.if
// CHECK-NEXT: tg.chunks_call @checks(%{{.*}} of %{{.*}} by 16) with(%{{.*}} : i1)
func.func @only_checks(%n: i32 {prob.binding = #prob.binding<data, 0>}) {
  %c0 = arith.constant 0 : i32
  %c3 = arith.constant 3 : index
  %rows = arith.index_cast %n : i32 to index
  %several = arith.cmpi sgt, %n, %c0 : i32
  scf.if %several {
    tg.chunks @checks(%c3 of %rows by 16) with(%several : i1)
  }
  return
}

func.func private @checks(%good: i1 {prob.binding = #prob.binding<argument, 0>}, %chunk: index {prob.binding = #prob.binding<chunk, 0>},
    %begin: index {prob.binding = #prob.binding<begin, 0>}, %end: index {prob.binding = #prob.binding<end, 0>}) {
  tg.check %good, domain, "bad" : i1
  return
}

// -----

// What a function of chunks is given to update, it updates in place; the caller copies it before if it is still read.

// CHECK-LABEL: func.func @updated
// CHECK-SAME: %[[Q:[a-z0-9]+]]: memref<8xf64>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<8xf64>
// CHECK: memref.copy %[[Q]], %[[OUT]]
// CHECK: tg.chunks_call @updates(%{{.*}} of %{{.*}} by 1) with(%[[OUT]], %{{.*}} : memref<8xf64>, index)
func.func @updated(%q: tensor<8xf64> {prob.binding = #prob.binding<input, 0>}) -> (tensor<8xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c3 = arith.constant 3 : index
  %c8 = arith.constant 8 : index
  %0 = tg.chunks @updates(%c3 of %c8 by 1) into(%q : tensor<8xf64>)
  return %0 : tensor<8xf64>
}

// CHECK-LABEL: func.func private @updates
// CHECK-SAME: %[[T:[a-z0-9]+]]: memref<8xf64> {prob.binding = #prob.binding<output, 0>})
// CHECK-NOT: memref.copy
// CHECK: memref.store %{{.*}}, %[[T]]
func.func private @updates(%chunk: index {prob.binding = #prob.binding<chunk, 0>}, %begin: index {prob.binding = #prob.binding<begin, 0>},
    %end: index {prob.binding = #prob.binding<end, 0>}, %t: tensor<8xf64> {prob.binding = #prob.binding<output, 0>})
    -> (tensor<8xf64> {prob.binding = #prob.binding<output, 0>}) {
  %v = tensor.extract %t[%begin] : tensor<8xf64>
  %w = arith.addf %v, %v : f64
  %u = tensor.insert %w into %t[%begin] : tensor<8xf64>
  return %u : tensor<8xf64>
}

// -----

// A read that asks for what comes later: each line of the vector, so many bytes behind its own.

// CHECK-LABEL: func.func @ahead
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<4096xf64>
// CHECK: scf.for %[[I:[a-z0-9]+]] =
// CHECK: vector.load %[[X]][%[[I]]] : memref<4096xf64>, vector<16xf64>
// CHECK: %[[FIRST:.*]] = arith.addi %[[I]], %c2048 : index
// CHECK: memref.prefetch %[[X]][%[[FIRST]]], read, locality<3>, data : memref<4096xf64>
// CHECK: %[[SECOND:.*]] = arith.addi %[[I]], %c2056 : index
// CHECK: memref.prefetch %[[X]][%[[SECOND]]]
// CHECK-NOT: memref.prefetch
func.func @ahead(%x: tensor<4096xf64> {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c16 = arith.constant 16 : index
  %c4096 = arith.constant 4096 : index
  %zero = arith.constant 0.0 : f64
  %s = scf.for %i = %c0 to %c4096 step %c16 iter_args(%t = %zero) -> f64 {
    %v = vector.transfer_read %x[%i], %zero {in_bounds = [true], tg.ahead = 16384 : i64} : tensor<4096xf64>, vector<16xf64>
    %e = vector.reduction <add>, %v, %t : vector<16xf64> into f64
    scf.yield %e : f64
  }
  return %s : f64
}

// -----

// What a branch makes is as large as a tensor from before it, which another branch made.

// CHECK-LABEL: func.func @size_of_a_branch
// CHECK-SAME: %[[N:.*]]: i32
// CHECK: memref.alloc{{.*}}(%{{.*}}) : memref<?xf64>
// CHECK: return
func.func @size_of_a_branch(%N: i32 {prob.binding = #prob.binding<data, 0>}, %q: tensor<?xf64> {prob.binding = #prob.binding<input, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %half = arith.constant 0.5 : f64
  %one = arith.constant 1 : i32
  %n = arith.index_cast %N : i32 to index
  %sized = tg.sized %q[%n] : tensor<?xf64>
  %several = arith.cmpi sgt, %N, %one : i32
  %some = arith.cmpi sgt, %N, %one : i32
  %a = scf.if %several -> tensor<?xf64> {
    %splat = tensor.splat %zero[%n] : tensor<?xf64>
    scf.yield %splat : tensor<?xf64>
  } else {
    scf.yield %sized : tensor<?xf64>
  }
  %b = scf.if %some -> tensor<?xf64> {
    %m = tensor.dim %a, %c0 : tensor<?xf64>
    %splat = tensor.splat %zero[%m] : tensor<?xf64>
    scf.yield %splat : tensor<?xf64>
  } else {
    %m = tensor.dim %a, %c0 : tensor<?xf64>
    %splat = tensor.splat %half[%m] : tensor<?xf64>
    scf.yield %splat : tensor<?xf64>
  }
  %x = tensor.extract %b[%c0] : tensor<?xf64>
  return %x : f64
}
