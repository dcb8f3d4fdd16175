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
real log_diff_exp(real x, real y) { return x + log1m_exp(y == negative_infinity() ? y : y - x); }
real logit(real p) { return log(p) - log1p(-p); }
real log_inv_logit(real x) { return -log1p_exp(-x); }
real log1m_inv_logit(real x) { return -log1p_exp(x); }
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
int minus(int x) { return -x; }
real minus(real x) { return -x; }
int divide(int x, int y) { return x %/% y; }
real divide(real x, real y) { return x / y; }
int modulus(int x, int y) { return x % y; }
int logical_negation(int x) { return !x; }
int logical_and(int x, int y) { return x && y; }
int logical_or(int x, int y) { return x || y; }
int logical_eq(int x, int y) { return x == y; }
int logical_eq(real x, real y) { return x == y; }
int logical_neq(int x, int y) { return x != y; }
int logical_neq(real x, real y) { return x != y; }
int logical_lt(int x, int y) { return x < y; }
int logical_lt(real x, real y) { return x < y; }
int logical_lte(int x, int y) { return x <= y; }
int logical_lte(real x, real y) { return x <= y; }
int logical_gt(int x, int y) { return x > y; }
int logical_gt(real x, real y) { return x > y; }
int logical_gte(int x, int y) { return x >= y; }
int logical_gte(real x, real y) { return x >= y; }
real log_mix(real theta, real a, real b) { return log_sum_exp(log(theta) + a, log1m(theta) + b); }

real log_mix(vector theta, vector lps) { return log_sum_exp(log(theta) + lps); }
real log_mix(vector theta, array[] vector lps) {
  real total = 0;
  for (n in 1:size(lps)) total += log_mix(theta, lps[n]);
  return total;
}
real log_mix(vector theta, array[] row_vector lps) {
  real total = 0;
  for (n in 1:size(lps)) total += log_mix(theta, lps[n]');
  return total;
}
real log_mix(vector theta, row_vector lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(vector theta, array[] real lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(row_vector theta, vector lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(row_vector theta, row_vector lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(row_vector theta, array[] real lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(array[] real theta, vector lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(array[] real theta, row_vector lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(array[] real theta, array[] real lps) { return log_mix(to_vector(theta), to_vector(lps)); }
real log_mix(row_vector theta, array[] vector lps) { return log_mix(to_vector(theta), lps); }
real log_mix(row_vector theta, array[] row_vector lps) { return log_mix(to_vector(theta), lps); }
real log_mix(array[] real theta, array[] vector lps) { return log_mix(to_vector(theta), lps); }
real log_mix(array[] real theta, array[] row_vector lps) { return log_mix(to_vector(theta), lps); }

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
int prod(array[] int x) {
  int p = 1;
  for (k in 1:size(x)) p *= x[k];
  return p;
}
real prod(vector x) {
  real p = 1;
  for (k in 1:rows(x)) p *= x[k];
  return p;
}
real prod(row_vector x) { return prod(to_vector(x)); }
real prod(array[] real x) { return prod(to_vector(x)); }
real prod(matrix x) { return prod(to_vector(x)); }
real squared_distance(real x, real y) { return square(x - y); }
real squared_distance(vector x, vector y) { return dot_self(x - y); }
real squared_distance(row_vector x, row_vector y) { return dot_self(x - y); }
real squared_distance(vector x, row_vector y) { return dot_self(x - y'); }
real squared_distance(row_vector x, vector y) { return dot_self(x' - y); }
// Between equal points, where the root has no derivative, Stan takes 0: points are often compared with themselves.
real distance_of_square(real s) { return s > 0 ? sqrt(s > 0 ? s : 1) : s; }
real distance(vector x, vector y) { return distance_of_square(squared_distance(x, y)); }
real distance(row_vector x, row_vector y) { return distance_of_square(squared_distance(x, y)); }
real distance(vector x, row_vector y) { return distance_of_square(squared_distance(x, y)); }
real distance(row_vector x, vector y) { return distance_of_square(squared_distance(x, y)); }

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
array[] int cumulative_sum(array[] int x) {
  int N = size(x);
  array[N] int total;
  int running = 0;
  for (n in 1:N) {
    running += x[n];
    total[n] = running;
  }
  return total;
}
array[] real cumulative_sum(array[] real x) { return to_array_1d(cumulative_sum(to_vector(x))); }

vector head(vector x, int n) { return x[1:n]; }
row_vector head(row_vector x, int n) { return x[1:n]; }
array[] int head(array[] int x, int n) { return x[1:n]; }
array[] real head(array[] real x, int n) { return x[1:n]; }
vector tail(vector x, int n) { return x[(rows(x) - n + 1):rows(x)]; }
row_vector tail(row_vector x, int n) { return x[(cols(x) - n + 1):cols(x)]; }
array[] int tail(array[] int x, int n) { return x[(size(x) - n + 1):size(x)]; }
array[] real tail(array[] real x, int n) { return x[(size(x) - n + 1):size(x)]; }
vector segment(vector x, int i, int n) { return x[i:(i + n - 1)]; }
row_vector segment(row_vector x, int i, int n) { return x[i:(i + n - 1)]; }
array[] int segment(array[] int x, int i, int n) { return x[i:(i + n - 1)]; }
array[] real segment(array[] real x, int i, int n) { return x[i:(i + n - 1)]; }
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
vector reverse(vector x) {
  int N = rows(x);
  vector[N] y;
  for (n in 1:N) y[n] = x[N - n + 1];
  return y;
}
row_vector reverse(row_vector x) { return reverse(x')'; }
array[] int reverse(array[] int x) {
  int N = size(x);
  array[N] int y;
  for (n in 1:N) y[n] = x[N - n + 1];
  return y;
}
array[] real reverse(array[] real x) { return to_array_1d(reverse(to_vector(x))); }
row_vector append_col(real x, row_vector y) { return append_row(x, y')'; }
row_vector append_col(row_vector x, real y) { return append_row(x', y)'; }

real norm1(vector x) { return sum(abs(x)); }
real norm1(row_vector x) { return sum(abs(x)); }
real norm1(array[] real x) { return norm1(to_vector(x)); }
real norm2(vector x) { return sqrt(dot_self(x)); }
real norm2(row_vector x) { return sqrt(dot_self(x)); }
real norm2(array[] real x) { return norm2(to_vector(x)); }

// The permutation that sorts, by counting: element n comes after the smaller ones and the equal ones before it.
array[] int sort_indices_asc(vector x) {
  int N = rows(x);
  array[N] int order;
  for (n in 1:N) {
    int position = 1;
    for (m in 1:N) position += x[m] < x[n] || (x[m] == x[n] && m < n);
    order[position] = n;
  }
  return order;
}
array[] int sort_indices_desc(vector x) { return sort_indices_asc(-x); }
array[] int sort_indices_asc(row_vector x) { return sort_indices_asc(x'); }
array[] int sort_indices_desc(row_vector x) { return sort_indices_asc(-x'); }
array[] int sort_indices_asc(array[] int x) { return sort_indices_asc(to_vector(x)); }
array[] int sort_indices_desc(array[] int x) { return sort_indices_asc(-to_vector(x)); }
array[] int sort_indices_asc(array[] real x) { return sort_indices_asc(to_vector(x)); }
array[] int sort_indices_desc(array[] real x) { return sort_indices_asc(-to_vector(x)); }
vector sort_asc(vector x) { return x[sort_indices_asc(x)]; }
vector sort_desc(vector x) { return x[sort_indices_asc(-x)]; }
row_vector sort_asc(row_vector x) { return x[sort_indices_asc(x')]; }
row_vector sort_desc(row_vector x) { return x[sort_indices_asc(-x')]; }
array[] int sort_asc(array[] int x) { return x[sort_indices_asc(x)]; }
array[] int sort_desc(array[] int x) { return x[sort_indices_desc(x)]; }
array[] real sort_asc(array[] real x) { return x[sort_indices_asc(x)]; }
array[] real sort_desc(array[] real x) { return x[sort_indices_desc(x)]; }
int rank(vector x, int s) {
  int smaller = 0;
  for (n in 1:rows(x)) smaller += x[n] < x[s];
  return smaller;
}
int rank(row_vector x, int s) { return rank(x', s); }
int rank(array[] int x, int s) { return rank(to_vector(x), s); }
int rank(array[] real x, int s) { return rank(to_vector(x), s); }

vector linspaced_vector(int K, data real lower, data real upper) {
  vector[K] x;
  for (k in 1:K) x[k] = k == K ? upper : lower + (k - 1) * ((upper - lower) / (K - 1));
  return x;
}
row_vector linspaced_row_vector(int K, data real lower, data real upper) {
  return linspaced_vector(K, lower, upper)';
}
array[] real linspaced_array(int K, data real lower, data real upper) {
  return to_array_1d(linspaced_vector(K, lower, upper));
}
vector one_hot_vector(int K, int k) {
  vector[K] x = rep_vector(0, K);
  x[k] = 1;
  return x;
}
row_vector one_hot_row_vector(int K, int k) { return one_hot_vector(K, k)'; }
vector uniform_simplex(int K) { return rep_vector(1.0 / K, K); }

// Between the two samples that it lies between.
real quantile(vector x, real p) {
  int n = rows(x);
  if (n == 0) fatal_error("quantile: there are no samples");
  if (!(p >= 0 && p <= 1)) reject("quantile: the probability must be between 0 and 1");
  if (any_nan(x)) reject("quantile: the samples must not be nan");
  vector[n] sorted = sort_asc(x);
  real at = (n - 1) * p;
  int below = 1;
  for (i in 2:n) below += i - 1 <= at;
  real part = at - (below - 1);
  if (part == 0) return sorted[below];
  return (1 - part) * sorted[below] + part * sorted[min(below + 1, n)];
}
real quantile(row_vector x, real p) { return quantile(x', p); }
real quantile(array[] real x, real p) { return quantile(to_vector(x), p); }
array[] real quantile(vector x, array[] real p) {
  array[size(p)] real q;
  for (i in 1:size(p)) q[i] = quantile(x, p[i]);
  return q;
}
array[] real quantile(row_vector x, array[] real p) { return quantile(x', p); }
array[] real quantile(array[] real x, array[] real p) { return quantile(to_vector(x), p); }
