// Linear models of categories and of ordered categories.
data {
  int<lower=1> N;
  int<lower=1> K;
  int<lower=1> C;
  matrix[N, K] x;
  row_vector[K] r;
  array[N] int<lower=1, upper=C> y;
  ordered[C - 1] c0;
}
parameters {
  vector[C] alpha;
  matrix[K, C] beta;
  vector[K] slope;
  ordered[C - 1] c;
}
model {
  y ~ categorical_logit_glm(x, alpha, beta);
  y ~ categorical_logit_glm(r, alpha, beta);
  y[1] ~ categorical_logit_glm(x, alpha, beta);
  y[2] ~ categorical_logit_glm(r, alpha, beta);
  target += categorical_logit_glm_lpmf(y | x, alpha, beta);
  y ~ ordered_logistic_glm(x, slope, c);
  y ~ ordered_logistic_glm(r, slope, c);
  y[3] ~ ordered_logistic_glm(x, slope, c);
  y[2] ~ ordered_logistic_glm(r, slope, c0);
  target += ordered_logistic_glm_lpmf(y | x, slope, c0);
  to_vector(beta) ~ std_normal();
}
