// RUN: astragal-opt %s --hoist-ranges --canonicalize --cse | FileCheck %s

// As many lags as data says, but no more than coefficients: three of them are known.
// CHECK-LABEL: func.func @lags
// CHECK-SAME:    %[[Q:[a-z0-9]+]]: index
// CHECK:         %[[FITS:.*]] = arith.cmpi sle, %[[Q]], %c4
// CHECK:         %[[END:.*]] = arith.minsi %[[Q]], %c4
// CHECK:         scf.for %[[K:.*]] = %c1 to %[[END]]
// CHECK-NEXT:      %[[AT:.*]] = arith.subi %[[K]], %c1
// CHECK-NEXT:      tensor.extract %{{.*}}[%[[AT]]]
// CHECK:         }
// CHECK-NEXT:    tg.check %[[FITS]], fatal, "index out of range"
func.func @lags(%q: index, %w: tensor<3xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c3 = arith.constant 3 : index
  %zero = arith.constant 0.0 : f64
  %s = scf.for %k = %c1 to %q step %c1 iter_args(%a = %zero) -> f64 {
    %at = arith.subi %k, %c1 : index
    %inside = arith.cmpi ult, %at, %c3 : index
    tg.check %inside, fatal, "index out of range" : i1
    %safe = arith.select %inside, %at, %c0 : index
    %v = tensor.extract %w[%safe] : tensor<3xf64>
    %b = arith.addf %a, %v : f64
    scf.yield %b : f64
  }
  return %s : f64
}

// Behind the start of an outer loop, of open sizes: a container that is shorter than where the loop starts stops it there.
// CHECK-LABEL: func.func @open
// CHECK-SAME:    %[[N:[a-z0-9]+]]: index, %[[M:[a-z0-9]+]]: index
// CHECK:         scf.for %[[T:.*]] = %c0 to %[[N]]
// CHECK-DAG:       %[[END:.*]] = arith.maxsi %[[M]], %[[T]]
// CHECK-DAG:       %[[FITS:.*]] = arith.cmpi sle, %[[N]], %[[END]]
// CHECK-DAG:       %[[STOP:.*]] = arith.minsi %[[N]], %[[END]]
// CHECK:           scf.for %{{.*}} = %[[T]] to %[[STOP]]
// CHECK:           tg.check %[[FITS]]
func.func @open(%n: index, %m: index, %w: tensor<?xf64>) -> f64 {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f64
  %r = scf.for %t = %c0 to %n step %c1 iter_args(%o = %zero) -> f64 {
    %s = scf.for %k = %t to %n step %c1 iter_args(%a = %o) -> f64 {
      %inside = arith.cmpi ult, %k, %m : index
      tg.check %inside, fatal, "index out of range" : i1
      %safe = arith.select %inside, %k, %c0 : index
      %v = tensor.extract %w[%safe] : tensor<?xf64>
      %b = arith.addf %a, %v : f64
      scf.yield %b : f64
    }
    scf.yield %s : f64
  }
  return %r : f64
}
