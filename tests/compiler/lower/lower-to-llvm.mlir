// RUN: astragal-opt --lower-to-llvm --split-input-file %s | FileCheck %s

// Fields of the call by their offsets; reads of data are marked as such; no descriptors.

// CHECK-LABEL: llvm.func @log_density(%arg0: !llvm.ptr) {
// CHECK-NOT: llvm.struct
// CHECK: llvm.load %{{.*}} invariant : !llvm.ptr -> !llvm.ptr
// CHECK: %[[X:.*]] = llvm.load %{{.*}} invariant {alignment = 8 : i64} : !llvm.ptr -> f64
// CHECK: %[[VALUE:.*]] = llvm.getelementptr %arg0[56]
// CHECK: llvm.store %[[X]], %[[VALUE]]
// CHECK-NOT: unrealized
// CHECK: llvm.return
func.func @log_density(%y: memref<?xf64> {prob.binding = #prob.binding<data, 1>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c3 = arith.constant 3 : index
  %x = memref.load %y[%c3] : memref<?xf64>
  return %x : f64
}

// -----

// Too small a workspace: say how much, and return.

// CHECK-LABEL: llvm.func @constrain
// CHECK: llvm.getelementptr %arg0[72]
// CHECK: %[[GIVEN:.*]] = llvm.load {{.*}} -> i64
// CHECK: %[[FITS:.*]] = llvm.icmp "ule" %{{.*}}, %[[GIVEN]]
// CHECK: llvm.cond_br %[[FITS]], ^[[REST:.*]], ^[[GROW:bb[0-9]+]]
// CHECK: ^[[GROW]]:
// CHECK: %[[NEEDED:.*]] = llvm.intr.umax
// CHECK: %[[FIELD:.*]] = llvm.getelementptr %arg0[80]
// CHECK: llvm.store %[[NEEDED]], %[[FIELD]]
// CHECK-NEXT: llvm.return
// CHECK: ^[[REST]]:
func.func @constrain(%ws: memref<?xi8> {prob.workspace}) {
  %c0 = arith.constant 0 : index
  %bytes = arith.constant 640 : index
  %one = arith.constant 1.0 : f64
  %block = memref.realloc %ws(%bytes) : memref<?xi8> to memref<?xi8>
  %a = memref.view %block[%c0][] : memref<?xi8> to memref<80xf64>
  memref.store %one, %a[%c0] : memref<80xf64>
  return
}

// -----

// Checks are selections: the first number stays.

// A check stores what it shows where the caller wants it, if it is the first that fails, and somewhere else if not.

// CHECK-LABEL: llvm.func @explain_prepare
// CHECK: %[[PLACE:.*]] = llvm.getelementptr %arg0[{{[0-9]+}}]
// CHECK: %[[WANTED:.*]] = llvm.load %[[PLACE]]
// CHECK: %[[SCRATCH:.*]] = llvm.alloca
// CHECK: llvm.icmp "eq"
// CHECK: %[[FAILS:.*]] = llvm.xor
// CHECK: %[[FIRST:.*]] = llvm.and %{{.*}}, %[[FAILS]]
// CHECK: %[[TO:.*]] = llvm.select %[[FIRST]], %[[WANTED]], %[[SCRATCH]]
// CHECK: llvm.store %{{.*}}, %{{.*}} : f64, !llvm.ptr
func.func @explain_prepare(%n: i32 {prob.binding = #prob.binding<data, 0>}, %out: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c3 = arith.constant 3 : i32
  %x = memref.load %out[%c0] : memref<1xf64>
  %ok = arith.cmpi slt, %n, %c3 : i32
  tg.check %ok, fatal, "m" explain "{} and {}"(%n, %x : i32, f64) number 4 : i1
  return
}

// CHECK-LABEL: llvm.func @generate
// CHECK: %[[FLAG:.*]] = llvm.alloca
// CHECK: llvm.intr.vector.reduce.and
// CHECK: %[[OLD:.*]] = llvm.load %[[FLAG]]
// CHECK: %[[RAISED:.*]] = llvm.select %{{.*}}, %{{.*}}, %[[OLD]]
// CHECK: llvm.select %{{.*}}, %[[OLD]], %[[RAISED]]
// CHECK: llvm.call @astragal_random_normal
// CHECK: llvm.getelementptr %arg0[112]
func.func @generate(%seed: i64 {prob.binding = #prob.binding<seed, 0>}, %out: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %lanes = arith.constant dense<true> : vector<8xi1>
  tg.check %lanes, fatal, "m" number 3 : vector<8xi1>
  %n = tg.random_normal %seed, %seed, %seed
  memref.store %n, %out[%c0] : memref<1xf64>
  return
}

// -----

// Special functions take numbers in memory, eight lanes in one call. What holds them is reserved once a function.

// CHECK: llvm.func @astragal_owens_t(!llvm.ptr {llvm.writeonly}, !llvm.ptr {llvm.readonly}, !llvm.ptr {llvm.readonly}, i64) attributes {memory_effects = #llvm.memory_effects<other = none, argMem = readwrite, {{.*}}no_unwind, will_return}
// CHECK-LABEL: llvm.func @log_density
// CHECK: %[[OUT:.*]] = llvm.alloca %{{.*}} x vector<8xf64>
// CHECK: %[[H:.*]] = llvm.alloca %{{.*}} x vector<8xf64>
// CHECK: %[[A:.*]] = llvm.alloca %{{.*}} x vector<8xf64>
// CHECK: llvm.cond_br
// CHECK: %[[V:.*]] = llvm.load {{.*}} -> vector<8xf64>
// CHECK: llvm.store %[[V]], %[[H]] : vector<8xf64>, !llvm.ptr
// CHECK: llvm.store %[[V]], %[[A]] : vector<8xf64>, !llvm.ptr
// CHECK: %[[N:.*]] = llvm.mlir.constant(8 : i64)
// CHECK: llvm.call @astragal_owens_t(%[[OUT]], %[[H]], %[[A]], %[[N]])
// CHECK: llvm.load %[[OUT]] : !llvm.ptr -> vector<8xf64>
func.func @log_density(%x: memref<80xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %c8 = arith.constant 8 : index
  %c80 = arith.constant 80 : index
  scf.for %i = %c0 to %c80 step %c8 {
    %a = vector.load %x[%i] : memref<80xf64>, vector<8xf64>
    %b = tg.special "owens_t"(%a, %a) : vector<8xf64>
    vector.store %b, %x[%i] : memref<80xf64>, vector<8xf64>
  }
  return
}

// -----

// CHECK-LABEL: llvm.func @log_density
// CHECK: llvm.alloca %{{.*}} x f64
// CHECK: %[[N:.*]] = llvm.mlir.constant(1 : i64)
// CHECK: llvm.call @astragal_tetragamma(%{{.*}}, %{{.*}}, %[[N]])
func.func @log_density(%x: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<1xf64>
  %b = tg.special "tetragamma"(%a) : f64
  memref.store %b, %x[%c0] : memref<1xf64>
  return
}

// -----

// A kernel takes pointers and sizes.

// CHECK: llvm.func @astragal_cholesky(!llvm.ptr, i64, !llvm.ptr)
// CHECK-LABEL: llvm.func @generate
// CHECK: %[[N:.*]] = llvm.mlir.constant(3 : index)
// CHECK: llvm.call @astragal_cholesky(%{{.*}}, %[[N]], %{{.*}}) : (!llvm.ptr, i64, !llvm.ptr) -> ()
func.func @generate(%a: memref<9xf64> {prob.binding = #prob.binding<input, 0>}, %out: memref<9xf64> {prob.binding = #prob.binding<output, 0>}) {
  %n = arith.constant 3 : index
  tg.kernel_call "cholesky"(%a, %n, %out) : memref<9xf64>, index, memref<9xf64>
  return
}

// -----

// A loop without a bound ends where a check has failed.

// CHECK-LABEL: llvm.func @log_density
// CHECK: %[[FLAG:.*]] = llvm.alloca %{{.*}} x i32
// CHECK: llvm.store %{{.*}}, %[[FLAG]]
// CHECK: %[[GOES:.*]] = llvm.fcmp "olt"
// CHECK: %[[RAISED:.*]] = llvm.load %[[FLAG]]
// CHECK: %[[UNHARMED:.*]] = llvm.icmp "eq" %[[RAISED]], %{{.*}} : i32
// CHECK: %[[ON:.*]] = llvm.and %[[GOES]], %[[UNHARMED]]
// CHECK: llvm.cond_br %[[ON]]
func.func @log_density(%y: f64 {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %x = scf.while (%v = %y) : (f64) -> f64 {
    %on = arith.cmpf olt, %v, %y : f64
    scf.condition(%on) %v : f64
  } do {
  ^bb0(%v: f64):
    %ok = arith.cmpf oge, %v, %y : f64
    tg.check %ok, domain, "v is too small" number 1 : i1
    scf.yield %v : f64
  }
  return %x : f64
}

// -----

// A scalar takes the first lane of two.
// CHECK-LABEL: llvm.func @log_density
// CHECK: llvm.insertelement
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.getexp.pd.128"({{.*}}) : (vector<2xf64>, vector<2xf64>, i8) -> vector<2xf64>
// CHECK: llvm.extractelement
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.getmant.pd.128"
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.pd.512"({{.*}}) : (vector<8xf64>, vector<8xf64>, vector<8xf64>, i8, i32) -> vector<8xf64>
func.func @log_density(%x: memref<1xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %a = memref.load %x[%c0] : memref<1xf64>
  %k = tg.logb %a : f64
  %m = tg.significand %a : f64
  %v = vector.broadcast %m : f64 to vector<8xf64>
  %w = vector.broadcast %k : f64 to vector<8xf64>
  %s = tg.scaleb %v, %w : vector<8xf64>
  %r = vector.extract %s[1] : f64 from vector<8xf64>
  memref.store %r, %x[%c0] : memref<1xf64>
  return
}

// -----

// Chunks: a list of arguments and a call of the runtime, which says which check failed and whether memory was too little.

// CHECK: llvm.func @astragal_run_chunks(!llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i64, i64, i64) -> i32
// CHECK-LABEL: llvm.func @log_density(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr)
// CHECK: %[[FLAG:.*]] = llvm.alloca %{{.*}} x i32
// CHECK: %[[LIST:.*]] = llvm.alloca %{{.*}} x i64
// CHECK: llvm.store %{{.*}} : f64, !llvm.ptr
// CHECK: llvm.store %{{.*}} : !llvm.ptr, !llvm.ptr
// CHECK: %[[F:.*]] = llvm.mlir.addressof @rows : !llvm.ptr
// CHECK: %[[BEFORE:.*]] = llvm.load %[[FLAG]]
// CHECK: llvm.store %[[BEFORE]], %{{.*}} : i32, !llvm.ptr
// CHECK: %[[USED:.*]] = llvm.mlir.constant(0 : i64)
// CHECK: %[[FAILED:.*]] = llvm.call @astragal_run_chunks(%[[CALL]], %[[F]], %[[LIST]], %[[USED]], %{{.*}}, %{{.*}}, %{{.*}})
// CHECK: %[[NEEDED:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i64
// CHECK: %[[FITS:.*]] = llvm.icmp "eq" %[[NEEDED]]
// CHECK: llvm.cond_br %[[FITS]], ^[[REST:.*]], ^[[LEAVE:.*]]
// CHECK: ^[[LEAVE]]:
// CHECK-NEXT: llvm.return
// CHECK: ^[[REST]]:
// CHECK: %[[NONE:.*]] = llvm.icmp "eq" %[[BEFORE]]
// CHECK: %[[NOW:.*]] = llvm.select %[[NONE]], %[[FAILED]], %[[BEFORE]]
// CHECK: llvm.store %[[NOW]], %[[FLAG]]
func.func @log_density(%y: f64 {prob.binding = #prob.binding<data, 0>}) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %c100 = arith.constant 100 : index
  %p = memref.alloca() : memref<5xf64>
  tg.chunks_call @rows(%c5 of %c100 by 8) with(%y, %p, %c1 : f64, memref<5xf64>, index)
  %v = memref.load %p[%c0] : memref<5xf64>
  return %v : f64
}

// CHECK-LABEL: llvm.func internal @rows(
// CHECK-SAME:    %[[CALL:.*]]: !llvm.ptr, %[[LIST:.*]]: !llvm.ptr, %[[CHUNK:.*]]: i64, %[[BEGIN:.*]]: i64, %[[END:.*]]: i64)
// CHECK: %[[Y:.*]] = llvm.load %{{.*}} invariant : !llvm.ptr -> f64
// CHECK: %[[PIECE:.*]] = llvm.load %{{.*}} invariant : !llvm.ptr -> i64
// CHECK: %[[AT:.*]] = llvm.mul %[[CHUNK]], %[[PIECE]]
// CHECK: %[[P:.*]] = llvm.getelementptr %{{.*}}[%[[AT]]]
// CHECK: llvm.store %[[Y]], %{{.*}}
func.func private @rows(%y: f64 {prob.binding = #prob.binding<argument, 0>}, %chunk: index {prob.binding = #prob.binding<chunk, 0>},
    %begin: index {prob.binding = #prob.binding<begin, 0>}, %end: index {prob.binding = #prob.binding<end, 0>},
    %p: memref<1xf64> {prob.binding = #prob.binding<part, 1>}) {
  %c0 = arith.constant 0 : index
  memref.store %y, %p[%c0] : memref<1xf64>
  return
}

// -----

// An address behind the end may be asked for: the pointer is not said to be in bounds.

// CHECK-LABEL: llvm.func @log_density
// CHECK: %[[A:.*]] = llvm.getelementptr %{{.*}}[%{{.*}}] : (!llvm.ptr, i64) -> !llvm.ptr, f64
// CHECK: "llvm.intr.prefetch"(%[[A]]) <{cache = 1 : i32, hint = 3 : i32, rw = 0 : i32}>
func.func @log_density(%y: memref<16xf64> {prob.binding = #prob.binding<data, 0>}, %n: i32 {prob.binding = #prob.binding<data, 1>}) {
  %i = arith.index_cast %n : i32 to index
  memref.prefetch %y[%i], read, locality<3>, data : memref<16xf64>
  return
}
