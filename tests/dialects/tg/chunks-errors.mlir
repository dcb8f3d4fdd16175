// RUN: astragal-opt --split-input-file --verify-diagnostics %s

func.func @grain(%n: index, %e: tensor<?xf64>) {
  // expected-error @below {{'tg.chunks' op cuts rows at multiples of 0}}
  %0 = tg.chunks @f(%n of %n by 0) into(%e : tensor<?xf64>)
  return
}

// -----

func.func @scalar(%n: index, %e: tensor<f64>) {
  // expected-error @below {{has a result of rank 0, of which no chunk can have a piece}}
  %0 = tg.chunks @f(%n of %n by 8) into(%e : tensor<f64>)
  return
}

// -----

func.func @call(%n: index, %x: memref<3x3xf64>) {
  // expected-error @below {{has an argument of type 'memref<3x3xf64>', which is neither a flat buffer nor a scalar}}
  tg.chunks_call @f(%n of %n by 8) with(%x : memref<3x3xf64>)
  return
}

// -----

func.func @call_grain(%n: index) {
  // expected-error @below {{'tg.chunks_call' op cuts rows at multiples of -1}}
  tg.chunks_call @f(%n of %n by -1) with(%n : index)
  return
}

// -----

// expected-note @below {{prior use here}}
func.func @plate(%n: index, %c: i64) {
  // expected-error @below {{expects different type than prior uses: 'index' vs 'i64'}}
  tg.plate (%i) in (%n) chunks(%c) {
  }
  return
}
