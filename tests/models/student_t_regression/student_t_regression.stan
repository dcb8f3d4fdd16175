// Robust regression: student_t with its degrees of freedom as a parameter.
data {
  int<lower=0> N;
  vector[N] x;
  vector[N] y;
}
parameters {
  real alpha;
  real beta;
  real<lower=0> sigma;
  real<lower=1> nu;
}
model {
  alpha ~ student_t(3, 0, 10);
  beta ~ student_t(4, 0, 2.5);
  sigma ~ student_t(3, 0, 2.5);
  nu - 1 ~ exponential(0.1);
  y ~ student_t(nu, alpha + beta * x, sigma);
}
