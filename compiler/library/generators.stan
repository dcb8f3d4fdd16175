// Random numbers. All come from two primitives, tg_uniform_rng() in (0, 1) and tg_normal_rng(). The arguments of a generator
// must be finite; those whose names begin with tg_ are the library's own, and check nothing. A loop that rejects goes on only
// while a comparison holds, so that NaN ends it.

// Marsaglia and Tsang (2000), "A simple method for generating gamma variables"; alpha is at least 1.
real tg_gamma_rng(real alpha) {
  real d = alpha - 1.0 / 3;
  real c = 1 / sqrt(9 * d);
  real v = 0;
  int rejected = 1;
  while (rejected) {
    real z = tg_normal_rng();
    real u = tg_uniform_rng();
    real t = 1 + c * z;
    v = t * t * t;
    rejected = v <= 0 ? 1 : log(u) > 0.5 * z * z + d * (1 - v + log(v));
  }
  return d * v;
}
// On the log scale: for small alpha a draw may be less than any double.
real tg_log_gamma_rng(real alpha) {
  if (alpha >= 1) return log(tg_gamma_rng(alpha));
  return log(tg_gamma_rng(alpha + 1)) + log(tg_uniform_rng()) / alpha;
}
int tg_count(real k) {
  if (!(k < 2147483648.0)) reject("a random count is too large for an int");
  return k < 2147483648.0 ? to_int(k) : 0;
}
int tg_poisson_rng(real lambda) {
  if (!(lambda < 1073741824)) reject("the rate of a Poisson distribution must be less than 1073741824 to draw from it");
  real k = 0;
  if (lambda < 10) {
    // By inversion, from 0 on.
    real u = tg_uniform_rng();
    real p = exp(-lambda);
    while (u > p && p > 0) {
      u -= p;
      k += 1;
      p *= lambda / k;
    }
  } else {
    // Hoermann (1993), "The transformed rejection method for generating Poisson random variables": PTRS
    real b = 0.931 + 2.53 * sqrt(lambda);
    real a = -0.059 + 0.02483 * b;
    real inv_alpha = 1.1239 + 1.1328 / (b - 3.4);
    real v_r = 0.9277 - 3.6224 / (b - 2);
    real log_lambda = log(lambda);
    int rejected = 1;
    while (rejected) {
      real u = tg_uniform_rng() - 0.5;
      real v = tg_uniform_rng();
      real s = 0.5 - abs(u);
      k = floor((2 * a / s + b) * u + lambda + 0.43);
      if (s >= 0.07 && v <= v_r) rejected = 0;
      else if (k < 0 || (s < 0.013 && v > s)) rejected = 1;
      else rejected = log(v * inv_alpha / (a / (s * s) + b)) > k * log_lambda - lambda - lgamma(k + 1);
    }
  }
  return tg_count(k);
}
int tg_binomial_rng(int N, real theta) {
  real n = N;
  real p = fmin(theta, 1 - theta);
  real k = 0;
  if (n * p < 10) {
    // By inversion, from 0 on.
    real u = tg_uniform_rng();
    real odds = p / (1 - p);
    real mass = exp(n * log1m(p));
    while (u > mass && mass > 0 && k < n) {
      u -= mass;
      k += 1;
      mass *= odds * ((n + 1 - k) / k);
    }
  } else {
    // Hoermann (1993), "The generation of binomial random variates": BTRS
    real sd = sqrt(n * p * (1 - p));
    real b = 1.15 + 2.53 * sd;
    real a = -0.0873 + 0.0248 * b + 0.01 * p;
    real v_r = 0.92 - 4.2 / b;
    real alpha = (2.83 + 5.1 / b) * sd;
    real log_odds = log(p) - log1m(p);
    real mode = floor((n + 1) * p);
    real at_mode = lgamma(mode + 1) + lgamma(n - mode + 1);
    int rejected = 1;
    while (rejected) {
      real u = tg_uniform_rng() - 0.5;
      real v = tg_uniform_rng();
      real s = 0.5 - abs(u);
      k = floor((2 * a / s + b) * u + n * p + 0.5);
      if (k < 0 || k > n) rejected = 1;
      else if (s >= 0.07 && v <= v_r) rejected = 0;
      else rejected = log(v * alpha / (a / (s * s) + b))
                      > at_mode - lgamma(k + 1) - lgamma(n - k + 1) + (k - mode) * log_odds;
    }
  }
  return tg_count(theta > 0.5 ? n - k : k);
}
// An index, by weights that need no normalising.
int tg_index_rng(vector weights) {
  int K = rows(weights);
  real total = 0;
  for (k in 1:K) total += weights[k];
  real u = tg_uniform_rng() * total;
  int y = 1;
  real running = 0;
  for (k in 1:K) {
    running += weights[k];
    if (u > running && k < K) y = k + 1;
  }
  return y;
}
vector tg_normals_rng(int K) {
  vector[K] z;
  for (k in 1:K) z[k] = tg_normal_rng();
  return z;
}
array[] int tg_multinomial_rng(vector theta, int N) {
  int K = rows(theta);
  array[K] int y;
  int left = N;
  real mass = 1;
  for (k in 1:K) {
    y[k] = k == K ? left : tg_binomial_rng(left, fmax(0, fmin(1, theta[k] / mass)));
    left -= y[k];
    mass = fmax(mass - theta[k], 0);
  }
  return y;
}

real normal_rng(real mu, real<lower=0> sigma) { return mu + sigma * tg_normal_rng(); }
real std_normal_rng() { return tg_normal_rng(); }
real lognormal_rng(real mu, real<lower=0> sigma) { return exp(mu + sigma * tg_normal_rng()); }
real uniform_rng(real alpha, real beta) {
  if (!(alpha < beta)) reject(alpha, " must be less than beta, got ", alpha, ", and beta is ", beta);
  return alpha + (beta - alpha) * tg_uniform_rng();
}
real exponential_rng(real<lower=0> beta) { return -log(tg_uniform_rng()) / beta; }
real cauchy_rng(real mu, real<lower=0> sigma) { return mu + sigma * tan(pi() * (tg_uniform_rng() - 0.5)); }
real logistic_rng(real mu, real<lower=0> sigma) { return mu + sigma * logit(tg_uniform_rng()); }
real gumbel_rng(real mu, real<lower=0> beta) { return mu - beta * log(-log(tg_uniform_rng())); }
real double_exponential_rng(real mu, real<lower=0> sigma) {
  real u = tg_uniform_rng() - 0.5;
  return u < 0 ? mu + sigma * log1p(2 * u) : mu - sigma * log1p(-2 * u);
}
real skew_double_exponential_rng(real mu, real<lower=0> sigma, real<lower=0, upper=1> tau) {
  real u = tg_uniform_rng();
  return u < tau ? mu + 0.5 * sigma / (1 - tau) * log(u / tau) : mu - 0.5 * sigma / tau * log((1 - u) / (1 - tau));
}
real skew_normal_rng(real xi, real<lower=0> omega, real alpha) {
  real u = tg_normal_rng();
  real v = tg_normal_rng();
  return xi + omega * (alpha * abs(u) + v) / sqrt(1 + square(alpha));
}
real exp_mod_normal_rng(real mu, real<lower=0> sigma, real<lower=0> lambda) {
  real z = tg_normal_rng();
  return mu + sigma * z - log(tg_uniform_rng()) / lambda;
}
real weibull_rng(real<lower=0> alpha, real<lower=0> sigma) {
  return sigma * (-log(tg_uniform_rng())) ^ (1 / alpha);
}
real frechet_rng(real<lower=0> alpha, real<lower=0> sigma) {
  return sigma * (-log(tg_uniform_rng())) ^ (-1 / alpha);
}
real rayleigh_rng(real<lower=0> sigma) { return sigma * sqrt(-2 * log(tg_uniform_rng())); }
real pareto_rng(real<lower=0> y_min, real<lower=0> alpha) { return y_min * exp(-log(tg_uniform_rng()) / alpha); }
real pareto_type_2_rng(real mu, real<lower=0> lambda, real<lower=0> alpha) {
  return mu + lambda * expm1(-log(tg_uniform_rng()) / alpha);
}
real loglogistic_rng(real<lower=0> alpha, real<lower=0> beta) { return alpha * exp(logit(tg_uniform_rng()) / beta); }

real gamma_rng(real<lower=0> alpha, real<lower=0> beta) { return exp(tg_log_gamma_rng(alpha)) / beta; }
real inv_gamma_rng(real<lower=0> alpha, real<lower=0> beta) { return beta * exp(-tg_log_gamma_rng(alpha)); }
real chi_square_rng(real<lower=0> nu) { return 2 * exp(tg_log_gamma_rng(0.5 * nu)); }
real inv_chi_square_rng(real<lower=0> nu) { return 0.5 * exp(-tg_log_gamma_rng(0.5 * nu)); }
real scaled_inv_chi_square_rng(real<lower=0> nu, real<lower=0> s) {
  return 0.5 * nu * square(s) * exp(-tg_log_gamma_rng(0.5 * nu));
}
real student_t_rng(real<lower=0> nu, real mu, real<lower=0> sigma) {
  real z = tg_normal_rng();
  return mu + sigma * z * exp(0.5 * (log(0.5 * nu) - tg_log_gamma_rng(0.5 * nu)));
}
real beta_rng(real<lower=0> alpha, real<lower=0> beta) {
  real log_a = tg_log_gamma_rng(alpha);
  return inv_logit(log_a - tg_log_gamma_rng(beta));
}
real beta_proportion_rng(real<lower=0, upper=1> mu, real<lower=0> kappa) {
  if (!(mu > 0 && mu < 1)) reject(mu, " must be between 0 and 1, got ", mu);
  return beta_rng(mu * kappa, (1 - mu) * kappa);
}
// Best and Fisher (1979), "Efficient simulation of the von Mises distribution"
real von_mises_rng(real mu, real kappa) {
  if (!(kappa >= 0)) reject(kappa, " must not be negative, got ", kappa);
  real center = fmod(fmod(mu, 2 * pi()) + 2 * pi(), 2 * pi());
  if (!(kappa >= 1.4e-8)) return center + 2 * pi() * (tg_uniform_rng() - 0.5);
  real s = 0.5 / kappa + sqrt(1 + square(0.5 / kappa));
  real w = 0;
  int rejected = 1;
  while (rejected) {
    real z = cos(pi() * tg_uniform_rng());
    real u = tg_uniform_rng();
    w = (1 + s * z) / (s + z);
    real c = kappa * (s - w);
    rejected = log(u / c) > 1 - c;
  }
  real angle = acos(fmin(w, 1));
  return tg_uniform_rng() < 0.5 ? center - angle : center + angle;
}

int bernoulli_rng(real<lower=0, upper=1> theta) { return tg_uniform_rng() < theta ? 1 : 0; }
int bernoulli_logit_rng(real alpha) { return tg_uniform_rng() < inv_logit(alpha) ? 1 : 0; }
array[] int bernoulli_logit_glm_rng(matrix x, vector alpha, vector beta) {
  return bernoulli_logit_rng(alpha + x * beta);
}
array[] int bernoulli_logit_glm_rng(row_vector x, vector alpha, vector beta) {
  return bernoulli_logit_rng(alpha + x * beta);
}
int binomial_rng(int<lower=0> N, real<lower=0, upper=1> theta) { return tg_binomial_rng(N, theta); }
int binomial_logit_rng(int<lower=0> N, real alpha) { return tg_binomial_rng(N, inv_logit(alpha)); }
int beta_binomial_rng(int<lower=0> N, real<lower=0> alpha, real<lower=0> beta) {
  return tg_binomial_rng(N, beta_rng(alpha, beta));
}
// Stadlober (1990), "The ratio of uniforms approach for generating discrete random variates"
int hypergeometric_rng(int<lower=0> N, int<lower=0> a, int<lower=0> b) {
  real total = a + 0.0 + b;
  if (!(N <= total)) reject("hypergeometric_rng: N must not be greater than a + b");
  real drawn = fmin(N, total - N);
  real few = fmin(a, b);
  real k = 0;
  if (drawn < 10) {
    // One after the other.
    real left = few;
    real n = 0;
    while (n < drawn) {
      if (tg_uniform_rng() * (total - n) < left) {
        left -= 1;
        k += 1;
      }
      n += 1;
    }
  } else {
    real p = few / total;
    real center = drawn * p + 0.5;
    real sd = sqrt((total - drawn) * drawn * p * (1 - p) / (total - 1) + 0.5);
    real width = 1.7155277699214135 * sd + 0.8989161620588988;
    real mode = floor((drawn + 1) * (few + 1) / (total + 2));
    real others = total - few - drawn;
    real at_mode = lgamma(mode + 1) + lgamma(few - mode + 1) + lgamma(drawn - mode + 1) + lgamma(others + mode + 1);
    real end = fmin(fmin(drawn, few) + 1, floor(center + 16 * sd));
    int rejected = 1;
    while (rejected) {
      real u = tg_uniform_rng();
      real v = tg_uniform_rng();
      real x = center + width * (v - 0.5) / u;
      k = floor(x);
      if (x < 0 || x >= end) rejected = 1;
      else rejected = 2 * log(u) > at_mode - lgamma(k + 1) - lgamma(few - k + 1) - lgamma(drawn - k + 1)
                                   - lgamma(others + k + 1);
    }
  }
  // Back from what was drawn or left, and from the rarer kind.
  if (a > b) k = drawn - k;
  if (drawn < N) k = a - k;
  return tg_count(k);
}
int poisson_rng(real<lower=0> lambda) { return tg_poisson_rng(lambda); }
int poisson_log_rng(real alpha) { return tg_poisson_rng(exp(alpha)); }
int neg_binomial_rng(real<lower=0> alpha, real<lower=0> beta) {
  return tg_poisson_rng(exp(tg_log_gamma_rng(alpha)) / beta);
}
int neg_binomial_2_rng(real<lower=0> mu, real<lower=0> phi) {
  return tg_poisson_rng(exp(tg_log_gamma_rng(phi)) * (mu / phi));
}
int neg_binomial_2_log_rng(real eta, real<lower=0> phi) {
  return tg_poisson_rng(exp(tg_log_gamma_rng(phi) + eta - log(phi)));
}
int beta_neg_binomial_rng(real<lower=0> r, real<lower=0> alpha, real<lower=0> beta) {
  real log_odds = tg_log_gamma_rng(beta) - tg_log_gamma_rng(alpha);
  return tg_poisson_rng(exp(tg_log_gamma_rng(r) + log_odds));
}
int yule_simon_rng(real<lower=0> alpha) {
  real log_p = log(tg_uniform_rng()) / alpha;
  return tg_count(1 + floor(log(tg_uniform_rng()) / log1m_exp(log_p)));
}
int discrete_range_rng(int first, int last) {
  if (first > last) reject("discrete_range_rng: the lower bound must not be greater than the upper");
  real low = first;
  return to_int(low + floor(tg_uniform_rng() * (last - low + 1)));
}

int categorical_rng(vector theta) {
  if (!check_simplex(theta))
    reject(theta, " is not a valid simplex: the sum is ", sum(theta), ", and the smallest element is ", min(theta));
  return tg_index_rng(theta);
}
int categorical_logit_rng(vector beta) { return tg_index_rng(exp(beta - max(beta))); }
int ordered_logistic_rng(real eta, vector c) {
  if (!check_ordered(c)) reject("ordered_logistic_rng: c must be ordered");
  real z = eta + logit(tg_uniform_rng());
  int y = 1;
  for (k in 1:rows(c)) y += z > c[k];
  return y;
}
int ordered_probit_rng(real eta, vector c) {
  if (!check_ordered(c)) reject("ordered_probit_rng: c must be ordered");
  real z = eta + tg_normal_rng();
  int y = 1;
  for (k in 1:rows(c)) y += z > c[k];
  return y;
}
array[] int multinomial_rng(vector theta, int<lower=0> N) {
  if (!check_simplex(theta))
    reject(theta, " is not a valid simplex: the sum is ", sum(theta), ", and the smallest element is ", min(theta));
  return tg_multinomial_rng(theta, N);
}
array[] int multinomial_logit_rng(vector gamma, int<lower=0> N) { return tg_multinomial_rng(softmax(gamma), N); }
vector dirichlet_rng(vector<lower=0> alpha) {
  int K = rows(alpha);
  vector[K] log_gamma;
  for (k in 1:K) log_gamma[k] = tg_log_gamma_rng(alpha[k]);
  return softmax(log_gamma);
}
array[] int dirichlet_multinomial_rng(vector<lower=0> alpha, int<lower=0> N) {
  return tg_multinomial_rng(dirichlet_rng(alpha), N);
}
array[] int hmm_latent_rng(matrix log_omega, matrix Gamma, vector rho) {
  int K = rows(log_omega);
  int N = cols(log_omega);
  if (!check_simplex(rho))
    reject(rho, " is not a valid simplex: the sum is ", sum(rho), ", and the smallest element is ", min(rho));
  for (k in 1:K) if (!check_simplex(Gamma[k]')) reject("hmm_latent_rng: the rows of Gamma must be simplexes");
  // Forward: the states given the observations so far. Backward: each state given the next.
  matrix[K, N] forward;
  vector[K] state = rho;
  for (n in 1:N) {
    vector[K] log_density = log_omega[, n];
    state = state .* exp(log_density - max(log_density));
    state /= sum(state);
    forward[, n] = state;
    state = Gamma' * state;
  }
  array[N] int y;
  vector[K] weights = rep_vector(1, K);
  for (i in 1:N) {
    int n = N + 1 - i;
    int k = tg_index_rng(forward[, n] .* weights);
    y[n] = k;
    weights = Gamma[, k];
  }
  return y;
}

// The lower Cholesky factor of S; rejects where S is not symmetric and positive definite.
matrix tg_covariance_factor(matrix S) {
  int K = rows(S);
  if (cols(S) != K) reject(S, " must be square");
  if (!check_symmetric(S))
    reject(S, " must be symmetric: elements across the diagonal differ by up to ", asymmetry(S));
  matrix[K, K] L = lower_factor(S);
  if (!(min(diagonal(L)) > 0)) reject(S, " must be positive definite");
  return L;
}
matrix known_tg_covariance_factor(matrix S) { return known_positive_definite_factor(S); }
int tg_is_factor(matrix L) {
  int K = rows(L);
  int ok = cols(L) == K;
  for (j in 1:K) {
    if (!(L[j, j] > 0)) ok = 0;
    for (i in 1:(j - 1)) if (L[i, j] != 0) ok = 0;
  }
  return ok;
}
// Bartlett's factor of a Wishart matrix of unit scale: chi variates on the diagonal, the square of element k with `first` plus
// or minus k - 1 degrees of freedom; normal ones below.
matrix tg_bartlett_rng(int K, real first, int step) {
  matrix[K, K] A = rep_matrix(0, K, K);
  for (j in 1:K) {
    A[j, j] = sqrt(2) * exp(0.5 * tg_log_gamma_rng(0.5 * (first + step * (j - 1))));
    for (i in (j + 1):K) A[i, j] = tg_normal_rng();
  }
  return A;
}

vector multi_normal_cholesky_rng(vector mu, matrix L) {
  if (!tg_is_factor(L)) reject("multi_normal_cholesky_rng: L must be a Cholesky factor");
  return mu + L * tg_normals_rng(rows(mu));
}
vector multi_normal_rng(vector mu, matrix Sigma) {
  return mu + tg_covariance_factor(Sigma) * tg_normals_rng(rows(mu));
}
vector multi_student_t_cholesky_rng(real<lower=0> nu, vector mu, matrix L) {
  if (!tg_is_factor(L)) reject("multi_student_t_cholesky_rng: L must be a Cholesky factor");
  return mu + exp(0.5 * (log(0.5 * nu) - tg_log_gamma_rng(0.5 * nu))) * (L * tg_normals_rng(rows(mu)));
}
vector multi_student_t_rng(real<lower=0> nu, vector mu, matrix Sigma) {
  return multi_student_t_cholesky_rng(nu, mu, tg_covariance_factor(Sigma));
}
vector multi_normal_cholesky_rng(row_vector mu, matrix L) { return multi_normal_cholesky_rng(mu', L); }
vector multi_normal_rng(row_vector mu, matrix Sigma) { return multi_normal_rng(mu', Sigma); }
vector multi_student_t_cholesky_rng(real<lower=0> nu, row_vector mu, matrix L) {
  return multi_student_t_cholesky_rng(nu, mu', L);
}
vector multi_student_t_rng(real<lower=0> nu, row_vector mu, matrix Sigma) { return multi_student_t_rng(nu, mu', Sigma); }
array[] vector multi_normal_cholesky_rng(array[] vector mu, matrix L) {
  array[size(mu)] vector[rows(L)] y;
  for (n in 1:size(mu)) y[n] = multi_normal_cholesky_rng(mu[n], L);
  return y;
}
array[] vector multi_normal_rng(array[] vector mu, matrix Sigma) {
  return multi_normal_cholesky_rng(mu, tg_covariance_factor(Sigma));
}
array[] vector multi_student_t_cholesky_rng(real<lower=0> nu, array[] vector mu, matrix L) {
  array[size(mu)] vector[rows(L)] y;
  for (n in 1:size(mu)) y[n] = multi_student_t_cholesky_rng(nu, mu[n], L);
  return y;
}
array[] vector multi_student_t_rng(real<lower=0> nu, array[] vector mu, matrix Sigma) {
  return multi_student_t_cholesky_rng(nu, mu, tg_covariance_factor(Sigma));
}
array[] vector multi_normal_cholesky_rng(array[] row_vector mu, matrix L) {
  array[size(mu)] vector[rows(L)] y;
  for (n in 1:size(mu)) y[n] = multi_normal_cholesky_rng(mu[n]', L);
  return y;
}
array[] vector multi_normal_rng(array[] row_vector mu, matrix Sigma) {
  return multi_normal_cholesky_rng(mu, tg_covariance_factor(Sigma));
}
array[] vector multi_student_t_cholesky_rng(real<lower=0> nu, array[] row_vector mu, matrix L) {
  array[size(mu)] vector[rows(L)] y;
  for (n in 1:size(mu)) y[n] = multi_student_t_cholesky_rng(nu, mu[n]', L);
  return y;
}
array[] vector multi_student_t_rng(real<lower=0> nu, array[] row_vector mu, matrix Sigma) {
  return multi_student_t_cholesky_rng(nu, mu, tg_covariance_factor(Sigma));
}

matrix wishart_cholesky_rng(real nu, matrix L) {
  if (!(nu > rows(L) - 1)) reject(nu, " must be greater than rows(L) - 1, got ", nu);
  if (!tg_is_factor(L)) reject("wishart_cholesky_rng: L must be a Cholesky factor");
  return L * tg_bartlett_rng(rows(L), nu, -1);
}
matrix wishart_rng(real nu, matrix S) {
  if (!(nu > rows(S) - 1)) reject(nu, " must be greater than rows(S) - 1, got ", nu);
  matrix[rows(S), rows(S)] A = tg_covariance_factor(S) * tg_bartlett_rng(rows(S), nu, -1);
  return A * A';
}
matrix inv_wishart_cholesky_rng(real nu, matrix L) {
  int K = rows(L);
  if (!(nu > K - 1)) reject(nu, " must be greater than rows(L) - 1, got ", nu);
  if (!tg_is_factor(L)) reject("inv_wishart_cholesky_rng: L must be a Cholesky factor");
  // The inverse of A' A, A lower triangular, has the factor A^-1, which is lower triangular too.
  matrix[K, K] A = tg_bartlett_rng(K, nu - K + 1, 1);
  matrix[K, K] Y = L;
  for (i in 1:K) {
    int j = K + 1 - i;
    for (k in (j + 1):K) Y[, j] -= Y[, k] * A[k, j];
    Y[, j] /= A[j, j];
  }
  return Y;
}
matrix inv_wishart_rng(real nu, matrix S) {
  if (!(nu > rows(S) - 1)) reject(nu, " must be greater than rows(S) - 1, got ", nu);
  matrix[rows(S), rows(S)] Y = inv_wishart_cholesky_rng(nu, tg_covariance_factor(S));
  return Y * Y';
}
// Lewandowski, Kurowicka and Joe (2009), the onion method: a row is a direction, and a length whose square is beta distributed.
matrix lkj_corr_cholesky_rng(int<lower=0> K, real<lower=0> eta) {
  matrix[K, K] L = rep_matrix(0, K, K);
  for (i in 1:K) {
    real a = i > 1 ? tg_log_gamma_rng(0.5 * (i - 1)) : negative_infinity();
    real b = i > 1 ? tg_log_gamma_rng(eta + 0.5 * (K - i)) : 0;
    vector[K] z = tg_normals_rng(K);
    real norm = 0;
    for (j in 1:(i - 1)) norm += square(z[j]);
    for (j in 1:(i - 1)) L[i, j] = z[j] * sqrt(inv_logit(a - b) / norm);
    L[i, i] = sqrt(inv_logit(b - a));
  }
  return L;
}
matrix lkj_corr_rng(int<lower=0> K, real<lower=0> eta) {
  matrix[K, K] L = lkj_corr_cholesky_rng(K, eta);
  return L * L';
}
