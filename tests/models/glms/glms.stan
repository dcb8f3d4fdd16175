// Generalised linear models in all their shapes: one row or many, one intercept or many, one outcome or many.
data {
  int<lower=1> N;
  int<lower=1> K;
  matrix[N, K] x;
  row_vector[K] r;
  vector[N] y;
  array[N] int<lower=0, upper=1> b;
  array[N] int<lower=0> n;
  array[N] int<lower=0> trials;
  vector[N] offsets;
  vector[K] known;
}
parameters {
  real alpha;
  vector[N] alphas;
  vector[K] beta;
  real<lower=0> sigma;
  vector<lower=0>[N] sigmas;
  real z;
}
model {
  y ~ normal_id_glm(x, alpha, beta, sigma);
  y ~ normal_id_glm(x, alphas, beta, sigma);
  y ~ normal_id_glm(x, alpha, beta, sigmas);
  y ~ normal_id_glm(x, alphas, beta, sigmas);
  y ~ normal_id_glm(r, alpha, beta, sigma);
  y ~ normal_id_glm(r, alphas, beta, sigmas);
  y ~ normal_id_glm(x, 0, known, sigma);
  y ~ normal_id_glm(x, offsets, beta, 1.5);
  z ~ normal_id_glm(x, alpha, beta, sigma);
  target += normal_id_glm_lpdf(y | x, alpha, beta, sigma);

  b ~ bernoulli_logit_glm(x, alpha, beta);
  b ~ bernoulli_logit_glm(x, alphas, beta);
  b ~ bernoulli_logit_glm(r, alpha, beta);
  b ~ bernoulli_logit_glm(r, alphas, beta);
  b[1] ~ bernoulli_logit_glm(x, alpha, beta);
  b[2] ~ bernoulli_logit_glm(x, alphas, beta);
  target += bernoulli_logit_glm_lpmf(b | x, alpha, beta);

  n ~ poisson_log_glm(x, alpha, beta);
  n ~ poisson_log_glm(x, alphas, beta);
  n ~ poisson_log_glm(r, alpha, beta);
  n[2] ~ poisson_log_glm(x, alpha, beta);
  target += poisson_log_glm_lpmf(n | x, alphas, beta);

  n ~ neg_binomial_2_log_glm(x, alpha, beta, sigma);
  n ~ neg_binomial_2_log_glm(x, alphas, beta, sigma);
  n ~ neg_binomial_2_log_glm(r, alphas, beta, sigma);
  n ~ neg_binomial_2_log_glm(x, alpha, beta, 2.5);
  n ~ neg_binomial_2_log_glm(x, 0.5, known, sigma);
  target += neg_binomial_2_log_glm_lpmf(n | x, alpha, beta, sigma);

  n ~ binomial_logit_glm(trials, x, alpha, beta);
  n ~ binomial_logit_glm(trials, x, alphas, beta);
  n ~ binomial_logit_glm(trials, r, alphas, beta);
  n[2] ~ binomial_logit_glm(trials[2], x, alpha, beta);
  target += binomial_logit_glm_lpmf(n | trials, x, alpha, beta);
}
