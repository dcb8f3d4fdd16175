// RUN: astragal-opt --lower-to-llvm --split-input-file --verify-diagnostics %s

func.func @log_density(%c: i1 {prob.binding = #prob.binding<prepared, 0>}) {
  // expected-error @below {{has no number; 'number-checks' gives it}}
  tg.check %c, domain, "m" : i1
  return
}

// -----

// expected-error @below {{has an argument that is bound to no field of a call: number 0}}
func.func @log_density(%x: f64) -> (f64 {prob.binding = #prob.binding<value, 0>}) {
  return %x : f64
}

// -----

// expected-error @below {{has a result that is bound to no field of a call: number 0}}
func.func @log_density(%x: f64 {prob.binding = #prob.binding<data, 0>}) -> f64 {
  return %x : f64
}
