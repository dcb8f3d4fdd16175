// RUN: astragal-opt %s --split-input-file --vectorize-plates --canonicalize --cse | FileCheck %s

// Rows in blocks of eight; a multiple of eight needs no masks. The partials end in the fixed tree.
// CHECK-LABEL: func.func @whole_blocks(
// CHECK-SAME: %[[X:.+]]: tensor<16xf64>, %[[M:.+]]: f64
// CHECK-NOT: create_mask
// CHECK: %[[P:.+]] = scf.for %[[I:.+]] = %c0 to %c16 step %c8 iter_args(%[[ACC:.+]] = %{{.+}}) -> (vector<8xf64>) {
// CHECK-NEXT: %[[V:.+]] = vector.transfer_read %[[X]][%[[I]]], %{{.+}} {in_bounds = [true]} : tensor<16xf64>, vector<8xf64>
// CHECK-NEXT: %[[MV:.+]] = vector.broadcast %[[M]]
// CHECK-NEXT: %[[D:.+]] = arith.subf %[[V]], %[[MV]] : vector<8xf64>
// CHECK-NEXT: %[[S:.+]] = arith.addf %[[ACC]], %[[D]] : vector<8xf64>
// CHECK-NEXT: scf.yield %[[S]]
// CHECK: vector.shuffle %[[P]], %[[P]] [0, 1, 2, 3]
// CHECK: vector.shuffle %[[P]], %[[P]] [4, 5, 6, 7]
// CHECK: arith.addf {{.*}} : vector<4xf64>
// CHECK: arith.addf {{.*}} : vector<2xf64>
// CHECK: arith.addf {{.*}} : vector<1xf64>
func.func @whole_blocks(%x: tensor<16xf64>, %m: f64) -> f64 {
  %n = arith.constant 16 : index
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<16xf64>
    %d = arith.subf %u, %m : f64
    tg.yield sum(%d : f64)
  } : f64
  return %s : f64
}

// -----

// The last block is masked: what is read, what is added, what is written.
// CHECK-LABEL: func.func @tail(
// CHECK: scf.for %[[I:.+]] = %c0 to %[[N:.+]] step %c8
// CHECK: %[[LEFT:.+]] = arith.subi %[[N]], %[[I]]
// CHECK: %[[MASK:.+]] = vector.create_mask %[[LEFT]] : vector<8xi1>
// CHECK: %[[V:.+]] = vector.transfer_read {{.*}}, %cst{{.*}}, %[[MASK]] {in_bounds = [true]}
// CHECK: %[[ADDED:.+]] = arith.select %[[MASK]], %[[V]], %{{.+}} : vector<8xi1>, vector<8xf64>
// CHECK: arith.addf %{{.+}}, %[[ADDED]]
// CHECK: vector.transfer_write %{{.+}}, %{{.+}}[%[[I]]], %[[MASK]] {in_bounds = [true]}
func.func @tail(%x: tensor<?xf64>, %n: index) -> (f64, tensor<?xf64>) {
  %s, %r = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<?xf64>
    %e = math.absf %u : f64
    tg.yield sum(%u : f64) rows(%e : f64)
  } : f64, tensor<?xf64>
  return %s, %r : f64, tensor<?xf64>
}

// -----

// One-based arithmetic on the index is seen through: y[n - 1 + 3] is contiguous.
// CHECK-LABEL: func.func @offsets(
// CHECK: %[[AT32:.+]] = arith.addi {{.*}} : i32
// CHECK: %[[AT:.+]] = arith.index_cast %[[AT32]]
// CHECK: vector.transfer_read %{{.+}}[%[[AT]]]
// CHECK-NOT: vector.gather
// CHECK: return
func.func @offsets(%x: tensor<32xf64>) -> f64 {
  %n = arith.constant 24 : index
  %c3 = arith.constant 3 : i32
  %s = tg.plate (%i) in (%n) {
    %i32 = arith.index_cast %i : index to i32
    %j32 = arith.addi %i32, %c3 : i32
    %j = arith.index_cast %j32 : i32 to index
    %u = tensor.extract %x[%j] : tensor<32xf64>
    tg.yield sum(%u : f64)
  } : f64
  return %s : f64
}

// -----

// What is counted back is a vector too, the other way round, in reads and updates.
// CHECK-LABEL: func.func @reversed(
// CHECK: %[[AT:.+]] = arith.subi %c24, %{{.*}}
// CHECK-NEXT: %[[X:.+]] = vector.transfer_read %{{.+}}[%[[AT]]]
// CHECK-NEXT: vector.shuffle %[[X]], %[[X]] [7, 6, 5, 4, 3, 2, 1, 0]
// CHECK: %[[G:.+]] = vector.transfer_read %{{.+}}[%[[AT]]]
// CHECK: %[[TERM:.+]] = arith.mulf
// CHECK-NEXT: %[[SUM:.+]] = arith.addf %[[G]], %[[TERM]]
// CHECK-NEXT: vector.transfer_write %[[SUM]], %{{.+}}[%[[AT]]]
func.func @reversed(%x: tensor<32xf64>, %y: tensor<32xf64>, %g: tensor<32xf64>) -> tensor<32xf64> {
  %n = arith.constant 24 : index
  %c31 = arith.constant 31 : index
  %r = tg.plate (%i) in (%n) accumulate(%acc = %g : tensor<32xf64>) {
    %j = arith.subi %c31, %i : index
    %u = tensor.extract %x[%j] : tensor<32xf64>
    %v = tensor.extract %y[%i] : tensor<32xf64>
    %p = arith.mulf %u, %v : f64
    %acc1 = tg.accumulate %p into %acc[%j] : tensor<32xf64>
    tg.yield accumulated(%acc1 : tensor<32xf64>)
  } : tensor<32xf64>
  return %r : tensor<32xf64>
}

// -----

// Reads and updates by data take the lanes one after the other, and read each one's index where it lies.
// CHECK-LABEL: func.func @gather_and_scatter(
// CHECK-SAME: %[[K:[a-z0-9]+]]: tensor<8xindex>, %[[A:[a-z0-9]+]]: tensor<5xf64>
// CHECK-NOT: vector<8xindex>
// CHECK: %[[FIRST:.+]] = tensor.extract %[[K]][%c0] : tensor<8xindex>
// CHECK: %[[AT:.+]] = tensor.extract %[[A]][%[[FIRST]]] : tensor<5xf64>
// CHECK: %[[OLD:.+]] = tensor.extract %{{.+}}[%[[FIRST]]] : tensor<5xf64>
// CHECK: arith.addf %[[OLD]], %[[AT]]
// CHECK-COUNT-8: tensor.insert
// CHECK-NOT: tensor.insert
// CHECK: return
func.func @gather_and_scatter(%k: tensor<8xindex>, %a: tensor<5xf64>, %g: tensor<5xf64>) -> tensor<5xf64> {
  %n = arith.constant 8 : index
  %r = tg.plate (%i) in (%n) accumulate(%acc = %g : tensor<5xf64>) {
    %j = tensor.extract %k[%i] : tensor<8xindex>
    %v = tensor.extract %a[%j] : tensor<5xf64>
    %acc1 = tg.accumulate %v into %acc[%j] : tensor<5xf64>
    tg.yield accumulated(%acc1 : tensor<5xf64>)
  } : tensor<5xf64>
  return %r : tensor<5xf64>
}

// -----

// Indices counted from one; beyond the last row, lanes take the index of that row.
// CHECK-LABEL: func.func @gather_to_the_end(
// CHECK-SAME: %[[N:[a-z0-9]+]]: index
// CHECK: scf.for %[[I:.+]] = %c0 to %[[N]] step %c8
// CHECK: %[[LEFT:.+]] = arith.subi %[[N]], %[[I]]
// CHECK: %[[LAST:.+]] = arith.subi %[[LEFT]], %c1
// CHECK: %[[OFFSET:.+]] = arith.minsi %[[LAST]], %c7
// CHECK: %[[ROW:.+]] = arith.addi %[[I]], %[[OFFSET]]
// CHECK: %[[J:.+]] = tensor.extract %{{.+}}[%[[ROW]]] : tensor<?xi32>
// CHECK: %[[AT:.+]] = arith.index_cast %[[J]]
// CHECK: tensor.extract %{{.+}}[%[[AT]]] : tensor<5xf64>
func.func @gather_to_the_end(%n: index, %k: tensor<?xi32>, %a: tensor<5xf64>) -> f64 {
  %s = tg.plate (%i) in (%n) {
    %j = tensor.extract %k[%i] : tensor<?xi32>
    %at = arith.index_cast %j : i32 to index
    %v = tensor.extract %a[%at] : tensor<5xf64>
    tg.yield sum(%v : f64)
  } : f64
  return %s : f64
}

// -----

// An index that is not read in order is a vector, and its read a gather. So is one in a branch, whose lanes may be any.
// CHECK-LABEL: func.func @gather_by_vector(
// CHECK: vector.gather
// CHECK: vector.gather
func.func @gather_by_vector(%k: tensor<8xindex>, %a: tensor<5xf64>, %x: tensor<8xf64>) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%n) {
    %j = tensor.extract %k[%i] : tensor<8xindex>
    %at = arith.shrui %j, %i : index
    %v = tensor.extract %a[%at] : tensor<5xf64>
    %xi = tensor.extract %x[%i] : tensor<8xf64>
    %is = arith.cmpf olt, %xi, %v : f64
    %w = scf.if %is -> f64 {
      %w1 = tensor.extract %a[%j] : tensor<5xf64>
      scf.yield %w1 : f64
    } else {
      scf.yield %zero : f64
    }
    tg.yield sum(%w : f64)
  } : f64
  return %s : f64
}

// -----

// An index that rows share has a slot for each lane, added up behind the loop.
// CHECK-LABEL: func.func @shared_index(
// CHECK: scf.for {{.*}} step %c8 iter_args(%[[W:.+]] = %{{.+}}) -> (tensor<7x8xf64>)
// CHECK: scf.for %[[J:.+]] = {{.*}} iter_args(%[[W2:.+]] = %[[W]]) -> (tensor<7x8xf64>)
// CHECK: vector.transfer_read %[[W2]][%[[J]], %c0]
// CHECK: vector.transfer_write %{{.+}}, %[[W2]][%[[J]], %c0]
// CHECK: scf.for {{.*}} -> (tensor<7xf64>)
// CHECK: vector.shuffle
// CHECK: tensor.insert
func.func @shared_index(%m: tensor<7x16xf64>, %g: tensor<7xf64>) -> tensor<7xf64> {
  %n = arith.constant 16 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %r = tg.plate (%i) in (%n) accumulate(%acc = %g : tensor<7xf64>) {
    %acc2 = scf.for %j = %c0 to %c7 step %c1 iter_args(%to = %acc) -> (tensor<7xf64>) {
      %v = tensor.extract %m[%j, %i] : tensor<7x16xf64>
      %to2 = tg.accumulate %v into %to[%j] : tensor<7xf64>
      scf.yield %to2 : tensor<7xf64>
    }
    tg.yield accumulated(%acc2 : tensor<7xf64>)
  } : tensor<7xf64>
  return %r : tensor<7xf64>
}

// -----

// A branch that rows take or not becomes a selection; one that they all take stays.
// CHECK-LABEL: func.func @branches(
// CHECK: %[[C:.+]] = arith.cmpf ogt, {{.*}} : vector<8xf64>
// CHECK: arith.select %[[C]]
// CHECK: scf.if %arg1 -> (vector<8xf64>)
func.func @branches(%x: tensor<8xf64>, %flag: i1) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %p = arith.cmpf ogt, %u, %zero : f64
    %v = scf.if %p -> f64 {
      %a = arith.mulf %u, %u : f64
      scf.yield %a : f64
    } else {
      scf.yield %zero : f64
    }
    %w = scf.if %flag -> f64 {
      %a = arith.addf %u, %v : f64
      scf.yield %a : f64
    } else {
      scf.yield %v : f64
    }
    tg.yield sum(%w : f64)
  } : f64
  return %s : f64
}

// -----

// What a branch alone makes safe is computed only where some lane takes it.
// CHECK-LABEL: func.func @guarded(
// CHECK: %[[ANY:.+]] = vector.reduction <or>
// CHECK: scf.if %[[ANY]]
// CHECK: tensor.extract %{{.+}}[%arg2]
func.func @guarded(%x: tensor<8xf64>, %y: tensor<?xf64>, %j: index) -> f64 {
  %n = arith.constant 8 : index
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %p = arith.cmpf ogt, %u, %zero : f64
    %v = scf.if %p -> f64 {
      %a = tensor.extract %y[%j] : tensor<?xf64>
      scf.yield %a : f64
    } else {
      scf.yield %zero : f64
    }
    tg.yield sum(%v : f64)
  } : f64
  return %s : f64
}

// -----

// A loop that rows leave at different times runs until the last has left.
// CHECK-LABEL: func.func @divergent_loop(
// CHECK: %[[LAST:.+]] = vector.reduction <maxsi>, %[[ENDS:.+]] : vector<8xindex>
// CHECK: scf.for %[[J:.+]] = %c0 to %[[LAST]] step %c1
// CHECK: %[[JS:.+]] = vector.broadcast %[[J]]
// CHECK: %[[ON:.+]] = arith.cmpi slt, %[[JS]], %[[ENDS]]
// CHECK: arith.select %[[ON]]
func.func @divergent_loop(%ends: tensor<8xindex>, %x: tensor<8xf64>) -> f64 {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f64
  %s = tg.plate (%i) in (%n) {
    %end = tensor.extract %ends[%i] : tensor<8xindex>
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %p = scf.for %j = %c0 to %end step %c1 iter_args(%v = %one) -> f64 {
      %w = arith.mulf %v, %u : f64
      scf.yield %w : f64
    }
    tg.yield sum(%p : f64)
  } : f64
  return %s : f64
}

// -----

// A check on rows passes where a lane is beyond the last row.
// CHECK-LABEL: func.func @checks(
// CHECK: %[[OK:.+]] = arith.cmpf ogt, {{.*}} : vector<8xf64>
// CHECK: %[[OUT:.+]] = arith.xori
// CHECK: %[[PASS:.+]] = arith.ori %[[OK]], %[[OUT]]
// CHECK: tg.check %[[PASS]], domain, "not positive" : vector<8xi1>
func.func @checks(%x: tensor<?xf64>, %n: index) -> f64 {
  %zero = arith.constant 0.0 : f64
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<?xf64>
    %p = arith.cmpf ogt, %u, %zero : f64
    tg.check %p, domain, "not positive" : i1
    tg.yield sum(%u : f64)
  } : f64
  return %s : f64
}

// -----

// Very few rows are unrolled, by the same rule for sums.
// CHECK-LABEL: func.func @few(
// CHECK-NOT: vector
// CHECK: %[[P0:.+]] = arith.addf %{{.+}}, %cst
// CHECK: %[[P1:.+]] = arith.addf %{{.+}}, %cst
// CHECK: %[[Q0:.+]] = arith.addf %[[P0]], %cst
// CHECK: %[[Q1:.+]] = arith.addf %[[P1]], %cst
// CHECK: return
func.func @few(%x: tensor<2xf64>) -> f64 {
  %n = arith.constant 2 : index
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<2xf64>
    tg.yield sum(%u : f64)
  } : f64
  return %s : f64
}

// -----

// A plate in a row is a loop whose partials take turns; one that all rows share is vectorised by itself.
// CHECK-LABEL: func.func @nested(
// CHECK: scf.for {{.*}} -> (vector<8xf64>)
// CHECK: scf.for {{.*}} step %c1 iter_args(%[[P0:.+]] = %{{.+}}, %[[P1:.+]] = %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}}, %{{.+}})
// CHECK: %[[NEXT:.+]] = arith.addf %[[P0]], %{{.+}} : vector<8xf64>
// CHECK: scf.yield %[[P1]], {{.*}}, %[[NEXT]] : vector<8xf64>
func.func @nested(%m: tensor<9x16xf64>) -> f64 {
  %n = arith.constant 16 : index
  %k = arith.constant 9 : index
  %s = tg.plate (%i) in (%n) {
    %t = tg.plate (%j) in (%k) {
      %u = tensor.extract %m[%j, %i] : tensor<9x16xf64>
      tg.yield sum(%u : f64)
    } : f64
    %e = math.absf %t : f64
    tg.yield sum(%e : f64)
  } : f64
  return %s : f64
}

// -----

// Rows that add up products in a loop are taken sixteen at a time, in the same eight partials: the first half of the
// lanes is added, then the second. The number of the tile that they are in is a scalar.
// CHECK-LABEL: func.func @tiles(
// CHECK-SAME: %[[X:.+]]: tensor<3x7x16xf64>, %[[Q:.+]]: tensor<7xf64>
// CHECK: scf.for %[[I:.+]] = %c0 to %c48 step %c16 iter_args({{.*}}) -> (vector<8xf64>, tensor<7x8xf64>) {
// CHECK: %[[T:.+]] = arith.divui %[[I]], %c16
// CHECK: %[[ETA:.+]] = scf.for %[[J:.+]] = %c0 to %c7 step %c1 iter_args(%{{.+}} = %{{.+}}) -> (vector<16xf64>) {
// CHECK: vector.transfer_read %[[X]][%[[T]], %[[J]], %{{.+}}], %{{.+}} {in_bounds = [true]} : tensor<3x7x16xf64>, vector<16xf64>
// CHECK: scf.for
// CHECK: %[[V:.+]] = vector.transfer_read %[[X]]
// CHECK-DAG: %[[SLOTS:.+]] = vector.transfer_read %{{.+}} : tensor<7x8xf64>, vector<8xf64>
// CHECK-DAG: %[[E0:.+]] = vector.extract_strided_slice %[[ETA]] {offsets = [0], sizes = [8], strides = [1]}
// CHECK-DAG: %[[V0:.+]] = vector.extract_strided_slice %[[V]] {offsets = [0], sizes = [8], strides = [1]}
// CHECK: %[[P0:.+]] = arith.mulf %[[E0]], %[[V0]] : vector<8xf64>
// CHECK: %[[S0:.+]] = arith.addf %[[SLOTS]], %[[P0]]
// CHECK: %[[P1:.+]] = arith.mulf %{{.+}}, %{{.+}} : vector<8xf64>
// CHECK: %[[S1:.+]] = arith.addf %[[S0]], %[[P1]]
// CHECK: vector.transfer_write %[[S1]]
// CHECK: vector.extract_strided_slice %[[ETA]] {offsets = [0]
// CHECK: arith.addf {{.*}} : vector<8xf64>
// CHECK: vector.extract_strided_slice %[[ETA]] {offsets = [8]
// CHECK: arith.addf {{.*}} : vector<8xf64>
func.func @tiles(%x: tensor<3x7x16xf64>, %q: tensor<7xf64>) -> (f64, tensor<7xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  %c16 = arith.constant 16 : index
  %n = arith.constant 48 : index
  %zero = arith.constant 0.0 : f64
  %zeros = arith.constant dense<0.0> : tensor<7xf64>
  %s, %g = tg.plate (%i) in (%n) accumulate(%a = %zeros : tensor<7xf64>) {
    %tile = arith.divui %i, %c16 : index
    %place = arith.remui %i, %c16 : index
    %eta = scf.for %j = %c0 to %c7 step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%tile, %j, %place] : tensor<3x7x16xf64>
      %b = tensor.extract %q[%j] : tensor<7xf64>
      %p = arith.mulf %v, %b : f64
      %next = arith.addf %sum, %p : f64
      scf.yield %next : f64
    }
    %to = scf.for %j = %c0 to %c7 step %c1 iter_args(%acc = %a) -> (tensor<7xf64>) {
      %v = tensor.extract %x[%tile, %j, %place] : tensor<3x7x16xf64>
      %p = arith.mulf %eta, %v : f64
      %next = tg.accumulate %p into %acc[%j] : tensor<7xf64>
      scf.yield %next : tensor<7xf64>
    }
    tg.yield sum(%eta : f64) accumulated(%to : tensor<7xf64>)
  } : f64, tensor<7xf64>
  return %s, %g : f64, tensor<7xf64>
}

// -----

// An adjoint that only adds to elements of its own turns around, and reads forwards. One that hands on a value does not.
// CHECK-LABEL: func.func @forwards(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<8x7x16xf64>, %{{.+}}: tensor<8xf64>, %[[K:[a-z0-9]+]]: index
// CHECK: %[[FIRST:.+]] = arith.subi %[[K]], %c6 : index
// CHECK: scf.for %[[J:.+]] = %c0 to %c7 step %c1
// CHECK: vector.transfer_read %{{.+}}[%{{.+}}, %[[J]], %{{.+}}], {{.*}} tensor<8x7x16xf64>
// CHECK: %[[TO:.+]] = arith.addi %[[J]], %[[FIRST]]
// CHECK: vector.transfer_write %{{.+}}, %{{.+}}[%[[TO]], %c0]
// CHECK: scf.for %[[J2:.+]] = %c0 to %c7 step %c1
// CHECK: %[[AT:.+]] = arith.subi %c6, %[[J2]]
// CHECK: vector.transfer_read %{{.+}}[%{{.+}}, %[[AT]], %{{.+}}], {{.*}} tensor<8x7x16xf64>
func.func @forwards(%x: tensor<8x7x16xf64>, %zeros: tensor<8xf64>, %k: index) -> (f64, tensor<8xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c6 = arith.constant 6 : index
  %c7 = arith.constant 7 : index
  %c16 = arith.constant 16 : index
  %n = arith.constant 128 : index
  %zero = arith.constant 0.0 : f64
  %s, %g = tg.plate (%i) in (%n) accumulate(%a = %zeros : tensor<8xf64>) {
    %tile = arith.divui %i, %c16 : index
    %place = arith.remui %i, %c16 : index
    %to = scf.for %j = %c0 to %c7 step %c1 iter_args(%acc = %a) -> (tensor<8xf64>) {
      %back = arith.subi %c6, %j : index
      %v = tensor.extract %x[%tile, %back, %place] : tensor<8x7x16xf64>
      %other = arith.subi %k, %j : index
      %next = tg.accumulate %v into %acc[%other] : tensor<8xf64>
      scf.yield %next : tensor<8xf64>
    }
    %last = scf.for %j = %c0 to %c7 step %c1 iter_args(%state = %zero) -> (f64) {
      %back = arith.subi %c6, %j : index
      %v = tensor.extract %x[%tile, %back, %place] : tensor<8x7x16xf64>
      %next = arith.subf %v, %state : f64
      scf.yield %next : f64
    }
    tg.yield sum(%last : f64) accumulated(%to : tensor<8xf64>)
  } : f64, tensor<8xf64>
  return %s, %g : f64, tensor<8xf64>
}

// -----

// What all rows along the last extent add to one element waits in a register; the element is read and written once.
// CHECK-LABEL: func.func @held(
// CHECK: scf.for %[[I:[a-z0-9]+]] = {{.*}} -> (tensor<3xf64>) {
// CHECK:   %[[SUM:.+]] = scf.for {{.*}} iter_args(%[[ACC:.+]] = %{{.+}}) -> (vector<8xf64>) {
// CHECK-NOT: tensor.extract
// CHECK:     %[[MORE:.+]] = arith.addf %[[ACC]], %{{.+}} : vector<8xf64>
// CHECK:     scf.yield %[[MORE]]
// CHECK:   %[[AT:.+]] = arith.addi %[[I]], %c1
// CHECK:   %[[OLD:.+]] = tensor.extract %{{.+}}[%[[AT]]]
// CHECK:   vector.shuffle %[[SUM]], %[[SUM]] [0, 1, 2, 3]
// CHECK:   %[[NEW:.+]] = arith.addf %[[OLD]]
// CHECK:   tensor.insert %[[NEW]] into %{{.+}}[%[[AT]]]
func.func @held(%x: tensor<2x16xf64>, %g: tensor<3xf64>) -> tensor<3xf64> {
  %c1 = arith.constant 1 : index
  %m = arith.constant 2 : index
  %n = arith.constant 16 : index
  %r = tg.plate (%i, %j) in (%m, %n) accumulate(%to = %g : tensor<3xf64>) {
    %v = tensor.extract %x[%i, %j] : tensor<2x16xf64>
    %at = arith.addi %i, %c1 : index
    %more = tg.accumulate %v into %to[%at] : tensor<3xf64>
    tg.yield accumulated(%more : tensor<3xf64>)
  } : tensor<3xf64>
  return %r : tensor<3xf64>
}

// -----

// Tiles that may be large are one stream: the last reader of each asks for what comes later.
// CHECK-LABEL: func.func @stream(
// CHECK: scf.for
// CHECK: vector.transfer_read %{{.+}}[%{{.+}}, %{{.+}}, %{{.+}}], %{{.+}} {in_bounds = [true]} : tensor<?x?x16xf64>
// CHECK: scf.for
// CHECK: vector.transfer_read %{{.+}}[%{{.+}}, %{{.+}}, %{{.+}}], %{{.+}} {in_bounds = [true], tg.ahead = 16384 : i64} : tensor<?x?x16xf64>
func.func @stream(%x: tensor<?x?x16xf64>, %n: index, %k: index) -> (f64, f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c16 = arith.constant 16 : index
  %zero = arith.constant 0.0 : f64
  %s, %t = tg.plate (%i) in (%n) {
    %tile = arith.divui %i, %c16 : index
    %place = arith.remui %i, %c16 : index
    %first = scf.for %j = %c0 to %k step %c1 iter_args(%sum = %zero) -> (f64) {
      %v = tensor.extract %x[%tile, %j, %place] : tensor<?x?x16xf64>
      %next = arith.addf %sum, %v : f64
      scf.yield %next : f64
    }
    %second = scf.for %j = %c0 to %k step %c1 iter_args(%sum = %first) -> (f64) {
      %v = tensor.extract %x[%tile, %j, %place] : tensor<?x?x16xf64>
      %next = arith.mulf %sum, %v : f64
      scf.yield %next : f64
    }
    tg.yield sum(%first, %second : f64, f64)
  } : f64, f64
  return %s, %t : f64, f64
}

// -----

// A while goes on as long as any lane does; a lane that is done keeps what it has. What counts trips is the same for all
// that still run, and each lane's count is kept as it leaves. A check is made for the lanes that run alone.
// CHECK-LABEL: func.func @while(
// CHECK: scf.while (%[[V:.+]] = %{{.+}}, %[[K:.+]] = %c0_i32, %[[KEPT:.+]] = %{{.+}}, %[[ON:.+]] = %{{.+}}) : (vector<8xf64>, i32, vector<8xi32>, vector<8xi1>)
// CHECK: %[[MORE:.+]] = arith.cmpf olt, %[[V]]
// CHECK: %[[COUNTS:.+]] = vector.broadcast %[[K]] : i32 to vector<8xi32>
// CHECK: %[[KEEP:.+]] = arith.select %[[ON]], %[[COUNTS]], %[[KEPT]]
// CHECK: %[[GOES:.+]] = arith.andi %[[ON]], %[[MORE]] : vector<8xi1>
// CHECK: %[[ANY:.+]] = vector.reduction <or>, %[[GOES]]
// CHECK: scf.condition(%[[ANY]]) %[[V]], %[[K]], %[[KEEP]], %[[GOES]]
// CHECK: ^bb0(%[[OLD:.+]]: vector<8xf64>, %[[TRIP:.+]]: i32, %[[SAME:.+]]: vector<8xi32>, %[[RUNNING:.+]]: vector<8xi1>):
// CHECK: %[[NEW:.+]] = arith.mulf %[[OLD]], %[[OLD]]
// CHECK: %[[OK:.+]] = arith.cmpf ogt, %[[NEW]]
// CHECK: %[[OUT:.+]] = arith.xori %[[RUNNING]]
// CHECK: %[[PASS:.+]] = arith.ori %[[OK]], %[[OUT]]
// CHECK: tg.check %[[PASS]]
// CHECK: arith.addi %[[TRIP]], %c1_i32 : i32
// CHECK: arith.select %[[RUNNING]], %[[NEW]], %[[OLD]]
func.func @while(%x: tensor<8xf64>, %end: f64) -> (f64, i32) {
  %n = arith.constant 8 : index
  %zero = arith.constant 0 : i32
  %one = arith.constant 1 : i32
  %low = arith.constant 1.0 : f64
  %s:2 = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %r:2 = scf.while (%v = %u, %k = %zero) : (f64, i32) -> (f64, i32) {
      %more = arith.cmpf olt, %v, %end : f64
      scf.condition(%more) %v, %k : f64, i32
    } do {
    ^bb0(%v: f64, %k: i32):
      %w = arith.mulf %v, %v : f64
      %ok = arith.cmpf ogt, %w, %low : f64
      tg.check %ok, domain, "must grow" : i1
      %next = arith.addi %k, %one : i32
      scf.yield %w, %next : f64, i32
    }
    tg.yield sum(%r#0, %r#1 : f64, i32)
  } : f64, i32
  return %s#0, %s#1 : f64, i32
}

// -----

// A tape of rows that leave at different times, and the loop that reads it from its end: lanes with fewer trips begin later,
// so that all are at the same place of the tape, which is a vector.
// CHECK-LABEL: func.func @tape(
// CHECK: %[[R:.+]]:{{[0-9]+}} = scf.while
// CHECK: vector.transfer_write %{{.+}}, %{{.+}}[%{{.+}}, %c0] {{.*}} : vector<8xf64>, tensor<40x8xf64>
// CHECK: %[[MOST:.+]] = vector.reduction <maxsi>, %{{.+}} : vector<8xindex>
// CHECK: %[[LAST:.+]] = arith.subi %[[MOST]], %c1
// CHECK: scf.for %[[I:.+]] = %c0 to %[[MOST]] step %c1
// CHECK: %[[AT:.+]] = arith.subi %[[LAST]], %[[I]]
// CHECK: %[[ATS:.+]] = vector.broadcast %[[AT]]
// CHECK: %[[BEGUN:.+]] = arith.cmpi slt, %[[ATS]]
// CHECK: vector.transfer_read %{{.+}}[%[[AT]], %c0]
// CHECK: arith.select %[[BEGUN]]
func.func @tape(%x: tensor<8xf64>, %end: f64) -> f64 {
  %n = arith.constant 8 : index
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.constant 1.0 : f64
  %s = tg.plate (%i) in (%n) {
    %u = tensor.extract %x[%i] : tensor<8xf64>
    %empty = tensor.empty() : tensor<40xf64>
    %r:3 = scf.while (%v = %u, %t = %empty, %k = %c0) : (f64, tensor<40xf64>, index) -> (f64, tensor<40xf64>, index) {
      %more = arith.cmpf olt, %v, %end : f64
      scf.condition(%more) %v, %t, %k : f64, tensor<40xf64>, index
    } do {
    ^bb0(%v: f64, %t: tensor<40xf64>, %k: index):
      %t1 = tensor.insert %v into %t[%k] : tensor<40xf64>
      %w = arith.mulf %v, %v : f64
      %next = arith.addi %k, %c1 : index
      scf.yield %w, %t1, %next : f64, tensor<40xf64>, index
    }
    %last = arith.subi %r#2, %c1 : index
    %d = scf.for %j = %c0 to %r#2 step %c1 iter_args(%a = %one) -> f64 {
      %at = arith.subi %last, %j : index
      %v = tensor.extract %r#1[%at] : tensor<40xf64>
      %p = arith.mulf %a, %v : f64
      scf.yield %p : f64
    }
    tg.yield sum(%d : f64)
  } : f64
  return %s : f64
}

// -----

// Rows with vectors of different sizes: the lanes' vectors are as long as the longest, and lanes stop writing what they read when theirs
// is done.
// CHECK-LABEL: func.func @ragged(
// CHECK: %[[LONGEST:.+]] = vector.reduction <maxsi>
// CHECK: tensor.empty(%[[LONGEST]]) : tensor<?x8xf64>
// CHECK: scf.for %[[J:[a-z0-9]+]] = %{{.+}} to %[[LONGEST]]
// CHECK:   vector.transfer_write {{.*}} : vector<8xf64>, tensor<?x8xf64>
// CHECK: scf.for %{{.+}} to %[[LONGEST]]
// CHECK:   vector.transfer_read {{.*}} : tensor<?x8xf64>, vector<8xf64>
func.func @ragged(%sizes: tensor<8xindex>, %x: tensor<?xf64>) -> f64 {
  %n = arith.constant 8 : index
  %s = tg.plate (%i) in (%n) {
    %size = tensor.extract %sizes[%i] : tensor<8xindex>
    %t = tg.plate (%j) in (%size) {
      %u = tensor.extract %x[%j] : tensor<?xf64>
      %v = arith.negf %u : f64
      tg.yield rows(%v : f64)
    } : tensor<?xf64>
    %sum = tg.plate (%j) in (%size) {
      %u = tensor.extract %t[%j] : tensor<?xf64>
      tg.yield sum(%u : f64)
    } : f64
    tg.yield sum(%sum : f64)
  } : f64
  return %s : f64
}
