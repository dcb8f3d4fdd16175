// Functions that are compositions of others.

real square(real x) { return x * x; }
real inv(real x) { return 1 / x; }
real inv_sqrt(real x) { return 1 / sqrt(x); }
real inv_square(real x) { return 1 / (x * x); }
real log1m(real x) { return log1p(-x); }
real log1m_exp(real x) {
  // Maechler (2012), "Accurately computing log(1 - exp(-|a|))"
  return x > -0.6931471805599453 ? log(-expm1(x)) : log1p(-exp(x));
}
real log_diff_exp(real x, real y) { return x + log1m_exp(y - x); }
real logit(real p) { return log(p) - log1p(-p); }
real log_inv_logit(real x) { return -log1p_exp(-x); }
real log1m_inv_logit(real x) { return -log1p_exp(x); }
real Phi(real x) { return 0.5 * erfc(-x / sqrt2()); }
real Phi_approx(real x) { return inv_logit(0.07056 * x * x * x + 1.5976 * x); }
real inv_cloglog(real x) { return -expm1(-exp(x)); }
real cloglog(real x) { return log(-log1p(-x)); }
real fdim(real x, real y) { return x > y ? x - y : 0; }
real hypot(real x, real y) { return sqrt(x * x + y * y); }
real lmultiply(real x, real y) { return x == 0 && y == 0 ? 0 : x * log(y); }
real multiply_log(real x, real y) { return x == 0 && y == 0 ? 0 : x * log(y); }
real step(real x) { return x < 0 ? 0 : 1; }
int int_step(real x) { return x > 0 ? 1 : 0; }
int int_step(int x) { return x > 0 ? 1 : 0; }
real log_mix(real theta, real a, real b) { return log_sum_exp(log(theta) + a, log1m(theta) + b); }

real mean(vector x) { return sum(x) / rows(x); }
real mean(row_vector x) { return sum(x) / cols(x); }
real mean(array[] real x) { return sum(x) / size(x); }
real dot_self(vector x) { return dot_product(x, x); }
real dot_self(row_vector x) { return dot_product(x, x); }
real dot_self(array[] real x) { return dot_product(to_vector(x), to_vector(x)); }
real variance(vector x) {
  if (rows(x) < 2) return 0;
  real m = mean(x);
  return sum(square(x - m)) / (rows(x) - 1);
}
real variance(row_vector x) { return variance(to_vector(x)); }
real variance(array[] real x) { return variance(to_vector(x)); }
real sd(vector x) { return sqrt(variance(x)); }
real sd(row_vector x) { return sqrt(variance(to_vector(x))); }
real sd(array[] real x) { return sqrt(variance(to_vector(x))); }
real prod(vector x) {
  real p = 1;
  for (k in 1:rows(x)) p *= x[k];
  return p;
}
real prod(row_vector x) { return prod(to_vector(x)); }
real prod(array[] real x) { return prod(to_vector(x)); }
real squared_distance(vector x, vector y) { return dot_self(x - y); }
real distance(vector x, vector y) { return sqrt(dot_self(x - y)); }

vector softmax(vector x) { return exp(x - log_sum_exp(x)); }
vector log_softmax(vector x) { return x - log_sum_exp(x); }
vector cumulative_sum(vector x) {
  int N = rows(x);
  vector[N] total;
  real running = 0;
  for (n in 1:N) {
    running += x[n];
    total[n] = running;
  }
  return total;
}
row_vector cumulative_sum(row_vector x) { return cumulative_sum(x')'; }
array[] real cumulative_sum(array[] real x) { return to_array_1d(cumulative_sum(to_vector(x))); }

vector head(vector x, int n) { return x[1:n]; }
row_vector head(row_vector x, int n) { return x[1:n]; }
array[] real head(array[] real x, int n) { return x[1:n]; }
vector tail(vector x, int n) { return x[(rows(x) - n + 1):rows(x)]; }
row_vector tail(row_vector x, int n) { return x[(cols(x) - n + 1):cols(x)]; }
array[] real tail(array[] real x, int n) { return x[(size(x) - n + 1):size(x)]; }
vector segment(vector x, int i, int n) { return x[i:(i + n - 1)]; }
row_vector segment(row_vector x, int i, int n) { return x[i:(i + n - 1)]; }
array[] real segment(array[] real x, int i, int n) { return x[i:(i + n - 1)]; }
array[] int segment(array[] int x, int i, int n) { return x[i:(i + n - 1)]; }
row_vector row(matrix x, int m) { return x[m]; }
vector col(matrix x, int n) { return x[, n]; }
vector sub_col(matrix x, int i, int j, int n) { return x[i:(i + n - 1), j]; }
row_vector sub_row(matrix x, int i, int j, int n) { return x[i, j:(j + n - 1)]; }
matrix block(matrix x, int i, int j, int m, int n) { return x[i:(i + m - 1), j:(j + n - 1)]; }
vector append_row(vector x, vector y) {
  vector[rows(x) + rows(y)] z;
  z[1:rows(x)] = x;
  z[(rows(x) + 1):(rows(x) + rows(y))] = y;
  return z;
}
vector append_row(real x, vector y) {
  vector[1 + rows(y)] z;
  z[1] = x;
  z[2:(1 + rows(y))] = y;
  return z;
}
vector append_row(vector x, real y) {
  vector[rows(x) + 1] z;
  z[1:rows(x)] = x;
  z[rows(x) + 1] = y;
  return z;
}
row_vector append_col(row_vector x, row_vector y) {
  row_vector[cols(x) + cols(y)] z;
  z[1:cols(x)] = x;
  z[(cols(x) + 1):(cols(x) + cols(y))] = y;
  return z;
}
matrix append_col(matrix x, matrix y) {
  matrix[rows(x), cols(x) + cols(y)] z;
  for (j in 1:cols(x)) z[, j] = x[, j];
  for (j in 1:cols(y)) z[, cols(x) + j] = y[, j];
  return z;
}
matrix append_col(vector x, matrix y) {
  matrix[rows(x), 1 + cols(y)] z;
  z[, 1] = x;
  for (j in 1:cols(y)) z[, 1 + j] = y[, j];
  return z;
}
vector reverse(vector x) {
  int N = rows(x);
  vector[N] y;
  for (n in 1:N) y[n] = x[N - n + 1];
  return y;
}
matrix diag_matrix(vector x) {
  int N = rows(x);
  matrix[N, N] m = rep_matrix(0, N, N);
  for (n in 1:N) m[n, n] = x[n];
  return m;
}
matrix diag_pre_multiply(vector x, matrix m) {
  matrix[rows(m), cols(m)] y;
  for (j in 1:cols(m)) y[, j] = x .* m[, j];
  return y;
}
matrix diag_post_multiply(matrix m, vector x) {
  matrix[rows(m), cols(m)] y;
  for (j in 1:cols(m)) y[, j] = m[, j] * x[j];
  return y;
}
