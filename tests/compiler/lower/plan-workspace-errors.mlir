// RUN: astragal-opt --plan-workspace --split-input-file --verify-diagnostics %s

func.func @loop(%n: index, %x: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    // expected-error @below {{is not a flat buffer of the function's own block}}
    %t = memref.alloc() : memref<4xf64>
    memref.store %x, %t[%i] : memref<4xf64>
  }
  return
}

// -----

func.func @late(%n: index, %a: memref<4xindex>) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{is followed by the computation of a size}}
  %s = memref.alloc(%n) : memref<?xindex>
  %m = memref.load %a[%c0] : memref<4xindex>
  %t = memref.alloc(%m) : memref<?xindex>
  memref.store %m, %s[%c0] : memref<?xindex>
  memref.store %m, %t[%c0] : memref<?xindex>
  return
}

// -----

// expected-error @below {{returns a buffer that is not a prepared value of its own: number 0}}
func.func @prepare(%a: memref<4xf64>) -> memref<4xf64> {
  return %a : memref<4xf64>
}
