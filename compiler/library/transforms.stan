// Transforms from the unconstrained scale, and back. Stan Reference Manual, "Constraint transforms"; the simplex is that
// of Stan 2.35 (stick breaking). A _jacobian function adds the log of the Jacobian's absolute determinant.

real lower_jacobian(real y, real lower) {
  if (is_inf(lower)) return y;
  jacobian += y;
  return exp(y) + lower;
}
real lower_unconstrain(real x, real lower) {
  if (is_inf(lower)) return x;
  return log(x - lower);
}

real upper_jacobian(real y, real upper) {
  if (is_inf(upper)) return y;
  jacobian += y;
  return upper - exp(y);
}
real upper_unconstrain(real x, real upper) {
  if (is_inf(upper)) return x;
  return log(upper - x);
}

real interval_jacobian(real y, real lower, real upper) {
  if (is_inf(lower) && is_inf(upper)) return y;
  if (is_inf(lower)) {
    jacobian += y;
    return upper - exp(y);
  }
  if (is_inf(upper)) {
    jacobian += y;
    return exp(y) + lower;
  }
  real a = -abs(y);
  jacobian += log(upper - lower) + a - 2 * log1p_exp(a);
  return lower + (upper - lower) * inv_logit(y);
}
real interval_unconstrain(real x, real lower, real upper) {
  if (is_inf(lower) && is_inf(upper)) return x;
  if (is_inf(lower)) return log(upper - x);
  if (is_inf(upper)) return log(x - lower);
  real u = (x - lower) / (upper - lower);
  return log(u) - log1p(-u);
}

real offset_multiplier_jacobian(real y, real offset_, real<lower=0> multiplier_) {
  jacobian += log(multiplier_);
  return offset_ + multiplier_ * y;
}
real offset_multiplier_unconstrain(real x, real offset_, real multiplier_) {
  return (x - offset_) / multiplier_;
}

vector ordered_jacobian(vector y) {
  int K = rows(y);
  vector[K] x = y;
  for (k in 2:K) {
    jacobian += y[k];
    x[k] = x[k - 1] + exp(y[k]);
  }
  return x;
}
vector ordered_unconstrain(vector x) {
  int K = rows(x);
  vector[K] y = x;
  for (k in 2:K) y[k] = log(x[k] - x[k - 1]);
  return y;
}

vector positive_ordered_jacobian(vector y) {
  int K = rows(y);
  vector[K] x = y;
  for (k in 1:K) {
    jacobian += y[k];
    if (k == 1) x[k] = exp(y[k]);
    else x[k] = x[k - 1] + exp(y[k]);
  }
  return x;
}
vector positive_ordered_unconstrain(vector x) {
  int K = rows(x);
  vector[K] y = x;
  for (k in 1:K) {
    if (k == 1) y[k] = log(x[k]);
    else y[k] = log(x[k] - x[k - 1]);
  }
  return y;
}

vector simplex_jacobian(vector y) {
  int K = rows(y) + 1;
  vector[K] x;
  real stick = 1;
  for (k in 1:(K - 1)) {
    real a = y[k] - log(1.0 * (K - k));
    real z = inv_logit(a);
    x[k] = stick * z;
    jacobian += log(stick) - log1p_exp(-a) - log1p_exp(a);
    stick -= x[k];
  }
  x[K] = stick;
  return x;
}
vector simplex_unconstrain(vector x) {
  int K = rows(x);
  vector[K - 1] y;
  real stick = x[K];
  for (j in 1:(K - 1)) {
    int k = K - j;
    stick += x[k];
    real z = x[k] / stick;
    y[k] = log(z) - log1p(-z) + log(1.0 * (K - k));
  }
  if (!check_simplex(x) && K > 1) y[1] = not_a_number();
  return y;
}
