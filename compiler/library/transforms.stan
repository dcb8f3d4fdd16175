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

// By the names that models call them by.
real lower_bound_jacobian(real y, real lower) { return lower_jacobian(y, lower); }
real lower_bound_unconstrain(real x, real lower) {
  if (!(x >= lower)) reject("lower_bound_unconstrain: the value must not be below the bound");
  return lower_unconstrain(x, lower);
}
real upper_bound_jacobian(real y, real upper) { return upper_jacobian(y, upper); }
real upper_bound_unconstrain(real x, real upper) {
  if (!(x <= upper)) reject("upper_bound_unconstrain: the value must not be above the bound");
  return upper_unconstrain(x, upper);
}
real lower_upper_bound_jacobian(real y, real lower, real upper) { return interval_jacobian(y, lower, upper); }
real lower_upper_bound_unconstrain(real x, real lower, real upper) {
  if (!(x >= lower && x <= upper)) reject("lower_upper_bound_unconstrain: the value must be between the bounds");
  return interval_unconstrain(x, lower, upper);
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

vector unit_vector_jacobian(vector y) {
  real squared = dot_self(y);
  if (!(squared > 0) || is_inf(squared)) reject("unit_vector: the norm must be positive and finite");
  jacobian += -0.5 * squared;
  return y / sqrt(squared);
}
vector unit_vector_unconstrain(vector x) {
  vector[rows(x)] y = x;
  if (!check_unit_vector(x)) y[1] = not_a_number();
  return y;
}

// Coordinates in the orthonormal basis whose n-th vector is n equal numbers followed by their negative sum.
vector sum_to_zero_jacobian(vector y) {
  int N = rows(y);
  vector[N + 1] x = rep_vector(0, N + 1);
  real running = 0;
  for (k in 1:N) {
    int n = N - k + 1;
    real w = y[n] / sqrt(n * (n + 1.0));
    running += w;
    x[n] += running;
    x[n + 1] -= n * w;
  }
  return x;
}
vector sum_to_zero_unconstrain(vector x) {
  int N = rows(x) - 1;
  vector[N] y;
  real running = 0;
  for (k in 1:N) {
    int n = N - k + 1;
    real w = (running - x[n + 1]) / n;
    y[n] = w * sqrt(n * (n + 1.0));
    running += w;
  }
  if (N > 0 && !check_sum_to_zero_vector(x)) y[1] = not_a_number();
  return y;
}
matrix sum_to_zero_jacobian(matrix y) {
  int M = rows(y);
  int N = cols(y);
  matrix[M + 1, N] columns;
  for (n in 1:N) columns[, n] = sum_to_zero_jacobian(y[, n]);
  matrix[M + 1, N + 1] x;
  for (m in 1:(M + 1)) x[m] = sum_to_zero_jacobian(columns[m]')';
  return x;
}
matrix sum_to_zero_unconstrain(matrix x) {
  int M = rows(x) - 1;
  int N = cols(x) - 1;
  matrix[M, N + 1] columns;
  for (n in 1:(N + 1)) columns[, n] = sum_to_zero_unconstrain(x[, n]);
  matrix[M, N] y;
  for (m in 1:M) y[m] = sum_to_zero_unconstrain(columns[m]')';
  if (M > 0 && N > 0 && !check_sum_to_zero_matrix(x)) y[1, 1] = not_a_number();
  return y;
}

matrix stochastic_column_jacobian(matrix y) {
  matrix[rows(y) + 1, cols(y)] x;
  for (n in 1:cols(y)) x[, n] = simplex_jacobian(y[, n]);
  return x;
}
matrix stochastic_column_unconstrain(matrix x) {
  matrix[rows(x) - 1, cols(x)] y;
  for (n in 1:cols(x)) y[, n] = simplex_unconstrain(x[, n]);
  return y;
}
matrix stochastic_row_jacobian(matrix y) {
  matrix[rows(y), cols(y) + 1] x;
  for (m in 1:rows(y)) x[m] = simplex_jacobian(y[m]')';
  return x;
}
matrix stochastic_row_unconstrain(matrix x) {
  matrix[rows(x), cols(x) - 1] y;
  for (m in 1:rows(x)) y[m] = simplex_unconstrain(x[m]')';
  return y;
}

// log(1 - tanh(y)^2), which does not lose its digits where tanh is close to one.
real log_sech_squared(real y) { return log(4.0) - 2 * (y + log1p_exp(-2 * y)); }

// Rows of unit length, of which each element takes a part of what those before it have left.
matrix cholesky_factor_corr_jacobian(vector y, int K) {
  matrix[K, K] L = rep_matrix(0, K, K);
  for (i in 1:K) {
    real left = 0; // log of the squared length
    for (j in 1:(i - 1)) {
      real v = y[((i - 1) * (i - 2)) %/% 2 + j];
      real taken = log_sech_squared(v);
      jacobian += 0.5 * left + taken;
      L[i, j] = tanh(v) * exp(0.5 * left);
      left += taken;
    }
    L[i, i] = exp(0.5 * left);
  }
  return L;
}
vector cholesky_factor_corr_unconstrain(matrix L) {
  int K = rows(L);
  vector[(K * (K - 1)) %/% 2] y;
  for (i in 2:K) {
    real left = 1;
    for (j in 1:(i - 1)) {
      y[((i - 1) * (i - 2)) %/% 2 + j] = atanh(L[i, j] / sqrt(left));
      left -= square(L[i, j]);
    }
  }
  if (K > 1 && !check_cholesky_factor_corr(L)) y[1] = not_a_number();
  return y;
}

// The factors of which correlations and covariances are made, with the Jacobians of those.

// As that of cholesky_factor_corr, but column by column: partial correlations on a C-vine (Lewandowski, Kurowicka, Joe 2009).
matrix corr_matrix_factor_jacobian(vector y, int K) {
  matrix[K, K] L = rep_matrix(0, K, K);
  for (i in 1:K) {
    real left = 0;
    for (j in 1:(i - 1)) {
      real v = y[((j - 1) * (2 * K - j)) %/% 2 + i - j];
      real taken = log_sech_squared(v);
      jacobian += 0.5 * (K - j + 1) * taken;
      L[i, j] = tanh(v) * exp(0.5 * left);
      left += taken;
    }
    L[i, i] = exp(0.5 * left);
  }
  return L;
}
matrix corr_matrix_jacobian(vector y, int K) {
  matrix[K, K] L = corr_matrix_factor_jacobian(y, K);
  return L * L';
}
vector corr_matrix_unconstrain(matrix x) {
  int K = rows(x);
  matrix[K, K] L = lower_factor(x);
  vector[(K * (K - 1)) %/% 2] y;
  for (i in 2:K) {
    real left = 1;
    for (j in 1:(i - 1)) {
      y[((j - 1) * (2 * K - j)) %/% 2 + i - j] = atanh(L[i, j] / sqrt(left));
      left -= square(L[i, j]);
    }
  }
  if (K > 1 && !check_corr_matrix(x)) y[1] = not_a_number();
  return y;
}

matrix cholesky_factor_cov_jacobian(vector y, int M, int N) {
  matrix[M, N] L = rep_matrix(0, M, N);
  for (i in 1:N) {
    for (j in 1:(i - 1)) L[i, j] = y[(i * (i - 1)) %/% 2 + j];
    jacobian += y[(i * (i + 1)) %/% 2];
    L[i, i] = exp(y[(i * (i + 1)) %/% 2]);
  }
  for (i in (N + 1):M)
    for (j in 1:N) L[i, j] = y[(N * (N + 1)) %/% 2 + (i - N - 1) * N + j];
  return L;
}
vector cholesky_factor_cov_unconstrain(matrix L) {
  int M = rows(L);
  int N = cols(L);
  vector[(N * (N + 1)) %/% 2 + (M - N) * N] y;
  for (i in 1:N) {
    for (j in 1:(i - 1)) y[(i * (i - 1)) %/% 2 + j] = L[i, j];
    y[(i * (i + 1)) %/% 2] = log(L[i, i]);
  }
  for (i in (N + 1):M)
    for (j in 1:N) y[(N * (N + 1)) %/% 2 + (i - N - 1) * N + j] = L[i, j];
  if (N > 0 && !check_cholesky_factor_cov(L)) y[1] = not_a_number();
  return y;
}

matrix cov_matrix_factor_jacobian(vector y, int K) {
  matrix[K, K] L = rep_matrix(0, K, K);
  jacobian += K * log(2.0);
  for (i in 1:K) {
    for (j in 1:(i - 1)) L[i, j] = y[(i * (i - 1)) %/% 2 + j];
    jacobian += (K - i + 2) * y[(i * (i + 1)) %/% 2];
    L[i, i] = exp(y[(i * (i + 1)) %/% 2]);
  }
  return L;
}
matrix cov_matrix_jacobian(vector y, int K) {
  matrix[K, K] L = cov_matrix_factor_jacobian(y, K);
  return L * L';
}
vector cov_matrix_unconstrain(matrix x) {
  int K = rows(x);
  matrix[K, K] L = lower_factor(x);
  vector[(K * (K + 1)) %/% 2] y;
  for (i in 1:K) {
    for (j in 1:(i - 1)) y[(i * (i - 1)) %/% 2 + j] = L[i, j];
    y[(i * (i + 1)) %/% 2] = log(L[i, i]);
  }
  if (K > 0 && !check_cov_matrix(x)) y[1] = not_a_number();
  return y;
}
