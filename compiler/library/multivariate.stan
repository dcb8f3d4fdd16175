// Densities of vectors and matrices. Arrays of vectors with one covariance are the columns of a matrix, so that it is
// factorised once and solved for all of them together; a vector that is given beside an array is repeated.

int all_finite(vector x) { return max(abs(x)) < positive_infinity(); }
int all_finite(matrix x) { return max(abs(x)) < positive_infinity(); }
int any_nan(vector x) { return is_nan(max(abs(x))); }
int any_nan(matrix x) { return is_nan(max(abs(x))); }

// The factor of a covariance: like cholesky_decompose, and says so where there is none. The kernel sees for itself whether
// a matrix is symmetric.
matrix covariance_factor(matrix x) {
  int K = rows(x);
  if (tg_unrolls(K)) {
    if (!check_symmetric(x))
      reject(x, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(x));
    matrix[K, K] small = lower_factor(x);
    if (!(min(diagonal(small)) > 0)) reject(x, " must be positive definite");
    return small;
  }
  matrix[K, K] L = lower_factor(x);
  if (K > 0 && is_nan(L[1, 1])) {
    if (!check_symmetric(x))
      reject(x, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(x));
    reject(x, " must be positive definite");
  }
  return L;
}
// The squared lengths of the columns of L^-1 b.
row_vector solved_squares(matrix L, matrix b) {
  row_vector[cols(b)] squares;
  if (tg_unrolls(rows(b)))
    for (n in 1:cols(b)) squares[n] = dot_self(mdivide_left_tri_low(L, b[, n]));
  else squares = columns_dot_self(mdivide_left_tri_low(L, b));
  return squares;
}
real solved_square(matrix L, vector b) { return dot_self(mdivide_left_tri_low(L, b)); }
real quadratic_form(matrix m, vector x) { return dot_product(x, m * x); }
real quadratic_form(matrix m, matrix x) { return sum(x .* (m * x)); }
real log_multi_gamma(int K, real x) {
  real total = 0.25 * K * (K - 1) * log(pi());
  for (k in 1:K) total += lgamma(x + 0.5 * (1 - k));
  return total;
}

void check_vectors(vector y, vector mu) {
  if (any_nan(y)) reject(y, " must not be nan");
  if (!all_finite(mu)) reject(mu, " must be finite");
}
void check_vectors(matrix y, matrix mu) {
  if (any_nan(y)) reject(y, " must not be nan");
  if (!all_finite(mu)) reject(mu, " must be finite");
}

real multi_normal_lpdf(vector y, vector mu, matrix Sigma) {
  int K = rows(Sigma);
  check_vectors(y, mu);
  matrix[K, K] L = covariance_factor(Sigma);
  return -0.5 * solved_square(L, y - mu) - sum(log(diagonal(L))) - 0.5 * K * log(2 * pi());
}
real multi_normal_lpdf(array[] vector y, array[] vector mu, matrix Sigma) {
  int K = rows(Sigma);
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  matrix[K, K] L = covariance_factor(Sigma);
  return -0.5 * sum(solved_squares(L, tg_columns(y) - tg_columns(mu))) - N * sum(log(diagonal(L)))
         - 0.5 * N * K * log(2 * pi());
}
real multi_normal_prec_lpdf(vector y, vector mu, matrix Omega) {
  int K = rows(Omega);
  check_vectors(y, mu);
  matrix[K, K] L = covariance_factor(Omega);
  return -0.5 * quadratic_form(Omega, y - mu) + sum(log(diagonal(L))) - 0.5 * K * log(2 * pi());
}
real multi_normal_prec_lpdf(array[] vector y, array[] vector mu, matrix Omega) {
  int K = rows(Omega);
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  matrix[K, K] L = covariance_factor(Omega);
  return -0.5 * quadratic_form(Omega, tg_columns(y) - tg_columns(mu)) + N * sum(log(diagonal(L)))
         - 0.5 * N * K * log(2 * pi());
}
real multi_normal_cholesky_lpdf(vector y, vector mu, matrix L) {
  check_vectors(y, mu);
  return -0.5 * solved_square(L, y - mu) - sum(log(diagonal(L))) - 0.5 * rows(L) * log(2 * pi());
}
real multi_normal_cholesky_lpdf(array[] vector y, array[] vector mu, cholesky_factor_cov L) {
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  return -0.5 * sum(solved_squares(L, tg_columns(y) - tg_columns(mu))) - N * sum(log(diagonal(L)))
         - 0.5 * N * rows(L) * log(2 * pi());
}

// Where a covariance was made as L L', the compiler calls densities whose names end in _factor with L in its place: lower
// triangular, with a diagonal of any sign but zero, which would make a square that is infinite or no number. The product may
// be so near to a singular matrix that no factor could be computed from it: the density is what it is there, not rejected.
void require_definite(matrix L) {
  if (!(min(abs(diagonal(L))) > 0 && max(abs(L)) < positive_infinity())) reject(L, " must be positive definite");
}
void require_correlations(matrix L) {
  if (!known_check_symmetric(L)) reject(L, " is not a valid corr_matrix: it must be finite");
  if (!known_check_unit_diagonal(L)) reject(L, " is not a valid corr_matrix: its diagonal must be 1");
  if (rows(L) > 0 && !known_check_positive_definite(L)) reject(L, " is not a valid corr_matrix: it must be positive definite");
}
real known_square(matrix Sigma, real square) {
  if (!(square < positive_infinity())) reject(Sigma, " must be positive definite");
  return square;
}
real half_log_determinant(matrix L) { return sum(log(abs(diagonal(L)))); }
real multi_normal_factor_lpdf(vector y, vector mu, matrix Sigma) {
  check_vectors(y, mu);
  return -0.5 * known_square(Sigma, solved_square(Sigma, y - mu)) - half_log_determinant(Sigma)
         - 0.5 * rows(Sigma) * log(2 * pi());
}
real multi_normal_factor_lpdf(array[] vector y, array[] vector mu, matrix Sigma) {
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  return -0.5 * known_square(Sigma, sum(solved_squares(Sigma, tg_columns(y) - tg_columns(mu))))
         - N * half_log_determinant(Sigma) - 0.5 * N * rows(Sigma) * log(2 * pi());
}
real multi_normal_prec_factor_lpdf(vector y, vector mu, matrix Omega) {
  check_vectors(y, mu);
  require_definite(Omega);
  return -0.5 * dot_self(Omega' * (y - mu)) + half_log_determinant(Omega) - 0.5 * rows(Omega) * log(2 * pi());
}
real multi_normal_prec_factor_lpdf(array[] vector y, array[] vector mu, matrix Omega) {
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  require_definite(Omega);
  return -0.5 * sum(square(Omega' * (tg_columns(y) - tg_columns(mu)))) + N * half_log_determinant(Omega)
         - 0.5 * N * rows(Omega) * log(2 * pi());
}

real multi_student_t_lpdf(vector y, real<lower=0> nu, vector mu, matrix Sigma) {
  int K = rows(Sigma);
  check_vectors(y, mu);
  if (is_inf(nu)) reject("multi_student_t_lpdf: nu must be finite");
  matrix[K, K] L = covariance_factor(Sigma);
  return lgamma(0.5 * (nu + K)) - lgamma(0.5 * nu) - 0.5 * K * log(nu) - 0.5 * K * log(pi()) - sum(log(diagonal(L)))
         - 0.5 * (nu + K) * log1p(solved_square(L, y - mu) / nu);
}
real multi_student_t_lpdf(array[] vector y, real<lower=0> nu, array[] vector mu, matrix Sigma) {
  int K = rows(Sigma);
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  if (is_inf(nu)) reject("multi_student_t_lpdf: nu must be finite");
  matrix[K, K] L = covariance_factor(Sigma);
  return N * lgamma(0.5 * (nu + K)) - N * lgamma(0.5 * nu) - 0.5 * N * K * log(nu) - 0.5 * N * K * log(pi())
         - N * sum(log(diagonal(L)))
         - 0.5 * (nu + K) * sum(log1p(solved_squares(L, tg_columns(y) - tg_columns(mu)) / nu));
}
real multi_student_t_factor_lpdf(vector y, real<lower=0> nu, vector mu, matrix Sigma) {
  int K = rows(Sigma);
  check_vectors(y, mu);
  if (is_inf(nu)) reject(nu, " must be finite");
  return lgamma(0.5 * (nu + K)) - lgamma(0.5 * nu) - 0.5 * K * log(nu) - 0.5 * K * log(pi())
         - half_log_determinant(Sigma)
         - 0.5 * (nu + K) * log1p(known_square(Sigma, solved_square(Sigma, y - mu)) / nu);
}
real multi_student_t_cholesky_lpdf(vector y, real<lower=0> nu, vector mu, cholesky_factor_cov L) {
  int K = rows(L);
  check_vectors(y, mu);
  if (is_inf(nu)) reject("multi_student_t_cholesky_lpdf: nu must be finite");
  return lgamma(0.5 * (nu + K)) - lgamma(0.5 * nu) - 0.5 * K * log(nu) - 0.5 * K * log(pi()) - sum(log(diagonal(L)))
         - 0.5 * (nu + K) * log1p(solved_square(L, y - mu) / nu);
}
real multi_student_t_cholesky_lpdf(array[] vector y, real<lower=0> nu, array[] vector mu, cholesky_factor_cov L) {
  int K = rows(L);
  int N = size(y);
  check_vectors(tg_columns(y), tg_columns(mu));
  if (is_inf(nu)) reject("multi_student_t_cholesky_lpdf: nu must be finite");
  return N * lgamma(0.5 * (nu + K)) - N * lgamma(0.5 * nu) - 0.5 * N * K * log(nu) - 0.5 * N * K * log(pi())
         - N * sum(log(diagonal(L)))
         - 0.5 * (nu + K) * sum(log1p(solved_squares(L, tg_columns(y) - tg_columns(mu)) / nu));
}

// Each row of y is a Gaussian process whose covariance is Sigma over w.
real multi_gp_lpdf(matrix y, matrix Sigma, vector<lower=0> w) {
  int N = rows(Sigma);
  if (!all_finite(y)) reject("multi_gp_lpdf: y must be finite");
  if (!all_finite(w)) reject("multi_gp_lpdf: w must be finite");
  matrix[N, N] L = covariance_factor(Sigma);
  return -0.5 * (solved_squares(L, y') * w) - rows(y) * sum(log(diagonal(L)))
         + 0.5 * cols(y) * sum(log(w)) - 0.5 * num_elements(y) * log(2 * pi());
}
real multi_gp_cholesky_lpdf(matrix y, cholesky_factor_cov L, vector<lower=0> w) {
  if (!all_finite(y)) reject("multi_gp_cholesky_lpdf: y must be finite");
  if (!all_finite(w)) reject("multi_gp_cholesky_lpdf: w must be finite");
  return -0.5 * (solved_squares(L, y') * w) - rows(y) * sum(log(diagonal(L)))
         + 0.5 * cols(y) * sum(log(w)) - 0.5 * num_elements(y) * log(2 * pi());
}

// Lewandowski, Kurowicka, Joe (2009), theorem 5.
real lkj_constant(int K, real eta) {
  real total = (K - 1) * lgamma(eta + 0.5 * (K - 1));
  for (k in 1:(K - 1)) total -= 0.5 * k * log(pi()) + lgamma(eta + 0.5 * (K - 1 - k));
  return total;
}
real lkj_corr_lpdf(corr_matrix y, real<lower=0> eta) {
  return lkj_constant(rows(y), eta) + (eta - 1) * 2 * sum(log(diagonal(lower_factor(y))));
}
real lkj_corr_factor_lpdf(matrix y, real<lower=0> eta) {
  require_correlations(y);
  return lkj_constant(rows(y), eta) + (eta - 1) * 2 * half_log_determinant(y);
}
real lkj_corr_cholesky_lpdf(cholesky_factor_cov L, real<lower=0> eta) {
  int K = rows(L);
  vector[K] power;
  for (k in 1:K) power[k] = k == 1 ? 0 : K - k + 2 * eta - 2;
  return lkj_constant(K, eta) + dot_product(power, log(diagonal(L)));
}
real lkj_cov_lpdf(matrix y, vector mu, vector<lower=0> sigma, real<lower=0> eta) {
  int K = rows(y);
  if (!all_finite(y)) reject("lkj_cov_lpdf: y must be finite");
  if (!all_finite(mu)) reject("lkj_cov_lpdf: mu must be finite");
  vector[K] s = sqrt(diagonal(y));
  matrix[K, K] correlation = quad_form_diag(y, 1 ./ s);
  if (!check_corr_matrix(correlation)) reject("lkj_cov_lpdf: y must be a covariance matrix");
  return (-0.5 * sum(square((log(s) - mu) ./ sigma)) - 0.5 * K * log(2 * pi())) - sum(log(s)) - sum(log(sigma))
         + lkj_constant(K, eta) + (eta - 1) * 2 * sum(log(diagonal(lower_factor(correlation))));
}

real wishart_lpdf(matrix W, real nu, matrix S) {
  int K = rows(W);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of W less one, got ", nu);
  matrix[K, K] L = covariance_factor(W);
  matrix[K, K] M = covariance_factor(S);
  return -0.5 * nu * K * log(2.0) - log_multi_gamma(K, 0.5 * nu) - nu * sum(log(diagonal(M)))
         - 0.5 * sum(solved_squares(M, L)) + (nu - K - 1) * sum(log(diagonal(L)));
}
real wishart_factor_lpdf(matrix W, real nu, matrix S) {
  int K = rows(W);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of W less one, got ", nu);
  require_definite(W);
  matrix[K, K] M = covariance_factor(S);
  return -0.5 * nu * K * log(2.0) - log_multi_gamma(K, 0.5 * nu) - nu * sum(log(diagonal(M)))
         - 0.5 * sum(solved_squares(M, W)) + (nu - K - 1) * half_log_determinant(W);
}
real wishart_cholesky_lpdf(cholesky_factor_cov L, real nu, cholesky_factor_cov M) {
  int K = rows(L);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of the variate less one, got ", nu);
  vector[K] power;
  for (k in 1:K) power[k] = nu - k;
  return K * log(2.0) * (1 - 0.5 * nu) - log_multi_gamma(K, 0.5 * nu)
         + (-0.5 * sum(solved_squares(M, L)) + dot_product(power, log(diagonal(L)))
            - nu * sum(log(diagonal(M))));
}
real inv_wishart_lpdf(matrix W, real nu, matrix S) {
  int K = rows(W);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of W less one, got ", nu);
  matrix[K, K] L = covariance_factor(W);
  matrix[K, K] M = covariance_factor(S);
  // Stan keeps these two if S is a parameter, though they do not depend on it: here they start as something that does.
  real spread = M[1, 1];
  real power = M[1, 1];
  spread = (nu + K + 1) * sum(log(diagonal(L)));
  power = 0.5 * nu * K * log(2.0);
  return -log_multi_gamma(K, 0.5 * nu) + nu * sum(log(diagonal(M))) - spread
         - 0.5 * sum(solved_squares(L, M)) - power;
}
real inv_wishart_factor_lpdf(matrix W, real nu, matrix S) {
  int K = rows(W);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of W less one, got ", nu);
  require_definite(W);
  matrix[K, K] M = covariance_factor(S);
  real spread = M[1, 1]; // see inv_wishart_lpdf
  real power = M[1, 1];
  spread = (nu + K + 1) * half_log_determinant(W);
  power = 0.5 * nu * K * log(2.0);
  return -log_multi_gamma(K, 0.5 * nu) + nu * sum(log(diagonal(M))) - spread - 0.5 * sum(solved_squares(W, M)) - power;
}
real inv_wishart_cholesky_lpdf(cholesky_factor_cov L, real nu, cholesky_factor_cov M) {
  int K = rows(L);
  if (!(nu > K - 1)) reject(nu, " must be greater than the rows of the variate less one, got ", nu);
  vector[K] power;
  for (k in 1:K) power[k] = nu + k;
  return K * log(2.0) * (1 - 0.5 * nu) - log_multi_gamma(K, 0.5 * nu)
         + (-0.5 * sum(solved_squares(L, M)) - dot_product(power, log(diagonal(L)))
            + nu * sum(log(diagonal(M))));
}

// Linear state space models: the density of observations by the Kalman filter. With a vector V the observations of one
// time come one after the other.
int check_semidefinite(matrix x) {
  int K = rows(x);
  int semidefinite = check_symmetric(x) && all_finite(x);
  matrix[K, K] L = rep_matrix(0, K, K);
  for (j in 1:K) {
    real pivot = x[j, j];
    for (k in 1:(j - 1)) pivot -= square(L[j, k]);
    if (!(pivot >= 0)) semidefinite = 0;
    for (i in j:K) {
      real rest = x[i, j];
      for (k in 1:(j - 1)) rest -= L[i, k] * L[j, k];
      if (pivot > 0) L[i, j] = rest / sqrt(pivot);
    }
  }
  return semidefinite;
}
void check_state_space(matrix y, matrix F, matrix G, matrix W, vector m0, matrix C0) {
  if (!all_finite(y) || !all_finite(F) || !all_finite(G) || !all_finite(m0))
    reject("gaussian_dlm_obs_lpdf: y, F, G and m0 must be finite");
  if (!check_semidefinite(W)) reject("gaussian_dlm_obs_lpdf: W must be symmetric and positive semidefinite");
  if (!check_semidefinite(C0)) reject("gaussian_dlm_obs_lpdf: C0 must be symmetric and positive semidefinite");
  if (cols(F) != rows(y) || rows(F) != rows(G) || cols(G) != rows(G) || rows(W) != rows(G) || rows(m0) != rows(G)
      || rows(C0) != rows(G))
    fatal_error("gaussian_dlm_obs_lpdf: sizes do not match");
}
real gaussian_dlm_obs_lpdf(matrix y, matrix F, matrix G, matrix V, matrix W, vector m0, matrix C0) {
  int r = rows(y);
  int n = rows(G);
  check_state_space(y, F, G, W, m0, C0);
  if (!check_semidefinite(V)) reject("gaussian_dlm_obs_lpdf: V must be symmetric and positive semidefinite");
  vector[n] m = m0;
  matrix[n, n] C = C0;
  real total = 0;
  for (t in 1:cols(y)) {
    vector[n] a = G * m;
    matrix[n, n] R = G * C * G' + W;
    matrix[r, n] FR = F' * R;
    matrix[r, r] L = covariance_factor(FR * F + V);
    vector[r] e = mdivide_left_tri_low(L, y[, t] - F' * a);
    matrix[r, n] B;
    for (j in 1:n) B[, j] = mdivide_left_tri_low(L, FR[, j]);
    m = a + B' * e;
    C = R - B' * B;
    total += sum(log(diagonal(L))) + 0.5 * dot_self(e);
  }
  return -total - 0.5 * num_elements(y) * log(2 * pi());
}
real gaussian_dlm_obs_lpdf(matrix y, matrix F, matrix G, vector V, matrix W, vector m0, matrix C0) {
  int n = rows(G);
  check_state_space(y, F, G, W, m0, C0);
  if (!(min(V) >= 0) || !all_finite(V)) reject("gaussian_dlm_obs_lpdf: V must be finite and not negative");
  if (rows(V) != rows(y)) fatal_error("gaussian_dlm_obs_lpdf: sizes do not match");
  vector[n] m = m0;
  matrix[n, n] C = C0;
  real total = 0;
  for (t in 1:cols(y)) {
    m = G * m;
    C = G * C * G' + W;
    for (j in 1:rows(y)) {
      vector[n] CF = C * F[, j];
      real q = dot_product(F[, j], CF) + V[j];
      real e = y[j, t] - dot_product(F[, j], m);
      if (t == 1 && !(q > 0)) reject("gaussian_dlm_obs_lpdf: the first predicted variance must be positive");
      m += CF * (e / q);
      C -= CF * (CF' / q);
      total += 0.5 * (log(q) + square(e) / q);
    }
  }
  return -total - 0.5 * num_elements(y) * log(2 * pi());
}
