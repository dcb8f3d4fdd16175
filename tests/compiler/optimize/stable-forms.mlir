// RUN: astragal-opt %s --stable-forms --canonicalize --cse --canonicalize | FileCheck %s

// CHECK-LABEL: func.func @log_exp
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-NEXT:    return %[[X]]
func.func @log_exp(%x: f64) -> f64 {
  %y = math.exp %x : f64
  %z = math.log %y : f64
  return %z : f64
}

// CHECK-LABEL: func.func @log1m
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-NEXT:    %[[MINUS:.*]] = arith.negf %[[X]]
// CHECK-NEXT:    %[[LOG:.*]] = math.log1p %[[MINUS]]
// CHECK-NEXT:    return %[[LOG]]
func.func @log1m(%x: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %y = arith.subf %one, %x : f64
  %z = math.log %y : f64
  return %z : f64
}

// log(inv_logit(x)), log(1 - inv_logit(x)), log1m(inv_logit(x)), and those of 1 - inv_logit(x)
// CHECK-LABEL: func.func @log_inv_logit
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-DAG:     %[[MINUS:.*]] = arith.negf %[[X]]
// CHECK-DAG:     %[[UP:.*]] = tg.log1p_exp %[[MINUS]]
// CHECK-DAG:     %[[LOG:.*]] = arith.negf %[[UP]]
// CHECK-DAG:     %[[DOWN:.*]] = tg.log1p_exp %[[X]]
// CHECK-DAG:     %[[LOG1M:.*]] = arith.negf %[[DOWN]]
// CHECK:         return %[[LOG]], %[[LOG1M]], %[[LOG1M]], %[[LOG1M]], %[[LOG]]
func.func @log_inv_logit(%x: f64) -> (f64, f64, f64, f64, f64) {
  %one = arith.constant 1.0 : f64
  %p = tg.logistic %x : f64
  %a = math.log %p : f64
  %q = arith.subf %one, %p : f64
  %b = math.log %q : f64
  %m = arith.negf %p : f64
  %c = math.log1p %m : f64
  %q2 = arith.subf %one, %p : f64
  %d = math.log %q2 : f64
  %m2 = arith.negf %q2 : f64
  %e = math.log1p %m2 : f64
  return %a, %b, %c, %d, %e : f64, f64, f64, f64, f64
}

// inv_logit as people write it, log(1 + exp(x)), the logit of inv_logit, exp of its logarithm
// CHECK-LABEL: func.func @written_out
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-DAG:     %[[P:.*]] = tg.logistic %[[X]]
// CHECK-DAG:     %[[L:.*]] = tg.log1p_exp %[[X]]
// CHECK:         return %{{.*}}, %[[L]], %[[L]], %[[X]], %[[P]]
func.func @written_out(%x: f64) -> (f64, f64, f64, f64, f64) {
  %one = arith.constant 1.0 : f64
  %n = arith.negf %x : f64
  %en = math.exp %n : f64
  %dn = arith.addf %one, %en : f64
  %p = arith.divf %one, %dn : f64
  %e = math.exp %x : f64
  %d = arith.addf %e, %one : f64
  %p2 = arith.divf %e, %d : f64
  %l = math.log %d : f64
  %l1 = math.log1p %e : f64
  %log = math.log %p : f64
  %mp = arith.negf %p : f64
  %log1m = math.log1p %mp : f64
  %logit = arith.subf %log, %log1m : f64
  %back = math.exp %log : f64
  %log2 = math.log %p2 : f64
  return %log2, %l, %l1, %logit, %back : f64, f64, f64, f64, f64
}

// 1 - Phi(x) is Phi(-x); cloglog; 1 - exp(x)
// CHECK-LABEL: func.func @tails
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-DAG:     %[[MINUS:.*]] = arith.negf %[[X]]
// CHECK-DAG:     %[[TAIL:.*]] = tg.normal_cdf %[[MINUS]]
// CHECK-DAG:     %[[A:.*]] = math.log %[[TAIL]]
// CHECK-DAG:     %[[M1:.*]] = math.expm1 %[[X]]
// CHECK-DAG:     %[[NM1:.*]] = arith.negf %[[M1]]
// CHECK-DAG:     %[[C:.*]] = math.log %[[NM1]]
// CHECK:         return %[[A]], %[[X]], %[[C]]
func.func @tails(%x: f64) -> (f64, f64, f64) {
  %one = arith.constant 1.0 : f64
  %p = tg.normal_cdf %x : f64
  %m = arith.negf %p : f64
  %a = math.log1p %m : f64
  %e = math.expm1 %x : f64
  %t = arith.negf %e : f64
  %nt = arith.negf %t : f64
  %b = math.log1p %nt : f64
  %exp = math.exp %x : f64
  %rest = arith.subf %one, %exp : f64
  %c = math.log %rest : f64
  return %a, %b, %c : f64, f64, f64
}

// The logarithm of a product with an exponential: log(E) + x, log(E) - x; of a root, a square and a power of what is not negative.
// CHECK-LABEL: func.func @products
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64, %[[E:[a-z0-9]+]]: f64
// CHECK-DAG:     %[[HALF:.*]] = arith.constant 5.0
// CHECK-DAG:     %[[TWO:.*]] = arith.constant 2.0
// CHECK-DAG:     %[[P:.*]] = arith.constant 3.0
// CHECK-DAG:     %[[LOG:.*]] = math.log %[[E]]
// CHECK-DAG:     %[[A:.*]] = arith.addf %[[LOG]], %[[X]]
// CHECK-DAG:     %[[B:.*]] = arith.{{subf|addf}} %[[LOG]], %{{.*}}
// CHECK-DAG:     %[[C:.*]] = arith.mulf %[[LOG]], %[[HALF]]
// CHECK-DAG:     %[[D:.*]] = arith.mulf %{{.*}}, %[[TWO]]
// CHECK-DAG:     %[[F:.*]] = arith.mulf %[[X]], %[[P]]
// CHECK:         return %[[A]], %[[B]], %[[C]], %[[D]], %[[F]]
func.func @products(%x: f64, %e: f64) -> (f64, f64, f64, f64, f64) {
  %exp = math.exp %x : f64
  %up = arith.mulf %e, %exp : f64
  %a = math.log %up : f64
  %down = arith.divf %e, %exp : f64
  %b = math.log %down : f64
  %root = math.sqrt %e : f64
  %c = math.log %root : f64
  %s = tg.log1p_exp %e : f64
  %square = arith.mulf %s, %s : f64
  %d = math.log %square : f64
  %three = arith.constant 3.0 : f64
  %power = math.powf %exp, %three : f64
  %f = math.log %power : f64
  return %a, %b, %c, %d, %f : f64, f64, f64, f64, f64
}

// log(exp(x) + exp(y)): the larger one and a log1p_exp
// CHECK-LABEL: func.func @log_of_two
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64, %[[Y:[a-z0-9]+]]: f64
// CHECK-NOT:     math.exp
// CHECK:         %[[LESS:.*]] = arith.cmpf olt, %[[X]], %[[Y]]
// CHECK:         %[[HIGH:.*]] = arith.select %[[LESS]], %[[Y]], %[[X]]
// CHECK:         %[[LOW:.*]] = arith.select %[[LESS]], %[[X]], %[[Y]]
// CHECK:         arith.subf %[[LOW]], %[[HIGH]]
// CHECK:         tg.log1p_exp
func.func @log_of_two(%x: f64, %y: f64) -> f64 {
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %s = arith.addf %a, %b : f64
  %l = math.log %s : f64
  return %l : f64
}

// Of two components with weights of any sign: the larger exponent leaves the sum, one exponential stays.
// CHECK-LABEL: func.func @log_of_mixture
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64, %[[Y:[a-z0-9]+]]: f64, %[[T:[a-z0-9]+]]: f64
// CHECK:         %[[U:.*]] = arith.subf %{{.*}}, %[[T]]
// CHECK:         %[[LESS:.*]] = arith.cmpf olt, %[[X]], %[[Y]]
// CHECK:         %[[HIGH:.*]] = arith.select %[[LESS]], %[[Y]], %[[X]]
// CHECK:         %[[LOW:.*]] = arith.select %[[LESS]], %[[X]], %[[Y]]
// CHECK:         arith.subf %[[LOW]], %[[HIGH]]
// CHECK-DAG:     %[[WEIGHT:.*]] = arith.select %[[LESS]], %[[T]], %[[U]]
// CHECK-DAG:     %[[EXP:.*]] = math.exp
// CHECK:         arith.mulf %[[WEIGHT]], %[[EXP]]
// CHECK-NOT:     math.exp
// CHECK:         %[[LOG:.*]] = math.log
// CHECK:         arith.addf %[[HIGH]], %[[LOG]]
func.func @log_of_mixture(%x: f64, %y: f64, %t: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %u = arith.subf %one, %t : f64
  %ta = arith.mulf %t, %a : f64
  %ub = arith.mulf %u, %b : f64
  %s = arith.addf %ta, %ub : f64
  %l = math.log %s : f64
  return %l : f64
}

// An exponential of several such sums is none that others use.
// CHECK-LABEL: func.func @logs_of_two
// CHECK-NOT:     math.exp
// CHECK-COUNT-2: tg.log1p_exp
func.func @logs_of_two(%x: f64, %y: f64, %z: f64) -> (f64, f64) {
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %c = math.exp %z : f64
  %s = arith.addf %a, %b : f64
  %t = arith.addf %a, %c : f64
  %l = math.log %s : f64
  %m = math.log %t : f64
  return %l, %m : f64, f64
}

// log(1 + exp(x) + exp(y)) takes 1 as exp(0).
// CHECK-LABEL: func.func @log_with_reference
// CHECK-COUNT-3: math.exp
// CHECK:         math.log
func.func @log_with_reference(%x: f64, %y: f64) -> f64 {
  %one = arith.constant 1.0 : f64
  %a = math.exp %x : f64
  %b = math.exp %y : f64
  %s = arith.addf %a, %one : f64
  %t = arith.addf %s, %b : f64
  %l = math.log %t : f64
  return %l : f64
}

// log(sum(exp(a * x))): the largest exponent is found first.
// CHECK-LABEL: func.func @log_of_rows
// CHECK:         %[[MAX:.*]] = tg.plate
// CHECK:           tg.yield max
// CHECK:         %[[SHIFT:.*]] = arith.select %{{.*}}, %[[MAX]]
// CHECK:         %[[SUM:.*]] = tg.plate
// CHECK:           %[[D:.*]] = arith.subf %{{.*}}, %[[SHIFT]]
// CHECK:           math.exp %[[D]]
// CHECK:         %[[LOG:.*]] = math.log %[[SUM]]
// CHECK:         arith.addf %[[SHIFT]], %[[LOG]]
func.func @log_of_rows(%x: tensor<?xf64>, %a: f64, %n: index) -> f64 {
  %s = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %av = arith.mulf %a, %v : f64
    %e = math.exp %av : f64
    tg.yield sum(%e : f64)
  } : f64
  %l = math.log %s : f64
  return %l : f64
}

// log_sum_exp(log_sum_exp(x, y), z) takes one logarithm.
// CHECK-LABEL: func.func @chain
// CHECK-NOT:     tg.log1p_exp
// CHECK-COUNT-3: math.exp
// CHECK:         math.log
// CHECK-NOT:     tg.log1p_exp
func.func @chain(%x: f64, %y: f64, %z: f64) -> f64 {
  %inf = arith.constant 0x7FF0000000000000 : f64
  %zero = arith.constant 0.0 : f64
  %c = arith.cmpf olt, %x, %y : f64
  %h = arith.select %c, %y, %x : f64
  %l = arith.select %c, %x, %y : f64
  %ha = math.absf %h : f64
  %hi = arith.cmpf oeq, %ha, %inf : f64
  %d = arith.subf %l, %h : f64
  %ds = arith.select %hi, %zero, %d : f64
  %t = tg.log1p_exp %ds : f64
  %ts = arith.select %hi, %zero, %t : f64
  %s = arith.addf %h, %ts : f64
  %c2 = arith.cmpf olt, %s, %z : f64
  %h2 = arith.select %c2, %z, %s : f64
  %l2 = arith.select %c2, %s, %z : f64
  %ha2 = math.absf %h2 : f64
  %hi2 = arith.cmpf oeq, %ha2, %inf : f64
  %d2 = arith.subf %l2, %h2 : f64
  %ds2 = arith.select %hi2, %zero, %d2 : f64
  %t2 = tg.log1p_exp %ds2 : f64
  %ts2 = arith.select %hi2, %zero, %t2 : f64
  %s2 = arith.addf %h2, %ts2 : f64
  return %s2 : f64
}

// What is left of the check of a probability, and of the count's logarithm: whether the logit is a number, and large.
// CHECK-LABEL: func.func @checks
// CHECK-SAME:    %[[X:[a-z0-9]+]]: f64
// CHECK-NOT:     tg.logistic
// CHECK-DAG:     %[[END:.*]] = arith.constant 36.7368
// CHECK-DAG:     %[[START:.*]] = arith.constant -745.13
// CHECK-DAG:     %[[NUMBER:.*]] = arith.cmpf ord, %[[X]], %[[X]]
// CHECK-DAG:     %[[ONE:.*]] = arith.cmpf oge, %[[X]], %[[END]]
// CHECK-DAG:     %[[ZERO:.*]] = arith.cmpf ole, %[[X]], %[[START]]
// CHECK-NOT:     tg.logistic
// CHECK:         return %[[NUMBER]], %[[ONE]], %[[ZERO]], %[[NUMBER]]
func.func @checks(%x: f64) -> (i1, i1, i1, i1) {
  %zero = arith.constant 0.0 : f64
  %one = arith.constant 1.0 : f64
  %p = tg.logistic %x : f64
  %a = arith.cmpf oge, %p, %zero : f64
  %b = arith.cmpf ole, %p, %one : f64
  %ok = arith.andi %a, %b : i1
  %is_one = arith.cmpf oeq, %p, %one : f64
  %is_zero = arith.cmpf oeq, %p, %zero : f64
  %q = arith.subf %one, %p : f64
  %c = arith.cmpf oge, %q, %zero : f64
  return %ok, %is_one, %is_zero, %c : i1, i1, i1, i1
}

// bernoulli(inv_logit(x)): one function for both outcomes.
// CHECK-LABEL: func.func @outcomes
// CHECK:         tg.plate
// CHECK-NOT:       scf.if
// CHECK:           %[[E:.*]] = arith.select %{{.*}}, %{{.*}}, %{{.*}} : f64
// CHECK-NEXT:      %[[L:.*]] = tg.log1p_exp %[[E]]
// CHECK-NEXT:      %[[M:.*]] = arith.negf %[[L]]
// CHECK-NEXT:      tg.yield sum(%[[M]] : f64)
func.func @outcomes(%x: tensor<?xf64>, %y: tensor<?xi1>, %n: index) -> f64 {
  %r = tg.plate (%i) in (%n) {
    %v = tensor.extract %x[%i] : tensor<?xf64>
    %c = tensor.extract %y[%i] : tensor<?xi1>
    %p = tg.logistic %v : f64
    %l = scf.if %c -> f64 {
      %a = math.log %p : f64
      scf.yield %a : f64
    } else {
      %m = arith.negf %p : f64
      %b = math.log1p %m : f64
      scf.yield %b : f64
    }
    tg.yield sum(%l : f64)
  } : f64
  return %r : f64
}
