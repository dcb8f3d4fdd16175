// Densities of categories, ordered categories and counts of categories; generalised linear models, whose linear
// predictor stands here in place of x, alpha and beta: the compiler makes it of them; hidden Markov models.

void check_category(int y, int K) {
  if (y < 1 || y > K) reject("a category must be between 1 and the number of categories, got ", y, ", and there are ", K);
}
void check_category(array[] int y, int K) {
  for (n in 1:size(y)) check_category(y[n], K);
}
real categorical_lpmf(int y, simplex theta) {
  check_category(y, rows(theta));
  return log(theta[y]);
}
real categorical_lpmf(array[] int y, simplex theta) {
  check_category(y, rows(theta));
  return sum(log(theta)[y]);
}
real categorical_logit_lpmf(int y, vector beta) {
  check_category(y, rows(beta));
  if (!all_finite(beta)) reject("categorical_logit_lpmf: beta must be finite");
  return (beta[y] - log_sum_exp(beta));
}
real categorical_logit_lpmf(array[] int y, vector beta) {
  check_category(y, rows(beta));
  if (!all_finite(beta)) reject("categorical_logit_lpmf: beta must be finite");
  return (sum(beta[y]) - size(y) * log_sum_exp(beta));
}

real multinomial_lpmf(array[] int<lower=0> y, simplex theta) {
  return lgamma(sum(y) + 1.0) - sum(lgamma(to_vector(y) + 1)) + sum(lmultiply(to_vector(y), theta));
}
real multinomial_logit_lpmf(array[] int<lower=0> y, vector beta) {
  if (!all_finite(beta)) reject("multinomial_logit_lpmf: beta must be finite");
  return lgamma(sum(y) + 1.0) - sum(lgamma(to_vector(y) + 1))
         + (dot_product(to_vector(y), beta) - sum(y) * log_sum_exp(beta));
}
real dirichlet_multinomial_lpmf(array[] int<lower=0> y, vector<lower=0> alpha) {
  int N = sum(y);
  if (!all_finite(alpha)) reject("dirichlet_multinomial_lpmf: alpha must be finite");
  if (N == 0) return 0;
  real log_counts = 0;
  real log_gammas = 0;
  for (k in 1:size(y)) {
    if (y[k] > 0) {
      log_counts += log(1.0 * y[k]);
      log_gammas += lgamma(1.0 * y[k]);
    }
  }
  return log(1.0 * N) - log_counts
         + (lgamma(1.0 * N) - log_gammas + lgamma(sum(alpha)) - lgamma(sum(alpha) + N)
            + sum(lgamma(alpha + to_vector(y)) - lgamma(alpha)));
}

// Between the logits of the two cutpoints that enclose the category.
real log_logistic_between(real eta, real low, real high) {
  return -log1p_exp(eta - high) - log1p_exp(low - eta) + log1m_exp(low - high);
}
real ordered_logistic_category(int y, real eta, vector c) {
  int K = rows(c) + 1;
  if (y < 1 || y > K)
    reject(y, " must be between 1 and the number of cutpoints plus one, got ", y, ", and there are ", K - 1);
  if (K == 1) return 0;
  // The outermost categories have one cutpoint: the same functions for all, so that rows take no branches.
  real low = y == 1 ? negative_infinity() : c[max(y - 1, 1)];
  real high = y == K ? positive_infinity() : c[min(y, K - 1)];
  return log_logistic_between(eta, low, high);
}
real ordered_logistic_lpmf(int y, real eta, ordered c) {
  if (!(abs(eta) < positive_infinity())) reject(eta, " must be finite, got ", eta);
  if (!all_finite(c)) reject("ordered_logistic_lpmf: the cutpoints must be finite");
  return ordered_logistic_category(y, eta, c);
}
real ordered_logistic_glm_lpmf(int y, real eta, ordered c) {
  if (!(abs(eta) < positive_infinity())) reject("ordered_logistic_glm_lpmf: the linear predictor must be finite");
  if (!all_finite(c)) reject("ordered_logistic_glm_lpmf: the cutpoints must be finite");
  return ordered_logistic_category(y, eta, c);
}
real ordered_probit_lpmf(int y, real eta, ordered c) {
  int K = rows(c) + 1;
  if (y < 1 || y > K)
    reject(y, " must be between 1 and the number of cutpoints plus one, got ", y, ", and there are ", K - 1);
  if (!(abs(eta) < positive_infinity())) reject(eta, " must be finite, got ", eta);
  if (!all_finite(c)) reject("ordered_probit_lpmf: the cutpoints must be finite");
  if (y == 1) return log_Phi(c[1] - eta);
  if (y == K) return log_Phi(eta - c[K - 1]);
  return log_diff_exp(log_Phi(c[y] - eta), log_Phi(c[y - 1] - eta));
}

real normal_id_glm_lpdf(real y, real mu, real<lower=0> sigma) {
  if (is_inf(sigma)) reject("normal_id_glm_lpdf: sigma must be finite");
  return -0.5 * square((y - mu) / sigma) - log(sigma) - 0.5 * log(2 * pi());
}
real bernoulli_logit_glm_lpmf(int<lower=0, upper=1> y, real eta) { return -log1p_exp(y == 1 ? -eta : eta); }
real poisson_log_glm_lpmf(int<lower=0> y, real eta) { return -lgamma(y + 1.0) + (y * eta - exp(eta)); }
real binomial_logit_glm_lpmf(int<lower=0> n, int<lower=0> N, real eta) {
  if (n > N) reject(n, " must not be greater than N, got ", n, ", and N is ", N);
  return lgamma(N + 1.0) - lgamma(n + 1.0) - lgamma(N - n + 1.0) + (-n * log1p_exp(-eta) - (N - n) * log1p_exp(eta));
}
real neg_binomial_2_log_glm_lpmf(int<lower=0> y, real eta, real<lower=0> phi) {
  if (is_inf(phi)) reject("neg_binomial_2_log_glm_lpmf: phi must be finite");
  return -lgamma(y + 1.0) + (lmultiply(phi, phi) - lgamma(phi)) - (y + phi) * log_sum_exp(eta, log(phi)) + y * eta
         + lgamma(y + phi);
}

real categorical_logit_glm_lpmf(int y, row_vector x, vector alpha, matrix beta) {
  vector[rows(alpha)] eta = alpha + (x * beta)';
  return (eta[y] - log_sum_exp(eta));
}
real categorical_logit_glm_lpmf(array[] int y, row_vector x, vector alpha, matrix beta) {
  vector[rows(alpha)] eta = alpha + (x * beta)';
  return (sum(eta[y]) - size(y) * log_sum_exp(eta));
}
real categorical_logit_glm_lpmf(int y, matrix x, vector alpha, matrix beta) {
  matrix[rows(alpha), rows(x)] eta = rep_matrix(alpha, rows(x)) + (x * beta)';
  real total = 0;
  for (n in 1:rows(x)) total += eta[y, n] - log_sum_exp(eta[, n]);
  return total;
}
// A few categories are sums of one pass over a row; more of them are worth a product of matrices.
real few_categories_logit_glm(array[] int y, matrix x, vector alpha, matrix beta) {
  real total = 0;
  for (n in 1:rows(x)) {
    vector[rows(alpha)] eta = alpha;
    real chosen = 0;
    check_category(y[n], rows(alpha));
    for (k in 1:cols(x)) for (j in 1:rows(alpha)) eta[j] += x[n, k] * beta[k, j];
    for (j in 1:rows(alpha)) if (j == y[n]) chosen = eta[j];
    total += chosen - log_sum_exp(eta);
  }
  return total;
}
real categorical_logit_glm_lpmf(array[] int y, matrix x, vector alpha, matrix beta) {
  if (size(y) != rows(x)) fatal_error("categorical_logit_glm_lpmf: sizes of y and x do not match");
  if (cols(x) != rows(beta)) fatal_error("categorical_logit_glm_lpmf: columns of x and rows of beta do not match");
  if (cols(beta) != rows(alpha)) fatal_error("categorical_logit_glm_lpmf: sizes of alpha and beta do not match");
  if (tg_unrolls(rows(alpha))) return few_categories_logit_glm(y, x, alpha, beta);
  real total = 0;
  matrix[rows(alpha), rows(x)] eta = rep_matrix(alpha, rows(x)) + (x * beta)';
  for (n in 1:rows(x)) total += eta[y[n], n] - log_sum_exp(eta[, n]);
  return total;
}

void check_hidden_markov(matrix Gamma, vector rho) {
  if (!check_simplex(rho))
    reject(rho, " is not a valid simplex: the sum is ", sum(rho), ", and the smallest element is ", min(rho));
  if (!check_row_stochastic_matrix(Gamma)) reject(Gamma, " has a row that is not a valid simplex");
}
// The forward algorithm; densities are scaled by the largest of their time, states by the sum of those before. Scales cancel, and
// neither exp nor log lies between one time and the next.
real hmm_marginal(matrix log_omega, matrix Gamma, vector rho) {
  int K = rows(log_omega);
  int T = cols(log_omega);
  check_hidden_markov(Gamma, rho);
  if (T == 0) return 0;
  vector[T] largest;
  vector[T] norm;
  matrix[K, T] omega;
  for (t in 1:T) {
    largest[t] = tg_constant(max(log_omega[, t]));
    for (k in 1:K) omega[k, t] = exp(log_omega[k, t] - largest[t]);
  }
  vector[K] state = rho .* omega[, 1];
  for (t in 2:T) {
    norm[t - 1] = tg_constant(sum(state));
    state = (Gamma' * state) .* (omega[, t] * (1 / norm[t - 1]));
  }
  return log(sum(state)) + sum(largest) + sum(log(norm[1:(T - 1)]));
}
matrix hmm_hidden_state_prob(matrix log_omega, matrix Gamma, vector rho) {
  int K = rows(log_omega);
  int T = cols(log_omega);
  check_hidden_markov(Gamma, rho);
  matrix[K, T] p;
  vector[K] forward = rho;
  for (t in 1:T) {
    if (t > 1) forward = Gamma' * forward;
    forward = forward .* exp(log_omega[, t] - max(log_omega[, t]));
    forward /= sum(forward);
    p[, t] = forward;
  }
  vector[K] backward = rep_vector(1, K);
  for (n in 1:(T - 1)) {
    int t = T - n;
    backward = Gamma * (backward .* exp(log_omega[, t + 1] - max(log_omega[, t + 1])));
    backward /= max(backward);
    vector[K] both = p[, t] .* backward;
    p[, t] = both / sum(both);
  }
  return p;
}
