// Arguments of densities in every shape, and every kind of expression on the left.
data {
  int<lower=2> N;
  vector[N] v;
  row_vector[N] r;
  array[N] real a;
  array[N] int<lower=0> k;
  real x;
  int<lower=0> n;
}
parameters {
  real mu;
  real<lower=0> s;
  vector[N] vm;
  row_vector[N] rm;
  array[N] real am;
  array[N] real<lower=0> as;
  matrix[2, N] mat;
  array[2, N] real am2;
  simplex[3] p;
}
model {
  v ~ normal(mu, s);
  r ~ normal(vm, s);
  a ~ normal(mu, as);
  v ~ normal(rm, as);
  x ~ normal(vm, as);
  x ~ normal(am, 1);
  k ~ normal(mu, s);
  n ~ normal(vm, 2);
  v + vm ~ normal(0, 5);
  rm * vm ~ normal(mu, 10);
  mat[1] ~ normal(0, 1);
  mat[ : , 2] ~ normal(vm[1 : 2], {1, 2});
  to_vector(mat) ~ normal(0, 3);
  to_array_1d(am2) ~ normal(0, 3);
  am2[1] ~ normal(am, as);
  am2[2] ~ normal(rm, s);
  exp(0.1 * vm) ~ lognormal(0, as);
  -rm ~ normal(0, 2);
  (vm)[2 : ] ~ normal(0, 2);
  k ~ poisson(exp(0.1 * vm));
  k ~ poisson(as);
  n ~ poisson(s);
  {n, n + 1} ~ poisson_log(mu);
  1 ~ normal(mu, 1);
  {1, 2.5} ~ normal(mu, 1);
  [mu, s] ~ normal(0, 3);
  p ~ dirichlet([1, 2, 3]');
  {1, 3, 2} ~ categorical(p);
  n ~ categorical(p);
  0 ~ bernoulli_logit(mu);
  {0, 1} ~ bernoulli_logit(vm[1 : 2]);
  mu ~ normal(0, 1);
  target += normal_lpdf(v | mu, 2) + normal_lupdf(a | am, s) + poisson_lpmf(k | as);
  target += 0.1 * vm;
  target += [mu, 2 * mu];
  target += mat * 0.01;
  target += am2;
  target += n;
  am ~ student_t(3, mu, as);
  rm ~ cauchy(vm, 2);
  as ~ gamma(2, as);
}
